"""Similarity of papers, learned from authorship: papers of one author count as similar, whatever their words.

    papers -> words along main directions (+ embeddings) -> a linear map that brings similar papers together

Author names are used for training only (`train.py`); afterwards words and embeddings place a paper.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import field

import numpy as np
from numpy.typing import NDArray

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.ranking.learning.contrastive import normalize_rows
from bot.ranking.learning.lsa import Vocabulary

EMBEDDING_LENGTH = np.float32(0.7)
"""Length of an embedding relative to the words' (1): chosen on June (tests/benchmarks/ranking/RESULTS.md)."""
_CACHE_SIZE = 4096
_MAX_BYTE = 127

Rows = NDArray[np.float32]
Float16Rows = NDArray[np.float16]
Vectors = Mapping[str, NDArray[np.float32]]


@frozen
class WordSpace:
    """Known words along the main directions: one byte a number, with one scale a word."""

    words: Vocabulary
    table: NDArray[np.int8]
    scales: Rows
    middle: Rows

    def row(self, paper: Paper) -> Rows:
        """Return the paper's words as a row of unit length; zeros if no word is known."""
        at, weights = self.words.weights_of(paper)
        if not len(at):
            return np.zeros_like(self.middle)
        summed = (weights * self.scales[at]) @ self.table[at].astype(np.float32) - self.middle
        return normalize_rows(summed[None]).reshape(-1)


def quantize(rows: Rows) -> tuple[NDArray[np.int8], Rows]:
    """Return rows as bytes, with the scale of each row."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / _MAX_BYTE
    return np.rint(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


@frozen
class SimilarityModel:
    """Maps words, and embeddings if there are any, to a space in which similar papers are close.

    `by_words` and `by_both` are maps of shape (directions, dimensions) and (directions + embedding, dimensions).
    Without embeddings to train on, `by_both` and `usual`, the mean embedding, are empty.
    """

    places: WordSpace
    by_words: Float16Rows
    by_both: Float16Rows
    usual: Rows
    _cache: dict[tuple[str, str, tuple[str, ...]], Rows] = field(default_factory=dict, compare=False, repr=False)

    def knows_meaning(self, papers: Sequence[Paper], vectors: Vectors) -> bool:
        """Whether at least half of these papers have an embedding at unit length that it learned to place."""
        known = sum(paper.id in vectors and vectors[paper.id].shape == self.usual.shape for paper in papers)
        return bool(len(self.usual)) and known * 2 >= max(len(papers), 1)

    def rows(self, papers: Sequence[Paper], vectors: Vectors | None = None, with_meaning: bool | None = None) -> Rows:
        """A row of unit length for each paper, (papers, kin).

        Rows with meaning can be compared with each other, and rows by words alone; unless it is said which, meaning
        counts where `knows_meaning` of these papers. A paper that says nothing known and has no embedding is a row of
        zeros. Takes 0.3 ms a paper that is new; the last are remembered: a day's are ranked for one channel after the
        other.
        """
        if len(self._cache) > _CACHE_SIZE:
            self._cache.clear()
        vectors = vectors or {}
        placed = np.array([self._row(paper) for paper in papers], np.float32).reshape(len(papers), len(self.by_words))
        if not (self.knows_meaning(papers, vectors) if with_meaning is None else with_meaning):
            return normalize_rows(placed.astype(np.float64) @ self.by_words)
        known = {id: row for id, row in vectors.items() if row.shape == self.usual.shape}
        both = np.concatenate([placed, centered_embeddings(papers, known, self.usual)], axis=1)
        return normalize_rows(both.astype(np.float64) @ self.by_both)

    def _row(self, paper: Paper) -> Rows:
        content = (paper.title, paper.abstract, paper.categories)
        row = self._cache.get(content)  # another channel's thread may clear them at any moment
        if row is None:
            row = self._cache[content] = self.places.row(paper)
        return row

    def to_bytes(self) -> bytes:
        """Serialize for `read_similarity_model`, as numpy's npz."""
        file = io.BytesIO()
        places, words = self.places, self.places.words
        np.savez(
            file, numbers=words.numbers, rarity=words.rarity, table=places.table, scales=places.scales,
            middle=places.middle, by_words=self.by_words, by_both=self.by_both, usual=self.usual,
        )  # fmt: skip
        return file.getvalue()


def centered_embeddings(papers: Sequence[Paper], vectors: Vectors, usual: Rows) -> Rows:
    """Return each paper's embedding less the mean one; zeros if it has none."""
    return EMBEDDING_LENGTH * normalize_rows(np.stack([vectors.get(paper.id, usual) for paper in papers]) - usual)


def read_similarity_model(to_bytes: bytes) -> SimilarityModel:
    """Deserialize a model. Raises ValueError for anything else."""
    try:
        with np.load(io.BytesIO(to_bytes), allow_pickle=False) as file:
            model = _read_model(file)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"not what was written: {type(error).__name__}") from None
    if not _fits(model):
        raise ValueError("not what was written: its parts don't fit")
    return model


def _read_model(file: Mapping[str, NDArray[np.generic]]) -> SimilarityModel:
    def of(name: str) -> Rows:
        return file[name].astype(np.float32)

    words = Vocabulary(file["numbers"].astype(np.int64), of("rarity"))
    places = WordSpace(words, file["table"].astype(np.int8), of("scales"), of("middle"))
    return SimilarityModel(places, file["by_words"].astype(np.float16), file["by_both"].astype(np.float16), of("usual"))


def _fits(model: SimilarityModel) -> bool:
    places, wide = model.places, len(model.usual)
    words, directions = len(places.words.numbers), len(places.middle)
    shapes = (
        (places.words.rarity, (words,)),
        (places.scales, (words,)),
        (places.middle, (directions,)),
        (places.table, (words, directions)),
        (model.by_words, (directions, *model.by_words.shape[1:])),
        (model.by_both, (directions + wide if wide else 0, *model.by_words.shape[1:])),
        (model.usual, (wide,)),
    )
    whole = all(part.shape == shape and bool(np.isfinite(part).all()) for part, shape in shapes)
    return whole and words > 0 and model.by_words.ndim == 2 and bool((np.diff(places.words.numbers) > 0).all())

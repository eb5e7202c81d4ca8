"""What makes papers alike, learned from who wrote what: two papers of one author are kin, whatever words they use.

    papers -> their words among the main directions (+ their embeddings) -> a linear map in which kin lie close

Names say which papers are kin while it learns (`teaching.py`); afterwards words and meaning alone place a paper.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.ranking.learning.contrastive import at_unit_length
from bot.ranking.learning.lsa import Words

MEANING = np.float32(0.7)
"""The length of an embedding beside the words', which is 1: chosen on June (tests/benchmarks/ranking/RESULTS.md)."""
_REMEMBERED = 4096
_BYTE = 127

Rows = NDArray[np.float32]
Halves = NDArray[np.float16]
Vectors = Mapping[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Places:
    """The known words among their main directions: a byte a number, and for each word what its numbers are times."""

    words: Words
    table: NDArray[np.int8]
    scales: Rows
    middle: Rows

    def row(self, paper: Paper) -> Rows:
        """Where its words place a paper, at unit length; zeros for one that says nothing known."""
        at, weights = self.words.said_by(paper)
        if not len(at):
            return np.zeros_like(self.middle)
        summed = (weights * self.scales[at]) @ self.table[at].astype(np.float32) - self.middle
        return at_unit_length(summed[None]).reshape(-1)


def rounded(rows: Rows) -> tuple[NDArray[np.int8], Rows]:
    """Each row as bytes, and what they are times."""
    scales = np.maximum(np.abs(rows).max(axis=1), 1e-12) / _BYTE
    return np.rint(rows / scales[:, None]).astype(np.int8), scales.astype(np.float32)


@dataclass(frozen=True, slots=True)
class SimilarityModel:
    """Where words, and embeddings where there are any, place a paper among its kin.

    `by_words` and `by_both` are the maps, (directions, kin) and (directions + dimensions, kin); without embeddings to
    learn from, `by_both` and `usual`, the embeddings' middle, are empty.
    """

    places: Places
    by_words: Halves
    by_both: Halves
    usual: Rows
    _placed: dict[tuple[str, str, tuple[str, ...]], Rows] = field(default_factory=dict, compare=False, repr=False)

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
        if len(self._placed) > _REMEMBERED:
            self._placed.clear()
        vectors = vectors or {}
        placed = np.array([self._row(paper) for paper in papers], np.float32).reshape(len(papers), len(self.by_words))
        if not (self.knows_meaning(papers, vectors) if with_meaning is None else with_meaning):
            return at_unit_length(placed.astype(np.float64) @ self.by_words)
        known = {id: row for id, row in vectors.items() if row.shape == self.usual.shape}
        both = np.concatenate([placed, meant(papers, known, self.usual)], axis=1)
        return at_unit_length(both.astype(np.float64) @ self.by_both)

    def _row(self, paper: Paper) -> Rows:
        said = (paper.title, paper.abstract, paper.categories)
        row = self._placed.get(said)  # another channel's thread may clear them at any moment
        if row is None:
            row = self._placed[said] = self.places.row(paper)
        return row

    def written(self) -> bytes:
        """As bytes, which `read_similarity_model` reads: numpy's npz."""
        file = io.BytesIO()
        places, words = self.places, self.places.words
        np.savez(
            file, numbers=words.numbers, rarity=words.rarity, table=places.table, scales=places.scales,
            middle=places.middle, by_words=self.by_words, by_both=self.by_both, usual=self.usual,
        )  # fmt: skip
        return file.getvalue()


def meant(papers: Sequence[Paper], vectors: Vectors, usual: Rows) -> Rows:
    """How each paper's embedding differs from the usual one; zeros where it has none."""
    return MEANING * at_unit_length(np.stack([vectors.get(paper.id, usual) for paper in papers]) - usual)


def read_similarity_model(written: bytes) -> SimilarityModel:
    """What was written. Raises ValueError where it is anything else."""
    try:
        with np.load(io.BytesIO(written), allow_pickle=False) as file:
            kinship = _kinship(file)
    except (OSError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
        raise ValueError(f"not what was written: {type(error).__name__}") from None
    if not _fits(kinship):
        raise ValueError("not what was written: its parts don't fit")
    return kinship


def _kinship(file: Mapping[str, NDArray[np.generic]]) -> SimilarityModel:
    def of(name: str) -> Rows:
        return file[name].astype(np.float32)

    words = Words(file["numbers"].astype(np.int64), of("rarity"))
    places = Places(words, file["table"].astype(np.int8), of("scales"), of("middle"))
    return SimilarityModel(places, file["by_words"].astype(np.float16), file["by_both"].astype(np.float16), of("usual"))


def _fits(kinship: SimilarityModel) -> bool:
    places, wide = kinship.places, len(kinship.usual)
    words, directions = len(places.words.numbers), len(places.middle)
    shapes = (
        (places.words.rarity, (words,)),
        (places.scales, (words,)),
        (places.middle, (directions,)),
        (places.table, (words, directions)),
        (kinship.by_words, (directions, *kinship.by_words.shape[1:])),
        (kinship.by_both, (directions + wide if wide else 0, *kinship.by_words.shape[1:])),
        (kinship.usual, (wide,)),
    )
    whole = all(part.shape == shape and bool(np.isfinite(part).all()) for part, shape in shapes)
    return whole and words > 0 and kinship.by_words.ndim == 2 and bool((np.diff(places.words.numbers) > 0).all())

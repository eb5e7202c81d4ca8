"""Is the paper that is meant the first one? Words alone, meaning alone, and both as they are put together."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.questions import Question, paraphrases, seed_pages, titles
from bot.embeddings.folder import model_folder
from bot.embeddings.minilm import MiniLm
from bot.paper import Paper
from bot.search.engine import Engine
from bot.search.reading import View
from bot.search_query import SearchQuery
from embedding_models import SHARED

_DEEP = 1_000
_CHUNK = 1_000
_FIRST = 50


def filled(root: Path, papers: Sequence[Paper], vectors: Mapping[str, NDArray[np.float32]]) -> View:
    """An index of these papers, as `KeptIndex` would have filled it."""
    engine = Engine(root)
    writing = engine.write()
    for start in range(0, len(papers), _CHUNK):
        some = papers[start : start + _CHUNK]
        days = {paper.id: paper.published.date() for paper in some if paper.published}
        writing.put(some, days, {paper.id: vectors[paper.id] for paper in some if paper.id in vectors})
    writing.commit(writing.state)
    writing.close()
    return engine.refresh()


class Compared:
    """Three ways to find a paper, in one index."""

    def __init__(self, view: View, ids: Sequence[str], vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self.view = view
        self._ids = [id for id in ids if id in vectors]
        self._rows = np.stack([vectors[id] for id in self._ids])
        folder = model_folder(SHARED, SHARED)
        assert folder
        self._model = MiniLm(folder)

    def lines(self, papers: Sequence[Paper]) -> list[str]:
        said = ["| question | words alone (BM25) | meaning alone | ours | ahead of both or level |", "|" + " --- |" * 5]
        for name, asked in (titles(papers) | paraphrases()).items():
            said.append(self._line(name, [one for one in asked if one.paper in set(self._ids)]))
        return [*said, "", *self._pages()]

    def _line(self, name: str, asked: Sequence[Question]) -> str:
        vectors = asyncio.run(self._model.embed([one.text for one in asked]))
        ranks: dict[str, list[float]] = {"words": [], "meaning": [], "ours": []}
        for one, vector in zip(asked, vectors, strict=True):
            query = SearchQuery(one.text)
            ranks["words"].append(_rank(self.view.find(query, None, _DEEP), one.paper))
            ranks["meaning"].append(self._by_meaning(vector, one.paper))
            ranks["ours"].append(_rank(self.view.find(query, vector, _DEEP), one.paper))
        figures = {way: (np.mean(np.array(r) == 1), np.mean(1 / np.array(r))) for way, r in ranks.items()}
        ahead = all(figures["ours"][n] >= max(figures["words"][n], figures["meaning"][n]) - 1e-9 for n in (0, 1))
        shown = " | ".join(f"{first:.3f}, {mrr:.3f}" for first, mrr in figures.values())
        return f"| {name} | {shown} | {'yes' if ahead else 'NO'} |"

    def _by_meaning(self, vector: NDArray[np.float32], id: str) -> float:
        likeness = self._rows @ vector
        return float((likeness > likeness[self._ids.index(id)]).sum() + 1)

    def _pages(self) -> list[str]:
        said = [f"| the seeds' page | papers of it known | among our first {_FIRST} | words alone | meaning alone |"]
        said.append("|" + " --- |" * 5)
        for words, wanted in seed_pages().items():
            vector = asyncio.run(self._model.embed([words]))[0]
            near = {self._ids[n] for n in np.argsort(-(self._rows @ vector))[:_FIRST]}
            ours = set(self.view.find(SearchQuery(words), vector, _FIRST))
            by_words = set(self.view.find(SearchQuery(words), None, _FIRST))
            hits = " | ".join(str(len(found & wanted)) for found in (ours, by_words, near))
            said.append(f"| {words} | {len(wanted)} | {hits} |")
        return said


def _rank(found: Sequence[str], id: str) -> float:
    return found.index(id) + 1 if id in found else float("inf")

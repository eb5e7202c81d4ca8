"""Is the paper that is meant the first one? Words alone, meaning alone, and both as they are put together."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tantivy import Document, Index, Occur, Query, SchemaBuilder, TextAnalyzerBuilder, Tokenizer

from benchmarks.search.questions import Question, paraphrases, seed_pages, titles
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.stem import stems
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.search.index import fields
from bot.search.index.engine import Engine
from bot.search.index.snapshot import Snapshot
from support.embedding_models import SHARED

_DEEP = 1_000
_CHUNK = 1_000
_FIRST = 50


def filled(root: Path, papers: Sequence[Paper], vectors: Mapping[str, NDArray[np.float32]]) -> Snapshot:
    """An index of these papers, as `DiskSearchIndex` would have filled it."""
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
    """Three ways to find a paper: by our index, by BM25 as it is, and by comparing all vectors."""

    def __init__(self, view: Snapshot, papers: Sequence[Paper], vectors: Mapping[str, NDArray[np.float32]]) -> None:
        self.view = view
        self._bm25 = Bm25(papers)
        self._papers = {paper.id: paper for paper in papers}
        self._ids = [paper.id for paper in papers if paper.id in vectors]
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
            ranks["words"].append(_rank(self._bm25.find(one.text, _DEEP), one.paper))
            ranks["meaning"].append(self._by_meaning(vector, one.paper))
            ranks["ours"].append(_rank(self.view.find(query, vector, _DEEP), one.paper))
        figures = {way: (np.mean(np.array(r) == 1), np.mean(1 / np.array(r))) for way, r in ranks.items()}
        ahead = all(figures["ours"][n] >= max(figures["words"][n], figures["meaning"][n]) - 1e-9 for n in (0, 1))
        shown = " | ".join(f"{first:.3f}, {mrr:.3f}" for first, mrr in figures.values())
        return f"| {name} | {shown} | {'yes' if ahead else 'NO'} |"

    def _by_meaning(self, vector: NDArray[np.float32], id: str) -> float:
        profile_similarity = self._rows @ vector
        return float((profile_similarity > profile_similarity[self._ids.index(id)]).sum() + 1)

    def _pages(self) -> list[str]:
        said = [
            "| the seeds' page, asked for with | papers of it known | that say any of it at all "
            f"| among our first {_FIRST} | words alone | meaning alone |"
        ]
        said.append("|" + " --- |" * 6)
        for words, wanted in seed_pages().items():
            vector = asyncio.run(self._model.embed([words]))[0]
            near = {self._ids[n] for n in np.argsort(-(self._rows @ vector))[:_FIRST]}
            ours = set(self.view.find(SearchQuery(words), vector, _FIRST))
            by_words = set(self._bm25.find(words, _FIRST))
            hits = " | ".join(str(len(found & wanted)) for found in (self._saying(words, wanted), ours, by_words, near))
            said.append(f"| {words} | {len(wanted)} | {hits} |")
        return said

    def _saying(self, words: str, ids: Iterable[str]) -> set[str]:
        """Those that say one of the words or an inflection of it: the most that words can find."""
        said = {id: stems(f"{self._papers[id].title} {self._papers[id].abstract}") for id in ids}
        return {id for id in said if set(stems(words)) & set(said[id])}


class Bm25:
    """Words alone, in an index of its own, as in any search engine, on the text of `fields.searchable_text`."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        builder = SchemaBuilder().add_text_field("text", tokenizer_name="whitespace", index_option="freq")
        self._schema = builder.add_text_field("id", stored=True, tokenizer_name="raw").build()
        self._index = Index(self._schema)
        self._index.register_tokenizer("whitespace", TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        writer = self._index.writer(num_threads=1)
        for paper in papers:
            writer.add_document(Document(id=paper.id, text=fields.searchable_text(paper)))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def find(self, text: str, limit: int) -> list[str]:
        """The ids of those that say any of the words, the best first."""
        terms = [Query.term_query(self._schema, "text", word) for word in dict.fromkeys(fields.fold_words(text))]
        searcher = self._index.searcher()
        hits = searcher.search(Query.boolean_query([(Occur.Should, term) for term in terms]), limit).hits
        return [str(searcher.doc(address)["id"][0]) for _, address in hits]


def _rank(found: Sequence[str], id: str) -> float:
    return found.index(id) + 1 if id in found else float("inf")

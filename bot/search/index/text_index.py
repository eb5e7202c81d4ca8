"""The words of all papers in one folder: tantivy's inverted index, ranked by BM25.

One process at a time adds to it, under tantivy's own lock, which ends with its process; a commit is there whole or
not at all, and everybody else goes on reading the one before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tantivy import (
    DocAddress,
    Document,
    Index,
    IndexWriter,
    Query,
    Schema,
    SchemaBuilder,
    Searcher,
    SearchResult,
    TextAnalyzerBuilder,
    Tokenizer,
)

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.search.index import fields as texts
from bot.search.index.tantivy_query import AUTHOR, CATEGORY, CODE, DAY, ID, ROW, STEM, TEXT, TITLE, Asking, both

_AGE = "age"
_SPLIT = "split"
_HEAP_BYTES = 30_000_000
"""What a writer may keep before it writes a part out; tantivy takes no less than 15 MB."""
_WITHDRAWN_DAYS = 1_000_000
"""What was withdrawn counts as so much older where the newest are asked for, and so comes last."""


class Busy(Exception):
    """Another process, or another thread, is adding."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper, the row that its vector lies in, and the day (proleptic ordinal) it was submitted or announced, or 0."""

    paper: Paper
    row: int
    day: int


class Words:
    """Opens, or begins, the index in `folder`, which is there. Everything here blocks: call it in a thread.

    Raises whatever tantivy does where its files are broken: ValueError mostly.
    """

    def __init__(self, folder: Path) -> None:
        self._index = Index(_schema(), path=str(folder))
        self._index.register_tokenizer(_SPLIT, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self._index.config_reader("manual")

    def read(self) -> "Reading":
        """What is committed now."""
        self._index.reload()
        return Reading(self._index.schema, self._index.searcher())

    def adding(self) -> "Adding":
        """Who may add, alone, until it is closed. Raises Busy."""
        try:
            return Adding(self._index.writer(_HEAP_BYTES, num_threads=1))
        except ValueError as error:
            if "LockBusy" in str(error):
                raise Busy from error
            raise


class Reading:
    """The words as of one commit."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._searcher = searcher
        self._asking = Asking(schema, searcher)

    @property
    def papers(self) -> int:
        """How many there are."""
        return self._searcher.num_docs

    def ranked(self, query: SearchQuery, limit: int) -> tuple[dict[int, float], dict[int, float]]:
        """The rows that say any of the words, or all of the phrases, and how well, the best first.

        And the best of those whose title says all of the words, with the same scores.
        """
        words, conditions = self._asking.words(query.text), self._asking.conditions(query)
        if words is None and (query.text or not query.phrases):
            return {}, {}
        said = self._found(both([words] if words else [], conditions), limit)
        title = self._asking.titled(query.text) if words else None
        return said, self._found(both([words, title], conditions), limit) if words and title else {}

    def newest(self, query: SearchQuery, limit: int) -> list[int]:
        """The rows that fulfil the conditions, the newest first, and behind them what was withdrawn."""
        return self._newest(both([], self._asking.conditions(query)), limit)

    def begun(self, text: str, limit: int) -> list[int]:
        """The rows of papers that `text` begins to name, in the same order."""
        asked = self._asking.begun(text)
        return self._newest(asked, limit) if asked else []

    def count(self, query: SearchQuery) -> int:
        """How many say all of the words and fulfil the conditions."""
        asked = both(self._asking.all_words(query.text), self._asking.conditions(query))
        return _count(self._searcher.search(asked, 1))

    def fulfilling(self, query: SearchQuery, most: int) -> tuple[list[int], int]:
        """Some rows that fulfil the conditions, `most` of them at most, and how many do."""
        found = self._searcher.search(both([], self._asking.conditions(query)), most)
        return self._rows([address for _, address in found.hits]), _count(found)

    def among(self, query: SearchQuery, rows: Sequence[int]) -> set[int]:
        """Those of `rows` that fulfil the conditions."""
        if not rows:
            return set()
        return set(self._found(both([self._asking.rows(rows)], self._asking.conditions(query)), len(rows)))

    def _newest(self, asked: Query, limit: int) -> list[int]:
        hits = self._searcher.search(asked, limit, count=False, order_by_field=_AGE).hits
        return self._rows([address for _, address in hits])

    def _found(self, asked: Query, limit: int) -> dict[int, float]:
        hits = self._searcher.search(asked, limit, count=False).hits
        rows = self._rows([address for _, address in hits])
        return {row: float(score) for row, (score, _) in zip(rows, hits, strict=True)}

    def _rows(self, addresses: list[DocAddress]) -> list[int]:
        return [int(row or 0) for row in self._searcher.fast_field_values(ROW, addresses)]


class Adding:
    """What one process at a time does to the index; nobody sees any of it before `commit`."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer

    def put(self, entries: Iterable[Entry]) -> None:
        """Takes in papers in place of what there was of them."""
        for entry in entries:
            self._writer.delete_documents_by_term(ID, entry.paper.id)
            self._writer.add_document(_document(entry))

    def remove(self, ids: Iterable[str]) -> None:
        """Takes papers out."""
        for id in ids:
            self._writer.delete_documents_by_term(ID, id)

    def commit(self) -> None:
        """Shows it all at once."""
        self._writer.commit()

    def close(self) -> None:
        """Finishes what was begun of merging parts, and lets others add."""
        self._writer.wait_merging_threads()


def _count(result: SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined] # its stubs forgot it


def _document(entry: Entry) -> Document:
    paper, document = entry.paper, Document()
    document.add_text(ID, paper.id)
    spoken = texts.spoken(paper)
    document.add_text(TEXT, spoken)
    document.add_text(STEM, texts.bare(spoken))
    document.add_text(TITLE, " ".join(texts.titled(paper)))
    for key in texts.author_keys(paper.authors):
        document.add_text(AUTHOR, key)
    for key in texts.category_keys(paper):
        document.add_text(CATEGORY, key)
    document.add_integer(ROW, entry.row)
    document.add_integer(DAY, entry.day)
    document.add_integer(_AGE, entry.day - _WITHDRAWN_DAYS * paper.withdrawn)
    document.add_integer(CODE, int(bool(paper.code_url)))
    return document


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field(TEXT, tokenizer_name=_SPLIT)
    builder.add_text_field(STEM, tokenizer_name=_SPLIT, index_option="freq")
    builder.add_text_field(TITLE, tokenizer_name=_SPLIT, index_option="basic")
    for keyed in (ID, AUTHOR, CATEGORY):
        builder.add_text_field(keyed, tokenizer_name="raw", index_option="basic")
    for number in (ROW, DAY, CODE):
        builder.add_integer_field(number, indexed=True, fast=True)
    builder.add_integer_field(_AGE, fast=True)
    return builder.build()

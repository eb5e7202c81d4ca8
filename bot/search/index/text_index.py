"""Inverted index of all papers' words in one folder: tantivy, ranked by BM25.

One process at a time writes, under tantivy's own lock, which ends with its process. A commit is atomic; readers keep
the previous one meanwhile.
"""

from collections.abc import Iterable, Sequence
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

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.search.index import fields
from bot.search.index.tantivy_query import AUTHOR, CATEGORY, CODE, DAY, ID, ROW, STEM, TEXT, TITLE, QueryBuilder, both

_AGE = "age"
_SPLIT = "split"
_HEAP_BYTES = 30_000_000
"""Writer memory before it flushes a segment; tantivy's minimum is 15 MB."""
_WITHDRAWN_DAYS = 1_000_000
"""Age added to withdrawn papers, which come last in the order by date."""


class IndexBusy(Exception):
    """Another process or thread is writing."""


@frozen
class Entry:
    """A paper, the row of its vector, and the day (proleptic ordinal) it was submitted or announced, or 0."""

    paper: Paper
    row: int
    day: int


class TextIndex:
    """The index in an existing folder, created if empty. Everything here blocks; call it in a thread.

    Raises any error of tantivy's for broken files, mostly ValueError.
    """

    def __init__(self, folder: Path) -> None:
        self._index = Index(_schema(), path=str(folder))
        self._index.register_tokenizer(_SPLIT, TextAnalyzerBuilder(Tokenizer.whitespace()).build())
        self._index.config_reader("manual")

    def read(self) -> "TextReader":
        """Return the latest commit."""
        self._index.reload()
        return TextReader(self._index.schema, self._index.searcher())

    def writer(self) -> "TextWriter":
        """Return the only writer, until it is closed. Raises IndexBusy."""
        try:
            return TextWriter(self._index.writer(_HEAP_BYTES, num_threads=1))
        except ValueError as error:
            if "LockBusy" in str(error):
                raise IndexBusy from error
            raise


class TextReader:
    """The text index as of one commit."""

    def __init__(self, schema: Schema, searcher: Searcher) -> None:
        self._searcher = searcher
        self._queries = QueryBuilder(schema, searcher)

    @property
    def papers(self) -> int:
        """Return the field of papers."""
        return self._searcher.num_docs

    def ranked(self, query: SearchQuery, limit: int) -> tuple[dict[int, float], dict[int, float]]:
        """Return the rows with any of the words, or all of the phrases, and their scores, best first.

        The second result has the best of those whose title contains all of the words, with the same scores.
        """
        words, conditions = self._queries.words(query.text), self._queries.conditions(query)
        if words is None and (query.text or not query.phrases):
            return {}, {}
        by_text = self._scores(both([words] if words else [], conditions), limit)
        title = self._queries.titled(query.text) if words else None
        return by_text, self._scores(both([words, title], conditions), limit) if words and title else {}

    def newest(self, query: SearchQuery, limit: int) -> list[int]:
        """Return the rows that meet the conditions, newest first and withdrawn papers last."""
        return self._newest(both([], self._queries.conditions(query)), limit)

    def begun(self, text: str, limit: int) -> list[int]:
        """Return the rows of papers whose title or identifier `text` begins, in the same order."""
        asked = self._queries.begun(text)
        return self._newest(asked, limit) if asked else []

    def count(self, query: SearchQuery) -> int:
        """Count the papers that contain all of the words and meet the conditions."""
        asked = both(self._queries.all_words(query.text), self._queries.conditions(query))
        return _count(self._searcher.search(asked, 1))

    def fulfilling(self, query: SearchQuery, most: int) -> tuple[list[int], int]:
        """Return at most `most` rows that meet the conditions, and the field of all that do."""
        found = self._searcher.search(both([], self._queries.conditions(query)), most)
        return self._rows([address for _, address in found.hits]), _count(found)

    def among(self, query: SearchQuery, rows: Sequence[int]) -> set[int]:
        """Return the `rows` that meet the conditions."""
        if not rows:
            return set()
        return set(self._scores(both([self._queries.rows(rows)], self._queries.conditions(query)), len(rows)))

    def _newest(self, asked: Query, limit: int) -> list[int]:
        hits = self._searcher.search(asked, limit, count=False, order_by_field=_AGE).hits
        return self._rows([address for _, address in hits])

    def _scores(self, asked: Query, limit: int) -> dict[int, float]:
        hits = self._searcher.search(asked, limit, count=False).hits
        rows = self._rows([address for _, address in hits])
        return {row: float(score) for row, (score, _) in zip(rows, hits, strict=True)}

    def _rows(self, addresses: list[DocAddress]) -> list[int]:
        return [int(row or 0) for row in self._searcher.fast_field_values(ROW, addresses)]


class TextWriter:
    """The single writer; nothing is visible before `commit`."""

    def __init__(self, writer: IndexWriter) -> None:
        self._writer = writer

    def put(self, entries: Iterable[Entry]) -> None:
        """Add papers, replacing earlier versions."""
        for entry in entries:
            self._writer.delete_documents_by_term(ID, entry.paper.id)
            self._writer.add_document(_document(entry))

    def remove(self, ids: Iterable[str]) -> None:
        """Remove papers."""
        for id in ids:
            self._writer.delete_documents_by_term(ID, id)

    def commit(self) -> None:
        """Make all changes visible at once."""
        self._writer.commit()

    def close(self) -> None:
        """Finish merging segments and release the lock."""
        self._writer.wait_merging_threads()


def _count(result: SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined] # missing in its stubs


def _document(entry: Entry) -> Document:
    paper, document = entry.paper, Document()
    document.add_text(ID, paper.id)
    searchable_text = fields.searchable_text(paper)
    document.add_text(TEXT, searchable_text)
    document.add_text(STEM, fields.stem_text(searchable_text))
    document.add_text(TITLE, " ".join(fields.title_words(paper)))
    for key in fields.author_keys(paper.authors):
        document.add_text(AUTHOR, key)
    for key in fields.category_keys(paper):
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
    for field in (ID, AUTHOR, CATEGORY):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in (ROW, DAY, CODE):
        builder.add_integer_field(field, indexed=True, fast=True)
    builder.add_integer_field(_AGE, fast=True)
    return builder.build()

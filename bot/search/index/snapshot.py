"""One commit of the index: queries by words, by embedding, and by both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.domain.search_query import SearchQuery
from bot.papers.index_port import Near
from bot.search.index.fusion import fuse, score_words
from bot.search.index.nearest import nearest
from bot.search.index.text_index import TextReader
from bot.search.index.vector_rows import Rows

_MIN_FUSED = 300
"""Rows of each ranking that are fuse; later pages continue by words."""
_MAX_FUSED = 2_000
_MIN_NEAREST, _MIN_TRIED = 100, 1_000
"""Rows selected by embedding under broad conditions, and rows tried for that, which is slow."""
_MAX_COMPARED = 3_000
"""If the conditions leave at most this many papers, all are compared; otherwise the nearest ones are tried."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state that one search sees from beginning to end."""

    words: TextReader
    rows: Rows

    def find(self, query: SearchQuery, vector: NDArray[np.float32] | None, limit: int, offset: int = 0) -> list[str]:
        if limit < 1 or offset < 0:
            return []
        last = offset + limit
        found = self._best_rows(query, vector, last)
        withdrawn = self.rows.withdrawn(found)
        ordered = [row for row, out in zip(found, withdrawn, strict=True) if not out]
        ordered += [row for row, out in zip(found, withdrawn, strict=True) if out]
        return self.rows.ids(ordered[offset:last])

    def begun(self, text: str, limit: int) -> list[str]:
        return self.rows.ids(self._existing(self.words.begun(text, limit))) if limit > 0 else []

    def near(self, vector: NDArray[np.float32], limit: int, before: date | None, but: Collection[str]) -> list[Near]:
        allowed = None
        if before:
            allowed = (self.rows.days > 0) & (self.rows.days < before.toordinal())
        found, cosines = nearest(self.rows, vector, limit + len(but), allowed)
        ids = self.rows.ids(found)
        near = [Near(id, cosine) for id, cosine in zip(ids, cosines, strict=True) if id not in but]
        return near[: max(limit, 0)]

    def _best_rows(self, query: SearchQuery, vector: NDArray[np.float32] | None, last: int) -> list[int]:
        asked = bool(query.text or query.phrases)
        if not asked and vector is None:
            return self._existing(self.words.newest(query, last))
        most = min(max(_MIN_FUSED, 2 * last), max(_MAX_FUSED, last))
        by_words = score_words(*self.words.ranked(query, most))
        if vector is None:
            return self._existing(list(by_words))
        candidates = self._preselect(query, vector, most, max(_MIN_NEAREST, last))
        every = np.array(self._existing(list(dict.fromkeys([*by_words, *candidates]))), np.int64)
        return fuse(every.tolist(), by_words, self.rows.cosines(vector, every).tolist())

    def _preselect(self, query: SearchQuery, vector: NDArray[np.float32], most: int, fewer: int) -> list[int]:
        """Return the nearest rows that meet the conditions: `most` of them, or `fewer` under broad conditions."""
        if not query.conditional:
            return nearest(self.rows, vector, most)[0]
        some, count = self.words.fulfilling(query, _MAX_COMPARED)
        if count <= _MAX_COMPARED:
            allowed = np.zeros(len(self.rows), np.bool_)
            allowed[self._existing(some)] = True
            return nearest(self.rows, vector, most, allowed)[0]
        in_days = self._in_days(query)
        tried = nearest(
            self.rows, vector, min(2 * fewer * int(in_days.sum()) // count, max(_MIN_TRIED, fewer)), in_days
        )[0]
        fulfilling = self.words.among(query, tried)
        return [row for row in tried if row in fulfilling][:fewer]

    def _in_days(self, query: SearchQuery) -> NDArray[np.bool_]:
        """Return a mask of the rows within the query's days; all if it has none."""
        if query.first is None and query.last is None:
            return np.ones(len(self.rows), np.bool_)
        first, last = query.first or date.min, query.last or date.max
        return (self.rows.days >= first.toordinal()) & (self.rows.days <= last.toordinal())

    def _existing(self, rows: Sequence[int]) -> list[int]:
        """Drop rows of a commit made between reading the text index and reading the rows."""
        return [row for row in rows if row < len(self.rows)]

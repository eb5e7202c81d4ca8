"""One commit of the index: queries by words, by embedding, and by both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.domain.search_query import SearchQuery
from bot.papers.index_port import Near
from bot.search.index.fusion import fused, weighed
from bot.search.index.nearest import nearest
from bot.search.index.text_index import Reading
from bot.search.index.vector_rows import Rows

_FUSED = 300
"""Rows of each ranking that are fused; later pages continue by words."""
_MOST_FUSED = 2_000
_LIKELY, _TRIED = 100, 1_000
"""Rows selected by embedding under broad conditions, and rows tried for that, which is slow."""
_COUNTABLE = 3_000
"""If the conditions leave at most this many papers, all are compared; otherwise the nearest ones are tried."""


@dataclass(frozen=True, slots=True)
class View:
    """The state that one search sees from beginning to end."""

    words: Reading
    rows: Rows

    def find(self, query: SearchQuery, vector: NDArray[np.float32] | None, limit: int, offset: int = 0) -> list[str]:
        if limit < 1 or offset < 0:
            return []
        last = offset + limit
        found = self._best(query, vector, last)
        gone = self.rows.withdrawn(found)
        ordered = [row for row, out in zip(found, gone, strict=True) if not out]
        ordered += [row for row, out in zip(found, gone, strict=True) if out]
        return self.rows.ids(ordered[offset:last])

    def begun(self, text: str, limit: int) -> list[str]:
        return self.rows.ids(self._known(self.words.begun(text, limit))) if limit > 0 else []

    def near(self, vector: NDArray[np.float32], limit: int, before: date | None, but: Collection[str]) -> list[Near]:
        allowed = None
        if before:
            allowed = (self.rows.days > 0) & (self.rows.days < before.toordinal())
        found, profile_similarity = nearest(self.rows, vector, limit + len(but), allowed)
        ids = self.rows.ids(found)
        near = [Near(id, cosine) for id, cosine in zip(ids, profile_similarity, strict=True) if id not in but]
        return near[: max(limit, 0)]

    def _best(self, query: SearchQuery, vector: NDArray[np.float32] | None, last: int) -> list[int]:
        asked = bool(query.text or query.phrases)
        if not asked and vector is None:
            return self._known(self.words.newest(query, last))
        most = min(max(_FUSED, 2 * last), max(_MOST_FUSED, last))
        by_words = weighed(*self.words.ranked(query, most))
        if vector is None:
            return self._known(list(by_words))
        likely = self._likely(query, vector, most, max(_LIKELY, last))
        every = np.array(self._known(list(dict.fromkeys([*by_words, *likely]))), np.int64)
        return fused(every.tolist(), by_words, self.rows.cosines(vector, every).tolist())

    def _likely(self, query: SearchQuery, vector: NDArray[np.float32], most: int, fewer: int) -> list[int]:
        """Return the nearest rows that meet the conditions: `most` of them, or `fewer` under broad conditions."""
        if not query.conditional:
            return nearest(self.rows, vector, most)[0]
        some, count = self.words.fulfilling(query, _COUNTABLE)
        if count <= _COUNTABLE:
            allowed = np.zeros(len(self.rows), np.bool_)
            allowed[self._known(some)] = True
            return nearest(self.rows, vector, most, allowed)[0]
        dated = self._dated(query)
        tried = nearest(self.rows, vector, min(2 * fewer * int(dated.sum()) // count, max(_TRIED, fewer)), dated)[0]
        fulfilling = self.words.among(query, tried)
        return [row for row in tried if row in fulfilling][:fewer]

    def _dated(self, query: SearchQuery) -> NDArray[np.bool_]:
        """Return a mask of the rows within the query's days; all if it has none."""
        if query.first is None and query.last is None:
            return np.ones(len(self.rows), np.bool_)
        first, last = query.first or date.min, query.last or date.max
        return (self.rows.days >= first.toordinal()) & (self.rows.days <= last.toordinal())

    def _known(self, rows: Sequence[int]) -> list[int]:
        """Drop rows of a commit made between reading the text index and reading the rows."""
        return [row for row in rows if row < len(self.rows)]

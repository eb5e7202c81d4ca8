"""One commit of the index, queried by embedding."""

from collections.abc import Collection, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from bot.domain.frozen import frozen
from bot.domain.search_query import SearchQuery
from bot.papers.index_port import Near
from bot.search.index.nearest import nearest
from bot.search.index.row_file import Rows
from bot.search.index.text_index import TextReader
from bot.search.index.vector_rows import VectorRows

_MIN_NEAREST, _MIN_TRIED = 100, 1_000
"""Rows selected by embedding under broad conditions, and rows tried for that, which is slow."""
_MAX_COMPARED = 3_000
"""If the conditions leave at most this many papers, all are compared; otherwise the nearest ones are tried."""


@frozen
class VectorSearch:
    """The commit's words and rows, with the vectors of the rows."""

    words: TextReader
    rows: Rows
    vectors: VectorRows

    def near(self, vector: NDArray[np.float32], limit: int, before: date | None, but: Collection[str]) -> list[Near]:
        """Return the papers nearest to a unit-length vector, dated before the day, without those in `but`."""
        allowed = None
        if before:
            allowed = (self.vectors.days > 0) & (self.vectors.days < before.toordinal())
        found, cosines = nearest(self.vectors, vector, limit + len(but), allowed)
        ids = self.rows.ids(found)
        near = [Near(id, cosine) for id, cosine in zip(ids, cosines, strict=True) if id not in but]
        return near[: max(limit, 0)]

    def cosines(self, vector: NDArray[np.float32], rows: Sequence[int]) -> list[float]:
        """Return the cosines of a unit-length vector and each of `rows`."""
        return list(map(float, self.vectors.cosines(vector, np.array(rows, np.int64))))

    def preselect(self, query: SearchQuery, vector: NDArray[np.float32], most: int, fewer: int) -> list[int]:
        """Return the nearest rows that meet the conditions: `most` of them, or `fewer` under broad conditions."""
        if not query.conditional:
            return nearest(self.vectors, vector, most)[0]
        some, count = self.words.fulfilling(query, _MAX_COMPARED)
        if count <= _MAX_COMPARED:
            allowed = np.zeros(len(self.rows), np.bool_)
            allowed[self.rows.existing(some)] = True
            return nearest(self.vectors, vector, most, allowed)[0]
        in_days, least = self._in_days(query), max(_MIN_NEAREST, fewer)
        number = min(2 * least * int(in_days.sum()) // count, max(_MIN_TRIED, least))
        tried = nearest(self.vectors, vector, number, in_days)[0]
        fulfilling = self.words.among(query, tried)
        return [row for row in tried if row in fulfilling][:least]

    def _in_days(self, query: SearchQuery) -> NDArray[np.bool_]:
        """Return a mask of the rows within the query's days; all if it has none."""
        if query.first is None and query.last is None:
            return np.ones(len(self.rows), np.bool_)
        first, last = query.first or date.min, query.last or date.max
        return (self.vectors.days >= first.toordinal()) & (self.vectors.days <= last.toordinal())

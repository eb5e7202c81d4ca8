"""One commit of the index: queries by words, by embedding, and by both."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from bot.domain.search_query import SearchQuery
from bot.papers.index_port import Near
from bot.search.index.fusion import fuse, score_words
from bot.search.index.row_file import Rows
from bot.search.index.text_index import TextReader

if TYPE_CHECKING:  # numpy takes 12 MB, which a bot without an embedding model does without
    import numpy as np
    from numpy.typing import NDArray

    from bot.search.index.vector_search import VectorSearch

_MIN_FUSED = 300
"""Rows of each ranking that are fused; later pages continue by words."""
_MAX_FUSED = 2_000


@dataclass(frozen=True)
class Snapshot:
    """The state that one search sees from beginning to end."""

    words: TextReader
    rows: Rows

    @cached_property
    def by_vector(self) -> "VectorSearch":
        """Queries by embedding; loads numpy."""
        from bot.search.index.vector_rows import VectorRows  # noqa: PLC0415 - see above
        from bot.search.index.vector_search import VectorSearch  # noqa: PLC0415

        return VectorSearch(self.words, self.rows, VectorRows(self.rows))

    def find(self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0) -> list[str]:
        if limit < 1 or offset < 0:
            return []
        last = offset + limit
        found = self._best_rows(query, vector, last)
        withdrawn = self.rows.withdrawn(found)
        ordered = [row for row, out in zip(found, withdrawn, strict=True) if not out]
        ordered += [row for row, out in zip(found, withdrawn, strict=True) if out]
        return self.rows.ids(ordered[offset:last])

    def begun(self, text: str, limit: int) -> list[str]:
        return self.rows.ids(self.rows.existing(self.words.begun(text, limit))) if limit > 0 else []

    def near(self, vector: "NDArray[np.float32]", limit: int, before: date | None, but: Collection[str]) -> list[Near]:
        return self.by_vector.near(vector, limit, before, but)

    def lacking(self, most: int) -> list[str]:
        return self.by_vector.vectors.lacking(most)

    def _best_rows(self, query: SearchQuery, vector: "NDArray[np.float32] | None", last: int) -> list[int]:
        asked = bool(query.text or query.phrases)
        if not asked and vector is None:
            return self.rows.existing(self.words.newest(query, last))
        most = min(max(_MIN_FUSED, 2 * last), max(_MAX_FUSED, last))
        by_words = score_words(*self.words.ranked(query, most))
        if vector is None:
            return self.rows.existing(list(by_words))
        candidates = self.by_vector.preselect(query, vector, most, last)
        every = self.rows.existing(list(dict.fromkeys([*by_words, *candidates])))
        return fuse(every, by_words, self.by_vector.cosines(vector, every))

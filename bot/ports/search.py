"""Where papers are found by what they say and mean. Errors: `StoreDown`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.paper import Paper
from bot.search_query import SearchQuery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Near:
    """A paper, and how near its vector lies: the cosine, -1 to 1."""

    paper_id: str
    cosine: float


class SearchIndex(Protocol):
    """All papers fetched so far for any channel; an index of them, which may be lost and is made again."""

    async def add(self, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Takes in papers, or their newer versions, with the vectors that are known, by id."""
        ...

    async def find(
        self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0
    ) -> Sequence[str]:
        """The ids that answer best, best first; `vector` is what `query.text` means, None where nobody can tell."""
        ...

    async def count(self, query: SearchQuery) -> int:
        """How many papers hold all words of `query.text` and fulfil its conditions."""
        ...

    async def near(
        self,
        vector: "NDArray[np.float32]",
        limit: int,
        before: date | None = None,
        but: Collection[str] = (),
    ) -> Sequence[Near]:
        """The papers that mean nearly the same, nearest first; `before`: only those submitted before that day (UTC)."""
        ...

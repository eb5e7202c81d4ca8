"""Ports of the search index and of other finders, and a page of the change log. Errors: `StoreDown`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@frozen
class Near:
    """A paper with the cosine of its vector, -1 to 1."""

    paper_id: str
    cosine: float


@frozen
class IndexState:
    """Number of indexed papers, and of those with vectors (`meant`); `whole` if no stored paper is missing.

    An index can be used before it is whole, after it is built or rebuilt.
    """

    papers: int
    meant: int
    whole: bool


class PaperFinder(Protocol):
    """Another service that searches papers. Errors: `SourceDown`."""

    async def search(self, text: str, limit: int) -> Sequence[Paper]:
        """Return papers about `text`, best first, each with its `source`; fields unknown there are empty."""
        ...


class SearchIndex(Protocol):
    """Index of all stored papers; it may be lost, and is then rebuilt."""

    async def add(self, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Add papers or newer versions, with the available vectors by id.

        Stored papers are added by `catch_up`.
        """
        ...

    async def find(
        self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0
    ) -> Sequence[str]:
        """Return the best ids, best first; `vector` is the embedding of `query.text`, None if there is none.

        Without words, newest first. Withdrawn papers come last.
        """
        ...

    async def begun(self, text: str, limit: int) -> Sequence[str]:
        """Return completions, newest first; withdrawn papers come last.

        Titles have all words of `text`, the last as a prefix, or ids start with it. Uses the state of the last
        `catch_up` without waiting for a new one.
        """
        ...

    async def count(self, query: SearchQuery) -> int:
        """Return the number of papers with all words of `query.text` and its conditions."""
        ...

    async def near(
        self,
        vector: "NDArray[np.float32]",
        limit: int,
        before: date | None = None,
        but: Collection[str] = (),
    ) -> Sequence[Near]:
        """Return the nearest papers, nearest first, without those in `but`.

        `before`: only papers submitted before that day (UTC), or announced before it if submission isn't known.
        """
        ...

    async def catch_up(self) -> None:
        """Add everything stored since the last call, and older papers that are missing.

        Returns when done, or if another process is doing it.
        """
        ...

    async def lacking(self, most: int) -> Sequence[str]:
        """Return ids of papers without a vector in the index, newest first."""
        ...

    async def state(self) -> IndexState:
        """Return the state of the index."""
        ...


@frozen
class LogPage:
    """Changed papers in the order of the log, and the position after them."""

    ids: tuple[str, ...]
    position: str

"""Where papers are found by what they say and mean, and the log that tells which have changed. Errors: `StoreDown`."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Near:
    """A paper, and how near its vector lies: the cosine, -1 to 1."""

    paper_id: str
    cosine: float


@dataclass(frozen=True, slots=True)
class IndexState:
    """How many papers can be found by words, and how many of them by meaning; `whole`: none that is kept is missing.

    An index that is made for the first time, or again, is asked before it is whole.
    """

    papers: int
    meant: int
    whole: bool


class PaperFinder(Protocol):
    """Another service that finds papers, by its own lights. Errors: `SourceDown`."""

    async def search(self, text: str, limit: int) -> Sequence[Paper]:
        """Papers about `text`, best first, each with its `source`; what they lack isn't known there."""
        ...


class SearchIndex(Protocol):
    """All papers fetched so far for any channel; an index of them, which may be lost and is made again."""

    async def add(self, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Takes in papers, or their newer versions, with the vectors that are known, by id.

        What the paper store keeps comes by itself; see `catch_up`.
        """
        ...

    async def find(
        self, query: SearchQuery, vector: "NDArray[np.float32] | None", limit: int, offset: int = 0
    ) -> Sequence[str]:
        """The ids that answer best, best first; `vector` is what `query.text` means, None where nobody can tell.

        Where nothing is asked for but conditions, the newest first. What was withdrawn comes last.
        """
        ...

    async def begun(self, text: str, limit: int) -> Sequence[str]:
        """The ids of papers that somebody may be about to name, newest first; what was withdrawn comes last.

        Their titles hold all words of `text`, of which the last may only be begun, or their ids begin so. For who
        types: as of the last time it caught up, for which it doesn't wait.
        """
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
        """The papers that mean nearly the same, nearest first; `before`: only those submitted before that day (UTC),
        or announced where that isn't known."""
        ...

    async def catch_up(self) -> None:
        """Takes in all that the stores have kept since, and of what they kept before what isn't in it yet.

        Returns when that is done, or another process is at it.
        """
        ...

    async def lacking(self, most: int) -> Sequence[str]:
        """The ids of papers that can't be found by their meaning yet, the newest first."""
        ...

    async def state(self) -> IndexState:
        """What is in it."""
        ...


@dataclass(frozen=True, slots=True)
class LogPage:
    """Papers that have changed, in the order of the log, and the position behind them."""

    ids: tuple[str, ...]
    position: str

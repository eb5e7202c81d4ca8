"""What many people read elsewhere, and where that is remembered. Errors: `SourceDown`; `StoreDown` of the store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.trend import Listing, Period, Upvoted


class Popular(Protocol):
    """Hugging Face's papers. Its days are its own dates, on which it lists a paper days after arXiv announced it."""

    async def listed(self, period: Period) -> tuple[Upvoted, ...]:
        """All that it lists for that period, most upvotes first; empty at weekends, and where the day has only begun.

        Answers within seconds or raises SourceDown, its kind SourceBusy where it asked to wait.
        """
        ...


class UpvoteStore(Protocol):
    """The lists as they were last read. All of it may be lost."""

    async def keep(self, listing: Listing) -> None:
        """Stores the list's best, and the upvotes of all its papers."""
        ...

    async def listing(self, period: Period) -> Listing | None:
        """What was kept of that period, if it was."""
        ...

    async def asked(self, days: Iterable[date]) -> Mapping[date, datetime]:
        """When the list of each of these days was last read, where it was."""
        ...

    async def upvotes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Those of the papers that were ever listed lately, by id."""
        ...

    async def rest(self, seconds: float) -> None:
        """Notes that the source is to be left alone for so long, by all processes."""
        ...

    async def resting(self) -> bool:
        """Whether it is, as it failed or asked for it."""
        ...

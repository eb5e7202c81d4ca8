"""What many people read these days. No errors: what isn't known is said."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.digest import Match


@dataclass(frozen=True, slots=True)
class Trending:
    """The best of the last days, each with its reason in words; `missing` is a sentence where the source was down."""

    papers: tuple[Match, ...] = ()
    missing: str = ""


class Trends(Protocol):
    """Tells what is trending."""

    async def until(self, now: datetime) -> Trending:
        """What is trending at `now` (UTC) and was in the days before; within seconds, never raises."""
        ...


class NoTrends:
    """Where nobody knows: nothing, and nothing is missing."""

    async def until(self, now: datetime) -> Trending:  # noqa: ARG002
        """See `Trends.until`."""
        return Trending()


NO_TRENDS = NoTrends()

"""Digests of several messages, due in many channels of both platforms, and their results."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from bot.domain.paper import Paper
from support.bot_process import Ended, paperlark
from support.loopback_world import Room, World, a_world, at, paper

TUESDAY, NINE = date(2026, 9, 1), at("2026-09-01 09:00")
PLATFORMS = ("slack", "discord")
MANY = 60
LONG_TITLE = (
    "On the Unreasonable Length of the Titles That Are Given to Papers Whose Authors Could Not Agree on One, " * 4
).strip(", ")


def many_papers(day: date = TUESDAY, number: int = MANY, **changes: object) -> list[Paper]:
    """Return papers for several messages on each platform, all by a followed author."""
    return [paper(f"2609.{10000 + n}", day, title=f"{n}: {LONG_TITLE}", **changes) for n in range(number)]


@dataclass(frozen=True)
class Tally:
    """Content of the channels; `lost` counts papers, `doubled` papers and whole messages sent twice."""

    channels: int
    messages: int
    lost: int
    doubled: int


@dataclass
class Due:
    """A digest due in every room at `at`, or at the real current time."""

    world: World
    rooms: Sequence[Room]
    papers: Sequence[Paper]
    at: datetime | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """Return the `once` command for the digests' time."""
        return ("once", "--at", self.at.isoformat()) if self.at else ("once",)

    async def once(self) -> Ended:
        """Run it as cron does."""
        return await paperlark(*self.command, settings=self.world.settings)

    @property
    def delivered(self) -> bool:
        """Return True if every channel received every paper."""
        return self.tally.lost == 0

    @property
    def tally(self) -> Tally:
        """Count the current content."""
        messages = lost = doubled = 0
        wanted = {paper.id for paper in self.papers}
        for room in self.rooms:
            texts, told = [message.text for message in room.digests], room.papers
            messages += len(texts)
            lost += len(wanted - set(told))
            doubled += max(len(told) - len(set(told)), len(texts) - len(set(texts)))
        return Tally(len(self.rooms), messages, lost, doubled)


@asynccontextmanager
async def digests_due(
    home: Path, channels: int, papers: int = MANY, now: bool = False, redis_url: str = ""
) -> AsyncIterator[Due]:
    """Set up digests of so many papers in so many channels a platform; 50 papers need several messages."""
    async with a_world(home, redis_url) as world:
        rooms = [world.room(platform, f"C{number}") for platform in PLATFORMS for number in range(1, channels + 1)]
        instant = datetime.now(UTC) if now else NINE
        due, options = (f"{instant - timedelta(minutes=2):%H:%M}", " days=mon-sun") if now else ("09:00", "")
        before = instant - timedelta(hours=23 if now else 21)
        day = instant.date()
        listed = many_papers(day, papers, published=instant) if now else many_papers(day, papers)
        world.announces(day, listed, "new" if now else "")
        for room in rooms:
            await room.says(f"/digest on {due} UTC top=50{options}", before)
            followed = await room.says("/follow Ada Lovelace", before)
            assert "now follows" in followed.text, followed
        yield Due(world, rooms, listed, None if now else NINE)

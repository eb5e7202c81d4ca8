"""The lines of a backup: a header, then one a channel, all of them checked before any is used."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from bot.app.backup.record import Kept, read_line
from bot.app.backup.schema import Instant, Shape, Unsound, read_shape
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.wording import count
from bot.ranking.store.feedback import FeedbackStore

VERSION = 1
REMEMBERED = timedelta(days=40)
"""How long before a channel's last delivery what it was told of is kept: catching up and overlap reach 14 days back."""

LONGEST_LINE = 8 * 1024 * 1024
"""Bytes: more than a channel that hears of every paper of arXiv fills in 40 days (about half a megabyte)."""
MOST_LINES = 100_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line, counted from 1, in words for a person."""

    number: int
    what: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.number}: {'; '.join(self.what)}"


@dataclass(frozen=True, slots=True)
class Backup:
    """What is kept, in the stores and out of them again."""

    channels: ChannelStore
    ledger: Ledger
    tastes: FeedbackStore

    async def all(self) -> AsyncIterator[Kept]:
        """Every channel with anything set, in an order that stays. Raises StoreDown."""
        known = {channel.place: channel for channel in await self.channels.all()}
        known |= {one: await self.channels.get(one) for one in await self.tastes.places() if one not in known}
        for place in sorted(known, key=_order):
            # After the channel: a digest begun in between may be built again, but none of its papers said again.
            told = remembered(await self.ledger.delivered_at(place))
            yield Kept(known[place], told, await self.tastes.feedback(place))

    async def restore(self, kept: Kept) -> None:
        """Adds its follows, mutes and opinions and replaces its settings; harmless when repeated. Raises StoreDown."""
        await self.tastes.keep(kept.channel.place, kept.opinions)
        await self.channels.restore(kept.channel, kept.delivered)


def write_header(made: datetime, channels: int) -> str:
    """The first line, without its end. By the number of `channels` that follow, a file that was cut off is known."""
    instant = made.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps({"paperlark": VERSION, "made": instant, "channels": channels})


def read_backup(lines: Iterable[bytes]) -> Iterator[Kept | Fault]:
    """What the lines hold, or what is wrong with each, in their order. Never raises.

    The lines of another version aren't looked at: they may mean anything.
    """
    places: dict[Place, int] = {}
    number, channels = 0, None
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES:
            yield Fault(number, (f"is one too many: more than {MOST_LINES:,} lines",))
            return
        try:
            _bounded(line)
            if number == 1:
                channels = _read_header(line)
            else:
                yield _first(read_line(line), number, places)
        except _Foreign as foreign:
            yield Fault(number, foreign.faults)
            return
        except Unsound as unsound:
            yield Fault(number, unsound.faults)
    if not number:
        yield Fault(1, ("is missing: there is nothing to import",))
    elif channels is not None and channels != number - 1:
        yield Fault(number, (f"is the last, but the header says {count(channels, 'channel')}: something is cut off",))


def cut(stream: BinaryIO) -> Iterator[bytes]:
    """The lines of `stream`, of which one too long comes as its beginning only, and no more than could be read."""
    for _ in range(MOST_LINES + 1):
        line = rest = stream.readline(LONGEST_LINE + 1)
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        if not line:
            return
        yield line


def remembered(delivered: Mapping[str, datetime]) -> dict[str, datetime]:
    """What was delivered within 40 days before the last of it: whenever it is asked, the answer is the same."""
    oldest = max(delivered.values(), default=datetime.max.replace(tzinfo=UTC)) - REMEMBERED
    return {paper_id: at for paper_id, at in delivered.items() if at >= oldest}


class _Foreign(Unsound):
    """Not what this version can read."""


class _Version(BaseModel):
    model_config = ConfigDict(strict=True)
    paperlark: int


class _Header(Shape):
    paperlark: int
    made: Instant
    channels: Annotated[int, Field(ge=0)] | None = None


def _read_header(line: bytes) -> int | None:
    """How many channels follow, where it says so."""
    try:
        version = read_shape(_Version, line).paperlark
    except Unsound:
        raise Unsound('should be the header: {"paperlark": 1, "made": "2026-08-11T09:00:00+00:00"}') from None
    if version != VERSION:
        raise _Foreign(f"this is version {version} of the format, and this Paperlark reads version {VERSION}")
    return read_shape(_Header, line).channels


def _bounded(line: bytes) -> None:
    if len(line) > LONGEST_LINE:
        raise Unsound(f"is longer than {LONGEST_LINE:,} bytes")


def _first(kept: Kept, number: int, places: dict[Place, int]) -> Kept:
    """`kept`, whose place no line before had; raises Unsound."""
    before = places.setdefault(kept.channel.place, number)
    if before != number:
        raise Unsound(f"is about the same channel as line {before}")
    return kept


def _order(place: Place) -> tuple[str, str, str]:
    return place.platform, place.team, place.channel

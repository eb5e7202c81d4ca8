"""A backup file: a header line, then one line per channel. All lines are checked before any is used."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, BinaryIO

from pydantic import BaseModel, ConfigDict, Field

from bot.app.backup.record import Kept, read_line
from bot.app.backup.schema import Instant, Shape, Unsound, read_shape
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.wording import count
from bot.ranking.store.feedback import FeedbackStore

VERSION = 1
REMEMBERED = timedelta(days=40)
"""Age limit of backed-up deliveries, counted back from a channel's last. Catch-up and overlap reach 14 days back."""

LONGEST_LINE = 32 * 1024 * 1024
"""Bytes: more than a channel fills that receives every arXiv paper in 40 days (half a megabyte) and has all 5,000 saved
papers with the longest notes (16 megabytes)."""
MOST_LINES = 100_000


@frozen
class Fault:
    """The errors of one line, numbered from 1, as sentences for a person."""

    number: int
    what: tuple[str, ...]

    def __str__(self) -> str:
        return f"line {self.number}: {'; '.join(self.what)}"


@frozen
class Backup:
    """Export from the stores and import into them."""

    channels: ChannelStore
    ledger: Ledger
    tastes: FeedbackStore

    async def all(self) -> AsyncIterator[Kept]:
        """Yield every channel with any settings, in a stable order. Raises StoreDown."""
        known = {channel.place: channel for channel in await self.channels.all()}
        known |= {one: await self.channels.get(one) for one in await self.tastes.places() if one not in known}
        for place in sorted(known, key=_order):
            # Read after the channel: a digest opened in between may be built again, but none of its papers is repeated.
            told = remembered(await self.ledger.delivered_at(place))
            yield Kept(known[place], told, await self.tastes.feedback(place))

    async def restore(self, kept: Kept) -> None:
        """Add its follows, mutes and feedback and replace its settings; safe to repeat. Raises StoreDown."""
        await self.tastes.keep(kept.channel.place, kept.opinions)
        await self.channels.restore(kept.channel, kept.delivered)


def write_header(made: datetime, channels: int) -> str:
    """Return the first line, without its line end. The number of `channels` reveals a file that was cut off."""
    instant = made.astimezone(UTC).isoformat(timespec="seconds")
    return json.dumps({"paperlark": VERSION, "made": instant, "channels": channels})


def read_backup(lines: Iterable[bytes]) -> Iterator[Kept | Fault]:
    """Yield the content of each line, or its errors, in order. Never raises.

    Lines of another version are skipped, since their meaning is unknown.
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
    """Yield the lines of `stream`, at most one more than allowed; a line that is too long is truncated."""
    for _ in range(MOST_LINES + 1):
        line = rest = stream.readline(LONGEST_LINE + 1)
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(LONGEST_LINE)
        if not line:
            return
        yield line


def remembered(delivered: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the deliveries of the 40 days before the last one. The result doesn't depend on the current time."""
    oldest = max(delivered.values(), default=datetime.max.replace(tzinfo=UTC)) - REMEMBERED
    return {paper_id: at for paper_id, at in delivered.items() if at >= oldest}


class _Foreign(Unsound):
    """A file that this version can't read."""


class _Version(BaseModel):
    model_config = ConfigDict(strict=True)
    paperlark: int


class _Header(Shape):
    paperlark: int
    made: Instant
    channels: Annotated[int, Field(ge=0)] | None = None


def _read_header(line: bytes) -> int | None:
    """Return the header's number of channels; None if it states none."""
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
    """Return `kept` if no earlier line has the same place; else raise Unsound."""
    before = places.setdefault(kept.channel.place, number)
    if before != number:
        raise Unsound(f"is about the same channel as line {before}")
    return kept


def _order(place: Place) -> tuple[str, str, str]:
    return place.platform, place.team, place.channel

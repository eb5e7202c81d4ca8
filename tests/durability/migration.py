"""A Redis is moved in the middle of a week, with `paperlark export | paperlark import` into an empty one.

Every list in every channel answers afterwards as before, and the digests go on as if nothing had happened: also in a
channel that was archived before the move, is opened again after it, and is owed some days.
"""

import asyncio
import sys
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from pathlib import Path

from bot.domain.card import Card
from bot.infra.redis.embedded import embedded_valkey
from durability.arxiv_faults import READERS
from durability.promise import Figure, Promise, Size
from durability.replay import Delivered, Reader, Wish, compare, recorded, summed
from support.bot_process import REPOSITORY, Ended, environment
from support.loopback_world import World, a_world
from support.servers.redis_cluster import running_server

MORNING, NOON = time(9, tzinfo=UTC), time(12, tzinfo=UTC)
ARCHIVED = Reader("slack", "C7", (Wish("category", "q-bio.NC"), Wish("topic", "time series")))
SWITCHED_OFF = Reader("discord", "C8", (Wish("category", "cs.CL"), Wish("author", "Bernhard Schölkopf")))
WEEKLY = Reader("discord", "C9", (Wish("author", "Joy Bose"),), "07:30 Asia/Kathmandu top=7 days=mon lang=de cross=off")
CHANNELS = (*READERS, ARCHIVED, SWITCHED_OFF, WEEKLY)
MUTED = ("/mute “perpetual motion machines”", "/mute Éva <@U1>")
OWED_DAYS = 4
"""Mornings before the move without a digest in the archived channel: within the catch-up week."""
LISTS = ("/following", "/paperlark")
STORES = ("embedded", "redis-server")

# Whoever moves to a server of their own sets REDIS_URL for the second command only.
_PIPE = '"$PYTHON" -m adapters export | PAPERLARK_HOME="$TO_HOME" REDIS_URL="$TO_URL" "$PYTHON" -m adapters import'


@dataclass
class Moved:
    """What was the same and what wasn't; `past_digests` holds, of each delivered day, whether `/digest` tells the same
    papers once arXiv was read again: a backup holds what a channel was told of, not each digest."""

    store: str
    code: int = 0
    said: str = ""
    lists: int = 0
    differing: list[str] = field(default_factory=list)
    past_digests: list[bool] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    outcomes: dict[str, Delivered] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)

    @property
    def figures(self) -> dict[str, object]:
        """Return the rows of the table."""
        return {
            "channels": len(CHANNELS),
            "lists compared": self.lists,
            "lists that answer differently": len(self.differing),
            "messages said again at once": len(self.again),
            **summed(list(self.outcomes.values())),
            "past digests told alike": f"{sum(self.past_digests)} of {len(self.past_digests)}",
        }


async def moved(days: int, a_day: int, store: str = "embedded") -> Moved:
    """Run `days` mornings before the move, and two after it on `store`."""
    story, found = recorded(days + 3, a_day), Moved(store)
    first, *before = list(story.days)[: days + 1]
    after = list(story.days)[days + 1 :]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with AsyncExitStack() as stack:
            old = await stack.enter_async_context(a_world(Path(folder) / "old"))
            old.settings["PAPERLARK_MODEL"] = Path(folder)  # no model there: what is expected is told by words alone
            story.happens(old, first)
            assert (await old.once(_at(first, MORNING))).code == 0
            await _settle(old, first)
            for number, day in enumerate(before):
                if number == max(1, days - OWED_DAYS):
                    old.slack.archived.add(ARCHIVED.channel)
                story.happens(old, day)
                found.codes.append((await old.once(_at(day, MORNING))).code)
            new = await _elsewhere(stack, old, Path(folder), store)
            await _move(old, new, found)
            await _compare(old, new, before[-1], found)
            await _goes_on(new, before[-1], found)
            await _look_back(old, new, before, found)
            for day in after:
                story.happens(new, day)
                found.codes.append((await new.once(_at(day, MORNING))).code)
            for reader in (*READERS, ARCHIVED):
                expected = story.expected(reader, [first, *before, *after])
                found.outcomes[f"{reader.platform} {reader.channel}"] = compare(reader, new, expected)
    return found


async def _settle(world: World, day: date) -> None:
    for reader in CHANNELS:
        await reader.settles(world, _at(day, NOON))
        for text in MUTED:
            await reader.room(world).says(text, _at(day, NOON))
    await SWITCHED_OFF.room(world).says("/digest off", _at(day, NOON))


async def _elsewhere(stack: AsyncExitStack, old: World, folder: Path, store: str) -> World:
    """Open the same world with an empty store."""
    home = folder / "new"
    if store == "redis-server":
        url = stack.enter_context(running_server(folder / "redis")).url
        return replace(old, home=home, settings=old.settings | {"PAPERLARK_HOME": home, "REDIS_URL": url})
    await stack.enter_async_context(embedded_valkey(home))
    return replace(old, home=home, settings=old.settings | {"PAPERLARK_HOME": home})


async def _move(old: World, new: World, found: Moved) -> None:
    """Pipe the two commands as in a shell."""
    there = {"TO_HOME": new.home, "TO_URL": new.settings.get("REDIS_URL", "")}
    named = {"PYTHON": sys.executable, "PYTHONPATH": REPOSITORY, **there}
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_shell(
        _PIPE, stdout=pipe, stderr=pipe, cwd=REPOSITORY, env=environment(old.settings | named)
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    ended = Ended(process.returncode or 0, out.decode(), err.decode())
    found.code, found.said = ended.code, ended.out + ended.err


async def _compare(old: World, new: World, day: date, found: Moved) -> None:
    """Compare every list in every channel."""
    for reader in CHANNELS:
        for text in LISTS:
            was, now_is = [await reader.room(world).says(text, _at(day, NOON)) for world in (old, new)]
            found.lists += 1
            if was != now_is:
                found.differing.append(f"{reader.platform} {reader.channel} {text}: {was.text} / {now_is.text}")


async def _look_back(old: World, new: World, days: list[date], found: Moved) -> None:
    """The digests of the days that `/digest` reaches back to: told from the ledger there, from the follows here."""
    for reader in READERS:
        for day in (day for day in days if (days[-1] - day).days <= 7):
            was, now_is = [await reader.room(world).says(f"/digest {day}", _at(days[-1], NOON)) for world in (old, new)]
            found.past_digests.append(_papers(was) == _papers(now_is))


async def _goes_on(new: World, day: date, found: Moved) -> None:
    """Repeat the morning, which brings nothing; then reopen the archived channel, which asks for its digest."""
    standing = {reader: len(reader.room(new).digests) for reader in CHANNELS}
    found.codes.append((await new.once(_at(day, NOON))).code)
    for reader, before in standing.items():
        found.again += [message.text for message in reader.room(new).digests[before:]]
    new.slack.archived.clear()
    await ARCHIVED.room(new).says(f"/digest on {ARCHIVED.options}", _at(day, time(18, tzinfo=UTC)))


def _papers(card: Card) -> list[object]:
    shown = card.data.get("papers")
    return sorted(str(paper["id"]) for paper in shown) if isinstance(shown, list) else []


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


async def measure(size: Size) -> list[Figure]:
    """Move from one embedded Valkey to another, and to an own redis-server."""
    long = size is Size.LONG
    stories = {store: await moved(12 if long else 3, 300 if long else 100, store) for store in STORES}
    assert all(story.code == 0 for story in stories.values())
    return [
        (f"to {store}: {what}", figure) for store, story in stories.items() for what, figure in story.figures.items()
    ]


MEASUREMENT = Promise("moved", measure)

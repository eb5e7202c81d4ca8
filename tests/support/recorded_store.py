"""A recorded store, written by the commit before the new layout, and that commit's answers from it, for replay.

There are two recordings: `words` has neither an embedding model nor a language model, `meaning` has both.
"""

import difflib
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.infra.redis.embedded import embedded_valkey
from support import store_dump
from support.bot_process import paperlark
from support.recorded_answers import answers, due_digests
from support.recorded_papers import DAYS
from support.recorded_story import NOW, play
from support.recorded_world import RecordedWorld, at, recorded_world

FOLDER = Path(__file__).resolve().parents[1] / "contract" / "recorded"
STORE, ANSWERS = FOLDER / "store-2026-11.json.gz", FOLDER / "answers-2026-11.json.gz"
WAYS = ("words", "meaning")
EXPORT = "export"

Recording = dict[str, Any]


async def record_store(home: Path) -> Recording:
    """Play the week in an empty home, and dump the resulting store."""
    async with recorded_world(home, at("11-16 05:30")) as world:
        await play(world)
        async with Redis.from_url(world.app.redis_url) as client:
            return await store_dump.dump(client, int(NOW.timestamp()))


async def replayed(way: str, home: Path) -> Recording:
    """Return the current code's result from the recorded store: `asked`, then `digests`, each by platform."""
    async with opened_recording(way, home) as world:
        return {"asked": await answers(world, way == "meaning"), "digests": await due_digests(world)}


async def exported(home: Path) -> list[Any]:
    """Return the `paperlark export` of the recorded store, without the header, which contains the time."""
    async with embedded_valkey(home) as url, Redis.from_url(url) as client:
        await store_dump.load(client, read(STORE))
        ended = await paperlark("export", settings={"PAPERLARK_HOME": home})
    return [json.loads(line) for line in ended.out.splitlines()[1:]]


@asynccontextmanager
async def opened_recording(way: str, home: Path) -> AsyncIterator[RecordedWorld]:
    """Yield the recorded store in its own home, opened by the current code on the morning of the recording."""
    async with recorded_world(home, NOW, thinks=way == "meaning", stored=read(STORE)) as world:
        for day in DAYS:
            world.announce(day)
        yield world


def differences(recorded: Recording, found: Recording, where: str = "") -> list[str]:
    """Return the differences from the recording, a diff for each answer. Pure."""
    if isinstance(recorded, dict) and isinstance(found, dict):
        names = dict.fromkeys([*recorded, *found])
        return [one for name in names for one in differences(recorded.get(name), found.get(name), f"{where} › {name}")]
    before, after = (json.dumps(one, indent=1, ensure_ascii=False).splitlines() for one in (recorded, found))
    if before == after:
        return []
    return ["\n".join([f"{where}:", *difflib.unified_diff(before, after, "recorded", "found", n=2, lineterm="")])]


def read(path: Path) -> Recording:
    """Read a fixture."""
    recording: Recording = json.loads(gzip.decompress(path.read_bytes()))
    return recording


def write(path: Path, recording: Recording) -> None:
    """Write a fixture; the same recording gives the same bytes."""
    path.parent.mkdir(exist_ok=True)
    text = json.dumps(recording, ensure_ascii=False, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))

"""Each message loses its reply once, or meets every refusal once: it is posted exactly once."""

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from durability.due_digests import digests_due
from durability.promise import Figure, Promise, Size
from durability.proxied_platforms import Post, refusal, wired
from support.servers.proxy import Fault, Kind

LOST, RESET = "reply lost", "reset"
WAYS = ("500", "503", "429", RESET, LOST)
"""The lost reply comes last: its sender finds the message in the channel and stops."""
MOST_CALLS = 20
"""Calls of `once`, as by cron; each tries for 45 s."""


@dataclass(frozen=True)
class Refusals:
    """Result; `faults` counts the proxies' faults by kind, `attempts` is a message's maximum."""

    ways: Sequence[str]
    channels: int
    messages: int
    lost: int
    doubled: int
    faults: Mapping[str, int]
    attempts: int
    calls: int
    code: int
    seconds: float
    err: str


def fault_of(ways: Sequence[str], post: Post) -> Fault | None:
    """Return the fault of an attempt: the first attempt meets the first way, and so on."""
    if post.attempt >= len(ways):
        return None
    way = ways[post.attempt]
    if way in {LOST, RESET}:
        return Fault(Kind.LOSE if way == LOST else Kind.RESET)
    return refusal(post.platform, int(way))


async def refused(home: Path, ways: Sequence[str], channels: int) -> Refusals:
    """Call `once` until nothing is left, while every message meets all these ways in turn."""
    begun, calls, err = time.monotonic(), 0, ""
    async with (
        digests_due(home, channels) as due,
        wired(due.world, lambda post: fault_of(ways, post)) as wires,
    ):
        code = -1
        while code != 0 and calls < MOST_CALLS:
            ended = await due.once()
            calls, code, err = calls + 1, ended.code, err + ended.err
        tally, most = due.tally, max(wires.attempts.values())
        done = {kind.value: number for kind, number in wires.done.items() if kind is not Kind.PASS}
        seconds = time.monotonic() - begun
        return Refusals(
            ways, tally.channels, tally.messages, tally.lost, tally.doubled, done, most, calls, code, seconds, err
        )


async def _measured(size: Size) -> list[Figure]:
    channels, rows = (10 if size is Size.LONG else 2), list[Figure]()
    for ways in [*((way,) for way in WAYS), WAYS]:
        with tempfile.TemporaryDirectory(prefix="paperlark-", ignore_cleanup_errors=True) as home:
            found = await refused(Path(home), ways, channels)
        what = f"every message: {', then '.join(ways)}"
        faults = sum(found.faults.values())
        figure = (
            f"{found.lost} lost, {found.doubled} doubled of {found.messages} messages in {found.channels} channels; "
            f"{faults} faults, at most {found.attempts} attempts, {found.calls} calls of once, {found.seconds:.0f} s"
        )
        rows.append((what, figure))
    return rows


MEASUREMENT = Promise("lost replies", _measured)

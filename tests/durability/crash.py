"""`once` and `run`, killed (kill -9) at random instants over everything they do: nothing is lost, nothing doubled.

Every home has digests of several messages due in 20 channels, on an embedded store or a redis-server. Its process is
killed again and again, with a start after each kill, until the plan is at its end; the last one is left to finish. The
posts take their random time there and back, so that many kills fall between a message and its receipt.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path

from durability.due_digests import MANY, Due, digests_due
from durability.promise import Figure, Promise, Size
from durability.proxied_platforms import Wires, slowly, wired
from support.bot_process import killed, running
from support.servers.model_server import ModelServer
from support.servers.redis_cluster import BINARY, running_server

GOES_ON_WITHIN_SECONDS = 60.0
LONGEST_SECONDS = 240.0
MODEL_SECONDS = 0.1
LINE_SECONDS = 0.15
SETTLED_SECONDS = 0.4
"""Anything that arrives later isn't the killed process's work."""
NO_LATER_SECONDS = GOES_ON_WITHIN_SECONDS + 5
"""Timeout of a kill that waits for an event."""


@dataclass(frozen=True)
class Blow:
    """The instant of a kill: so many of a kind have happened since the start, and a moment later.

    Digests are built when all papers are summarised, or shortly after a start when they were before.
    """

    kind: str
    count: int
    later_seconds: float

    async def falls(self, seen: "Seen") -> None:
        """Return when it is time to kill."""
        begun = time.monotonic()
        count = self.count + (0 if self.kind == "build" else seen.happened[self.kind])
        while seen.happened[self.kind] < count and time.monotonic() - begun < NO_LATER_SECONDS:
            await asyncio.sleep(0.004)
        await asyncio.sleep(self.later_seconds)


def plan(chance: random.Random, kills: int) -> list[Blow]:
    """Plan one kill at startup or fetch, one during summaries, one around building, and the rest in delivery."""
    early = [chance.choice(("start", "fetch")), "summary", "build"][: max(1, kills // 2)]
    return [_blow(kind, chance) for kind in (*early, *["post"] * (kills - len(early)))]


def _blow(kind: str, chance: random.Random) -> Blow:
    least, most, later_seconds = {
        "start": (0, 0, 3.0),
        "fetch": (1, 2, 0.05),  # feed and API, all archives together
        "summary": (1, MANY, 0.5),
        "build": (1, 1, 1.0),
        "post": (1, 8, 0.3),
    }[kind]
    return Blow(kind, chance.randint(least, most), chance.uniform(0, later_seconds))


@dataclass
class Seen:
    """Traces of the bot in the world."""

    due: Due
    model: ModelServer
    wires: Wires
    phases: Counter[str] = field(default_factory=Counter)
    recoveries: list[float] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    _since: float = 0.0
    _by_then: int = 0

    @property
    def happened(self) -> dict[str, int]:
        """Count events by kind, from the beginning."""
        return {
            "start": 0,
            "fetch": len(self.due.world.arxiv.requests),
            "summary": len(self.model.requests),
            "build": int(self.summarised),
            "post": self.wires.posts,
            "look": self.wires.looks,
        }

    @property
    def summarised(self) -> bool:
        """Return True if the model was asked about every paper."""
        return len(self.model.calls) >= MANY

    def phase(self, before: dict[str, int]) -> str:
        """Return the process's phase, judged by its actions since its start."""
        did = {kind for kind, number in self.happened.items() if number > before[kind]}
        for kind, name in (
            ("post", "delivering"),
            ("look", "looking up"),
            ("summary", "summarising"),
            ("fetch", "fetching"),
        ):
            if kind in did:
                return "building" if name == "summarising" and self.summarised else name
        return "starting, building or waiting for a claim"

    async def killed(self, when: Blow, *command: str) -> bool:
        """Start it and kill it then; return False if it had finished before."""
        before = self.happened
        alive = await killed(*command, settings=self.due.world.settings, when=when.falls(self), log=self.log)
        if alive:
            self.phases[self.phase(before)] += 1
        await self._dies()
        return alive

    async def _dies(self) -> None:
        """Begin a recovery, which the next sign of work ends, or an earlier kill."""
        begun = time.monotonic()
        if self._since:
            self.recoveries.append(begun - self._since)
        await asyncio.sleep(SETTLED_SECONDS)
        self._since, self._by_then = begun, sum(self.happened.values())

    async def watches(self) -> None:
        """Record the time from each kill to the next event."""
        while True:
            await asyncio.sleep(0.02)
            if self._since and sum(self.happened.values()) > self._by_then:
                self.recoveries.append(time.monotonic() - self._since)
                self._since = 0.0


@dataclass(frozen=True)
class Recovery:
    """Result of one home's kills; `phases` counts those that hit a live process."""

    command: str
    store: str
    phases: Counter[str]
    channels: int
    messages: int
    lost: int
    doubled: int
    slowest_seconds: float
    end_seconds: float
    finished: bool
    log: str

    @property
    def kills(self) -> int:
        return self.phases.total()


async def survived(home: Path, command: str, store: str, chance: random.Random, kills: int, channels: int) -> Recovery:
    """Kill `once` or `run` at so many instants in turn, and let the last one finish."""
    with ExitStack() as servers:
        url = servers.enter_context(running_server(home / "redis")).url if store == "redis-server" else ""
        async with (
            digests_due(home, channels, now=command == "run", redis_url=url) as due,
            ModelServer(levers=(f"slow:{MODEL_SECONDS}",)) as model,
            wired(due.world, slowly(chance, LINE_SECONDS)) as wires,
        ):
            due.world.settings |= {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
            seen = Seen(due, model, wires)
            watching = asyncio.create_task(seen.watches())
            for blow in plan(chance, kills):
                if not await seen.killed(blow, *(due.command if command == "once" else ("run",))):
                    break
            begun = time.monotonic()
            finished = await (_once_ends(seen) if command == "once" else _run_ends(seen))
            watching.cancel()
            seconds, tally = time.monotonic() - begun, due.tally
    return Recovery(
        command, store, seen.phases, tally.channels, tally.messages, tally.lost, tally.doubled,
        max(seen.recoveries, default=0.0), seconds, finished, "\n".join(seen.log),
    )  # fmt: skip


async def _once_ends(seen: Seen) -> bool:
    ended = await seen.due.once()
    seen.log.append(ended.err)
    return ended.code == 0


async def _run_ends(seen: Seen) -> bool:
    """Return True if everything was sent and it exited cleanly."""
    async with running(settings=seen.due.world.settings) as bot:
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_SECONDS):
                while not seen.due.delivered:
                    await asyncio.sleep(0.5)
        code = await bot.end()
    seen.log += bot.log
    return code == 0


KINDS = tuple((command, store) for store in ("embedded", "redis-server") for command in ("once", "run"))


async def all_survived(homes: int, kills: int, channels: int, at_once: int, seed: int) -> list[Recovery]:
    """Run so many homes with so many kills each, some concurrently, alternating the kinds."""
    gate, kinds = asyncio.Semaphore(at_once), KINDS if BINARY else KINDS[:2]

    async def one(number: int) -> Recovery:
        async with gate:
            with tempfile.TemporaryDirectory(prefix="paperlark-", ignore_cleanup_errors=True) as home:
                kind = kinds[number % len(kinds)]
                return await survived(Path(home), *kind, random.Random(seed + number), kills, channels)

    return await asyncio.gather(*(one(number) for number in range(homes)))


def figures(recoveries: Sequence[Recovery]) -> list[Figure]:
    """Return the rows of the table."""
    phases = sum((one.phases for one in recoveries), Counter[str]())
    rows: list[Figure] = [("kills that fell on a living process", phases.total())]
    rows += [(f"… {phase}", number) for phase, number in phases.most_common()]
    for command, store in KINDS:
        some = [one for one in recoveries if (one.command, one.store) == (command, store)]
        rows.append((f"… of {command}, {store}", f"{sum(one.kills for one in some)} in {len(some)} homes"))
    for what in ("channels", "messages", "lost", "doubled"):
        rows.append((what, sum(getattr(one, what) for one in recoveries)))
    rows.append(("homes that did not finish", sum(not one.finished for one in recoveries)))
    rows.append(("homes with a traceback in a log", sum("Traceback" in one.log for one in recoveries)))
    slowest = max(one.slowest_seconds for one in recoveries)
    rows.append((f"slowest first sign of work after a kill (≤ {GOES_ON_WITHIN_SECONDS:.0f} s)", f"{slowest:.1f} s"))
    rows.append(("slowest last start to everything said", f"{max(one.end_seconds for one in recoveries):.0f} s"))
    return rows


async def _measured(size: Size) -> list[Figure]:
    long = size is Size.LONG
    homes, kills = (42, 8) if long else (4, 5)
    return figures(await all_survived(homes, kills, channels=10 if long else 4, at_once=4, seed=1))


MEASUREMENT = Promise("crash", _measured)

"""What the bot costs while nobody asks, and how soon it is there: memory, start of `run`, of `demo` and of `ask`."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import psutil

from benchmarks.report import Figures, Row
from benchmarks.speed.commands import Chats, chats
from benchmarks.speed.processes import PAPERLARK, helpers, left, megabytes, seconds_to, started

IDLE_SECONDS = 90.0
LOOK_SECONDS, MOST_WORK_SECONDS = 10.0, 300.0
RESTING = 0.03
"""Share of a processor that a bot uses at most while it rests: its planner looks each two seconds."""
STARTS = 5
MOST_MEGABYTES, MOST_WITHOUT_MODEL, MOST_SECONDS = 220, 130, 3
MOST_SECONDS_OF_DEMO, MOST_SECONDS_OF_ASK = 2, 1

DIGEST_HEADING = " papers for "
"""In the line below the heading of the demo's digest."""


@dataclass(frozen=True)
class _Home:
    """A home with papers: `what` says how many, `sources` where the bot asks for more."""

    folder: Path
    what: str
    sources: Mapping[str, object]

    def settings(self, ours: Chats) -> dict[str, object]:
        return {"PAPERLARK_HOME": self.folder, **self.sources, **ours.settings}


async def memory(folder: Path, what: str, sources: Mapping[str, object], paper_id: str) -> list[Row]:
    """With the sentence model, and again without one."""
    without = {**sources, "PAPERLARK_MODEL": folder / "no-model"}
    rows = await _idle(_Home(folder, what, sources), paper_id, "with the sentence model", MOST_MEGABYTES)
    await left(folder)
    return rows + await _idle(_Home(folder, what, without), paper_id, "without it", MOST_WITHOUT_MODEL)


async def _idle(home: _Home, paper_id: str, kind: str, most: float) -> list[Row]:
    """Side by side, once; the bot has fetched, indexed and embedded before it rests: what it imported stays with it."""
    async with AsyncExitStack() as stack:
        ours, bare = await stack.enter_async_context(chats()), await stack.enter_async_context(chats())
        run = started((*PAPERLARK, "run"), home.settings(ours), "Paperlark is ready")
        bot, _ = await stack.enter_async_context(run)
        empty, _ = await stack.enter_async_context(started(bare.bare_arguments(), {}, "Bare is ready"))
        await ours.slack.answer_to(f"/paper {paper_id}")
        await ours.discord.answer_to(f"/paper {paper_id}")
        await _rests(psutil.Process(bot.pid))
        await asyncio.sleep(IDLE_SECONDS)
        used, least = (Figures((megabytes(psutil.Process(one.pid)),), "MB") for one in (bot, empty))
        others = {_kind(process): megabytes(process) for process in helpers(home.folder) if process.pid != bot.pid}
    about = f"idle {IDLE_SECONDS:g} s after all work and two answers, Slack and Discord, {home.what} in the store"
    rows = [Row(f"{about}: the bot, {kind}", used, least, "empty handlers", goal=most)]
    return rows + [Row(f"… and its {kind}", Figures((size,), "MB")) for kind, size in sorted(others.items())]


async def _rests(process: psutil.Process) -> None:
    """Wait until the bot has nothing to do: papers that are new are fetched, indexed and embedded."""
    async with asyncio.timeout(MOST_WORK_SECONDS):
        while True:
            before = sum(process.cpu_times()[:2])
            await asyncio.sleep(LOOK_SECONDS)
            if sum(process.cpu_times()[:2]) - before < RESTING * LOOK_SECONDS:
                return


async def start(folder: Path, what: str, sources: Mapping[str, object], model: Mapping[str, object]) -> list[Row]:
    """By turns, each time with an embedded Valkey that starts too."""
    home = _Home(folder, what, sources)
    taken: dict[str, list[float]] = {"run": [], "with a model": [], "bare": []}
    async with chats() as ours, chats() as bare:
        for _ in range(STARTS + 1):
            for kind, more in (("run", {}), ("with a model", model)):
                settings = {**home.settings(ours), **more}
                taken[kind].append(await _until_connected((*PAPERLARK, "run"), settings, "Paperlark is ready", ours))
                await left(folder)
            taken["bare"].append(await _until_connected(bare.bare_arguments(), {}, "Bare is ready", bare))
    run, modelled, least = (Figures.s(seconds[1:]) for seconds in taken.values())
    about = f"run, from exec to ready: Slack, Discord, embedded Valkey with {what}"
    return [
        Row(about, run, least, "empty handlers", goal=MOST_SECONDS),
        Row("… and with a model configured", modelled, least, "empty handlers", goal=MOST_SECONDS),
    ]


async def _until_connected(arguments: Sequence[str], settings: Mapping[str, object], words: str, chats: Chats) -> float:
    """Ready is what it says and what both platforms see, whichever is later."""
    async with started(arguments, settings, words) as (_, seconds):
        said_at = monotonic()
        await chats.connected()
        return seconds + monotonic() - said_at


async def commands(folder: Path, sources: Mapping[str, object], paper_id: str) -> list[Row]:
    """Commands that start, answer and end, beside a Python that does nothing."""
    settings = {"PAPERLARK_HOME": folder, **sources}
    demo, least = await _beside_nothing((*PAPERLARK, "demo"), {}, DIGEST_HEADING, folder)
    ask, least_again = await _beside_nothing((*PAPERLARK, "ask", f"/paper {paper_id}"), settings, "", folder)
    nothing = "python -c pass"
    return [
        Row("demo, from exec to the first line of its digest", demo, least, nothing, goal=MOST_SECONDS_OF_DEMO),
        Row('ask "/paper …", a stored paper, from exec to exit', ask, least_again, nothing, goal=MOST_SECONDS_OF_ASK),
    ]


async def _beside_nothing(
    arguments: Sequence[str], settings: Mapping[str, object], words: str, home: Path
) -> tuple[Figures, Figures]:
    taken, nothing = [], []
    for _ in range(STARTS + 1):
        taken.append(await seconds_to(arguments, settings, words))
        await left(home)
        nothing.append(await seconds_to(("-c", "pass"), {}))
    return Figures.s(taken[1:]), Figures.s(nothing[1:])


def _kind(process: psutil.Process) -> str:
    return "embedded Valkey" if "valkey" in process.name() else "keeper"

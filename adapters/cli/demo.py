"""`paperlark demo`: show a real digest of sample papers in the terminal, with no key, no server and no network."""

import argparse
import sys
from contextlib import AsyncExitStack
from datetime import timedelta

from adapters.platforms import messengers
from adapters.terminal.app import Progress, TypedLines, show
from adapters.terminal.handlers import converse
from adapters.terminal.identity import CALLER
from bot.app.bootstrap import Application, opened
from bot.app.demo import SAMPLE_FOLLOWS
from bot.app.demo.arxiv import SampleArxiv
from bot.app.demo.home import demo_home
from bot.app.external import ExternalServices
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.infra.clock import SystemClock
from bot.infra.clock_port import Clock

INTRODUCTION = (
    "Landmark papers, as if arXiv had announced them this morning; their abstracts are retold in our own words."
)


async def main(_: argparse.Namespace, __: Settings) -> int:
    """Show a digest, a paper's card and its summary; then, on a terminal, accept slash commands."""
    clock, sample = SystemClock(), SampleArxiv()
    async with AsyncExitStack() as stack:
        home = await stack.enter_async_context(demo_home())
        with Progress(sys.stderr) as progress:
            progress.say("Starting the embedded Valkey")
            # No model in this folder: embedding the samples would take longer than all the rest.
            own = Settings.model_construct(paperlark_home=home, paperlark_model=home)
            arxiv = ExternalServices(sample, sample, sample)
            speakers = await messengers(own, stack)
            app = await stack.enter_async_context(opened(own, clock, speakers, arxiv))
            await _set_up(app, clock)
            await app.rounds.prepare(progress.say)
        print(f"{INTRODUCTION}\n", flush=True)
        await app.rounds.deliver()
        for text in ("/paper 2312.00752", "/readmore 2312.00752"):
            print(f"\n> {text}\n", flush=True)
            show(await app.core.answer(parse(text), CALLER), sys.stdout)
        if sys.stdin.isatty() and sys.stdout.isatty():
            await _talk(app)
    return 0


async def _set_up(app: Application, clock: Clock) -> None:
    """Set up a team that has followed a few things since yesterday and whose digest is due now."""
    now, yesterday = clock.now(), clock.now() - timedelta(days=1)
    due = (now - timedelta(minutes=1)).time().replace(second=0, microsecond=0)
    table = Timetable(at=due, days=frozenset(range(7)))
    await app.services.channels.set(Channel(CALLER.place, timetable=table, since=yesterday))
    for kind, what in SAMPLE_FOLLOWS:
        await app.services.channels.follow(CALLER.place, Follow(Kind(kind), what, yesterday))


async def _talk(app: Application) -> None:
    from adapters.terminal.render import console_on  # noqa: PLC0415 - rich is slow to import

    await converse(app.core, TypedLines(sys.stdin), console_on(sys.stdout), CALLER)

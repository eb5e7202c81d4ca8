"""Where the time goes inside: fetching a day, split; building the digests of 20 channels; the examples of a follow."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import httpx

from benchmarks.corpus import THE_DAY, Papers
from benchmarks.report import Figures, Row
from benchmarks.speed.a_day import NOW, follows_of
from benchmarks.speed.commands import TimedSlack
from benchmarks.speed.processes import PAPERLARK, started
from benchmarks.speed.timed_world import EACH
from bot.app.bootstrap import opened
from bot.app.demo.arxiv import SampleArxiv
from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Place, Timetable
from bot.infra.clock import FixedClock
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.clients.arxiv.http import arxiv_client
from bot.papers.ingest import Announcements
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from support.servers.arxiv_server import ArxivServer

RUNS = 3
FOLLOWS = 7
LONGEST_ANSWER_SECONDS = 3


@dataclass
class Stopwatch:
    """Adds up what one thing after the other takes."""

    seconds: float = 0.0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Fulfils `ArxivLock` too: arXiv's turn is held for exactly as long as a download takes."""
        began = monotonic()
        try:
            yield
        finally:
            self.seconds += monotonic() - began

    def before(self, part: Any) -> Any:
        """`part`, with its calls timed."""
        return _Timed(part, self)


class _Timed:
    def __init__(self, part: Any, watch: Stopwatch) -> None:
        self._part, self._watch = part, watch

    def __getattr__(self, name: str) -> Callable[..., Any]:
        async def call(*args: Any, **more: Any) -> Any:
            async with self._watch.taken():
                return await getattr(self._part, name)(*args, **more)

        return call


async def fetching(home: Path, day: Papers) -> list[Row]:
    """In this process, from a loopback arXiv in it, whose own time to write its answers counts as download."""
    runs = [await _fetched(home / f"fetch{run}", day) for run in range(RUNS)]
    about = f"fetching {day.what}: "
    return [Row(about + part, Figures.s(run[part] for run in runs)) for part in runs[0]]


async def _fetched(home: Path, day: Papers) -> dict[str, float]:
    clock, download, sources, store = FixedClock(NOW), Stopwatch(), Stopwatch(), Stopwatch()
    async with ArxivServer() as arxiv, httpx.AsyncClient() as http, opened_redis(_settings(home)) as redis:
        arxiv.announce(THE_DAY, day.papers)
        client = arxiv_client(http, download)
        catalogue = sources.before(ArxivCatalogue(client, arxiv.api_url))
        feed = sources.before(ArxivAnnouncements(client, arxiv.rss_url))
        papers = store.before(PaperStore(redis, clock))
        began = monotonic()
        fetched = await Announcements(catalogue, feed, papers, FetchLog(redis), clock).refresh(True, lambda _: None)
        whole = monotonic() - began
    if fetched.new != len(day.papers):
        raise RuntimeError(f"{fetched.new} of {len(day.papers)} papers were fetched: {fetched.missing}")
    parts = {"download": download.seconds, "parse": sources.seconds - download.seconds, "store": store.seconds}
    return {f"all, {len(arxiv.requests)} requests": whole, **parts}


async def digests(home: Path, stocked: Papers) -> list[Row]:
    """From what is stored to the ledger: read, matched, ranked, extracted, written, for new channels every time."""
    taken, sample = [], SampleArxiv()
    for run in range(RUNS):
        now = datetime.now(UTC)
        table = Timetable(at=(now - timedelta(minutes=1)).time().replace(microsecond=0), days=frozenset(range(7)))
        async with opened_redis(_settings(home)) as redis:
            for n, follows in enumerate(follows_of(stocked.papers, now - timedelta(days=8), 2 * EACH)):
                place = Place("slack", f"T{run}", f"C{n}")
                await ChannelStore(redis).set(Channel(place, table, since=now - timedelta(days=1)))
                for follow in follows:
                    await ChannelStore(redis).follow(place, follow)
        async with opened(_settings(home), FixedClock(now), {}, ExternalServices(sample, sample, sample)) as app:
            began = monotonic()
            await app.rounds.prepare()
            taken.append(monotonic() - began)
            left = await app.rounds.deliver()
        if left.elsewhere != 2 * EACH * (run + 1):
            raise RuntimeError(f"not all digests were written: {left}")
    return [Row(f"building {2 * EACH} digests, {stocked.what} of the last 7 days, no model", Figures.s(taken))]


async def examples(home: Path, stocked: Papers, sources: Mapping[str, object]) -> list[Row]:
    """`/follow` by a person in Slack, in a new channel each time."""
    author = next(paper.authors[0] for paper in stocked.papers if paper.authors)
    wishes = {"a category": "cs.LG", "a topic": '"state space models"', "an author": author}
    async with TimedSlack() as slack:
        settings = {"PAPERLARK_HOME": home, **sources, **slack.settings}
        async with started((*PAPERLARK, "run", "--only", "slack"), settings, "Paperlark is ready"):
            taken = {
                kind: [(await slack.times(f"/follow {what}", f"C{kind}{n}")).answer for n in range(FOLLOWS)]
                for kind, what in wishes.items()
            }
    about = f"/follow with examples from {stocked.what} of the last 7 days: "
    return [Row(about + kind, Figures.s(each), goal=LONGEST_ANSWER_SECONDS) for kind, each in taken.items()]


def _settings(home: Path) -> Settings:
    return Settings.model_construct(paperlark_home=home)

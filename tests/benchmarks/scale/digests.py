"""Thousands of digests that are due at once: built from a week's papers into the ledger, and drawn for a platform.

PYTHONPATH=.:tests python -m benchmarks.scale.digests 2000
"""

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time

from adapters.discord.render import draw as draw_for_discord
from adapters.slack.render import draw as draw_for_slack
from benchmarks.corpus import many
from benchmarks.report import Figures, Row
from bot.app.bootstrap import Application, opened
from bot.app.demo.arxiv import SampleArxiv
from bot.app.external import ExternalServices
from bot.app.pipeline import nothing
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.issue import issue_card
from bot.domain.categories import ARCHIVES
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.domain.task import Job, Task
from bot.infra.clock import FixedClock, SystemClock
from bot.infra.spare_memory import loading
from bot.papers.candidate import Candidate
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.follow_index import FollowIndex, wanted_of
from bot.summaries.store.summaries import RedisSummaryStore
from support.corpus_follows import follows_of_papers

NOW = datetime(2026, 6, 5, 9, 0, 30, tzinfo=UTC)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
DAYS, PAPERS = 5, 8_000
EACH = 20
PROCESSES = 2
MOST_MS = 5.0


def places(number: int) -> list[Place]:
    return [Place("slack", f"T{n // 100}", f"C{n}") for n in range(number)]


async def stocked(home: Path, number: int) -> None:
    """A week's papers; `number` channels with 20 follows each, which got yesterday's digest."""
    papers = many().papers[:PAPERS]
    when = {paper.id: NOW - timedelta(days=n % DAYS, hours=9) for n, paper in enumerate(papers)}
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        await PaperStore(redis, SystemClock()).keep(papers)
        await PaperStore(redis, FixedClock(NOW)).announce(when)
        summaries = RedisSummaryStore(redis)
        for paper in papers:
            await summaries.keep(paper, _summary(paper))
        for source in ("feed", "api"):
            for archive in ARCHIVES:
                await FetchLog(redis).done(source, archive, NOW)
        await _subscribe(ChannelStore(redis), papers, when, number)


def _summary(paper: Paper) -> Summary:
    """Return what a model might have said."""
    said = tuple(sentence[:200] for sentence in paper.abstract.split(". ")[:3])
    return Summary("loopback-1", topics=("Machine learning",), key_points=said, gist=paper.title[:140])


async def _subscribe(
    channels: ChannelStore, papers: Sequence[Paper], when: Mapping[str, datetime], number: int
) -> None:
    drawn = follows_of_papers(papers)
    follows = {place: _distinct(islice(drawn, 3 * EACH)) for place in places(number)}
    earlier = [Candidate(paper) for paper in papers if when[paper.id] < NOW - timedelta(days=1)]
    index = FollowIndex()
    numbers = {place: [index.add(wanted_of(follow)) for follow in theirs] for place, theirs in follows.items()}
    rows = index.match(earlier)
    yesterday = NOW.replace(second=0) - timedelta(days=1)
    for place, theirs in follows.items():
        told = {earlier[row].paper.id for number in numbers[place] for row in rows.get(number, ())}
        channel = Channel(place, Timetable(days=frozenset(range(7))), LONG_AGO, last_slot=yesterday, follows=theirs)
        await channels.restore(channel, dict.fromkeys(told, yesterday))


def _distinct(follows: Iterable[Follow]) -> tuple[Follow, ...]:
    """Return 20 of the follows: one category, else people by their names, and phrases of two words or more."""
    found = {follow.key: replace(follow, person=None) for follow in follows}.values()
    categories = [follow for follow in found if follow.kind is Kind.CATEGORY and "." in follow.what]
    others = [one for one in found if one.kind is Kind.AUTHOR or (one.kind is Kind.TOPIC and " " in one.what)]
    return (*categories[:1], *others)[:EACH]


async def built(home: Path, due: Sequence[Place], begin: Callable[[], Awaitable[object]] = nothing) -> dict[str, float]:
    """Seconds of all builds, and of drawing what they wrote for each platform."""
    with loading():  # as each command does
        sample = SampleArxiv()
    settings = Settings.model_construct(paperlark_home=home, paperlark_model=home / "none")
    async with opened(settings, FixedClock(NOW), {}, ExternalServices(sample, sample, sample)) as app:
        await begin()
        began, busy = perf_counter(), process_time()
        await build_all(app, due)
        ended, worked = perf_counter(), process_time()
        told: dict[str, float] = defaultdict(float)
        told |= {"building": ended - began, "building, processor": worked - busy}
        for place in due:
            entry = await app.services.ledger.find(place, NOW.date())
            assert entry, f"no digest in {place}"
            began = process_time()
            draw_for_slack(issue_card(entry.digest))
            between = process_time()
            draw_for_discord(issue_card(entry.digest), entry.digest.key)
            told["Slack"] += between - began
            told["Discord"] += process_time() - between
            told["matches"] += entry.digest.matched
            told["shown"] += len(entry.digest.items)
        return dict(told)


async def build_all(app: Application, due: Iterable[Place]) -> None:
    gate = asyncio.Semaphore(20)

    async def one(place: Place) -> None:
        async with gate:
            await app.jobs.do(Task(Job.BUILD, place, NOW.date()))

    await asyncio.gather(*map(one, due))


async def built_by_two(home: Path, number: int) -> float:
    """Seconds until two processes have built and drawn all for Slack, half each."""
    command = (sys.executable, "-m", "benchmarks.scale.digests", str(number), str(home))
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    both = [await asyncio.create_subprocess_exec(*command, str(part), **pipes) for part in range(PROCESSES)]
    for process in both:
        await process.stdout.readline()  # ready
    for process in both:
        process.stdin.write(b"go\n")
    said = [await process.stdout.readline() for process in both]
    for process in both:
        await process.wait()
    return max(map(float, said))


async def _half(home: Path, number: int, part: int) -> None:
    async def begin() -> None:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)

    told = await built(home, places(number)[part::PROCESSES], begin)
    print(told["building"] + told["Slack"], flush=True)


async def measure(home: Path, number: int) -> list[Row]:
    await stocked(home / "one", number)
    told = await built(home / "one", places(number))
    await stocked(home / "two", number)
    together = await built_by_two(home / "two", number)
    building, slack, discord = (told[part] * 1000 / number for part in ("building, processor", "Slack", "Discord"))
    about = f"{number:,} digests due at once, {EACH} follows each, {PAPERS:,} papers: "
    return [
        Row(f"{about}built and drawn for Slack, processor of each", Figures((building + slack,), "ms"), goal=MOST_MS),
        Row("… of it building", Figures((building,), "ms")),
        Row("… of it drawing for Slack", Figures((slack,), "ms")),
        Row("… drawing for Discord instead", Figures((discord,), "ms")),
        Row("… built and drawn by two processes, until all are, each", Figures((together * 1000 / number,), "ms")),
    ]


if __name__ == "__main__":
    if len(sys.argv) > 2:
        asyncio.run(_half(Path(sys.argv[2]), int(sys.argv[1]), int(sys.argv[3])))
    else:
        with tempfile.TemporaryDirectory(prefix="paperlark-scale-", ignore_cleanup_errors=True) as folder:
            print(asyncio.run(measure(Path(folder), int(sys.argv[1]))))

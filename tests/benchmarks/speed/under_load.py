"""How soon a command is acknowledged while the bot works: digests go out, papers are fetched, embedded and indexed.

PYTHONPATH=.:tests python -m benchmarks.speed.under_load
"""

import asyncio
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic

from benchmarks import corpus
from benchmarks.report import Figures, Row, drawn
from benchmarks.speed.a_day import follows_of
from benchmarks.speed.commands import Chats, chats
from benchmarks.speed.processes import PAPERLARK, started
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.paper import Paper
from support.servers.arxiv_server import ArxivServer
from support.servers.model_server import ModelServer
from support.servers.slack_workspace import TEAM

CHANNELS, SUMMARIES = 100, 20
PAUSE_SECONDS, LONGEST_SECONDS = 0.1, 120.0
MOST_MS = 100.0
_LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


async def measure(home: Path, papers: corpus.Papers, sources: Mapping[str, object]) -> list[Row]:
    """A command each tenth of a second, from the moment that the bot is ready until all digests stand.

    The 99th percentile is over all of these. `home` has papers, none of them indexed; the digests are due at the start.
    """
    await _subscribe(home, papers.papers)
    async with chats() as ours:
        settings = {"PAPERLARK_HOME": home, **sources, **ours.settings}
        async with started((*PAPERLARK, "run"), settings, "Paperlark is ready"):
            newest = papers.papers[-SUMMARIES:]
            asking = [asyncio.create_task(ours.slack.says(f"/paper {paper.id}", f"Q{paper.id}")) for paper in newest]
            taken = await _acknowledged(ours, papers.papers[0].id)
            posted = _standing(ours)
            await asyncio.gather(*asking)
    last = sorted(taken)[int(len(taken) * 0.99)]
    about = (
        f"/paper on Slack while {posted} of {CHANNELS} digests go out, {SUMMARIES} summaries are made, {papers.what}"
    )
    return [
        Row(f"{about} are embedded and indexed: acknowledged, 99th percentile", Figures.ms([last]), goal=MOST_MS),
        Row("… the median", Figures.ms(taken)),
    ]


async def _acknowledged(ours: Chats, paper_id: str) -> list[float]:
    """Seconds until each command was acknowledged; the answers aren't waited for."""
    taken: list[float] = []
    ends = monotonic() + LONGEST_SECONDS
    while (began := monotonic()) < ends and _standing(ours) < CHANNELS:
        asked = await ours.slack.says(f"/paper {paper_id}", wait=False)
        assert asked.ack_seconds is not None, "no acknowledgement within 3 s"
        taken.append(asked.ack_seconds)
        await asyncio.sleep(max(PAUSE_SECONDS - (monotonic() - began), 0))
    return taken


def _standing(ours: Chats) -> int:
    return sum(bool(ours.slack.channel(place.channel)) for place in _places())


async def _subscribe(home: Path, papers: Sequence[Paper]) -> None:
    """Channels with two categories and a topic each, whose digest has been due for a minute."""
    now = datetime.now(UTC)
    due = (now - timedelta(minutes=1)).time().replace(second=0, microsecond=0)
    table = Timetable(at=time(due.hour, due.minute), days=frozenset(range(7)))
    topic = Follow(Kind.TOPIC, "language models that plan", _LONG_AGO)
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        channels = ChannelStore(redis)
        for place, follows in zip(_places(), follows_of(papers, _LONG_AGO, CHANNELS), strict=True):
            since = now - timedelta(days=1)
            theirs = tuple(replace(follow, since=since) for follow in (*follows, topic))
            await channels.restore(Channel(place, table, _LONG_AGO, last_slot=since, follows=theirs), {})


def _places() -> list[Place]:
    return [Place("slack", TEAM, f"C1{n}") for n in range(CHANNELS)]


async def main(home: Path) -> list[Row]:
    """The table alone, as in `make bench`."""
    day, many = corpus.the_day(), corpus.many()
    await corpus.stock(home, many.papers, fetched=False)
    async with ArxivServer() as arxiv, ModelServer() as model:
        model.behave("slow:1.0")
        submitted = datetime.now(UTC) - timedelta(hours=20)
        news = [replace(paper, published=submitted, updated=submitted) for paper in day.papers]
        arxiv.announce(datetime.now(UTC).date(), news)
        sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0}
        sources |= {"ARXIV_OAI_URL": arxiv.oai_url, "DATACITE_URL": "http://127.0.0.1:1"}
        sources |= {"HUGGINGFACE_URL": "http://127.0.0.1:1", "OPENAI_API_KEY": "none"}
        sources |= {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        return await measure(home, many, sources)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="paperlark-load-", ignore_cleanup_errors=True) as folder:
        print(drawn(asyncio.run(main(Path(folder)))))

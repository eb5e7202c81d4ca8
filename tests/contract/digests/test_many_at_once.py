"""Many digests due at once are all built, over a few connections to Redis."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app.bootstrap import opened
from bot.app.demo.arxiv import SampleArxiv
from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.domain.categories import ARCHIVES
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.paper import Paper
from bot.domain.task import Job, Task
from bot.infra.clock import FixedClock
from bot.papers.arxiv_port import SOURCES
from support.builders.sample_cards import NOW

pytestmark = pytest.mark.one_store

CHANNELS, CONNECTIONS = 100, 4
PLACES = [Place("slack", "T1", f"C{n}") for n in range(CHANNELS)]
PAPERS = [
    Paper(f"2605.{n:05}", f"Paper {n}", "We walk.", (f"Ada Number{n}",), (("cs.LG", "math.CO")[n % 2],), NOW)
    for n in range(30)
]


async def test_a_hundred_at_once_need_four_connections(redis_url: str, tmp_path: Path) -> None:
    sample, own = SampleArxiv(), f"{redis_url}?max_connections={CONNECTIONS}"
    settings = Settings.model_construct(
        paperlark_home=tmp_path, paperlark_model=tmp_path / "none", redis_url=SecretStr(own)
    )
    async with opened(settings, FixedClock(NOW), {}, ExternalServices(sample, sample, sample)) as app:
        await _happens(app.services)
        day = NOW.date()
        await asyncio.gather(*(app.jobs.do(Task(Job.BUILD, place, day)) for place in PLACES))

        found: list[Any] = [await app.services.ledger.find(place, day) for place in PLACES]
        assert [entry.digest.matched for entry in found] == [15, 1] * (CHANNELS // 2)


async def _happens(stores: Any) -> None:
    await stores.papers.keep(PAPERS)
    await stores.papers.announce({paper.id: NOW - timedelta(hours=9) for paper in PAPERS})
    for source in SOURCES:
        for archive in ARCHIVES:
            await stores.fetches.done(source, archive, NOW)
    table = Timetable(at=(NOW - timedelta(minutes=1)).time(), days=frozenset(range(7)))
    since = NOW - timedelta(days=20)
    for n, place in enumerate(PLACES):
        wish = (Kind.AUTHOR, "Ada Number7") if n % 2 else (Kind.CATEGORY, "cs.LG")
        await stores.channels.restore(Channel(place, table, since, follows=(Follow(*wish, since),)), {})

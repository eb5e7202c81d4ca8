"""Days on which nobody read arXiv's feeds: what moderation had held up until then is brought all the same, once."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from redis.asyncio import Redis

import bot.papers.backfill
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.paper import Paper
from bot.infra.clock import FixedClock
from bot.papers.backfill import Backfill
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.clients.arxiv.oai import ArxivHarvest
from bot.papers.fetch_status import FetchStatus
from bot.papers.ingest import Announcements
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from support.local_http import local_client
from support.servers.arxiv_clients import OneAtATime, a_paper, quick_client
from support.servers.arxiv_server import ArxivServer

pytestmark = pytest.mark.one_store

TUESDAY = datetime(2026, 5, 12, 9, tzinfo=UTC)
HELD = "2604.00007"


def held_up(submitted_days_ago: int = 25, **changes: object) -> Paper:
    """A paper that lay in moderation for longer than the API is asked back."""
    submitted = TUESDAY - timedelta(days=submitted_days_ago)
    return a_paper(HELD, **{"published": submitted, "updated": submitted} | changes)


class World:
    """arXiv, a store, and processes that start at an instant and fetch."""

    def __init__(self, arxiv: ArxivServer, redis: Redis, http: httpx.AsyncClient, harvests: bool) -> None:
        self.arxiv, self._redis, self._http, self._harvests = arxiv, redis, http, harvests
        self.papers = PaperStore(redis, FixedClock(TUESDAY))
        self.channels = ChannelStore(redis)

    async def refresh(self, at: datetime) -> FetchStatus:
        self.arxiv.requests.clear()
        client = quick_client(self._http, OneAtATime(), attempts=2)
        catalogue = ArxivCatalogue(client, self.arxiv.api_url)
        harvest = ArxivHarvest(client, self.arxiv.oai_url) if self._harvests else None
        news = Announcements(
            catalogue,
            ArxivAnnouncements(client, self.arxiv.rss_url),
            self.papers,
            FetchLog(self._redis),
            FixedClock(at),
            Backfill(harvest, catalogue, self.papers, FetchLog(self._redis), self.channels.all),
        )
        return await news.refresh(True, lambda _: None)

    async def day(self, day: date, papers: Sequence[Paper] = ()) -> None:
        """A usual day: one paper is announced, and what `papers` are."""
        usual = a_paper(f"{day:%y%m}.1{day.day:04}", published=TUESDAY.replace(month=day.month, day=day.day - 1))
        self.arxiv.announce(day, [usual, *papers])

    async def announced(self) -> dict[str, datetime]:
        return await self.papers.announced(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))

    def asked(self, path: str) -> list[dict[str, str]]:
        return [request.params for request in self.arxiv.requests if request.path == path]


@pytest.fixture
async def world(redis_client: Redis) -> AsyncIterator[World]:
    async with ArxivServer() as arxiv, local_client() as http:
        yield World(arxiv, redis_client, http, harvests=True)


@pytest.fixture
async def without_harvest(redis_client: Redis) -> AsyncIterator[World]:
    async with ArxivServer() as arxiv, local_client() as http:
        yield World(arxiv, redis_client, http, harvests=False)


@pytest.mark.parametrize("days_off", [1, 2, 3, 6, 7])
async def test_a_paper_announced_while_the_bot_was_off_is_new_when_it_is_back(world: World, days_off: int) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    back = TUESDAY + timedelta(days=days_off + 1)
    await world.day(back.date())
    fetched = await world.refresh(back)
    assert fetched.settled
    # Its record bears a day, in one of two time zones: the later of the two evenings that it can mean is taken.
    assert datetime(2026, 5, 13, tzinfo=UTC) <= (await world.announced())[HELD] <= datetime(2026, 5, 14, tzinfo=UTC)


async def test_only_the_days_that_were_missed_are_asked_for_and_only_once(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    assert world.asked("/oai") == []
    await world.refresh(TUESDAY + timedelta(days=2))
    assert [question["from"] for question in world.asked("/oai")] == ["2026-05-12", "2026-05-13", "2026-05-14"]
    await world.day(date(2026, 5, 15))
    await world.refresh(TUESDAY + timedelta(days=3))
    assert world.asked("/oai") == []


async def test_after_a_run_in_the_future_the_last_week_is_read_again(world: World) -> None:
    """What was missed until the clock was right again isn't known."""
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.refresh(TUESDAY + timedelta(days=30))
    await world.day(date(2026, 5, 13), [held_up()])
    back = TUESDAY + timedelta(days=3)
    await world.day(back.date())
    await world.refresh(back)
    assert HELD in await world.announced()


async def test_a_first_start_and_a_weekend_are_no_gap(world: World) -> None:
    friday = datetime(2026, 5, 15, 9, tzinfo=UTC)
    world.arxiv.announce(date(2026, 5, 15), [a_paper(published=friday - timedelta(days=2))])
    await world.refresh(friday)
    assert world.asked("/oai") == []
    world.arxiv.feed_day = date(2026, 5, 16)
    for later in (friday + timedelta(days=2), friday + timedelta(days=3)):
        await world.refresh(later)
        assert world.asked("/oai") == []
        world.arxiv.announce(date(2026, 5, 18), [a_paper("2605.10018", published=friday - timedelta(hours=10))])


async def test_a_feed_that_was_down_a_whole_day_is_filled_in(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    world.arxiv.faults = lambda request: "404" if request.path.startswith("/rss") else None
    assert not (await world.refresh(TUESDAY + timedelta(days=1))).complete
    world.arxiv.faults = lambda request: None
    await world.day(date(2026, 5, 14))
    assert (await world.refresh(TUESDAY + timedelta(days=2))).settled
    assert HELD in await world.announced()


async def test_a_feed_that_shows_the_day_before_whatever_its_date_says_counts_as_missed(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    world.arxiv.announced[date(2026, 5, 13)] = world.arxiv.announced[date(2026, 5, 12)]
    await world.refresh(TUESDAY + timedelta(days=1))
    assert HELD not in await world.announced()
    world.arxiv.changed[HELD] = date(2026, 5, 13)
    await world.day(date(2026, 5, 14))
    await world.refresh(TUESDAY + timedelta(days=2))
    assert HELD in await world.announced()


async def test_an_empty_feed_of_one_archive_while_the_api_has_its_papers_counts_as_missed(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    world.arxiv.feed_days["cs"] = date(2026, 5, 1)
    await world.refresh(TUESDAY + timedelta(days=1))
    world.arxiv.feed_days.clear()
    await world.day(date(2026, 5, 14))
    await world.refresh(TUESDAY + timedelta(days=2))
    assert HELD in await world.announced()


@pytest.mark.parametrize(
    "changed",
    [
        {"version": 2},
        {"published": TUESDAY - timedelta(days=90)},
        {"journal_ref": "Nature 1 (2026) 1"},
        {"doi": "10.1000/xyz123"},
    ],
)
async def test_a_paper_that_was_only_changed_on_a_missed_day_is_not_new(
    world: World, changed: dict[str, object]
) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    world.arxiv.papers.append(replace(held_up(), **changed))  # type: ignore[arg-type]
    world.arxiv.changed[HELD] = date(2026, 5, 13)
    await world.refresh(TUESDAY + timedelta(days=3))
    assert HELD not in await world.announced()


async def test_a_paper_seen_before_is_not_new_again_and_what_is_known_of_it_is_renewed(world: World) -> None:
    await world.day(date(2026, 5, 12), [held_up()])
    await world.refresh(TUESDAY)
    first = await world.announced()
    world.arxiv.papers = [replace(p, journal_ref="Nature 1", comment="new") for p in world.arxiv.papers]
    world.arxiv.changed = {HELD: date(2026, 5, 13)}
    await world.refresh(TUESDAY + timedelta(days=3))
    assert await world.announced() == first
    assert (await world.papers.get([HELD]))[HELD].journal_ref == "Nature 1"


async def test_a_harvest_that_is_down_delays_no_digest_is_said_and_comes_later(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    await world.day(date(2026, 5, 14))
    world.arxiv.faults = lambda request: "503" if request.path == "/oai" else None
    fetched = await world.refresh(TUESDAY + timedelta(days=2))
    assert fetched.complete
    assert fetched.missing == ("papers that moderation held up may be missing of the days when arXiv was not read",)
    assert HELD not in await world.announced()
    world.arxiv.faults = lambda request: None
    assert (await world.refresh(TUESDAY + timedelta(days=2, hours=1))).settled
    assert HELD in await world.announced()


async def test_a_gap_is_filled_in_day_by_day_and_gone_on_with_where_it_broke_off(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    world.arxiv.faults = lambda request: "503" if "2026-05-14" in request.query_string else None
    await world.refresh(TUESDAY + timedelta(days=6))
    world.arxiv.faults = lambda request: None
    await world.refresh(TUESDAY + timedelta(days=6, hours=1))
    days = [question["from"] for question in world.asked("/oai")]
    assert (days[0], days[-1]) == ("2026-05-13", "2026-05-18")


async def test_filling_in_ends_in_time_and_is_said_to_be_unfinished(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    monkeypatch.setattr(bot.papers.backfill, "FILL_TIMEOUT", 0.0)
    fetched = await world.refresh(TUESDAY + timedelta(days=3))
    assert (fetched.complete, fetched.settled) == (True, False)
    assert world.asked("/oai") == []


async def test_a_token_that_expires_begins_the_day_again(world: World) -> None:
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [replace(held_up(), id=f"2604.{n:05}") for n in range(150)])
    world.arxiv.forgotten.add("2026-05-13,2026-05-13,100")
    assert (await world.refresh(TUESDAY + timedelta(days=3))).settled
    assert sum(paper_id.startswith("2604.") for paper_id in await world.announced()) == 150


async def follows(world: World, name: str) -> None:
    place = Place("slack", "T1", "C1")
    await world.channels.set(Channel(place, Timetable(), since=TUESDAY))
    await world.channels.follow(place, Follow(Kind.AUTHOR, name, TUESDAY, "U1"))


async def watching_for_weeks(world: World) -> None:
    await world.papers.announce({"2603.00001": TUESDAY - timedelta(days=50)})


async def test_without_a_harvest_the_followed_authors_are_asked_for(without_harvest: World) -> None:
    world = without_harvest
    await watching_for_weeks(world)
    await follows(world, "Ada Lovelace")
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    await world.day(date(2026, 5, 13), [held_up()])
    await world.day(date(2026, 5, 14))
    assert (await world.refresh(TUESDAY + timedelta(days=2))).settled
    assert HELD in await world.announced()
    assert world.asked("/oai") == []


async def test_an_authors_paper_from_before_anybody_listened_is_not_new(without_harvest: World) -> None:
    world = without_harvest
    await follows(world, "Ada Lovelace")
    await world.day(date(2026, 5, 12))
    await world.refresh(TUESDAY)
    world.arxiv.papers.append(held_up())
    await world.day(date(2026, 5, 14))
    await world.refresh(TUESDAY + timedelta(days=2))
    assert HELD not in await world.announced()

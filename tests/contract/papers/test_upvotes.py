"""What others vote for is kept as long as it is useful, on every server the bot may meet, and read when it is due."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.domain.errors import SourceBusy, SourceDown, StoreDown
from bot.domain.paper import Paper
from bot.domain.trend import Listing, Period, Span, Upvoted, period_of
from bot.infra.clock import FixedClock
from bot.infra.http.client import HttpClient
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.clients.huggingface_http import HUGGING_FACE
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import MAX_STORED, UpvoteStore
from bot.papers.upvotes import DAYS, Upvotes
from support.local_http import local_client
from support.servers.huggingface_server import HuggingFaceServer, entry
from support.stored_keys import stored

NOW = datetime(2026, 7, 31, 9, tzinfo=UTC)
FRIDAY = period_of(Span.DAY, NOW.date())
PAPER = Paper("2607.00001", "Attention, again", "We look twice.", ("Yam Eitan",), ("cs.CL",), NOW)


pytestmark = pytest.mark.one_store


def listing(*counts: int | None, period: Period = FRIDAY, asked: datetime = NOW) -> Listing:
    papers = (Upvoted(replace(PAPER, id=f"2607.{n:05}"), count, 2, 8) for n, count in enumerate(counts, start=1))
    return Listing(period, asked, tuple(papers))


@pytest.fixture
def store(redis_client: Redis) -> UpvoteStore:
    return UpvoteStore(redis_client)


async def test_a_list_is_kept_as_it_was_read(store: UpvoteStore) -> None:
    await store.keep(listing(37, None, 0))

    assert await store.listing(FRIDAY) == listing(37, None, 0)
    assert await store.listing(FRIDAY.before) is None
    assert await store.asked([FRIDAY.first, FRIDAY.before.first]) == {FRIDAY.first: NOW}


async def test_a_later_list_takes_the_place_of_the_one_before(store: UpvoteStore) -> None:
    later = listing(40, 1, asked=NOW + timedelta(hours=1))
    await store.keep(listing(37))
    await store.keep(later)

    assert await store.listing(FRIDAY) == later
    assert await store.upvotes(["2607.00001", "2607.00002"]) == {"2607.00001": 40, "2607.00002": 1}


async def test_of_a_long_list_the_best_are_kept_and_the_upvotes_of_all(store: UpvoteStore) -> None:
    long = listing(*range(1000, 0, -1))
    await store.keep(long)

    assert await store.listing(FRIDAY) == replace(long, papers=long.papers[:MAX_STORED])
    assert await store.upvotes([one.paper.id for one in long.papers]) == {
        one.paper.id: one.upvotes for one in long.papers
    }


async def test_what_was_not_said_or_not_listed_has_no_upvotes(store: UpvoteStore) -> None:
    await store.keep(listing(None, 0))

    assert await store.upvotes(["2607.00001", "2607.00002", "2607.00003"]) == {"2607.00002": 0}
    assert await store.upvotes([]) == {}
    assert await store.asked([]) == {}


async def test_nothing_of_it_stays_for_good(store: UpvoteStore, redis_client: Redis) -> None:
    await store.keep(listing(37))
    await store.rest(10**9)

    lives = {name: await redis_client.ttl(name) for name in await stored(redis_client, "lark:upvot*")}
    assert {name: 0 < seconds <= 40 * 24 * 3600 for name, seconds in lives.items()} == dict.fromkeys(lives, True)
    assert len(lives) == 4
    assert lives[keys.UPVOTES_REST] <= 3600


async def test_it_rests_for_as_long_as_was_asked(store: UpvoteStore, redis_client: Redis) -> None:
    assert not await store.resting()
    await store.rest(0.2)
    assert await store.resting()
    await store.rest(280)
    assert 270 < await redis_client.ttl(keys.UPVOTES_REST) <= 280


@pytest.mark.parametrize("damage", [b"", b"\xff\x00", b"[]"])
async def test_what_is_damaged_counts_as_absent(store: UpvoteStore, redis_client: Redis, damage: bytes) -> None:
    await store.keep(listing(37))
    for name in await stored(redis_client, "lark:upvot*"):
        await redis_client.set(name, damage)

    assert await store.listing(FRIDAY) is None
    assert await store.asked([FRIDAY.first]) == {}
    assert await store.upvotes(["2607.00001"]) == {}


async def test_a_store_that_is_gone_is_said(gone_url: str) -> None:
    client = open_redis(gone_url)
    gone = UpvoteStore(client)
    try:
        for call in (gone.keep(listing(1)), gone.listing(FRIDAY), gone.asked([NOW.date()]), gone.upvotes(["2607.1"]),
                     gone.rest(1), gone.resting()):  # fmt: skip
            with pytest.raises(StoreDown):
                await call
    finally:
        await client.aclose()


@dataclass
class Here:
    """The service as it runs, on an embedded store and Hugging Face on loopback."""

    server: HuggingFaceServer
    store: UpvoteStore
    papers: PaperStore
    upvotes: Upvotes
    redis: Redis

    async def awake(self) -> None:
        """As if the time of leaving it alone had passed."""
        await self.redis.delete(keys.UPVOTES_REST)


@pytest.fixture
async def here(redis_client: Redis) -> AsyncIterator[Here]:
    async with HuggingFaceServer() as server, local_client() as http:
        policy = replace(HUGGING_FACE, attempts=2, backoff_seconds=0.01, request_timeout_seconds=1.0)
        store, papers = UpvoteStore(redis_client), PaperStore(redis_client, FixedClock(NOW))
        popular = HuggingFaceClient(HttpClient(http, policy), server.url, timeout_seconds=2.0)
        yield Here(server, store, papers, Upvotes(popular, store, papers), redis_client)


def days(count: int = DAYS + 1) -> list[date]:
    return [NOW.date() - timedelta(days=back) for back in range(count)]


async def test_at_first_today_and_the_last_days_are_due_and_then_none(here: Here) -> None:
    assert list(await here.upvotes.due(NOW)) == days()
    assert await here.upvotes.refresh(NOW) == DAYS + 1
    assert here.server.periods == [day.isoformat() for day in days()]
    assert await here.upvotes.due(NOW) == ()
    assert await here.upvotes.refresh(NOW) == 0


async def test_today_is_due_every_hour_and_a_day_before_every_six(here: Here) -> None:
    await here.upvotes.refresh(NOW)

    assert await here.upvotes.due(NOW + timedelta(minutes=59)) == ()
    assert list(await here.upvotes.due(NOW + timedelta(hours=1))) == days(1)
    assert list(await here.upvotes.due(NOW + timedelta(hours=6))) == days()


async def test_while_nothing_is_due_the_store_is_asked_every_ten_minutes_at_most(here: Here) -> None:
    await here.upvotes.refresh(NOW)
    assert await here.upvotes.due(NOW) == ()
    for name in await stored(here.redis, "lark:upvot*"):
        await here.redis.delete(name)

    assert await here.upvotes.due(NOW + timedelta(minutes=10, seconds=-1)) == ()
    assert list(await here.upvotes.due(NOW + timedelta(minutes=10))) == days()
    assert list(await here.upvotes.due(NOW + timedelta(minutes=1))) == days()


async def test_a_new_day_is_due_as_it_begins(here: Here) -> None:
    evening = NOW.replace(hour=23, minute=58)
    await here.upvotes.refresh(evening)
    assert await here.upvotes.due(evening) == ()
    assert await here.upvotes.due(evening + timedelta(minutes=2)) == (date(2026, 8, 1),)


async def test_a_list_that_was_read_by_a_clock_ahead_of_ours_is_due(here: Here) -> None:
    await here.upvotes.refresh(NOW + timedelta(hours=2))
    assert await here.upvotes.due(NOW + timedelta(hours=2)) == ()
    assert list(await here.upvotes.due(NOW)) == days()


async def test_upvotes_are_told_of_whatever_was_listed(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00001", 37)]
    here.server.lists["2026-07-28"] = [entry("2607.00002", 5)]
    await here.upvotes.refresh(NOW)

    wanted = ["2607.00001", "2607.00002", "2607.00003"]
    assert await here.upvotes.of(wanted) == {"2607.00001": 37, "2607.00002": 5}


async def test_code_that_only_hugging_face_knows_of_goes_to_the_papers_known_here(here: Here) -> None:
    theirs, ours = "https://github.com/lab/theirs", "https://github.com/lab/ours"
    await here.papers.keep([PAPER, replace(PAPER, id="2607.00002", code_url=ours)])
    here.server.lists["2026-07-31"] = [entry(f"2607.0000{n}", githubRepo=theirs) for n in (1, 2, 3)]
    await here.upvotes.refresh(NOW)

    known = await here.papers.get(["2607.00001", "2607.00002", "2607.00003"])
    assert {paper_id: paper.code_url for paper_id, paper in known.items()} == {"2607.00001": theirs, "2607.00002": ours}
    assert known["2607.00001"] == replace(PAPER, code_url=theirs)


async def test_what_arxiv_tells_later_keeps_that_code(here: Here) -> None:
    await here.papers.keep([PAPER])
    here.server.lists["2026-07-31"] = [entry("2607.00001", githubRepo="https://github.com/lab/theirs")]
    await here.upvotes.refresh(NOW)
    await here.papers.keep([replace(PAPER, version=2)])

    assert (await here.papers.get(["2607.00001"]))["2607.00001"].code_url == "https://github.com/lab/theirs"


async def test_after_a_failure_it_is_left_alone_and_what_was_read_is_kept(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00001", 37)]
    here.server.faults.extend(["", "<html>"])
    with pytest.raises(SourceDown):
        await here.upvotes.refresh(NOW)

    assert await here.upvotes.of(["2607.00001"]) == {"2607.00001": 37}
    assert await here.upvotes.due(NOW) == ()
    with pytest.raises(SourceDown, match="left alone"):
        await here.upvotes.refresh(NOW)
    assert len(here.server.asked) == 2
    await here.awake()
    assert list(await here.upvotes.due(NOW)) == days()[1:]


async def test_who_asks_for_a_long_rest_gets_it(here: Here, redis_client: Redis) -> None:
    here.server.fault = "429:280"
    with pytest.raises(SourceBusy):
        await here.upvotes.refresh(NOW)

    assert 270 < await redis_client.ttl(keys.UPVOTES_REST) <= 280
    assert len(here.server.asked) == 1


async def test_a_list_to_be_shown_is_read_again_after_half_an_hour(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00001", 37)]
    await here.upvotes.listing(FRIDAY, NOW)
    await here.upvotes.listing(FRIDAY, NOW + timedelta(minutes=30))
    assert len(here.server.asked) == 1
    later = NOW + timedelta(minutes=31)
    found = (await here.upvotes.listing(FRIDAY, later)).listing
    assert len(here.server.asked) == 2
    assert found
    assert found.asked == later


@pytest.mark.parametrize("fault", ["500", "429:3600", "<html>", "drop", "slow:3"])
async def test_while_it_is_down_the_last_list_is_shown_and_why(here: Here, fault: str) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00001", 37)]
    before = await here.upvotes.listing(FRIDAY, NOW)
    here.server.fault = fault
    after = await here.upvotes.listing(FRIDAY, NOW + timedelta(hours=3))
    again = await here.upvotes.listing(FRIDAY, NOW + timedelta(hours=3))

    assert after.listing == again.listing == before.listing
    assert after.trouble.startswith("Hugging Face ")
    assert again.trouble == "Hugging Face is not answering."


async def test_nobody_waits_longer_than_they_have_patience(here: Here) -> None:
    here.server.fault = "slow:1"
    reading = await here.upvotes.listing(FRIDAY, NOW, 0.05)
    assert (reading.listing, reading.trouble) == (None, "Hugging Face took too long to answer.")


async def test_where_nobody_is_asked_nothing_is_due(here: Here) -> None:
    without = Upvotes(None, here.store, here.papers)
    assert await without.due(NOW) == ()
    assert await without.refresh(NOW) == 0
    assert (await without.listing(FRIDAY, NOW)).trouble == "Hugging Face is not asked here."

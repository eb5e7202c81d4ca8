"""What is new at arXiv, and since when: feed and API together, over a real store."""

import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
from aiohttp import web
from redis.asyncio import Redis

import bot.papers.backfill
import bot.papers.ingest
from bot.domain.categories import ARCHIVES
from bot.domain.channel import Follow, Kind
from bot.infra.clock import FixedClock
from bot.papers.backfill import LEVEL, announced_when
from bot.papers.candidate import Candidate
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.fetch_status import FetchStatus
from bot.papers.ingest import Announcements
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.match import filter_papers
from support.local_http import local_client
from support.servers.arxiv_clients import OneAtATime, a_paper, always, quick_client
from support.servers.arxiv_feeds import query_feed
from support.servers.arxiv_server import ArxivServer, Verbatim

pytestmark = pytest.mark.one_store

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)  # a Tuesday; arXiv announced at 00:00
DAY = date(2026, 5, 12)


class World:
    """arXiv, a store, and a clock that a test sets."""

    def __init__(self, arxiv: ArxivServer, redis: Redis, http: httpx.AsyncClient) -> None:
        self.arxiv, self._redis, self._http = arxiv, redis, http
        self.clock = FixedClock(NOW)

    async def refresh(self, at: datetime = NOW) -> FetchStatus:
        """A process that starts at that instant and fetches."""
        news = self.process(at)
        fetched = await news.refresh(True, lambda _: None)
        await news.enrich()
        return fetched

    def process(self, at: datetime = NOW) -> Announcements:
        """A process that starts at that instant."""
        self.clock = FixedClock(at)
        client = quick_client(self._http, OneAtATime(), attempts=2)
        catalogue = ArxivCatalogue(client, self.arxiv.api_url, page_size=1000)
        feed = ArxivAnnouncements(client, self.arxiv.rss_url)
        return Announcements(catalogue, feed, self.papers, self.fetches, self.clock)

    @property
    def fetches(self) -> FetchLog:
        return FetchLog(self._redis)

    @property
    def papers(self) -> PaperStore:
        return PaperStore(self._redis, self.clock)

    async def announced(self) -> dict[str, datetime]:
        return await self.papers.announced(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def without_math(request: web.Request) -> str | None:
    """The feed fails wherever it includes mathematics."""
    return "html" if "math" in request.path.removeprefix("/rss/").split("+") else None


@pytest.fixture
async def world(redis_client: Redis) -> AsyncIterator[World]:
    async with ArxivServer() as arxiv, local_client() as http:
        yield World(arxiv, redis_client, http)


async def test_a_paper_of_the_feed_is_new_now_whatever_its_date(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(days=40))])
    assert (await world.refresh()).complete
    assert await world.announced() == {a_paper().id: NOW}


async def test_replacements_and_later_cross_listings_are_not_new(world: World) -> None:
    long_ago = NOW - timedelta(days=90)
    world.arxiv.announce(DAY, [a_paper("2601.00001", published=long_ago, version=2)], kind="replace")
    world.arxiv.announce(DAY, [a_paper("2601.00002", published=long_ago)], kind="cross")
    await world.refresh()
    assert await world.announced() == {}


async def test_what_the_feed_misses_the_api_brings(world: World) -> None:
    world.arxiv.papers = [a_paper(published=NOW - timedelta(hours=20))]
    await world.refresh()
    assert await world.announced() == {a_paper().id: datetime(2026, 5, 12, 0, tzinfo=UTC)}


async def test_a_paper_is_new_once_though_both_bring_it_every_day(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(hours=20))])
    await world.refresh()
    first = await world.announced()
    assert (await world.refresh(NOW + timedelta(days=1))).new == 0
    assert await world.announced() == first


async def test_a_paper_held_in_moderation_is_new_on_the_day_it_appears(world: World) -> None:
    await world.refresh()
    world.arxiv.papers = [a_paper(published=NOW - timedelta(days=11))]
    await world.refresh(NOW + timedelta(days=1))
    assert await world.announced() == {a_paper().id: datetime(2026, 5, 13, 0, tzinfo=UTC)}


async def test_after_days_of_downtime_each_paper_has_the_day_arxiv_announced_it(world: World) -> None:
    await world.refresh()
    days = [NOW + timedelta(days=n) for n in (0, 1, 2)]
    world.arxiv.papers = [a_paper(f"2605.1000{n}", published=day) for n, day in enumerate(days)]
    await world.refresh(NOW + timedelta(days=6))
    assert sorted((await world.announced()).values()) == [datetime(2026, 5, day, 0, tzinfo=UTC) for day in (13, 14, 15)]


async def test_all_archives_take_two_requests(world: World) -> None:
    world.arxiv.announce(
        DAY, [a_paper(f"2605.0000{n}", categories=(code,)) for n, code in enumerate(("cs.LG", "hep-th"))]
    )
    assert (await world.refresh()).new == 2
    assert [asked.path.split("/")[1] for asked in world.arxiv.requests] == ["rss", "api"]


async def test_a_feed_that_is_cut_off_is_asked_for_in_halves_and_so_from_then_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.papers.ingest, "MOST_IN_FEED", 3)
    world.arxiv.most_in_feed = 3
    codes = ("cs.LG", "cs.CV", "hep-th", "hep-ph", "q-bio.NC")
    world.arxiv.announce(DAY, [a_paper(f"2605.0000{n}", categories=(code,)) for n, code in enumerate(codes)])
    world.arxiv.papers = []
    assert (await world.refresh()).new == len(codes)
    asked = [request.path for request in world.arxiv.requests if "rss" in request.path]
    world.arxiv.requests.clear()
    await world.refresh(NOW + timedelta(days=1))
    again = [request.path for request in world.arxiv.requests if "rss" in request.path]
    assert (again, len(asked)) == (asked[2:], 5)


async def test_a_paper_new_in_one_archive_is_new_though_another_lists_it_too(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(categories=("math.OC", "cs.LG"))])
    assert (await world.refresh()).new == 1


@pytest.mark.parametrize(("fault", "questions"), [("503", 1), ("html", 3)])
async def test_a_source_that_is_down_is_named_and_asked_no_more_than_three_times(
    world: World, fault: str, questions: int
) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(hours=20))])
    world.arxiv.faults = lambda request: fault if request.path == "/api/query" else None
    fetched = await world.refresh()
    assert fetched.missing == ("arXiv's API did not answer",)
    assert await world.announced() == {a_paper().id: NOW}
    asked = sum(asked.path == "/api/query" for asked in world.arxiv.requests)
    assert asked == 2 * questions  # all archives, then the first half and the second; two attempts each


async def test_one_archive_that_fails_is_named_and_the_others_go_on(world: World) -> None:
    world.arxiv.faults = without_math
    assert (await world.refresh()).missing == ("arXiv's announcement feed did not answer for math",)


async def test_papers_are_new_once_though_the_same_process_looks_again_while_arxiv_rests(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper()])
    world.arxiv.faults = without_math
    news = world.process()
    first, second = [await news.refresh(True, lambda _: None) for _ in range(2)]
    assert (first.new, second.new) == (1, 0)
    assert first.failed == second.failed != FetchStatus().failed


async def test_only_what_failed_is_asked_again(world: World) -> None:
    world.arxiv.faults = without_math
    await world.refresh()
    world.arxiv.faults, world.arxiv.requests = (lambda request: None), []
    assert (await world.refresh()).complete
    assert [asked.path for asked in world.arxiv.requests] == ["/rss/math"]


async def test_a_later_version_that_says_so_is_known_as_withdrawn(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(hours=20))])
    gone = a_paper(version=2, published=NOW - timedelta(hours=20), comment="This paper has been withdrawn.")
    world.arxiv.papers = [gone]
    await world.refresh()
    assert (await world.papers.get([gone.id]))[gone.id].withdrawn


async def test_the_api_is_asked_by_name_for_what_was_held_up_beyond_its_overlap(world: World) -> None:
    weeks_ago = NOW - timedelta(days=40)
    held_up, gone = a_paper("2604.00001", published=weeks_ago), a_paper("2604.00002", published=weeks_ago)
    world.arxiv.announce(DAY, [held_up, gone])
    world.arxiv.papers = [held_up, replace(gone, version=2, comment="This paper has been withdrawn.")]
    await world.refresh()
    known = await world.papers.get([held_up.id, gone.id])
    assert [known[paper.id].published for paper in (held_up, gone)] == [weeks_ago, weeks_ago]
    assert [known[paper.id].withdrawn for paper in (held_up, gone)] == [False, True]


async def test_an_arxiv_that_never_answers_costs_four_questions_in_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.papers.backfill, "ANSWER_TIMEOUT", 0.3)
    world.arxiv.faults = always("slow:60")
    begun = time.monotonic()
    fetched = await world.refresh()
    assert time.monotonic() - begun < 10
    assert fetched.missing == ("arXiv's announcement feed did not answer", "arXiv's API did not answer")
    assert len(world.arxiv.requests) == 4


async def test_what_was_read_before_arxiv_hung_is_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.papers.backfill, "ANSWER_TIMEOUT", 2.0)
    many = [a_paper(f"2605.{n:05}", published=NOW - timedelta(hours=20, minutes=n)) for n in range(1100)]
    world.arxiv.papers = many
    world.arxiv.faults = lambda request: "slow:60" if request.query.get("start") == "1000" else None
    assert (await world.refresh()).missing == ("arXiv's API did not answer",)
    assert len(await world.announced()) == 1000


async def test_near_a_digest_a_round_ends_in_time_and_says_what_it_lacks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.papers.ingest, "ROUND_TIMEOUT", 0.0)
    assert not (await world.refresh()).complete
    assert world.arxiv.requests == []


async def test_nothing_from_the_api_is_no_answer_while_the_feed_announces_papers(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(hours=20))])
    known, world.arxiv.papers = world.arxiv.papers, []
    fetched = await world.refresh()
    assert (fetched.complete, fetched.in_doubt) == (True, ["cs"])
    world.arxiv.papers, world.arxiv.requests = known, []
    assert (await world.refresh()).settled
    assert "cat:cs.*" in world.arxiv.requests[0].params["search_query"]
    assert len(world.arxiv.requests) == 1


async def test_nothing_from_the_api_is_an_answer_where_the_feed_only_has_what_was_held_up(world: World) -> None:
    world.arxiv.announce(DAY, [a_paper(published=NOW - timedelta(days=40), categories=("econ.EM",))])
    assert (await world.refresh()).settled


async def test_a_list_that_ends_in_nothing_is_not_complete(world: World) -> None:
    world.arxiv.papers = [a_paper(f"2605.{n:05}", published=NOW - timedelta(hours=20, minutes=n)) for n in range(1100)]
    nothing = Verbatim(query_feed({"start": "1000"}, [], 0).encode())
    world.arxiv.faults = lambda request: nothing if request.query.get("start") == "1000" else None
    assert (await world.refresh()).missing == ("arXiv's API did not answer for cs",)


async def test_a_paper_new_in_the_feed_and_replaced_in_the_api_is_one_paper(world: World) -> None:
    submitted = NOW - timedelta(hours=20)
    world.arxiv.announce(DAY, [a_paper(published=submitted)])
    world.arxiv.papers = [a_paper(version=2, published=submitted, updated=NOW - timedelta(hours=1))]
    assert (await world.refresh()).new == 1
    world.arxiv.announce(date(2026, 5, 13), [a_paper(version=2, published=submitted)], kind="replace")
    assert (await world.refresh(NOW + timedelta(days=1))).new == 0
    known = (await world.papers.get([a_paper().id]))[a_paper().id]
    assert (known.version, known.published) == (2, submitted)


@pytest.mark.parametrize(
    ("submitted", "last", "announced"),
    [
        (NOW - timedelta(hours=20), None, datetime(2026, 5, 12, tzinfo=UTC)),
        (NOW - timedelta(hours=20), NOW - timedelta(days=2), datetime(2026, 5, 12, tzinfo=UTC)),
        (NOW - timedelta(days=9), NOW - timedelta(days=1), datetime(2026, 5, 12, tzinfo=UTC)),
        (NOW - timedelta(days=9), NOW - timedelta(hours=1), NOW),
        (NOW, None, NOW),
    ],
)
def test_an_announcement_lies_between_the_last_answer_and_now(
    submitted: datetime, last: datetime | None, announced: datetime
) -> None:
    assert announced_when(replace(a_paper(), published=submitted), last, NOW) == announced


async def test_a_cross_list_of_later_days_doesnt_make_a_paper_news_to_who_follows_that_category(world: World) -> None:
    listed = a_paper(published=NOW - timedelta(hours=20), categories=("cs.LG",))
    world.arxiv.announce(DAY, [listed])
    await world.refresh()
    world.arxiv.announce(DAY + timedelta(days=1), [replace(listed, categories=("cs.LG", "cs.IR"))], "cross")
    await world.refresh(NOW + timedelta(days=1))
    known = (await world.papers.get([listed.id]))[listed.id]
    follow = Follow(Kind.CATEGORY, "cs.IR", NOW - timedelta(days=9))
    assert filter_papers([Candidate(known)], [follow], []).matches == ()
    assert known.cross_listed == ("cs.IR",)


async def test_a_digest_waits_for_the_last_days_of_its_own_archives_and_the_rest_follows_behind(world: World) -> None:
    """Two weeks of all of arXiv are seventeen thousand papers, at three seconds a thousand."""
    world.arxiv.papers = [
        a_paper("2605.00001", published=NOW - timedelta(hours=20), categories=("cs.CL",)),
        a_paper("2605.00002", published=NOW - timedelta(days=9), categories=("cs.CL",)),
        a_paper("2605.00003", published=NOW - timedelta(hours=20), categories=("math.CO",)),
    ]
    process = world.process()
    await process.refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})
    assert [*await world.announced()] == ["2605.00001"]
    assert (await process.awaited.pending(True)).of({"cs"}).complete
    assert not (await process.awaited.pending(True)).of({"math"}).complete
    assert await process.awaited.missing() == ()

    assert not (await process.awaited.pending(False)).settled
    assert (await process.refresh(False, quietly, hold_up=False)).new == 2
    assert len(await world.announced()) == 3
    assert (await process.awaited.pending(False)).settled
    assert (await process.awaited.pending(True)).settled


def own(code: str) -> dict[str, datetime]:
    """What a digest of one category needs that began to count yesterday."""
    return {code: NOW - timedelta(days=1)}


async def test_a_digest_of_a_category_waits_for_two_requests_about_that_alone(world: World) -> None:
    mine, other = a_paper("2605.00001", categories=("cs.RO",)), a_paper("2605.00002", categories=("cs.CL",))
    listed = a_paper("2605.00003", categories=("math.OC", "cs.RO"))
    fresh = [replace(paper, published=NOW - timedelta(hours=20)) for paper in (mine, other, listed)]
    world.arxiv.announce(DAY, fresh)
    world.arxiv.papers = fresh
    process = world.process()
    assert (await process.refresh(True, quietly, first=own("cs.RO"))).settled
    assert {*await world.announced()} == {mine.id, listed.id}
    assert len(world.arxiv.requests) == 2
    assert (await process.awaited.pending(True, own("cs.RO"))).settled

    assert not (await process.awaited.pending(True, own("cs.CL"))).complete
    assert (await process.refresh(False, quietly, hold_up=False)).new == 1
    assert (await process.awaited.pending(True)).settled


async def test_an_answer_about_an_archive_is_one_about_its_categories(world: World) -> None:
    process = world.process()
    await process.refresh(True, quietly, first=own("cs"))
    asked = len(world.arxiv.requests)
    assert (await process.refresh(True, quietly, first=own("cs.RO"))).settled
    assert len(world.arxiv.requests) == asked


async def test_a_doubt_about_an_archive_is_one_about_its_categories(world: World) -> None:
    """No digest waits for an API that answers, however strangely."""
    world.arxiv.announce(DAY, [a_paper("2605.00001", categories=("cs.RO",))])
    world.arxiv.papers = []
    status = await world.process().refresh(True, quietly, first=own("cs"))
    assert status.in_doubt == ["cs"]
    assert (await world.process().awaited.pending(True, own("cs.RO"))).complete


@pytest.mark.parametrize("api", ["lags behind the feed", "fails"])
async def test_where_the_api_does_not_tell_what_was_cross_listed_today_the_other_feeds_do(
    world: World, api: str
) -> None:
    mine, listed = a_paper("2605.00001", categories=("cs.RO",)), a_paper("2605.00002", categories=("math.OC", "cs.RO"))
    world.arxiv.announce(DAY, [mine, listed])
    world.arxiv.papers = []
    world.arxiv.faults = lambda request: "500" if "query" in request.path and api == "fails" else None
    await world.process().refresh(True, quietly, first=own("cs.RO"))
    assert {*await world.announced()} == {mine.id, listed.id}


async def test_a_digest_says_what_its_own_categories_lack_until_arxiv_answers_about_them(world: World) -> None:
    world.arxiv.faults = always("500")
    assert not (await world.process().refresh(True, quietly, first=own("cs.RO"))).complete
    assert "arXiv's announcement feed did not answer for cs.RO" in await world.process().awaited.missing(own("cs.RO"))
    assert await world.process().awaited.missing(own("math")) == ()
    world.arxiv.faults = always("")
    await world.process().refresh(True, quietly, first=own("cs.RO"))
    assert await world.process().awaited.missing(own("cs.RO")) == ()


async def test_a_category_that_was_read_says_nothing_about_the_days_when_its_archive_was_not(world: World) -> None:
    await world.process().refresh(True, quietly, first=own("cs.RO"))
    assert await world.fetches.last(LEVEL) == {}
    await world.process().refresh(False, quietly)
    assert {*await world.fetches.last(LEVEL)} == {*ARCHIVES}


async def test_the_last_days_are_asked_for_once_and_again_when_they_are_old(world: World) -> None:
    process = world.process()
    await process.refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})
    asked = len(world.arxiv.requests)
    assert (await process.refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})).settled
    assert len(world.arxiv.requests) == asked
    later = world.process(NOW + timedelta(hours=4))
    assert not (await later.awaited.pending(True)).of({"cs"}).complete


async def test_who_waited_while_arxiv_was_down_gets_what_was_announced_meanwhile(world: World) -> None:
    world.arxiv.papers = [a_paper(published=NOW - timedelta(days=3))]
    world.arxiv.faults = always("500")
    await world.process(NOW - timedelta(days=1)).refresh(True, quietly, first={"cs": NOW - timedelta(days=4)})
    world.arxiv.faults = always("")
    await world.process().refresh(True, quietly, first={"cs": NOW - timedelta(days=4)})
    assert [*await world.announced()] == [a_paper().id]


async def test_an_answer_from_the_future_hides_nothing(world: World) -> None:
    """Somebody tried `once --at` a month ahead."""
    await world.process(NOW + timedelta(days=30)).refresh(True, quietly, first={"cs": NOW})
    world.arxiv.papers = [a_paper(published=NOW - timedelta(hours=20))]
    await world.process().refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})
    assert [*await world.announced()] == [a_paper().id]


async def test_a_failure_behind_a_digest_is_not_said_in_it(world: World) -> None:
    process = world.process()
    await process.refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})
    world.arxiv.faults = always("500")
    assert not (await process.refresh(False, quietly, hold_up=False)).complete
    assert (await process.awaited.pending(True)).of({"cs"}).complete
    assert "for cs" not in str(await process.awaited.missing())


async def test_no_digest_waits_for_a_fetch_that_goes_on_behind_it(world: World) -> None:
    async with world.fetches.alone(hold_up=False):
        assert not await world.fetches.under_way()
    async with world.fetches.alone():
        assert await world.fetches.under_way()


async def test_papers_of_the_feed_are_completed_where_a_digest_needs_it_and_the_others_behind_it(world: World) -> None:
    long_ago = NOW - timedelta(days=40)
    world.arxiv.announce(
        DAY,
        [
            a_paper("2604.00001", published=long_ago, categories=("cs.CL",)),
            a_paper("2604.00002", published=long_ago, categories=("math.CO",)),
        ],
    )
    process = world.process()
    await process.refresh(True, quietly, first={"cs": NOW - timedelta(days=1)})

    async def dated() -> list[str]:
        return [id for id, paper in (await world.papers.get(["2604.00001", "2604.00002"])).items() if paper.published]

    await process.enrich({"cs"})
    assert await dated() == ["2604.00001"]
    await process.refresh(False, quietly, hold_up=False)
    await process.enrich()
    assert await dated() == ["2604.00001", "2604.00002"]


def quietly(_: str) -> None:
    """Report no progress."""

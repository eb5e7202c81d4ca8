"""What is trending: Hugging Face's list and what is done here, merged, with the truth about what isn't as usual."""

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import NoReturn

import pytest
from redis.asyncio import Redis

from adapters.discord.messenger import DiscordMessenger
from adapters.slack.messenger import SlackMessenger
from adapters.terminal.messenger import TerminalMessenger
from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Follow, Kind, Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.paper import Paper
from bot.domain.trend import Span, Trend, Trending
from bot.infra.clock import FixedClock
from bot.infra.http.client import HttpClient
from bot.infra.redis import keys
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.clients.huggingface_http import HUGGING_FACE
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore
from bot.papers.upvotes import Upvotes
from bot.ranking.store.feedback import FeedbackStore
from bot.trending.service import Trends
from support.local_http import local_client
from support.servers.huggingface_server import RECORDED_MISSING, HuggingFaceServer, entry, recorded

pytestmark = pytest.mark.one_store

NOW = datetime(2026, 7, 31, 9, tzinfo=UTC)
SATURDAY = NOW + timedelta(days=1)
KNOWN = Paper(
    "2607.00001",
    "Attention, again",
    "We study state space models.",
    ("Yam Eitan",),
    ("cs.CL",),
    NOW - timedelta(days=1),
)
ONE, TWO = Place("slack", "T1", "C1"), Place("discord", "9", "22")
MANY = tuple(Place("discord", str(team), "1") for team in range(5))
TEAM = tuple(Place("slack", "T1", f"C{number}") for number in range(1, 6))


async def nobody(*_: object) -> NoReturn:
    raise AssertionError("asked a platform")


MESSENGERS: dict[str, Messenger] = {
    "slack": SlackMessenger(nobody, "token"),
    "discord": DiscordMessenger(nobody, "token"),
    "terminal": TerminalMessenger(io.StringIO()),
}
DIRECT = (Place("slack", "T1", "D7"), Place("discord", "dm77", "2000"), Place("terminal", "local", "terminal"))


@dataclass
class Here:
    server: HuggingFaceServer
    trends: Trends
    redis: Redis

    async def shows(self, span: Span = Span.DAY, now: datetime = NOW, reader: Place | None = ONE) -> Trending:
        return await self.trends.trending(span, now, reader)

    async def ids(self, span: Span = Span.DAY, now: datetime = NOW) -> list[str]:
        return [one.paper.id for one in (await self.shows(span, now)).papers]

    async def says(
        self, place: Place, verdict: FeedbackKind, paper_id: str = KNOWN.id, at: datetime = NOW, by: str = ""
    ) -> None:
        await self.trends.feedback.keep(place, [Feedback(paper_id, verdict, at, by)])

    async def follows(self, place: Place, kind: Kind, what: str) -> None:
        await self.trends.channels.follow(place, Follow(kind, what, NOW))


@pytest.fixture
async def here(redis_client: Redis) -> AsyncIterator[Here]:
    """A Friday morning; one paper is known here, announced in the night."""
    async with HuggingFaceServer() as server, local_client() as http:
        policy = replace(HUGGING_FACE, attempts=2, backoff_seconds=0.01, request_timeout_seconds=1.0)
        papers = PaperStore(redis_client, FixedClock(NOW))
        popular = HuggingFaceClient(HttpClient(http, policy), server.url, timeout_seconds=2.0)
        upvotes = Upvotes(popular, UpvoteStore(redis_client), papers)
        await papers.keep([KNOWN])
        await papers.announce({KNOWN.id: NOW - timedelta(hours=9)})
        stores = ChannelStore(redis_client), FeedbackStore(redis_client), papers
        yield Here(server, Trends(upvotes, *stores, MESSENGERS), redis_client)


async def test_hugging_faces_list_is_told_with_all_it_says_most_upvotes_first(here: Here) -> None:
    code = "https://github.com/lab/engine"
    here.server.lists["2026-07-31"] = [
        entry("2607.00002", 5, numComments=0), entry("2607.00003", 37, githubRepo=code, githubStars=8),
    ]  # fmt: skip
    shown = await here.shows()

    assert (shown.period.name, shown.asked, shown.notes) == ("2026-07-31", NOW, ())
    assert [(t.paper.id, t.upvotes, t.comments, t.stars, t.paper.code_url) for t in shown.papers] == [
        ("2607.00003", 37, 2, 8, code), ("2607.00002", 5, 0, None, ""),
    ]  # fmt: skip


@pytest.mark.skipif(bool(RECORDED_MISSING), reason=RECORDED_MISSING)
async def test_a_recorded_day_is_shown_whole(here: Here) -> None:
    here.server.lists["2026-07-31"] = list(recorded("2026-07-31"))
    shown = await here.shows()

    assert {one.paper.id: one.upvotes for one in shown.papers} == {
        each["paper"]["id"]: each["paper"]["upvotes"] for each in recorded("2026-07-31")
    }
    assert [one.votes for one in shown.papers] == sorted((one.votes for one in shown.papers), reverse=True)


async def test_a_paper_known_here_is_told_as_arxiv_has_it_with_the_code_it_lacked(here: Here) -> None:
    code = "https://github.com/lab/engine"
    here.server.lists["2026-07-31"] = [entry(KNOWN.id, 5, githubRepo=code)]
    (one,) = (await here.shows()).papers
    assert one.paper == replace(KNOWN, code_url=code)


async def test_what_five_teams_did_here_counts_and_none_is_named(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 20)]
    for place in MANY:
        await here.says(place, FeedbackKind.SAVED)
        await here.says(place, FeedbackKind.MORE)
    await here.follows(ONE, Kind.AUTHOR, "Yam Eitan")
    await here.follows(ONE, Kind.TOPIC, "state space models")
    await here.follows(TWO, Kind.CATEGORY, "cs.CL")
    first, second = (await here.shows()).papers

    assert first == Trend(KNOWN, saved=5, liked=5, followed=1)
    assert first.votes == 5 * 10 + 5 * 5 + 3
    assert first.reasons == ("saved in 5 channels here", "more wanted in 5 channels here", "followed in this channel")
    assert second.reasons == ("↑ 20 on Hugging Face",)


@pytest.mark.parametrize("others", [(TWO,), MANY[:4], TEAM[1:5], (*TEAM[1:4], *MANY[:3])])
async def test_what_fewer_than_five_channels_of_the_team_or_teams_did_changes_nothing(
    here: Here, others: tuple[Place, ...]
) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 20), entry(KNOWN.id, 5)]
    before = await here.shows()
    for place in others:
        await here.says(place, FeedbackKind.SAVED)
        await here.says(place, FeedbackKind.MORE)
        await here.follows(place, Kind.AUTHOR, "Yam Eitan")
        await here.follows(place, Kind.TOPIC, "state space models")
    assert await here.shows() == before
    assert await here.shows(reader=None) == before  # as digests list them
    assert await here.shows(reader=Place("slack", "T1", "D9")) == before  # in a direct message
    await here.says(ONE, FeedbackKind.SAVED)
    own = next(one for one in (await here.shows()).papers if one.paper == KNOWN)
    assert own.saved == (5 if others in (MANY[:4], TEAM[1:5]) else 1)


async def test_five_channels_of_ones_own_team_count_for_it_alone(here: Here) -> None:
    for place in TEAM:
        await here.says(place, FeedbackKind.SAVED)
    assert (await here.shows(reader=Place("slack", "T1", "C9"))).papers == (Trend(KNOWN, saved=5),)
    assert (await here.shows(reader=TWO)).papers == ()


@pytest.mark.parametrize("places", [MANY, TEAM])
async def test_one_person_with_five_teams_or_channels_learns_nothing_of_the_last_one(
    here: Here, places: tuple[Place, ...]
) -> None:
    for place in places[:4]:
        await here.says(place, FeedbackKind.SAVED, by="42")
    before = await here.shows(reader=places[0])
    assert [one.saved for one in before.papers] == [1]
    await here.says(places[4], FeedbackKind.SAVED, by="7")
    assert await here.shows(reader=places[0]) == before


async def test_an_announced_paper_is_there_by_follows_alone_where_many_channels_follow_an_author(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 1)]
    for place in MANY[:4]:
        await here.follows(place, Kind.AUTHOR, "Yam Eitan")
    await here.follows(MANY[4], Kind.TOPIC, "state space models")
    assert await here.ids() == ["2607.00002"]
    await here.follows(MANY[4], Kind.AUTHOR, "Y. Eitan")
    assert (await here.shows()).papers[0] == Trend(KNOWN, followed=5)


@pytest.mark.parametrize("noted", [True, False], ids=["noted", "older record"])
async def test_direct_messages_count_for_nothing(here: Here, noted: bool) -> None:
    for place in DIRECT:
        if noted:
            await here.trends.channels.note_direct(place, True)
        await here.says(place, FeedbackKind.SAVED)
        await here.follows(place, Kind.AUTHOR, "Yam Eitan")
        await here.follows(place, Kind.TOPIC, "state space models")
    assert await here.ids() == []  # nor by the follows of three
    here.server.lists["2026-07-31"] = [entry(KNOWN.id, 5)]
    await here.redis.delete(keys.upvoted("2026-07-31"))
    assert (await here.shows()).papers == (Trend(KNOWN, 5, 2),)


async def test_what_the_record_says_of_a_place_goes_before_its_name(here: Here) -> None:
    await here.trends.channels.note_direct(ONE, True)
    await here.trends.channels.note_direct(DIRECT[0], False)
    for place in (ONE, DIRECT[0]):
        await here.says(place, FeedbackKind.SAVED)
        await here.follows(place, Kind.TOPIC, "state space models")
    assert (await here.shows()).papers == ()
    assert (await here.shows(reader=DIRECT[0])).papers == (Trend(KNOWN, saved=1, followed=1),)


async def test_a_place_of_which_nobody_can_tell_counts_for_nothing(here: Here) -> None:
    await here.says(Place("matrix", "T1", "C1"), FeedbackKind.SAVED)
    assert await here.ids() == []


async def test_what_was_wanted_less_of_or_long_ago_brings_no_paper_in(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 1)]
    await here.says(ONE, FeedbackKind.LESS)
    await here.says(ONE, FeedbackKind.SAVED, at=NOW - timedelta(days=2))

    assert await here.ids() == ["2607.00002"]
    here.server.lists["2026-W31"] = [entry("2607.00002", 1)]
    assert await here.ids(Span.WEEK) == [KNOWN.id, "2607.00002"]


async def test_a_paper_here_has_the_upvotes_it_got_in_an_earlier_list(here: Here) -> None:
    here.server.lists["2026-07-30"] = [entry(KNOWN.id, 12)]
    here.server.lists["2026-07-31"] = [entry("2607.00002", 1)]
    await here.trends.upvotes.refresh(NOW)
    await here.says(ONE, FeedbackKind.SAVED)
    assert (await here.shows()).papers[0] == Trend(KNOWN, 12, saved=1)


async def test_a_paper_that_was_withdrawn_is_not_shown(here: Here) -> None:
    await here.trends.papers.keep([replace(KNOWN, version=2, comment="This paper has been withdrawn by the authors")])
    here.server.lists["2026-07-31"] = [entry(KNOWN.id, 500), entry("2607.00002", 1)]
    assert await here.ids() == ["2607.00002"]


async def test_at_a_weekend_the_last_list_that_has_papers_is_shown_and_said(here: Here) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 5)]
    shown = await here.shows(now=SATURDAY + timedelta(days=1))

    assert [one.paper.id for one in shown.papers] == ["2607.00002"]
    assert shown.notes == (
        "Hugging Face has no list on weekends, so this is its list for Friday, 31 July 2026.",
    )  # fmt: skip


async def test_what_has_only_begun_is_said_for_each_period(here: Here) -> None:
    here.server.lists |= {name: [entry("2607.00002", 5)] for name in ("2026-07-30", "2026-W30", "2026-06")}

    notes = [(await here.shows(span)).notes for span in Span]
    assert notes == [
        ("Hugging Face has no papers for today yet, so this is its list for Thursday, 30 July 2026.",),
        ("Hugging Face has no papers for this week yet, so this is its list for the week of 20 July 2026.",),
        ("Hugging Face has no papers for this month yet, so this is its list for June 2026.",),
    ]


@pytest.mark.parametrize("fault", ["500", "drop", "429:3600", "<html>", "slow:5"])
async def test_while_it_is_down_the_list_read_last_is_shown_and_of_when(here: Here, fault: str) -> None:
    here.server.lists["2026-07-31"] = [entry("2607.00002", 5)]
    await here.shows()
    here.server.fault = fault
    shown = await here.shows(now=NOW + timedelta(hours=4))

    assert [one.paper.id for one in shown.papers] == ["2607.00002"]
    (note,) = shown.notes
    assert note.startswith("Hugging Face ")
    assert note.endswith("This is its list for Friday, 31 July 2026, from 31 July 2026 at 09:00 UTC.")


@pytest.mark.parametrize("fault", ["500", "drop", "429:3600", "<html>", "slow:5"])
async def test_while_it_is_down_and_nothing_is_kept_ours_are_shown_alone_and_said(here: Here, fault: str) -> None:
    here.server.fault = fault
    await here.says(ONE, FeedbackKind.SAVED)
    shown = await here.shows()

    assert shown.papers == (Trend(KNOWN, saved=1),)
    assert shown.asked is None
    (note,) = shown.notes
    assert note.startswith("Hugging Face ")
    assert note.endswith(". These are the papers that channels here like.")
    asked = len(here.server.asked)
    await here.shows()
    assert len(here.server.asked) == asked <= 2


async def test_where_there_is_nothing_it_is_said_why(here: Here) -> None:
    assert (await here.shows()).notes == (
        "Hugging Face has no recent papers. "
        "There is nothing to show from channels here this day either. Try a longer period.",
    )
    here.server.fault = "500"
    assert (
        (await here.shows(Span.MONTH))
        .notes[0]
        .startswith("Hugging Face answered with an error (500). There is nothing")
    )

"""What channels think of papers: kept on embedded Valkey and redis-server, and seen in the next digest."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.ranking.store.feedback import MAX_FEEDBACK, FeedbackStore
from support.all_platforms import MONDAY, PLATFORMS, Driver, House, on_all_platforms
from support.builders.sample_cards import PAPER

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
PLACE = Place("slack", "T1", "C1")
ELSEWHERE = Place("slack", "T1", "C2")


def opinion(paper_id: str, verdict: FeedbackKind, minutes: int = 0) -> Feedback:
    return Feedback(paper_id, verdict, NOON + timedelta(minutes=minutes), "U1")


MORE, LESS = opinion("2609.00001", FeedbackKind.MORE), opinion("2609.00001", FeedbackKind.LESS, 1)
SAVED = opinion("2609.00001", FeedbackKind.SAVED, 2)


@pytest.fixture
def taste(redis_client: Redis) -> FeedbackStore:
    return FeedbackStore(redis_client)


async def test_the_last_verdict_on_a_paper_counts_and_saving_stands_beside_it(taste: FeedbackStore) -> None:
    for said in (MORE, SAVED, LESS):
        await taste.keep(PLACE, [said])

    assert await taste.feedback(PLACE) == (LESS, SAVED)
    assert await taste.feedback(ELSEWHERE) == ()
    assert await taste.places() == [PLACE]


async def test_what_is_taken_back_is_gone_and_says_whether_it_was_there(taste: FeedbackStore) -> None:
    await taste.keep(PLACE, [MORE, SAVED])

    assert await taste.drop(PLACE, [MORE.key, "taste:2609.00002"])
    assert not await taste.drop(PLACE, [MORE.key])
    assert await taste.feedback(PLACE) == (SAVED,)


async def test_the_oldest_opinion_makes_room_and_what_was_saved_stays(taste: FeedbackStore) -> None:
    saved = opinion("2608.00001", FeedbackKind.SAVED, -5)
    many = [opinion(f"2609.{number:05}", FeedbackKind.MORE, number) for number in range(MAX_FEEDBACK + 2)]

    await taste.keep(PLACE, [saved, *many])

    assert await taste.feedback(PLACE) == (saved, *many[2:])


async def test_a_damaged_opinion_is_set_aside_and_the_rest_goes_on(taste: FeedbackStore, redis_client: Redis) -> None:
    await taste.keep(PLACE, [MORE])
    await redis_client.hset(keys.feedback(PLACE), "taste:2609.00009", "{no json")

    assert await taste.feedback(PLACE) == (MORE,)


async def test_a_team_that_leaves_takes_its_opinions_along(taste: FeedbackStore, redis_client: Redis) -> None:
    await taste.keep(PLACE, [MORE])

    await ChannelStore(redis_client).forget_team("slack", "T1")

    assert await taste.feedback(PLACE) == ()
    assert await redis_client.keys("lark:t:*") == []


TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
SPEECH = "dialects of speech recognised by acoustic encoders without transcripts"
TERRAIN = "quadruped robots that learn locomotion over rough terrain"
WEEK = [
    replace(PAPER, id=f"2605.{20_000 + n}", title=f"Note {n}", abstract=f"On {about}.", authors=(f"Ada N{n}",))
    for n in range(40)
    for about in ((SPEECH, TERRAIN, "spin ice on kagome lattices", "dependent types in proof assistants")[n % 4],)
]
LIKED, REFUSED = WEEK[0], WEEK[1]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday's digest of twenty papers came; the channel wanted more of the first and less of the second."""
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        for chat in house.chats.values():
            await chat.says("/digest on 09:00 UTC cs.LG top=4", "C1")
        await day(house, TUESDAY, WEEK[:20])
        for chat in house.chats.values():
            await chat.says(f"/more {LIKED.id}", "C1")
            await chat.says(f"/less {REFUSED.id}", "C1")
        await day(house, WEDNESDAY, WEEK[20:])
        yield house


async def day(house: House, now: datetime, papers: list[Paper]) -> None:
    house.clock.instant = now
    house.arxiv.announce(now.date(), [replace(p, published=now - timedelta(hours=20)) for p in papers])
    await house.app.rounds.prepare()
    await house.app.rounds.deliver()


@pytest.fixture(params=PLATFORMS)
def receiver(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_next_digest_shows_what_is_like_the_liked_and_says_why(receiver: Driver) -> None:
    before, after = receiver.standing("C1")[0], receiver.standing("C1")[-1]

    named = [paper for paper in WEEK[20:] if paper.abs_url in after.links]

    assert len(named) == 4
    assert all(SPEECH in paper.abstract for paper in named)
    assert "Close to what you saved" in after.text
    assert f"like {LIKED.short_title}" in after.text
    assert "Close to what you saved" not in before.text


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_like_the_refused_is_last_of_all(receiver: Driver, house: House) -> None:
    digest = await receiver.says("/digest", "C1")
    pages = [await receiver.presses(digest, "Show all 20")]
    pages.append(await receiver.presses(pages[0], "Next 10"))

    links = [link for page in pages for link in page.links]
    last = sorted(WEEK[20:], key=lambda paper: links.index(paper.abs_url))[-5:]

    assert all(TERRAIN in paper.abstract for paper in last)

"""Papers that are completed while somebody types: the channel's last digests first, then the index, on every server."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app.completions import Completions
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller
from bot.infra.clock import FixedClock
from bot.search.completions import PaperCompletions
from support.builders.sample_cards import CODED, NOW, PAPER, PLACE, digest
from support.builders.search_index import Shelf as Stores

pytestmark = pytest.mark.one_store

OTHER = replace(PAPER, id="2605.00077", title="Kernel Trains", published=NOW)
TOLD = (PAPER, CODED)


@pytest.fixture
async def stores(redis_client: Redis, tmp_path: Path) -> AsyncIterator[Stores]:
    """Three papers are known here."""
    stores = Stores(redis_client, tmp_path / "home")
    await stores.papers.keep([*TOLD, OTHER])
    await stores.index.catch_up()
    yield stores
    await stores.index.aclose()


@pytest.fixture
async def completions(stores: Stores, redis_client: Redis) -> PaperCompletions:
    """The day after a digest of two of them."""
    channels, ledger = ChannelStore(redis_client), Ledger(redis_client)
    await channels.set(Channel(PLACE, Timetable(), since=NOW - timedelta(days=2)))
    assert await ledger.open(digest(2), None)
    return PaperCompletions(stores.papers, channels, ledger, FixedClock(NOW + timedelta(days=1)), stores.index)


async def ids(completions: PaperCompletions, begun: str, place: Place = PLACE, most: int = 25) -> list[str]:
    return [paper.id for paper in await completions.begun(begun, place, most)]


async def test_where_nothing_is_typed_the_papers_of_the_last_digests_are_offered(completions: PaperCompletions) -> None:
    assert await ids(completions, "") == [PAPER.id, CODED.id]
    assert await ids(completions, "", most=1) == [PAPER.id]


@pytest.mark.parametrize("begun", ["train", "tr", "26"])
async def test_what_a_digest_named_comes_first_and_once(completions: PaperCompletions, begun: str) -> None:
    found = await ids(completions, begun)
    assert found[0] == PAPER.id
    assert sorted(found) == sorted({PAPER.id, OTHER.id} | ({CODED.id} if begun == "26" else set()))


async def test_another_channel_is_offered_what_is_known_here_and_nothing_of_the_digests(
    completions: PaperCompletions,
) -> None:
    elsewhere = replace(PLACE, channel="C2")
    assert await ids(completions, "", elsewhere) == []
    assert await ids(completions, "train", elsewhere) == [OTHER.id, PAPER.id]


async def test_digests_that_are_long_ago_or_were_not_said_are_none(completions: PaperCompletions) -> None:
    assert await ids(replace(completions, clock=FixedClock(NOW + timedelta(days=8))), "") == []
    await completions.ledger.cancel(PLACE, digest().day, "Gone.")
    assert await ids(completions, "") == []


@pytest.mark.parametrize("text", [OTHER.id, OTHER.pdf_url, f"arXiv:{OTHER.id}v3"])
async def test_an_identifier_is_that_paper(completions: PaperCompletions, text: str) -> None:
    assert await ids(completions, text) == [OTHER.id]
    assert await ids(completions, "2605.99999") == []


async def test_without_an_index_or_while_it_is_down_the_digests_are_left(
    completions: PaperCompletions, redis_client: Redis, tmp_path: Path
) -> None:
    (tmp_path / "no folder").write_text("")
    down = Stores(redis_client, tmp_path / "no folder").index
    for index in (None, down):
        assert await ids(replace(completions, index=index), "tr") == [PAPER.id]


async def suggested(completions: PaperCompletions, kind: str, begun: str, place: Place = PLACE) -> list[str]:
    whole = Completions(completions.papers, completions.channels, completions)
    return [one.text for one in await whole.suggest(kind, begun, Caller(place, "U1"))]


async def test_topics_are_those_of_the_last_digests_then_arxivs_names(completions: PaperCompletions) -> None:
    told = list(dict.fromkeys(topic for item in digest(2).items for topic in item.summary.topics))

    assert told
    assert (await suggested(completions, "topic", ""))[: len(told)] == told
    assert await suggested(completions, "topic", told[0][:5].upper()) >= [told[0]]
    assert "Computer Vision and Pattern Recognition" in await suggested(completions, "topic", "vision")
    assert told[0] not in await suggested(completions, "topic", "", replace(PLACE, channel="C2"))


async def test_a_followed_topic_is_not_offered_again(completions: PaperCompletions) -> None:
    topic = digest(2).items[0].summary.topics[0]
    await completions.channels.follow(PLACE, Follow(Kind.TOPIC, topic, NOW))

    assert topic not in await suggested(completions, "topic", "")


async def test_searches_begin_with_what_the_place_follows(completions: PaperCompletions) -> None:
    for kind, what in ((Kind.AUTHOR, "Yam Eitan"), (Kind.CATEGORY, "cs.LG"), (Kind.TOPIC, "state space models")):
        await completions.channels.follow(PLACE, Follow(kind, what, NOW))

    found = await suggested(completions, "search", "")

    assert set(found[:3]) == {'author:"Yam Eitan"', "cat:cs.LG", "state space models"}
    assert await suggested(completions, "search", "space") == ["state space models"]
    assert await suggested(completions, "search", "", replace(PLACE, channel="C2")) == []


@pytest.mark.parametrize("begun", ["\x00", "(" * 500, "cat:" * 100, "👍" * 200, "\u202e topic"])
@pytest.mark.parametrize("kind", ["topic", "search"])
async def test_whatever_is_typed_gets_at_most_25_completions(
    completions: PaperCompletions, kind: str, begun: str
) -> None:
    assert len(await suggested(completions, kind, begun)) <= 25

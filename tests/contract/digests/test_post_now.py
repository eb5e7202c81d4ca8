"""`/digest now` on all platforms, and what `/digest` shows on a day without papers."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.paper import Paper
from support.all_platforms import CHATS_FIRST, MONDAY, Driver, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER

TUESDAY, WEDNESDAY, SATURDAY = (MONDAY + timedelta(days=days) for days in (1, 2, 5))
NEXT = replace(PAPER, id="2605.30001", title="A paper of the next day")
CHANNEL = "C-now"


@pytest_asyncio.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Monday, with a channel that follows cs.LG and gets its digest at ten, Tuesday to Friday."""
    async with on_all_platforms(tmp_path) as house:
        house.arxiv.papers = []
        for chat in house.chats.values():
            await chat.says("/digest on 10:00 UTC cs.LG days=tue-fri", CHANNEL)
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


async def announced(house: House, *papers: Paper) -> None:
    """Today arXiv announces papers, and the bot reads them."""
    today = house.clock.now()
    house.arxiv.announce(today.date(), [replace(paper, published=today - timedelta(hours=20)) for paper in papers])
    await house.app.rounds.prepare()


async def work(house: House) -> None:
    """The bot does what is due, twice, as a restart would."""
    for _ in range(2):
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()


async def test_now_posts_one_digest_and_says_so_to_the_asker_alone(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER, CODED)

    answer = await chat.says("/digest now", CHANNEL)
    await work(house)

    assert answer.private
    assert "I'm posting today's digest here: 2 papers." in answer.text
    (digest,) = chat.standing(CHANNEL)
    assert not digest.private
    assert digest.text.startswith("2 papers for Tuesday, 12 May")
    assert {PAPER.abs_url, CODED.abs_url} <= set(digest.links)


async def test_a_second_one_says_that_it_is_already_here(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER, CODED)
    await chat.says("/digest now", CHANNEL)
    await work(house)

    again = await chat.says("/digest now", CHANNEL)
    await work(house)

    assert again.private
    assert len(chat.standing(CHANNEL)) == 1
    assert "is already here" in again.text


async def test_an_empty_one_is_not_posted_and_the_asker_reads_why(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, replace(PAPER, categories=("math.CO",)))

    answer = await chat.says("/digest now", CHANNEL)
    await work(house)

    assert answer.private
    assert "No new papers match what this channel follows." in answer.text
    assert chat.standing(CHANNEL) == []


async def test_it_is_the_digest_of_the_day_so_the_usual_time_brings_no_other(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER, CODED)
    await chat.says("/digest now", CHANNEL)
    await work(house)

    house.clock.instant = TUESDAY + timedelta(hours=2)
    await work(house)

    assert len(chat.standing(CHANNEL)) == 1
    again = await chat.says("/digest", CHANNEL)
    assert again.text.startswith("2 papers for Tuesday, 12 May")


async def test_its_papers_do_not_come_again_the_next_day(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER, CODED)
    await chat.says("/digest now", CHANNEL)
    await work(house)

    house.clock.instant = WEDNESDAY + timedelta(hours=2)
    await announced(house, NEXT)
    await work(house)

    _, second = chat.standing(CHANNEL)
    assert second.text.startswith("1 paper for Wednesday, 13 May")
    assert [link for link in second.links if "/abs/" in link] == [NEXT.abs_url]


async def test_on_a_saturday_the_last_day_with_papers_is_shown_with_why(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER, CODED)
    house.clock.instant = TUESDAY + timedelta(hours=2)
    await work(house)

    house.clock.instant = SATURDAY
    await house.app.rounds.prepare()
    shown = await chat.says("/digest", CHANNEL)

    assert shown.private
    reason, _, rest = shown.text.partition("Here is the last day with papers.")
    assert reason.strip()
    assert "2 papers for Tuesday, 12 May" in rest
    assert {PAPER.abs_url, CODED.abs_url} <= set(shown.links)
    assert len(chat.standing(CHANNEL)) == 1


async def test_a_day_that_is_named_is_shown_even_if_it_is_empty(chat: Driver, house: House) -> None:
    house.clock.instant = TUESDAY
    await announced(house, PAPER)
    house.clock.instant = TUESDAY + timedelta(hours=2)
    await work(house)

    house.clock.instant = SATURDAY
    shown = await chat.says("/digest 2026-05-15", CHANNEL)

    assert shown.private
    assert "No new papers for Friday, 15 May" in shown.text
    assert "last day with papers" not in shown.text

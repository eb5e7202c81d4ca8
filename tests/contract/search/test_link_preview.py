"""Cards of linked papers: what they say of a place, what they cost, and one request to arXiv for many channels."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.domain.card import Actions, Card, Fine
from bot.domain.channel import Place
from bot.domain.command import Caller
from support.all_platforms import DIGESTS, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNKNOWN, MISSING = "2605.00777", "2605.00778"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER, CODED]
        await house.app.services.papers.keep([PAPER, CODED])
        yield house


def caller(channel: str, user: str = "U1") -> Caller:
    return Caller(Place("slack", "T1", channel), user)


def words(card: Card) -> str:
    return "\n".join("".join(span.text for span in block.line) for block in card.blocks if isinstance(block, Fine))


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Actions) for button in block.buttons]


async def test_a_known_paper_is_shown_without_a_request(house: House) -> None:
    before = len(house.arxiv.requests)
    cards = await house.app.core.link_cards([PAPER.id, CODED.id, PAPER.id], caller("C1"))

    assert list(cards) == [PAPER.id, CODED.id]
    assert labels(cards[PAPER.id]) == ["Read more", "Save", "Open on arXiv", "Follow author"]
    assert len(house.arxiv.requests) == before


async def test_it_says_that_a_paper_is_saved_there_and_nowhere_else(house: House) -> None:
    await house.chats["slack"].says(f"/save {PAPER.id}", channel="C-saves")
    here = (await house.app.core.link_cards([PAPER.id], caller("C-saves")))[PAPER.id]
    elsewhere = (await house.app.core.link_cards([PAPER.id], caller("C-other")))[PAPER.id]

    assert "Saved" in words(here)
    assert "Reading list" in labels(here)
    assert "Saved" not in words(elsewhere)
    assert "Save" in labels(elsewhere)


async def test_it_says_in_which_digest_a_paper_was_there_and_nowhere_else(house: House) -> None:
    await house.next_digest([PAPER])
    here = await house.app.core.link_cards([PAPER.id, CODED.id], caller(DIGESTS))
    elsewhere = (await house.app.core.link_cards([PAPER.id], caller("C-other")))[PAPER.id]

    assert "In today’s digest here" in words(here[PAPER.id])
    assert "digest" not in words(here[CODED.id])
    assert "digest" not in words(elsewhere)


async def test_many_channels_with_one_unknown_paper_ask_arxiv_once(house: House) -> None:
    house.arxiv.papers.append(replace(PAPER, id=UNKNOWN))
    before = len(house.arxiv.requests)
    shown = await asyncio.gather(*(house.app.core.link_cards([UNKNOWN], caller(f"C{n}", f"U{n}")) for n in range(100)))

    assert all(list(cards) == [UNKNOWN] for cards in shown)
    assert len(house.arxiv.requests) == before + 1


async def test_a_paper_that_does_not_exist_gets_no_card_and_harms_no_other(house: House) -> None:
    assert list(await house.app.core.link_cards([MISSING, PAPER.id], caller("C1"))) == [PAPER.id]


async def test_while_arxiv_is_down_only_known_papers_get_a_card(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.arxiv.faults.extend(["503"] * 20)
    try:
        assert list(await house.app.core.link_cards([MISSING, PAPER.id], caller("C1"))) == [PAPER.id]
        assert await house.app.core.link_cards([MISSING], caller("C1")) == {}
    finally:
        house.arxiv.faults.clear()


async def test_at_most_five_papers_of_a_message_get_a_card(house: House) -> None:
    several = [replace(PAPER, id=f"2605.{20000 + n}") for n in range(7)]
    await house.app.services.papers.keep(several)

    assert len(await house.app.core.link_cards([one.id for one in several], caller("C1"))) == 5

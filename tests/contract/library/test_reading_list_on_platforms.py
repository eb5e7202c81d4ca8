"""The reading list on every platform: saved, noted, read, removed, and taken away as a file."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from pybtex.database import parse_string

from support.all_platforms import CHATS_FIRST, Driver, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.slack_driver import SlackDriver

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER, CODED]
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


async def test_a_list_is_kept_read_and_ended(chat: Driver, house: House) -> None:
    await chat.says(f"/save {PAPER.id} note: for the *survey*", channel="C-list")
    await chat.says(f"/save {CODED.id}", channel="C-list")
    listed = await chat.says("/saved", channel="C-list")
    assert listed.private
    assert "2 unread · 0 read" in listed.text
    assert listed.text.index(CODED.title) > 0 < listed.text.index("Note: for the")

    marked = await chat.says(f"/saved read {CODED.id}", channel="C-list")
    assert "Marked “OpenG2G" in marked.text
    listed = await chat.says("/saved", channel="C-list")
    assert listed.text.index(PAPER.title) < listed.text.index(CODED.title)
    assert "1 unread · 1 read" in listed.text

    again = await chat.says(f"/save {PAPER.id}", channel="C-list")
    assert "Note: for the" in again.text
    await chat.says(f"/unsave {PAPER.id}", channel="C-list")
    left = await chat.says("/saved unread", channel="C-list")
    assert "Nothing unread." in left.text


async def test_the_card_of_a_saved_paper_can_be_marked_and_removed(chat: Driver) -> None:
    await chat.says(f"/save {PAPER.id} note: mine", channel="C-card")
    card = await chat.says(f"/paper {PAPER.id}", channel="C-card")
    assert "Note: mine" in card.text
    assert {"Mark as read", "Remove"} <= set(card.buttons)
    assert "Save" not in card.buttons
    assert "as unread." in (await chat.presses(await chat.presses(card, "Mark as read"), "Mark as unread")).text


async def test_ten_papers_keep_what_can_be_done_with_each(house: House) -> None:
    discord, papers = house.chats["discord"], [replace(PAPER, id=f"2605.{10000 + n}") for n in range(12)]
    await house.app.services.papers.keep(papers)
    await discord.says("/save " + " ".join(paper.id for paper in papers), channel="C-ten")
    await discord.says(f"/saved read {papers[0].id}", channel="C-ten")

    shown = await discord.says("/saved", channel="C-ten")
    assert shown.buttons == (*["Open"] * 10, "Next", "Unread only", "BibTeX")


async def test_one_paper_comes_as_bibtex_for_the_asker_alone(chat: Driver) -> None:
    cited = await chat.says(f"/bibtex {PAPER.id}", channel="C-bibtex")

    assert cited.private or chat.platform == "terminal"
    assert "@misc{gelberg2026training," in cited.text
    assert "author = {Gelberg, Yoav and Eitan, Yam and Bronstein, Michael and Gal, Yarin" in cited.text


async def test_a_list_comes_as_a_file_that_other_programs_read(chat: Driver, house: House) -> None:
    await chat.says(f"/save {PAPER.id},{CODED.id}", channel="C-file")
    said = await chat.says("/saved bibtex", channel="C-file")
    assert "The reading list as BibTeX: 2 papers." in said.text
    text = house.door.cards[chat.platform, _user(house, chat)].data["text"]
    assert set(parse_string(str(text), "bibtex").entries) == {"chung2026openg2g", "gelberg2026training"}
    if isinstance(chat, SlackDriver):
        (file,) = [file for file in chat.server.files.values() if file.shared_in == "C-file"]
        assert file.content.decode() == text
    elif chat.platform == "discord":
        assert str(text).encode() in chat.server.files.values()  # type: ignore[union-attr]
    else:
        assert "@misc{gelberg2026training," in said.text

    await chat.says("/saved csl", channel="C-file")
    assert len(json.loads(str(house.door.cards[chat.platform, _user(house, chat)].data["text"]))) == 2


async def test_without_the_scope_slack_gets_the_text(house: House) -> None:
    slack = house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    await slack.says(f"/save {PAPER.id}", channel="C-scope")
    slack.server.refuse("files.getUploadURLExternal", "missing_scope")

    assert "@misc{gelberg2026training," in (await slack.says("/saved bibtex", channel="C-scope")).text


async def test_what_cannot_be_is_said(chat: Driver) -> None:
    assert "Nothing saved yet" in (await chat.says("/saved ris", channel="C-none")).text
    assert (
        f"{PAPER.id} isn't on the reading list." in (await chat.says(f"/saved read {PAPER.id}", channel="C-none")).text
    )
    assert "I couldn't read “tomorrow”." in (await chat.says("/saved tomorrow", channel="C-none")).text


async def test_a_looked_up_paper_has_the_score_that_the_channel_would_give_it(chat: Driver, house: House) -> None:
    before = await chat.says(f"/paper {PAPER.id}", channel="C-score")
    await chat.says("/follow Yam Eitan", channel="C-score")
    card = await chat.says(f"/paper {PAPER.id}", channel="C-score")

    assert "You follow Yam Eitan" in card.text
    assert "You follow" not in before.text
    data = house.door.cards[chat.platform, _user(house, chat)].data["paper"]
    assert (data["score"], data["reasons"]) == (75, ["You follow Yam Eitan"])  # type: ignore[index]


def _user(house: House, chat: Driver) -> str:
    return next(user for platform, user in reversed(house.door.cards) if platform == chat.platform)

"""Shortcuts in Slack: the paper of any message, shown or saved, and a search from anywhere."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.slack_driver import SlackDriver
from support.drivers.slack_payload import buttons, visible_text
from support.servers.slack_actions import submits_search, uses_shortcut
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import Json

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID: Json = {"type": "message", "user": "U2", "ts": "5.5"}
LINKED = SAID | {"text": f"Have you seen <https://arxiv.org/abs/{PAPER.id}|this>?"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER, CODED]
        await house.app.services.papers.keep([PAPER, CODED])
        await house.app.index.catch_up()
        yield house


@pytest.fixture
def slack(house: House) -> SlackServer:
    chat = house.chats["slack"]
    assert isinstance(chat, SlackDriver)
    return chat.server


async def test_the_paper_of_a_message_is_shown_to_the_person_alone(slack: SlackServer) -> None:
    shown = await uses_shortcut(slack, "paper_card", LINKED, channel="C1")

    assert shown.view is not None
    assert PAPER.title in visible_text(shown.view)
    assert "Save" in buttons(shown.view)
    assert slack.channel("C1") == []


async def test_the_paper_of_a_message_is_saved_there(slack: SlackServer) -> None:
    saved = await uses_shortcut(slack, "save_paper", LINKED, channel="C2")

    assert saved.private
    assert visible_text(saved.answers[0]).startswith("Saved “")
    assert PAPER.title in visible_text((await slack.says("/saved", channel="C2")).answers[0])


async def test_a_paper_is_found_in_the_attachments_of_another_app(slack: SlackServer) -> None:
    feed = SAID | {"text": "New", "bot_id": "B9", "attachments": [{"title_link": f"https://arxiv.org/abs/{PAPER.id}"}]}
    shown = await uses_shortcut(slack, "paper_card", feed)

    assert shown.view is not None
    assert PAPER.title in visible_text(shown.view)


async def test_our_own_card_is_saved_by_its_title(slack: SlackServer) -> None:
    card = (await slack.says(f"/paper {CODED.id}", channel="C3")).answers[0]
    await uses_shortcut(slack, "save_paper", card, channel="C3")

    assert CODED.title in visible_text((await slack.says("/saved", channel="C3")).answers[0])


@pytest.mark.parametrize("callback_id", ["paper_card", "save_paper"])
async def test_a_message_with_several_papers_is_asked_about(slack: SlackServer, callback_id: str) -> None:
    shown = await uses_shortcut(slack, callback_id, SAID | {"text": f"{PAPER.id} and {CODED.id}"}, channel="C4")

    assert shown.view is not None
    assert "Which of these papers?" in visible_text(shown.view)
    assert "Nothing saved yet" in visible_text((await slack.says("/saved", channel="C4")).answers[0])


@pytest.mark.parametrize("callback_id", ["paper_card", "save_paper"])
@pytest.mark.parametrize("message", [{"text": "Lunch at 12.30?"}, {}, {"blocks": [{"type": "divider"}]}])
async def test_a_message_without_a_paper_gets_a_sentence(slack: SlackServer, callback_id: str, message: Json) -> None:
    answer = await uses_shortcut(slack, callback_id, SAID | message)

    assert answer.private
    assert "I couldn't find a paper in that message." in visible_text(answer.answers[0])


async def test_a_paper_is_found_from_anywhere(slack: SlackServer) -> None:
    form = await uses_shortcut(slack, "find_paper", user="U7")
    assert form.view is not None
    found = await submits_search(slack, form.view, PAPER.id, user="U7")
    assert PAPER.title in visible_text(found)

    form = await uses_shortcut(slack, "find_paper", user="U7")
    assert form.view is not None
    found = await submits_search(slack, form.view, "KV cache compressibility", user="U7")
    assert PAPER.title in visible_text(found)


async def test_what_is_saved_in_a_search_from_anywhere_is_the_persons_own(slack: SlackServer) -> None:
    form = await uses_shortcut(slack, "find_paper", user="U8")
    assert form.view is not None
    found = await submits_search(slack, form.view, PAPER.id, user="U8")
    await slack.presses(found, "Save", user="U8")

    assert PAPER.title in visible_text((await slack.says("/saved", channel="D8", user="U8")).answers[0])


async def test_without_the_scope_the_search_says_where_to_search(slack: SlackServer) -> None:
    slack.scopes, before = tuple(one for one in slack.scopes if one != "im:write"), slack.scopes
    try:
        form = await uses_shortcut(slack, "find_paper", user="U9")
        assert form.view is not None
        assert "Type /papers" in visible_text(await submits_search(slack, form.view, "agents", user="U9"))
    finally:
        slack.scopes = before

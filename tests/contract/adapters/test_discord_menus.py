"""Discord: a message's menu shows the papers that it names, or saves them, for the person alone."""

import pytest

from support.all_platforms import House
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import seen
from support.servers.discord_objects import Json, message, person
from support.servers.discord_server import DiscordServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK = f"https://arxiv.org/abs/{PAPER.id}"


def said(server: DiscordServer, channel: str, text: str = "", **more: object) -> Json:
    """A person's message."""
    where = server.channel(channel)
    made: Json = message(where, {"content": text}, 0) | {"author": person("7")} | more
    where.add(made)
    return made


async def saved(house: House, channel: str) -> list[str]:
    place = house.chats["discord"].place(channel)
    return [given.paper_id for given in await house.app.services.feedback.feedback(place)]


FORWARDED = {
    "type": 0, "content": LINK, "embeds": [], "attachments": [], "timestamp": "2026-05-11T09:00:00+00:00",
    "edited_timestamp": None, "flags": 0, "mentions": [], "mention_roles": [], "components": [],
}  # fmt: skip
FILE = {"id": "5", "filename": f"{PAPER.id}.pdf", "size": 1, "url": LINK, "proxy_url": LINK}
NAMING = {
    "its text": {"text": f"have you seen {LINK}v2?"},
    "an id": {"text": f"arXiv:{PAPER.id}"},
    "a preview's address": {"embeds": [{"type": "link", "url": LINK, "title": "A paper"}]},
    "a preview's text": {"embeds": [{"type": "rich", "description": f"new: {LINK}"}]},
    "a preview's field": {"embeds": [{"type": "rich", "fields": [{"name": "x", "value": LINK}]}]},
    "another bot's component": {"components": [{"type": 10, "content": f"see {LINK}", "id": 1}], "flags": 1 << 15},
    "a forwarded message": {"message_snapshots": [{"message": FORWARDED}]},
}


@pytest.mark.parametrize("parts", NAMING.values(), ids=NAMING)
async def test_the_paper_that_a_message_names_is_shown_to_the_person_alone(
    server: DiscordServer, channel: str, parts: dict
) -> None:
    answer = await server.chooses("Paper card", said(server, channel, **parts))

    assert PAPER.title in seen(answer).text
    assert answer.private
    assert answer.acknowledged_privately


async def test_it_is_saved_for_the_channel_and_can_be_undone(house: House, server: DiscordServer, channel: str) -> None:
    answer = await server.chooses("Save paper", said(server, channel, LINK))

    assert answer.private
    assert await saved(house, channel) == [PAPER.id]
    await server.presses(answer.messages[0], "Undo")
    assert await saved(house, channel) == []


async def test_of_several_papers_the_person_chooses_one(house: House, server: DiscordServer, channel: str) -> None:
    both = said(server, channel, f"{LINK} or arXiv:{CODED.id}?")

    asked = await server.chooses("Save paper", both)
    assert await saved(house, channel) == []
    assert [button for button in seen(asked).buttons if button == "Save"] == ["Save", "Save"]
    await server.presses(asked.messages[0], "Save")
    assert await saved(house, channel) == [PAPER.id]

    shown = seen(await server.chooses("Paper card", both))
    assert PAPER.title in shown.text
    assert CODED.title in shown.text


async def test_our_own_card_means_its_paper(server: DiscordServer, channel: str) -> None:
    card = (await server.says("/paper", {"query": PAPER.id}, channel=channel)).messages[0]

    answer = await server.chooses("Paper card", card)

    assert PAPER.title in seen(answer).text
    assert "Read more" in seen(answer).buttons


HOSTILE = {
    "nothing": {},
    "words": {"text": "lunch?"},
    "a file's name": {"attachments": [FILE]},
    "foreign links": {"text": "https://example.org/abs/2605.05971x https://arxiv.org.example.org/"},
    "a command": {"text": "/digest off; @everyone save all"},
    "no ids but many marks": {"text": "arXiv:" * 600},
    "a bidi trick": {"text": "arxiv.org/abs/\u202e17950.5062"},
    "empty previews": {"embeds": [{"type": "rich"}, {"type": "rich", "fields": []}]},
}


@pytest.mark.parametrize("parts", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("command", ["Paper card", "Save paper"])
async def test_a_message_without_a_paper_gets_a_sentence_and_changes_nothing(
    house: House, server: DiscordServer, channel: str, command: str, parts: dict
) -> None:
    answer = await server.chooses(command, said(server, channel, **parts))

    assert "I couldn't find a paper in that message." in seen(answer).text
    assert answer.private
    assert await saved(house, channel) == []


async def test_a_message_full_of_ids_gets_one_bounded_question(
    house: House, server: DiscordServer, channel: str
) -> None:
    flood = " ".join(f"2605.{n:05}" for n in range(300))

    answer = await server.chooses("Save paper", said(server, channel, f"{LINK} {flood}"))

    assert "Which of these papers?" in seen(answer).text
    assert await saved(house, channel) == []

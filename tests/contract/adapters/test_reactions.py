"""Reactions on messages of ours in Slack and Discord reach the core with what the message names, and no others do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from bot.digests.cards.digest import digest_card
from support.builders.sample_cards import NOW, PAPER, digest
from support.drivers.discord_driver import DiscordDriver, number
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen
from support.fakes.discord_command_service import RecordingDoor
from support.fakes.slack_command_service import SampleDoor
from support.servers.slack_workspace import BOT_USER

KEY = "0123456789abcdef01234567"
EMOJI = {"👍": "+1", "🔖": "bookmark", "2️⃣": "two", "🎉": "tada"}


@dataclass
class People:
    """Who put emoji on messages, on either platform."""

    chat: SlackDriver | DiscordDriver
    door: SampleDoor | RecordingDoor

    async def react(self, seen: Seen, emoji: str, user: str = "U1", added: bool = True, **more: Any) -> None:
        if isinstance(self.chat, SlackDriver):
            await self.chat.server.reacts(seen.payload, EMOJI[emoji], user, added, **more)
        else:
            (message,) = seen.payload["messages"]
            await self.chat.server.reacts(message, emoji, self.chat_user(user), added)

    def chat_user(self, user: str) -> str:
        return user if isinstance(self.chat, SlackDriver) else number(user)

    async def said(self, count: int = 1) -> list[tuple[str, list[str], str, bool]]:
        """What the core heard, once it heard so much."""
        await self.chat.server.until(lambda: len(self.door.reactions) >= count, f"{count} reactions")
        return [(sign, papers, caller.user, added) for sign, papers, caller, added in self.door.reactions]


@pytest.fixture(params=["slack", "discord"])
async def people(request: pytest.FixtureRequest) -> AsyncIterator[People]:
    if request.param == "slack":
        slack_door = SampleDoor()
        async with SlackDriver(slack_door) as slack:
            yield People(slack, slack_door)
        return
    discord_door = RecordingDoor()
    async with DiscordDriver(discord_door) as discord:
        yield People(discord, discord_door)


async def test_a_thumb_on_a_papers_card_speaks_of_that_paper_and_of_the_channel(people: People) -> None:
    card = await people.chat.says(f"/paper {PAPER.id}", channel="C7")

    await people.react(card, "👍")

    assert await people.said() == [("more", [PAPER.id], people.chat_user("U1"), True)]
    assert people.door.reactions[0][2].place == people.chat.place("C7")


async def test_a_number_on_a_digest_comes_with_all_its_papers_in_order(people: People) -> None:
    (posted,) = await people.chat.posts(digest_card(digest(10), NOW), KEY)

    await people.react(posted, "2️⃣")

    ids = [item.match.paper.id for item in digest(10).items]
    assert await people.said() == [("2", ids, people.chat_user("U1"), True)]


async def test_what_is_taken_back_counts_once_nobody_says_it_any_more(people: People) -> None:
    card = await people.chat.says(f"/paper {PAPER.id}")
    for count, user in enumerate(("U1", "U2"), start=1):
        await people.react(card, "🔖", user)
        await people.said(count)

    await people.react(card, "🔖", "U1", added=False)
    await people.react(card, "👍", "U1")
    await people.said(3)
    await people.react(card, "🔖", "U2", added=False)

    one, two = people.chat_user("U1"), people.chat_user("U2")
    assert await people.said(4) == [
        ("save", [PAPER.id], one, True),
        ("save", [PAPER.id], two, True),
        ("more", [PAPER.id], one, True),
        ("save", [PAPER.id], two, False),
    ]


async def test_other_emoji_say_nothing(people: People) -> None:
    card = await people.chat.says(f"/paper {PAPER.id}")

    await people.react(card, "🎉")
    await people.react(card, "👍")

    assert [sign for sign, *_ in await people.said()] == ["more"]


async def test_a_message_that_is_gone_says_nothing(people: People) -> None:
    card = await people.chat.says(f"/paper {PAPER.id}", channel="C8")
    if isinstance(people.chat, SlackDriver):
        people.chat.server.gone.add("C8")
    else:
        people.chat.server.channel(number("C8")).forbidden = True

    await people.react(card, "👍")
    await people.react(await people.chat.says(f"/paper {PAPER.id}", channel="C9"), "🔖")

    assert [sign for sign, *_ in await people.said()] == ["save"]


async def test_another_apps_message_is_not_looked_at() -> None:
    door = SampleDoor()
    async with SlackDriver(door) as chat:
        card = await chat.says(f"/paper {PAPER.id}")
        await chat.server.reacts(card.payload, "+1", item_user="U9")
        await chat.server.reacts(card.payload, "+1", BOT_USER)
        await chat.server.reacts(card.payload, "bookmark")
        await chat.server.until(lambda: door.reactions, "the reaction")

        assert len(chat.server.calls_of("conversations.history")) == 1
    assert [sign for sign, *_ in door.reactions] == ["save"]


async def test_a_reaction_in_a_thread_of_slack_is_read_there() -> None:
    door = SampleDoor()
    async with SlackDriver(door) as chat:
        answer = (await chat.server.says(f"paper {PAPER.id}", thread_ts="1795000000.000001")).answers[0]
        await chat.server.reacts(answer, "+1")
        await chat.server.until(lambda: door.reactions, "the reaction")

    assert [(sign, papers) for sign, papers, _, _ in door.reactions] == [("more", [PAPER.id])]


async def test_a_reaction_that_slack_repeats_counts_once() -> None:
    door = SampleDoor()
    async with SlackDriver(door) as chat:
        card = await chat.says(f"/paper {PAPER.id}")
        item = {"type": "message", "channel": "C1", "ts": card.payload["ts"]}
        event = {"type": "reaction_added", "user": "U1", "reaction": "+1", "item": item, "item_user": BOT_USER}
        for retry in range(2):
            await chat.server.event(event, event_id="Ev77", retry=retry)
        await chat.server.event(event | {"reaction": "star"}, event_id="Ev78")
        await chat.server.until(lambda: len(door.reactions) > 1, "the reactions")

    assert [sign for sign, *_ in door.reactions] == ["more", "save"]

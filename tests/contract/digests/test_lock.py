"""A locked channel is changed by its admins alone, however somebody tries; everybody sees who changed what."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain.channel import Channel
from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import PAPER
from support.drivers.discord_driver import DiscordDriver, number, seen, seen_messages
from support.drivers.slack_driver import SlackDriver, seen_exchange
from support.drivers.visible_answer import Seen
from support.servers.discord_messages import writes
from support.servers.discord_objects import buttons
from support.servers.slack_forms import fills

pytestmark = pytest.mark.asyncio(loop_scope="module")

OWNER, ADMIN, MEMBER = "U1", "U2", "U3"
CHANGES = (
    "/follow cs.LG", "/unfollow cs.CL", '/mute "survey"', "/digest on 10:00", "/digest off", "/digest now",
    "/digest unlock", "/digest lock", "/paperlark follow cs.LG", "/paperlark digest off", "/paperlark setup",
)  # fmt: skip
LOCKED = "This channel is locked: only its admins can change what it gets."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home: Path = tmp_path_factory.mktemp("home")
    async with on_all_platforms(home) as house:
        await house.app.services.papers.keep([PAPER])
        slack, discord = house.chats["slack"], house.chats["discord"]
        assert isinstance(slack, SlackDriver)
        assert isinstance(discord, DiscordDriver)
        slack.server.people = {
            OWNER: {"profile": {"display_name": "Olga"}}, ADMIN: {"is_admin": True, "name": "ada"},
            MEMBER: {"is_restricted": True, "name": "max"},
        }  # fmt: skip
        discord.server.mere.add(number(MEMBER))
        yield house


class Room:
    """A channel of one platform."""

    def __init__(self, house: House, platform: str, channel: str) -> None:
        self.house, self.platform, self.channel = house, platform, channel
        self.chat = house.chats[platform]

    async def says(self, text: str, user: str) -> Seen:
        assert isinstance(self.chat, SlackDriver | DiscordDriver)
        return await self.chat.says(text, self.channel, user)

    async def presses(self, shown: Seen, label: str, user: str) -> Seen:
        if isinstance(self.chat, SlackDriver):
            return seen_exchange(await self.chat.server.presses(shown.payload, label, user))
        assert isinstance(self.chat, DiscordDriver)
        return await self.chat.presses(shown, label, user)

    async def set(self) -> Channel:
        return await self.house.app.services.channels.get(self.chat.place(self.channel))


@pytest_asyncio.fixture(loop_scope="module", params=["slack", "discord"])
async def room(house: House, request: pytest.FixtureRequest) -> Room:
    """A channel that its owner set up and locked."""
    room = Room(house, request.param, house.new_channel())
    await room.says("/digest on 09:00 UTC cs.CL", OWNER)
    assert "Locked." in (await room.says("/digest lock", OWNER)).text
    return room


@pytest.mark.parametrize("text", CHANGES)
async def test_a_member_is_refused_alone_and_told_what_to_do(room: Room, text: str) -> None:
    before = await room.set()
    refused = await room.says(text, MEMBER)
    assert await room.set() == before
    assert refused.private
    assert LOCKED in refused.text or "Only an admin of this channel can do that." in refused.text
    assert "direct message" in refused.text
    assert "See what's followed" in refused.buttons


async def test_what_changes_nothing_for_others_is_everybodys(room: Room) -> None:
    for text in (f"/save {PAPER.id}", f"/more {PAPER.id}", "/following", f"/paper {PAPER.id}", "/digest email"):
        assert "locked:" not in (await room.says(text, MEMBER)).text
    assert len(await room.house.app.services.feedback.feedback(room.chat.place(room.channel))) == 2


async def test_buttons_of_others_answers_ask_who_presses_them(room: Room) -> None:
    before = await room.set()
    shown = await room.says("/follow cs.LG", OWNER)
    for label in ("Undo", "Settings"):
        assert LOCKED in (await room.presses(shown, label, MEMBER)).text
    followed = await room.set()
    assert {one.what for one in followed.follows} - {one.what for one in before.follows} == {"cs.LG"}
    assert "Unfollowed cs.LG" in (await room.presses(shown, "Undo", OWNER)).text


async def test_a_form_that_was_opened_before_the_lock_is_refused(room: Room) -> None:
    await room.says("/digest unlock", OWNER)
    form = await room.says("/paperlark setup", MEMBER)
    await room.says("/digest lock", OWNER)
    before = await room.set()
    if isinstance(room.chat, SlackDriver):
        refused = seen_exchange(await fills(room.chat.server, form.payload, {"top": "3"}, MEMBER))
    else:
        assert isinstance(room.chat, DiscordDriver)
        refused = seen(await room.chat.server.fills(form.payload["opened"], {"top": ["3"]}))
    assert (LOCKED in refused.text, await room.set()) == (True, before)


async def test_mentions_are_refused_too(room: Room) -> None:
    before = await room.set()
    if isinstance(room.chat, SlackDriver):
        refused = await room.says("follow cs.LG", MEMBER)
    else:
        assert isinstance(room.chat, DiscordDriver)
        (note,) = await writes(room.chat.server, "@ follow cs.LG", number(room.channel), number(MEMBER))
        (show,) = (button["custom_id"] for button in buttons(note))
        refused = seen(await room.chat.server.presses_id(note, show, number(MEMBER)))
        assert LOCKED not in seen_messages([note]).text
    assert LOCKED in refused.text
    assert await room.set() == before


async def test_an_admin_of_the_platform_changes_it_and_everybody_sees_who_did(room: Room) -> None:
    name = "ada" if room.platform == "slack" else f"user{number(ADMIN)}"
    followed = await room.says("/follow cs.LG", ADMIN)
    assert not followed.private
    assert f"Changed by {name}." in followed.text
    assert "<@" not in str(followed.payload)  # nobody is notified
    unlocked = await room.says("/digest unlock", ADMIN)
    assert unlocked.buttons == ("Undo",)
    assert f"Changed by {name}." in unlocked.text
    assert "locked" not in (await room.says("/follow cs.CV", MEMBER)).text
    assert "Locked." in (await room.presses(unlocked, "Undo", ADMIN)).text


async def test_without_a_lock_everybody_may_change_it_but_not_lock_it(house: House, room: Room) -> None:
    await room.says("/digest unlock", OWNER)
    assert "Muted survey" in (await room.says('/mute "survey"', MEMBER)).text
    assert "Only an admin" in (await room.says("/digest lock", MEMBER)).text
    assert not (await room.set()).locked


async def test_slack_without_users_read_knows_the_person_who_set_it_up_alone(house: House) -> None:
    room, slack = Room(house, "slack", house.new_channel()), house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(slack.server, "scopes", tuple(one for one in slack.server.scopes if one != "users:read"))
        await room.says("/follow cs.CL", "U7")  # turns the digest on
        assert "Locked." in (await room.says("/digest lock", "U7")).text
        patched.setitem(slack.server.people, "U8", {"is_owner": True})
        assert LOCKED in (await room.says("/digest off", "U8")).text
        assert "stopped" in (await room.says("/digest off", "U7")).text


async def test_a_lost_role_is_lost_within_a_minute(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.slack.people.KEPT_SECONDS", 0.0)
    room, slack = Room(house, "slack", house.new_channel()), house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    await room.says("/digest on 09:00 UTC cs.CL", OWNER)
    monkeypatch.setitem(slack.server.people, "U9", {"is_owner": True})
    assert "Locked." in (await room.says("/digest lock", "U9")).text
    slack.server.people["U9"] = {"is_owner": False}
    assert "Only an admin" in (await room.says("/digest unlock", "U9")).text


async def test_in_a_direct_message_and_the_terminal_everybody_is_their_own_admin(house: House) -> None:
    for platform in ("slack", "discord", "terminal"):
        user = replace(house.user(platform), channel=house.new_channel("D"))
        assert "Locked." in (await user.says("/digest lock")).text
        assert "cs.LG" in (await user.says("/follow cs.LG")).text
        assert "Unlocked." in (await user.says("/digest unlock")).text

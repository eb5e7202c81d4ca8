"""E-mails of a channel end with membership, and its admins see and end them without reading the addresses."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app.parse import parse
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller, Role
from bot.domain.errors import TryLater
from bot.domain.mailbox import mailbox, masked
from conftest import WaitUntil
from support.all_platforms import House, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, number
from support.drivers.slack_driver import SlackDriver
from support.servers.discord_objects import VIEW_CHANNEL
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA, BOB = "ada.lovelace@example.org", "bob@example.com"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home: Path = tmp_path_factory.mktemp("home")
    async with on_all_platforms(home) as house:
        yield house


@pytest.fixture
def slack(house: House) -> SlackServer:
    chat = house.chats["slack"]
    assert isinstance(chat, SlackDriver)
    return chat.server


@pytest.fixture
def discord(house: House) -> DiscordServer:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    return chat.server


async def may_read(house: House, platform: str, channel: str, user: str) -> bool | None:
    chat = house.chats[platform]
    return await chat.messenger.may_read(chat.place(channel), user)


class TestSlack:
    async def test_members_read_a_private_channel_and_everybody_but_guests_a_public_one(
        self, house: House, slack: SlackServer
    ) -> None:
        private, public = house.new_channel(), house.new_channel()
        slack.private.add(private)
        slack.people |= {"U4": {"name": "guest", "is_restricted": True}, "U5": {"name": "gone", "deleted": True}}
        for user in ("U1", "U2"):
            await slack.says("/following", private, user)
        slack.left.add((private, "U2"))

        read = {(user, where): await may_read(house, "slack", where, user) for user in ("U1", "U2", "U4", "U5")
                for where in (private, public, "D1")}  # fmt: skip
        assert {user for (user, where), told in read.items() if where == private and told} == {"U1"}
        assert {user for (user, where), told in read.items() if where == public and told} == {"U1", "U2"}
        assert {user for (user, where), told in read.items() if where == "D1" and told} == {"U1", "U2", "U4"}
        assert None not in read.values()

    async def test_what_slack_hides_is_unknown_and_what_it_may_tell_later_is_asked_again(
        self, house: House, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        private = house.new_channel()
        slack.private.add(private)
        for fault in ("internal_error", "ratelimited"):
            slack.refuse("conversations.info", fault)
            with pytest.raises(TryLater):
                await may_read(house, "slack", private, "U1")
        slack.outside.add(private)
        assert await may_read(house, "slack", private, "U1") is None
        monkeypatch.setattr(slack, "scopes", ("chat:write",))
        assert await may_read(house, "slack", house.new_channel(), "U1") is None

    async def test_who_leaves_a_private_channel_loses_its_letters_at_once_and_no_others(
        self, house: House, slack: SlackServer, wait_until: WaitUntil
    ) -> None:
        left, stays = house.new_channel(), house.new_channel()
        for channel in (left, stays):
            for user, address in (("U1", ADA), ("U2", BOB)):
                await subscribed(house, Place("slack", "T1", channel), user, address)
        event = {"type": "member_left_channel", "user": "U1", "team": "T1"}
        await slack.event(event | {"channel": stays, "channel_type": "C"})  # everybody may still read it
        await slack.event(event | {"channel": left, "channel_type": "G"})

        async def goes_on(user: str, channel: str) -> bool:
            shown = await slack.says("/digest email", channel, user)
            return (ADA if user == "U1" else BOB) in str(shown.answers)

        async def ended() -> bool:
            return not await goes_on("U1", left)

        await wait_until(ended, "the letters to U1 end")
        assert [await goes_on(*other) for other in (("U1", stays), ("U2", left), ("U2", stays))] == [True] * 3


class TestDiscord:
    async def test_a_person_reads_what_they_may_view(self, house: House, discord: DiscordServer) -> None:
        open_to_all, hidden = house.new_channel(), house.new_channel()
        for channel in (open_to_all, hidden):
            discord.channel(number(channel))
        discord.channel(number(hidden)).hidden_from.add("77")
        discord.left.add("88")
        assert await may_read(house, "discord", open_to_all, "77") is True
        assert await may_read(house, "discord", hidden, "77") is False
        assert await may_read(house, "discord", hidden, "42") is True
        assert await may_read(house, "discord", open_to_all, "88") is False
        discord.channel(number(open_to_all)).denied = VIEW_CHANNEL
        assert await may_read(house, "discord", open_to_all, "77") is False
        direct = Place("discord", "dm77", "2000")
        assert await house.chats["discord"].messenger.may_read(direct, "77") is True

    async def test_an_outage_tells_nothing(self, house: House, discord: DiscordServer) -> None:
        channel = house.new_channel()
        discord.channel(number(channel))
        discord.refuse("guild", 503)
        with pytest.raises(TryLater):
            await may_read(house, "discord", channel, "77")


async def subscribed(house: House, place: Place, user: str, address: str) -> None:
    await house.app.services.channels.set(Channel(mailbox(place, address), since=house.clock.now(), by=user))


async def test_admins_see_others_addresses_masked_and_end_them(house: House) -> None:
    place = Place("slack", "T1", house.new_channel())
    await house.app.services.channels.set(Channel(place, set_up_by="U1", since=house.clock.now()))
    await subscribed(house, place, "U2", ADA)
    await subscribed(house, place, "U3", BOB)
    asked, member, admin = parse("/digest email"), Caller(place, "U2"), Caller(place, "U9", role=Role.ADMIN)

    seen_by_member = await house.app.core.answer(asked, member)
    assert ADA in seen_by_member.text
    assert "bob" not in str(seen_by_member)
    assert "b…" not in str(seen_by_member)
    for one in (admin, Caller(place, "U1")):
        shown = await house.app.core.answer(asked, one)
        assert ("a…@example.org" in shown.text, "b…@example.com" in shown.text) == (True, True)
        assert "ada" not in str(shown)
        assert shown.private

    ends = [block.button.command for block in shown.blocks if hasattr(block, "button")]
    refused = await house.app.core.answer(parse(ends[0]), member)
    assert "Only an admin" in refused.text
    elsewhere = Caller(Place("slack", "T1", "C-other"), "U9", role=Role.ADMIN)
    assert "No address here" in (await house.app.core.answer(parse(ends[0]), elsewhere)).text
    ended = [(await house.app.core.answer(parse(command), admin)).text for command in ends]
    assert {text.split(". The")[0] for text in ended} == {
        "Stopped. I've deleted a…@example.org", "Stopped. I've deleted b…@example.com",
    }  # fmt: skip
    assert "None of" not in (await house.app.core.answer(asked, member)).text
    assert ADA not in (await house.app.core.answer(asked, member)).text


async def test_a_masked_address_shows_one_letter() -> None:
    assert [masked(one) for one in (ADA, "x@y.org")] == ["a…@example.org", "x…@y.org"]

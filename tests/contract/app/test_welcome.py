"""The bot's first message: once in each place where it may write, with the way to the set-up form and to an example."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.all_platforms import House, on_all_platforms
from support.drivers.discord_driver import DiscordDriver, seen_messages
from support.drivers.slack_driver import SlackDriver, seen_message
from support.drivers.visible_answer import Seen
from support.servers.discord_objects import Channel

pytestmark = pytest.mark.asyncio(loop_scope="module")

HELLO = "👋 I bring the day's arXiv papers. Tell me what the team works on and when you read, and I'll do the rest."
HELLO_YOU = "👋 I bring the day's arXiv papers. Tell me what you work on and when you read, and I'll do the rest."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Nothing has been fetched yet."""
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        yield house


class TestSlack:
    @pytest.fixture
    def slack(self, house: House) -> SlackDriver:
        chat = house.chats["slack"]
        assert isinstance(chat, SlackDriver)
        return chat

    async def test_a_channel_is_greeted_once_however_often_the_event_comes(
        self, house: House, slack: SlackDriver
    ) -> None:
        hello = await invited(slack, channel := house.new_channel())
        await slack.server.event({"type": "member_joined_channel", "user": "UBOT", "channel": channel})
        await slack.says("/following", channel)

        assert HELLO in hello.text
        assert "/follow cs.CL" in hello.text
        assert not hello.private
        assert hello.buttons == ("Set up this channel", "Show an example digest")
        assert len(slack.server.channel(channel)) == 1

    async def test_a_channel_where_something_is_set_is_not_greeted(self, house: House, slack: SlackDriver) -> None:
        await slack.says("/follow cs.CL", channel := house.new_channel())
        await slack.server.event({"type": "member_joined_channel", "user": "UBOT", "channel": channel})
        await slack.says("/following", channel)

        assert not [one for one in slack.server.channel(channel) if HELLO in seen_message(one).text]

    async def test_a_direct_message_is_greeted_when_it_is_opened(self, house: House, slack: SlackDriver) -> None:
        direct = house.new_channel("D")
        for _ in range(2):
            await slack.server.event({"type": "app_home_opened", "user": "U1", "channel": direct, "tab": "messages"})
        await slack.server.until(lambda: slack.server.channel(direct), "the welcome")

        (hello,) = slack.server.channel(direct)
        assert HELLO_YOU in seen_message(hello).text
        assert seen_message(hello).buttons == ("Set up your digest", "Show an example digest")

    async def test_the_home_tab_is_no_direct_message(self, house: House, slack: SlackDriver) -> None:
        direct = house.new_channel("D")
        await slack.server.event({"type": "app_home_opened", "user": "U1", "channel": direct, "tab": "home"})
        await slack.says("/following", direct)

        assert not [one for one in slack.server.channel(direct) if HELLO_YOU in seen_message(one).text]

    async def test_a_first_hello_is_answered_by_the_welcome_alone(self, house: House, slack: SlackDriver) -> None:
        answer = await slack.server.says("hello there", direct := house.new_channel("D"))
        again = await slack.server.says("hello there", direct)

        assert HELLO_YOU in seen_message(answer.answers[0]).text
        assert len(answer.answers) == 1
        assert HELLO_YOU not in seen_message(again.answers[0]).text

    async def test_a_first_command_is_answered_too(self, house: House, slack: SlackDriver) -> None:
        answer = await slack.server.says("following", house.new_channel("D"))
        await slack.server.until(lambda: len(answer.answers) == 2, "the welcome and the answer")

        assert HELLO_YOU in seen_message(answer.answers[0]).text

    async def test_the_welcome_opens_the_form_and_an_example_for_the_one_who_presses(
        self, house: House, slack: SlackDriver
    ) -> None:
        hello = await invited(slack, house.new_channel())

        form = await slack.presses(hello, "Set up this channel")
        example = await slack.presses(hello, "Show an example digest")

        assert "Topics, one a line" in form.text
        assert example.private
        assert "Example: landmark papers" in example.text
        assert example.buttons[-1] == "Set up this channel"


async def invited(slack: SlackDriver, channel: str) -> Seen:
    await slack.server.event({"type": "member_joined_channel", "user": "UBOT", "channel": channel})
    await slack.server.until(lambda: slack.server.channel(channel), "the welcome")
    return seen_message(slack.server.channel(channel)[0])


class TestDiscord:
    @pytest.fixture
    def discord(self, house: House) -> DiscordDriver:
        chat = house.chats["discord"]
        assert isinstance(chat, DiscordDriver)
        return chat

    async def test_a_server_is_greeted_once_in_its_channel_for_system_messages(self, discord: DiscordDriver) -> None:
        first, system = Channel("5001", "500"), Channel("5002", "500", position=7)
        await discord.server.adds("500", first, system, system="5002")
        await discord.server.until(lambda: system.messages, "the welcome")
        await discord.server.adds("500", first, system, system="5002")
        await discord.says("/following")

        hello = seen_messages(system.messages)
        assert HELLO in hello.text
        assert hello.buttons == ("Set up this channel", "Show an example digest")
        assert (len(system.messages), first.messages) == (1, [])

    async def test_a_server_whose_first_channels_are_closed_is_greeted_in_the_next(
        self, discord: DiscordDriver
    ) -> None:
        system, second = Channel("6001", "600", closed=True), Channel("6002", "600", position=1, closed=True)
        third, last = Channel("6003", "600", position=2), Channel("6000", "600", position=3)
        await discord.server.adds("600", system, last, third, second, system="6001")
        await discord.server.until(lambda: third.messages, "the welcome")

        assert [channel.messages for channel in (system, second, last)] == [[], [], []]

    async def test_a_server_where_the_bot_may_write_nowhere_is_not_greeted(self, discord: DiscordDriver) -> None:
        closed = Channel("7001", "700", closed=True)
        await discord.server.adds("700", closed)
        await discord.says("/following")

        assert closed.messages == []

    async def test_a_first_direct_message_is_answered_by_the_welcome_once(self, discord: DiscordDriver) -> None:
        for _ in range(2):
            await discord.server.writes("hello", "8001")
        await discord.server.until(lambda: len(discord.server.channel("8001").messages) == 2, "two answers")

        hello, again = discord.server.channel("8001").messages
        assert HELLO_YOU not in seen_messages([again]).text
        assert HELLO_YOU in seen_messages([hello]).text
        assert seen_messages([hello]).buttons == ("Set up your digest", "Show an example digest")

    async def test_the_welcome_opens_the_form_and_an_example_for_the_one_who_presses(
        self, discord: DiscordDriver
    ) -> None:
        await discord.server.writes("hello", "8002")
        await discord.server.until(lambda: discord.server.channel("8002").messages, "the welcome")
        hello = seen_messages(discord.server.channel("8002").messages)

        form = await discord.presses(hello, "Set up your digest")
        example = await discord.presses(hello, "Show an example digest")

        assert "Topics, one a line" in form.text
        assert example.private
        assert "Example: landmark papers" in example.text

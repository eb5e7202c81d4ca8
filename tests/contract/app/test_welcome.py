"""The bot's first message: once in each place where it may write, with the way to the set-up form and to an example."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from support.all_platforms import House, on_all_platforms
from support.drivers.slack_driver import SlackDriver, seen_message
from support.drivers.visible_answer import Seen

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
        assert "hello" in seen_message(again.answers[0]).text

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
        assert "An example: landmark papers" in example.text
        assert example.buttons[-1] == "Set up this channel"


async def invited(slack: SlackDriver, channel: str) -> Seen:
    await slack.server.event({"type": "member_joined_channel", "user": "UBOT", "channel": channel})
    await slack.server.until(lambda: slack.server.channel(channel), "the welcome")
    return seen_message(slack.server.channel(channel)[0])

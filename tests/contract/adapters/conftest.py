"""The bot on all platforms with two known papers, and its servers, for suites that play people there."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import DiscordDriver, number
from support.drivers.slack_driver import SlackDriver
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(Path(tmp_path_factory.mktemp("home"))) as house:
        house.arxiv.papers = [PAPER, CODED]
        await house.app.services.papers.keep(house.arxiv.papers)
        yield house


@pytest.fixture
def slack(house: House) -> SlackServer:
    chat = house.chats["slack"]
    assert isinstance(chat, SlackDriver)
    return chat.server


@pytest.fixture
def server(house: House) -> DiscordServer:
    chat = house.chats["discord"]
    assert isinstance(chat, DiscordDriver)
    return chat.server


@pytest.fixture
def channel(house: House) -> str:
    return number(house.new_channel())

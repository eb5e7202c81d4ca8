"""`/paperlark home` on every platform: what a place follows and saved, and its next digest, with buttons."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.channel import Follow, Kind
from support.all_platforms import CHATS_FIRST, MONDAY, Driver, House, on_all_platforms
from support.builders.sample_cards import PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER]
        await house.app.services.papers.keep([PAPER])
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


async def test_it_shows_what_is_set_and_saved_there(chat: Driver) -> None:
    for typed in ("/follow cs.CL", "/mute survey", "/digest on 09:00 Europe/Berlin", f"/save {PAPER.id}"):
        await chat.says(typed, channel="C-set")
    panel = await chat.says("/paperlark home", channel="C-set")

    assert panel.private
    assert "This channel follows 1 thing" in panel.text
    assert "I'll post it here every weekday at 09:00 (Berlin)" in panel.text
    assert PAPER.title in panel.text
    assert {"Unfollow", "Unmute", "Settings", "Turn off", "Open", "Reading list"} <= set(panel.buttons)


async def test_a_new_place_is_offered_a_beginning(chat: Driver) -> None:
    panel = await chat.says("/paperlark home", channel="C-new")

    assert "This channel follows nothing yet" in panel.text
    assert {"Set up this channel", "Turn the digest on"} <= set(panel.buttons)


async def test_the_longest_fits(chat: Driver, house: House) -> None:
    place = chat.place("C-long")
    for number in range(120):
        await house.app.services.channels.follow(place, Follow(Kind.TOPIC, f"t{number} {'x' * 150}", MONDAY))
    await chat.says(f"/save {PAPER.id}", channel="C-long")

    assert "This channel follows 120 things" in (await chat.says("/paperlark home", channel="C-long")).text

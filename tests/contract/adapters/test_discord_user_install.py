"""Discord: people who installed the app for themselves use it anywhere, and leave no trace where the bot isn't."""

import pytest

from support.all_platforms import House
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import number, seen
from support.servers.discord_messages import begins_thread
from support.servers.discord_objects import Channel, message, person
from support.servers.discord_server import GROUP, DiscordServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOREIGN = "555"
"""A server without the bot."""


@pytest.fixture
def channel(house: House, server: DiscordServer) -> str:
    """A channel of a foreign server, which the bot can't reach."""
    made = Channel(number(house.new_channel()), FOREIGN, forbidden=True)
    server.channels[made.id] = made
    return made.id


@pytest.mark.parametrize(
    ("command", "options", "says"),
    [
        ("/paper", {"query": PAPER.id}, PAPER.title),
        ("/papers", {"query": "transformers"}, PAPER.title),
        ("/ask", {"paper": PAPER.id, "question": "what data do they use?"}, PAPER.title),
        ("/saved", {}, "Nothing saved yet"),
        ("/paperlark", {}, "You follow nothing yet"),
    ],
)
@pytest.mark.parametrize("guild", [FOREIGN, GROUP])
async def test_answers_are_for_the_person_alone(
    house: House, server: DiscordServer, command: str, options: dict, says: str, guild: str
) -> None:
    where = Channel(number(house.new_channel()), FOREIGN if guild == FOREIGN else "", forbidden=True)
    server.channels[where.id] = where

    answer = await server.says(command, options, channel=where.id, user="5001", guild=guild)

    assert says in seen(answer).text
    assert answer.private
    assert where.messages == []


async def test_what_a_person_saves_there_is_on_the_list_of_their_direct_message(
    house: House, server: DiscordServer, channel: str
) -> None:
    card = await server.says("/paper", {"query": PAPER.id}, channel=channel, user="5002", guild=FOREIGN)
    await server.presses(card.messages[0], "Save", user="5002", elsewhere=True)

    direct = await server.says("/saved", {}, channel="775002", user="5002", direct=True)

    assert PAPER.title in seen(direct).text
    other = await server.says("/saved", {}, channel="775003", user="5003", direct=True)
    assert PAPER.title not in seen(other).text


async def test_a_messages_menu_works_there_too(house: House, server: DiscordServer, channel: str) -> None:
    where = server.channel(channel)
    said = message(where, {"content": f"https://arxiv.org/abs/{CODED.id}"}, 0) | {"author": person("7")}

    saved = await server.chooses("Save paper", said, user="5004", guild=FOREIGN)

    assert saved.private
    assert CODED.title in seen(await server.says("/saved", {}, channel="775004", user="5004", direct=True)).text


async def test_nothing_about_that_server_is_kept_or_read(house: House, server: DiscordServer, channel: str) -> None:
    before = dict(server.requests)
    card = await server.says("/paper", {"query": PAPER.id}, channel=channel, user="5005", guild=FOREIGN)
    for label in ("Save", "More like this", "Mute…", "Read more"):
        await server.presses(card.messages[0], label, user="5005", elsewhere=True)
    thread = await begins_thread(server, {"id": "88001", "channel_id": channel})
    thread.guild = FOREIGN
    await server.says("/paperlark", {"command": "save this"}, channel=thread.id, user="5005", guild=FOREIGN)

    assert all(FOREIGN not in place.team for place in await _places(house))
    kept = [key async for key in house.app.services.channels._client.scan_iter(match=f"*discord:{FOREIGN}*")]
    assert kept == []
    for route in ("guild", "channel", "message", "history", "member"):
        assert server.requests[route] == before.get(route, 0)


async def test_a_person_sets_up_their_own_digest_from_there(house: House, server: DiscordServer, channel: str) -> None:
    answer = await server.says("/paperlark", {"command": "follow cs.LG"}, channel=channel, user="5006", guild=FOREIGN)

    assert "You now follow category cs.LG" in seen(answer).text
    assert [place.team for place in await _places(house) if place.channel == "775006"] == ["dm5006"]


async def test_a_server_with_the_bot_stays_the_channels_even_for_people_who_installed_it(
    house: House, server: DiscordServer
) -> None:
    here = number(house.new_channel())

    answer = await server.says("/paper", {"query": PAPER.id}, channel=here, user="5007")

    assert not answer.private


async def _places(house: House) -> list:
    return [channel.place for channel in await house.app.services.channels.all()]

"""Discord: `/paperlark` alone is a panel of all that a place has set and saved, with a menu where lists are long."""

import pytest

from support.all_platforms import House
from support.builders.sample_cards import PAPER
from support.drivers.discord_driver import seen
from support.servers.discord_objects import Json, buttons
from support.servers.discord_rules import check_message, walk
from support.servers.discord_server import Answer, DiscordServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

CATEGORIES = "cs.CL, cs.CV, cs.AI, cs.RO, cs.IR, cs.HC, cs.SE, cs.CR"


async def panel(server: DiscordServer, channel: str) -> Answer:
    return await server.says("/paperlark", {}, channel=channel)


async def follows(house: House, channel: str) -> list[str]:
    place = house.chats["discord"].place(channel)
    return [follow.what for follow in (await house.app.services.channels.get(place)).follows]


def menu(answer: Answer) -> Json:
    return next(part for message in answer.messages for part in walk(message["components"]) if part["type"] == 3)


async def test_it_shows_follows_digest_reading_list_and_settings(server: DiscordServer, channel: str) -> None:
    await server.says_text("/paperlark", "follow cs.LG", channel=channel)
    await server.says("/save", {"paper": PAPER.id}, channel=channel)

    answer = await panel(server, channel)

    shown = seen(answer)
    assert answer.private
    for part in ("This channel follows 1 thing", "cs.LG", "Reading list", PAPER.title, "Next:"):
        assert part in shown.text
    assert {"Unfollow", "Settings", "Turn off", "Show today's digest", "Reading list"} <= set(shown.buttons)


async def test_a_new_channel_is_offered_the_set_up(server: DiscordServer, channel: str) -> None:
    shown = seen(await panel(server, channel))

    assert "This channel follows nothing yet" in shown.text
    assert "Set up this channel" in shown.buttons


async def test_a_long_list_of_follows_has_one_menu_that_ends_each(
    house: House, server: DiscordServer, channel: str
) -> None:
    await server.says_text("/paperlark", f"follow {CATEGORIES}", channel=channel)

    answer = await panel(server, channel)

    assert menu(answer)["placeholder"] == "Unfollow…"
    assert len(menu(answer)["options"]) == 8
    ended = await server.presses(answer.messages[0], "category cs.RO")
    assert "Unfollowed cs.RO" in seen(ended).text
    assert "cs.RO" not in await follows(house, channel)
    assert len(await follows(house, channel)) == 7


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("c:/unfollow category:cs.RO.x#", "doesn't follow"),
        ("c:/frobnicate#", "There's no command /frobnicate"),
        ("x" * 100, "I searched for"),
        ("s:1.1#", ""),
        ("m:1#", ""),
    ],
)
async def test_a_value_that_the_menu_does_not_offer_is_no_more_than_typed_text(
    house: House, server: DiscordServer, channel: str, value: str, says: str
) -> None:
    await server.says_text("/paperlark", f"follow {CATEGORIES}", channel=channel)
    answer = await panel(server, channel)

    forged = await server.presses_id(answer.messages[0], menu(answer)["custom_id"], values=[value])

    assert says in seen(forged).text
    assert forged.private
    assert len(await follows(house, channel)) == 8


async def test_while_the_channel_is_locked_a_forged_choice_of_a_member_ends_nothing(
    house: House, server: DiscordServer, channel: str
) -> None:
    await server.says_text("/paperlark", f"follow {CATEGORIES}", channel=channel)
    await server.says("/digest lock", {}, channel=channel)
    answer = await panel(server, channel)
    server.mere.add("666")

    forged = await server.presses_id(
        answer.messages[0], menu(answer)["custom_id"], user="666", values=["c:/digest off#"]
    )

    assert "locked" in seen(forged).text


async def test_the_longest_panel_is_within_discords_limits(server: DiscordServer, channel: str) -> None:
    for names in (CATEGORIES, "cs.DB, cs.DC, cs.DS, cs.GT, cs.IT, cs.LO, cs.MA, cs.NE", "stat.ML, math.OC, math.ST"):
        await server.says_text("/paperlark", f"follow {names}", channel=channel)

    answer = await panel(server, channel)

    for message in answer.messages:
        check_message(message)
    assert all(button for message in answer.messages for button in buttons(message))

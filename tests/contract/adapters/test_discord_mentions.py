"""Discord: what people write to the bot is answered, and what isn't for everybody is a press away."""

import pytest

from adapters.discord.app import DiscordAccess, _options
from support.all_platforms import House
from support.builders.sample_cards import PAPER
from support.drivers.discord_driver import seen, seen_messages
from support.servers.discord_messages import begins_thread, writes
from support.servers.discord_objects import Json
from support.servers.discord_server import DiscordServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINK = f"https://arxiv.org/abs/{PAPER.id}"


async def saved(house: House, channel: str) -> list[str]:
    place = house.chats["discord"].place(channel)
    return [given.paper_id for given in await house.app.services.feedback.feedback(place)]


async def the_card(server: DiscordServer, channel: str) -> Json:
    """A paper's card in the channel."""
    return (await writes(server, f"@ paper {PAPER.id}", channel))[0]


async def test_a_paper_that_somebody_named_is_shown_to_everyone(server: DiscordServer, channel: str) -> None:
    assert PAPER.title in seen_messages(await writes(server, f"@ have you seen {LINK}?", channel)).text


@pytest.mark.parametrize(
    "text", [f"@, paper {PAPER.id}", f"@: {PAPER.id}", f"paper {PAPER.id} @", f"{LINK} @ thoughts?", f"hi @! <{LINK}>"]
)
async def test_a_paper_is_heard_before_and_after_the_name(server: DiscordServer, channel: str, text: str) -> None:
    assert PAPER.title in seen_messages(await writes(server, text, channel)).text


@pytest.mark.parametrize(
    "text", ["@", "@ hi", "@ what can you do?", "hello @", "@ papers on diffusion models", "@ frobnicate"]
)
async def test_what_is_for_one_person_is_shown_to_the_one_who_presses(
    server: DiscordServer, channel: str, text: str
) -> None:
    [message] = await writes(server, text, channel)

    assert seen_messages([message]).buttons == ("Show my answer",)
    assert seen(await server.presses(message, "Show my answer")).private


@pytest.mark.parametrize(
    ("text", "said", "first"),
    [
        ("@ stop", "What should stop?", "Turn off the digest"),
        ("@ can you follow cs.CL?", "Follow cs.CL?", "Follow cs.CL"),
        ("@ digest at 9 est", "Which city's time do you mean?", "New York, at 9"),
        ("good bot @", "Glad it helps.", "Help"),
    ],
)
async def test_a_question_before_a_change_is_one_press_away_and_talk_is_open(
    server: DiscordServer, channel: str, text: str, said: str, first: str
) -> None:
    [message] = await writes(server, text, channel)

    assert said in seen_messages([message]).text
    assert seen_messages([message]).buttons[0] == first


async def test_only_unprivileged_intents_are_asked_for() -> None:
    intents = _options(DiscordAccess("token"))["intents"]
    assert intents.guild_messages
    assert intents.dm_messages
    assert not intents.message_content
    assert not intents.members
    assert not intents.presences


async def test_a_search_in_plain_words_shows_its_filters_and_how_to_remove_them(
    server: DiscordServer, channel: str
) -> None:
    [message] = await writes(server, "@ papers by Yam Eitan since 2020", channel)

    shown = await server.presses(message, "Show my answer")
    assert "Filters: by Yam Eitan · since 1 Jan 2020" in seen(shown).text
    assert {"Remove Yam Eitan", "Remove since 1 Jan 2020"} <= set(seen(shown).buttons)


async def test_text_too_long_for_a_button_is_asked_again_as_a_command(server: DiscordServer, channel: str) -> None:
    [message] = await writes(server, "@ papers on " + "very " * 40 + "long things", channel)

    assert "/paperlark" in seen_messages([message]).text


async def test_the_paper_of_a_thread_is_saved_for_its_channel(
    house: House, server: DiscordServer, channel: str
) -> None:
    thread = await begins_thread(server, await the_card(server, channel))

    [message] = await writes(server, "@ save this", thread.id)

    assert PAPER.title in seen_messages([message]).text
    assert await saved(house, channel) == [PAPER.id]
    undone = seen(await server.presses(message, "Undo"))
    assert undone.private
    assert await saved(house, channel) == []


async def test_a_slash_command_in_a_thread_knows_its_paper(house: House, server: DiscordServer, channel: str) -> None:
    thread = await begins_thread(server, await the_card(server, channel))

    assert PAPER.title in seen(await server.says("/save", {"paper": "this"}, channel=thread.id)).text
    assert await saved(house, channel) == [PAPER.id]


async def test_the_paper_that_a_reply_answers_is_saved(house: House, server: DiscordServer, channel: str) -> None:
    card = await the_card(server, channel)

    await writes(server, "@ save this", channel, replies_to=card)

    assert await saved(house, channel) == [PAPER.id]


async def test_outside_of_a_thread_nothing_is_saved_on_a_guess(
    house: House, server: DiscordServer, channel: str
) -> None:
    await the_card(server, channel)

    [message] = await writes(server, "@ save this", channel)

    assert "Which paper?" in seen(await server.presses(message, "Show my answer")).text
    assert await saved(house, channel) == []


async def test_a_direct_message_is_answered_there_after_the_welcome(server: DiscordServer) -> None:
    await writes(server, "hi", "7742", direct=True)

    *_, message = await writes(server, "hi", "7742", direct=True)

    assert "All commands" in seen_messages([message]).buttons


async def test_messages_that_mention_nobody_are_passed_over(server: DiscordServer, channel: str) -> None:
    await writes(server, "save this", channel)

    [message] = await writes(server, "@ hi", channel)

    assert seen_messages([message]).buttons == ("Show my answer",)

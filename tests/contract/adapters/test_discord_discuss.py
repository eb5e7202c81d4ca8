"""Discord: the Discuss button opens one thread for a digest or a paper, and leads everybody to it."""

import asyncio
import re

import pytest
import pytest_asyncio

from support.all_platforms import DIGESTS, House
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import number, seen, seen_messages
from support.servers.discord_messages import begins_thread, writes
from support.servers.discord_objects import (
    CREATE_PUBLIC_THREADS,
    NEWS,
    SEND_MESSAGES_IN_THREADS,
    Channel,
    Json,
    person,
)
from support.servers.discord_server import Answer, DiscordServer

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def channel(house: House, server: DiscordServer) -> str:
    """A channel that the bot knows, as it knows all of a server's."""
    made = server.channel(number(house.new_channel()))
    await server.gateway.tell("CHANNEL_CREATE", made.json())
    return made.id


async def card(server: DiscordServer, channel: str) -> Json:
    return (await server.says("/paper", {"query": PAPER.id}, channel=channel)).messages[0]


def threads(server: DiscordServer, channel: str) -> list[Channel]:
    return [one for one in server.channels.values() if one.parent == channel]


def led_to(answer: Answer) -> str:
    (link,) = re.findall(r"https://discord\.com/channels/100/(\d+)", " ".join(seen(answer).links))
    assert answer.private
    return link


async def test_the_first_press_opens_a_thread_that_names_the_paper(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)

    answer = await server.presses(message, "Discuss")

    (thread,) = threads(server, channel)
    assert led_to(answer) == thread.id == message["id"]
    assert thread.name == PAPER.title
    (first,) = thread.messages
    shown = seen_messages([first])
    assert PAPER.title in shown.text
    assert shown.links == (PAPER.abs_url,)
    assert "@Paperlark what data do they use?" in shown.text


async def test_the_second_person_is_led_to_the_same_thread(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    first = await server.presses(message, "Discuss", user="1")

    second = await server.presses(message, "Discuss", user="2")

    assert led_to(first) == led_to(second)
    (thread,) = threads(server, channel)
    assert len(thread.messages) == 1


async def test_many_presses_at_once_end_in_one_thread_with_one_first_message(
    server: DiscordServer, channel: str
) -> None:
    message = await card(server, channel)

    answers = await asyncio.gather(*(server.presses(message, "Discuss", user=str(n)) for n in range(1, 9)))

    (thread,) = threads(server, channel)
    assert {led_to(answer) for answer in answers} == {thread.id}
    assert len(thread.messages) == 1


async def test_a_process_that_died_after_opening_it_leaves_the_first_message_to_the_next_press(
    server: DiscordServer, channel: str
) -> None:
    message = await card(server, channel)
    server.refuse("history", 403, 50001)
    await server.presses(message, "Discuss")
    (thread,) = threads(server, channel)
    assert thread.messages == []

    await server.presses(message, "Discuss")

    assert len(thread.messages) == 1


async def test_a_lost_answer_of_discord_still_ends_in_one_thread(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    server.lose_reply("thread.of")

    answer = await server.presses(message, "Discuss")

    assert "Something went wrong" in seen(answer).text or led_to(answer)
    again = await server.presses(message, "Discuss")
    (thread,) = threads(server, channel)
    assert led_to(again) == thread.id
    assert len(thread.messages) == 1


async def test_a_thread_that_a_person_began_is_the_one(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    thread = await begins_thread(server, message)

    assert led_to(await server.presses(message, "Discuss")) == thread.id
    assert len(threads(server, channel)) == 1


async def test_in_the_thread_the_paper_is_known(house: House, server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    await server.presses(message, "Discuss")
    (thread,) = threads(server, channel)

    await writes(server, "@ save this", thread.id)

    place = house.chats["discord"].place(channel)
    assert [one.paper_id for one in await house.app.services.feedback.feedback(place)] == [PAPER.id]


@pytest.mark.parametrize(
    ("denied", "named"),
    [
        (CREATE_PUBLIC_THREADS, "I need the permission Create Public Threads here."),
        (SEND_MESSAGES_IN_THREADS, "I need the permission Send Messages in Threads here."),
        (
            CREATE_PUBLIC_THREADS | SEND_MESSAGES_IN_THREADS,
            "I need the permissions Create Public Threads and Send Messages in Threads here.",
        ),
    ],
)
async def test_missing_permissions_are_named(server: DiscordServer, channel: str, denied: int, named: str) -> None:
    message = await card(server, channel)
    server.channel(channel).denied = denied

    answer = await server.presses(message, "Discuss")

    assert named in seen(answer).text
    assert threads(server, channel) == []


async def test_whoever_may_not_open_threads_does_not_do_so_through_the_bot(
    server: DiscordServer, channel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = await card(server, channel)
    monkeypatch.setattr("support.servers.discord_server.MANAGE_CHANNELS", CREATE_PUBLIC_THREADS)
    server.mere.add("66")

    answer = await server.presses(message, "Discuss", user="66")

    assert "You need the permission Create Public Threads here." in seen(answer).text
    assert threads(server, channel) == []


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (403, 50013, "I need the permissions View Channel, Create Public Threads and Send Messages in Threads here."),
        (400, 160006, "as many active threads as Discord allows"),
        (400, 160005, "This thread is locked."),
        (400, 50024, "This kind of channel has no threads."),
    ],
)
async def test_every_refusal_of_discord_is_a_sentence(
    server: DiscordServer, channel: str, status: int, code: int, says: str
) -> None:
    message = await card(server, channel)
    server.refuse("thread.of", status, code)

    assert says in seen(await server.presses(message, "Discuss")).text


async def test_a_digest_has_its_own_thread_with_its_papers_by_number(house: House, server: DiscordServer) -> None:
    shown = (await house.next_digest([PAPER, CODED]))["discord"]
    (message,) = shown[0].payload["messages"]
    await server.gateway.tell("CHANNEL_CREATE", server.channel(number(DIGESTS)).json())

    answer = await server.presses(message, "Discuss")

    thread = server.channels[led_to(answer)]
    assert re.fullmatch(r"2 papers for \w+, \d+ May", thread.name)
    assert "@Paperlark 3 what data do they use?" in seen_messages(thread.messages).text
    saved = seen(await server.says("/save", {"paper": "#2"}, channel=thread.id))
    assert CODED.title in saved.text or PAPER.title in saved.text


async def test_an_announcement_channel_has_threads_too(house: House, server: DiscordServer) -> None:
    news = Channel(number(house.new_channel()), server.home, kind=NEWS)
    server.channels[news.id] = news
    await server.gateway.tell("CHANNEL_CREATE", news.json())

    assert led_to(await server.presses(await card(server, news.id), "Discuss"))


FORGED = "c:/discuss#"


async def test_where_there_can_be_no_thread_there_is_no_button_and_a_forged_one_gets_a_sentence(
    server: DiscordServer, channel: str
) -> None:
    thread = await begins_thread(server, await card(server, channel))
    places = {
        "a direct message": (await server.says("/paper", {"query": PAPER.id}, channel="7", direct=True)),
        "a thread": await server.says("/paper", {"query": PAPER.id}, channel=thread.id),
        "an answer for one": await server.says("/saved", {}, channel=channel),
    }
    before = set(server.channels)
    for answer in places.values():
        assert "Discuss" not in seen(answer).buttons
        refused = await server.presses_id(answer.messages[0], FORGED)
        assert refused.private
        assert seen(refused).links == ()
    assert set(server.channels) == before


@pytest.mark.parametrize("custom_id", ["c:/discuss#1234567890", "p:/discuss#", "c:/discuss#../../guilds/1"])
async def test_nothing_of_a_forged_button_is_used_but_the_message_that_it_is_under(
    server: DiscordServer, channel: str, custom_id: str
) -> None:
    message = await card(server, channel)

    assert led_to(await server.presses_id(message, custom_id)) == message["id"]


async def test_no_thread_is_opened_under_a_persons_message(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    message["author"] = person("7")

    answer = await server.presses_id(message, FORGED)

    assert "for my digests and papers only" in seen(answer).text
    assert threads(server, channel) == []


async def test_a_deleted_message_gets_a_sentence(server: DiscordServer, channel: str) -> None:
    message = await card(server, channel)
    server.channel(channel).messages.clear()

    assert "That message is gone." in seen(await server.presses(message, "Discuss")).text

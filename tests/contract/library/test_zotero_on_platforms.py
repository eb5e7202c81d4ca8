"""A reading list goes to Zotero from every platform: connected in a direct message, saved once, ended."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from bot.delivery.messenger import Messenger
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.task import Job
from bot.infra.redis.keys import read_place
from support.all_platforms import CHATS_FIRST, Driver, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.terminal_driver import TerminalDriver
from support.servers.zotero_server import ZoteroServer
from support.store_dump import dump

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def zotero() -> AsyncIterator[ZoteroServer]:
    async with ZoteroServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, zotero: ZoteroServer) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home"), zotero_url=zotero.url) as house:
        house.arxiv.papers = [PAPER, CODED]
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


@pytest.fixture
def direct(chat: Driver, house: House) -> str:
    return house.new_channel("D")


@pytest_asyncio.fixture(loop_scope="module")
async def library(zotero: ZoteroServer, house: House) -> str:
    """Empty Zotero, and let nobody be connected."""
    zotero.items.clear()
    zotero.tokens.clear()
    zotero.keys.clear()
    async with Redis.from_url(house.app.redis_url) as client:
        left = [name async for name in client.scan_iter("*zotero*")]
        await client.delete("lark:zotero", *left)
    house.clock.instant += timedelta(days=1)  # no list is still at rest
    return "users/12"


async def test_what_is_saved_in_a_direct_message_goes_to_the_library_once(
    chat: Driver, direct: str, house: House, zotero: ZoteroServer, library: str
) -> None:
    await chat.says(f"/save {CODED.id}", direct)
    assert "zotero.org/settings/keys/new" in (await chat.says("/saved zotero", direct)).text
    house.clock.instant += timedelta(seconds=1)
    connected = await chat.says(f"/saved zotero {zotero.new_key()}", direct)
    assert "Connected. What you save here now goes to ada’s library in Zotero." in connected.text
    assert connected.private or isinstance(chat, TerminalDriver)

    saved = await chat.says(f"/save {PAPER.id} note: mine", direct)
    assert "Also goes to Zotero: ada’s library." in saved.text
    await _pushed(house)
    await chat.says(f"/save {PAPER.id}", direct)
    await chat.says(f"/unsave {PAPER.id}", direct)
    await chat.says(f"/save {PAPER.id}", direct)
    await _pushed(house)
    (item,) = zotero.items[library]
    assert (item["itemType"], item["archiveID"], item["url"]) == ("preprint", f"arXiv:{PAPER.id}", PAPER.abs_url)
    assert item["DOI"] == f"10.48550/arXiv.{PAPER.id}"
    assert item["creators"][0] == {"creatorType": "author", "firstName": "Yoav", "lastName": "Gelberg"}

    await chat.presses(connected, "Also add the 1 saved before")
    await _pushed(house)
    assert sorted(zotero.titles(library)) == sorted([PAPER.title, CODED.title])
    assert "2 there · 0 on the way" in (await chat.says("/saved zotero", direct)).text

    await chat.says(f"/unsave {PAPER.id} {CODED.id}", direct)
    assert "I deleted your key" in (await chat.says("/saved zotero off", direct)).text
    assert "Make a key on" in (await chat.says("/saved zotero", direct)).text


async def test_a_channels_list_goes_to_the_library_of_the_person_who_links_it(
    chat: Driver, direct: str, house: House, zotero: ZoteroServer, library: str
) -> None:
    if isinstance(chat, TerminalDriver):
        pytest.skip("a terminal has no channels")
    channel = house.new_channel()
    assert "in a direct message, never in a channel" in (await chat.says("/saved zotero", channel)).text
    zotero.groups[345] = "The Lab"
    key = zotero.new_key(groups={345: True})
    await chat.says(f"/saved zotero {key} group https://www.zotero.org/groups/345/the_lab/library", direct)
    offer = await chat.says("/saved zotero", channel)
    assert offer.buttons == ("Send to The Lab",)
    await chat.presses(offer, "Send to The Lab")
    await chat.says(f"/save {PAPER.id}", channel)
    await _pushed(house)
    assert zotero.titles("groups/345") == [PAPER.title]

    await chat.says("/saved zotero off", direct)
    await chat.says(f"/save {CODED.id}", channel)
    await _pushed(house)
    assert (
        "Nothing goes to The Lab in Zotero for now. Its key was removed."
        in (await chat.says("/saved zotero", channel)).text
    )
    assert "Stopped." in (await chat.says("/saved zotero off", channel)).text
    assert zotero.titles("groups/345") == [PAPER.title]


async def test_a_key_in_a_channel_is_refused_unread(
    chat: Driver, house: House, zotero: ZoteroServer, library: str
) -> None:
    if isinstance(chat, TerminalDriver):
        pytest.skip("a terminal has no channels")
    key, asked = zotero.new_key(), len(zotero.requests)
    refused = await chat.says(f"/saved zotero {key}", house.new_channel())

    assert refused.private
    assert "That’s a secret: send it to me in a direct message." in refused.text
    assert "revoke that key" in refused.text
    assert len(zotero.requests) == asked
    assert key not in refused.text


@pytest.mark.parametrize(
    "typed",
    ["/zotero {}", "zotero {}", "/save zotero {}", "my Zotero key is {}", "/saved zotero group {}", "/zotero:{}"],
)
async def test_a_key_behind_wrong_words_is_neither_repeated_nor_logged(
    house: House, zotero: ZoteroServer, library: str, typed: str, caplog: pytest.LogCaptureFixture
) -> None:
    slack, key = house.chats["slack"], "a1" + "Q" * 22
    refused = await slack.says(typed.format(key), house.new_channel())

    assert "That’s a secret" in refused.text
    assert key not in refused.text + json.dumps(refused.payload) + caplog.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("{read_only}", "This key can't add papers there. Edit it on zotero.org/settings/keys"),
        ("{key} group 999", "This key can't add papers there."),
        ("abcdefghijklmnopqrstuvwx", "Zotero doesn’t know this key. Copy it again from zotero.org/settings/keys"),
        ("https://www.zotero.org/12", "That doesn’t look like a key."),
        ("group 345", "That doesn’t look like a key."),
        ("{key} group the lab", "That isn’t a Zotero group."),
    ],
)
async def test_a_key_of_no_use_is_told_with_the_next_step(
    house: House, zotero: ZoteroServer, library: str, typed: str, said: str
) -> None:
    slack = house.chats["slack"]
    text = typed.format(key=zotero.new_key(), read_only=zotero.new_key(write=False))

    assert said in " ".join((await slack.says(f"/saved zotero {text}", house.new_channel("D"))).text.split())


async def test_a_failed_check_of_a_key_offers_no_button_that_repeats_it(
    chat: Driver, direct: str, zotero: ZoteroServer, library: str
) -> None:
    zotero.faults.append("500")
    failed = await chat.says(f"/saved zotero {zotero.new_key()}", direct)

    assert "Zotero isn't responding." in failed.text
    assert failed.buttons == ("Help",)


async def test_a_revoked_key_pauses_the_list_and_its_owner_is_told_once(
    chat: Driver, direct: str, house: House, zotero: ZoteroServer, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if isinstance(chat, TerminalDriver):
        pytest.skip("a terminal is told nothing that it doesn't ask")
    told, tell = list[Card](), chat.messenger.tell

    async def watched(self: Messenger, place: Place, user: str, card: Card, key: str) -> None:
        told.append(card)
        await tell(place, user, card, key)

    monkeypatch.setattr(type(chat.messenger), "tell", watched)
    await chat.says(f"/saved zotero {zotero.new_key()}", direct)
    zotero.keys.clear()
    await chat.says(f"/save {PAPER.id}", direct)
    await _pushed(house)
    await chat.says(f"/save {CODED.id}", direct)
    await _pushed(house)
    assert [card.text for card in told] == [
        "I’ve stopped adding saved papers to ada’s library in Zotero. "
        "Zotero no longer accepts the key, or it may no longer add papers there."
    ]

    await chat.says(f"/saved zotero {zotero.new_key()}", direct)
    await _pushed(house)
    assert sorted(zotero.titles(library)) == sorted([PAPER.title, CODED.title])
    await chat.says("/saved zotero off", direct)
    await chat.says(f"/unsave {PAPER.id} {CODED.id}", direct)


async def test_zotero_is_left_alone_for_as_long_as_it_asks(house: House, zotero: ZoteroServer, library: str) -> None:
    slack, direct = house.chats["slack"], house.new_channel("D")
    await slack.says(f"/saved zotero {zotero.new_key()}", direct)
    await slack.says(f"/save {PAPER.id}", direct)
    zotero.faults.append("429:600")
    await _pushed(house)
    asked = len(zotero.requests)
    await slack.says(f"/save {CODED.id}", direct)
    await _pushed(house)
    assert len(zotero.requests) == asked

    house.clock.instant += timedelta(seconds=601)
    await _pushed(house)
    assert len(zotero.titles(library)) == 2


async def test_a_lost_reply_and_two_workers_leave_one_item(house: House, zotero: ZoteroServer, library: str) -> None:
    slack, direct = house.chats["slack"], house.new_channel("D")
    await slack.says(f"/saved zotero {zotero.new_key()}", direct)
    await slack.says(f"/save {PAPER.id} {CODED.id}", direct)
    zotero.write_faults.append("lost")
    await asyncio.gather(house.app.rounds.prepare(), house.app.rounds.prepare())
    await house.app.rounds.prepare()

    assert sorted(zotero.titles(library)) == sorted([PAPER.title, CODED.title])


async def test_a_save_that_no_process_announced_is_found_within_the_hour(
    house: House, zotero: ZoteroServer, library: str
) -> None:
    slack, direct = house.chats["slack"], house.new_channel("D")
    await slack.says(f"/saved zotero {zotero.new_key()}", direct)
    await _pushed(house)
    house.clock.instant += timedelta(minutes=10)
    await house.app.services.papers.keep([PAPER])
    saved = Feedback(PAPER.id, FeedbackKind.SAVED, house.clock.now(), "U1")
    await house.app.services.feedback.keep(slack.place(direct), [saved])
    await _pushed(house)
    assert zotero.titles(library) == []

    house.clock.instant += timedelta(minutes=51)
    await _pushed(house)
    assert zotero.titles(library) == [PAPER.title]


async def test_the_key_is_stored_nowhere_in_clear_and_goes_with_its_team(
    chat: Driver, direct: str, house: House, zotero: ZoteroServer, library: str, caplog: pytest.LogCaptureFixture
) -> None:
    key = zotero.new_key()
    await chat.says(f"/saved zotero {key}", direct)
    await chat.says(f"/save {PAPER.id}", direct)
    await _pushed(house)
    async with Redis.from_url(house.app.redis_url) as client:
        stored = json.dumps(await dump(client, 0))
        assert "zotero:key" in stored
        assert key not in stored
        assert key not in caplog.text

        (member,) = [str(member, "utf-8") for member in await client.zrange("lark:zotero", 0, -1)]
        place = read_place(member)
        await house.app.services.channels.forget_team(place.platform, place.team)
        assert [name async for name in client.scan_iter("*zotero*")] == []


async def _pushed(house: House) -> None:
    """Do what a planner finds to push."""
    for task in await house.app.planner.tasks():
        if task.job is Job.PUSH:
            await house.app.jobs.do(task)

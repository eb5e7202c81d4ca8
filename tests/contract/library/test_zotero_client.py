"""The client of Zotero: real pyzotero against a loopback server; whatever goes wrong, a paper is there once."""

import time
from collections.abc import AsyncIterator

import pytest

from bot.domain.errors import SourceBusy, SourceDown
from bot.domain.zotero import Library
from bot.infra.http.errors import Rejected
from bot.library.clients.zotero import NotAllowed, ZoteroClient
from bot.library.zotero.item import write_token, zotero_item
from conftest import WaitUntil
from support.builders.sample_cards import CODED, PAPER
from support.servers.forward_proxy import ForwardProxy
from support.servers.zotero_server import ZoteroServer

MINE = Library("user", 12)
ITEM, TOKEN = zotero_item(PAPER, MINE), write_token(MINE, PAPER.id)


@pytest.fixture
async def zotero() -> AsyncIterator[ZoteroServer]:
    async with ZoteroServer() as server:
        yield server


@pytest.fixture
def client(zotero: ZoteroServer) -> ZoteroClient:
    return ZoteroClient(zotero.url)


async def test_a_key_tells_what_it_may_write_to(zotero: ZoteroServer, client: ZoteroClient) -> None:
    rights = await client.rights(zotero.new_key(12, groups={345: True, 346: False}))

    assert rights.may_write(MINE)
    assert rights.may_write(Library("group", 345))
    assert not rights.may_write(Library("group", 346))
    assert not rights.may_write(Library("group", 347))
    assert not rights.may_write(Library("user", 13))


async def test_the_key_is_in_no_address(zotero: ZoteroServer, client: ZoteroClient) -> None:
    key = zotero.new_key()
    zotero.groups[345] = "The Lab"
    await client.rights(key)
    assert await client.group_name(key, 12, 345) == "The Lab"
    await client.add(key, MINE, ITEM, TOKEN)

    assert len(zotero.requests) == 4
    assert not any(key in path for _, path in zotero.requests)


async def test_an_unknown_key_is_said(client: ZoteroClient) -> None:
    with pytest.raises(NotAllowed):
        await client.rights("x" * 24)
    with pytest.raises(NotAllowed):
        await client.add("x" * 24, MINE, ITEM, TOKEN)


async def test_a_paper_added_again_is_there_once(zotero: ZoteroServer, client: ZoteroClient) -> None:
    key = zotero.new_key()
    for _ in range(3):
        await client.add(key, MINE, ITEM, TOKEN)

    assert zotero.titles(MINE.path) == [PAPER.title]
    assert zotero.writes == 1


async def test_a_paper_that_the_person_filed_themselves_isnt_added(zotero: ZoteroServer, client: ZoteroClient) -> None:
    own = {"key": "AAAAAAAA", "version": 1, "title": PAPER.title, "url": f"http://arxiv.org/abs/{PAPER.id}v2"}
    zotero.items[MINE.path].append(own)
    await client.add(zotero.new_key(), MINE, ITEM, TOKEN)

    assert zotero.items[MINE.path] == [own]


async def test_another_paper_of_the_same_title_is_added(zotero: ZoteroServer, client: ZoteroClient) -> None:
    own = {"key": "AAAAAAAA", "version": 1, "title": PAPER.title, "url": CODED.abs_url}
    zotero.items[MINE.path].append(own)
    await client.add(zotero.new_key(), MINE, ITEM, TOKEN)

    assert len(zotero.items[MINE.path]) == 2


async def test_a_lost_reply_is_made_good_by_the_next_attempt(zotero: ZoteroServer, client: ZoteroClient) -> None:
    key = zotero.new_key()
    zotero.write_faults.append("lost")
    with pytest.raises(SourceDown):
        await client.add(key, MINE, ITEM, TOKEN)
    await client.add(key, MINE, ITEM, TOKEN)

    assert zotero.titles(MINE.path) == [PAPER.title]


@pytest.mark.parametrize("token", [TOKEN, "a-token-of-its-own"])
async def test_a_second_writer_whose_search_was_too_early_adds_nothing(
    zotero: ZoteroServer, client: ZoteroClient, token: str
) -> None:
    key = zotero.new_key()
    await client.add(key, MINE, ITEM, TOKEN)
    zotero.faults.append("blind")
    await client.add(key, MINE, ITEM, token)

    assert zotero.titles(MINE.path) == [PAPER.title]
    assert zotero.writes == 2


async def test_a_used_token_without_its_item_doesnt_lose_the_paper(zotero: ZoteroServer, client: ZoteroClient) -> None:
    zotero.tokens.add((MINE.path, TOKEN))
    await client.add(zotero.new_key(), MINE, ITEM, TOKEN)

    assert zotero.titles(MINE.path) == [PAPER.title]


@pytest.mark.parametrize("fault", ["429:30", "503:30"])
async def test_a_request_to_wait_is_handed_on_and_not_slept_through(
    zotero: ZoteroServer, client: ZoteroClient, fault: str
) -> None:
    key, begun = zotero.new_key(), time.monotonic()
    zotero.write_faults.append(fault)
    with pytest.raises(SourceBusy) as busy:
        await client.add(key, MINE, ITEM, TOKEN)
    zotero.faults.append("429:86400")
    with pytest.raises(SourceBusy) as capped:
        await client.add(key, MINE, ITEM, TOKEN)

    assert (busy.value.retry_after_seconds, capped.value.retry_after_seconds) == (30, 3600)
    assert time.monotonic() - begun < 20


async def test_a_backoff_beside_an_answer_is_told_for_later(zotero: ZoteroServer, client: ZoteroClient) -> None:
    zotero.faults.append("backoff:45")

    assert await client.add(zotero.new_key(), MINE, ITEM, TOKEN) == 45
    assert zotero.titles(MINE.path) == [PAPER.title]


@pytest.mark.parametrize("fault", ["500", "502", "drop", "body:{", "body:[1]", 'body:{"success": {}}', "301", "409"])
async def test_a_server_at_fault_is_one_that_doesnt_respond(
    zotero: ZoteroServer, client: ZoteroClient, fault: str
) -> None:
    key = zotero.new_key()
    zotero.write_faults.append(fault)
    with pytest.raises(SourceDown, match="Zotero"):
        await client.add(key, MINE, ITEM, TOKEN)
    await client.add(key, MINE, ITEM, TOKEN)

    assert zotero.titles(MINE.path) == [PAPER.title]


async def test_zotero_is_reached_through_the_proxy(
    zotero: ZoteroServer, monkeypatch: pytest.MonkeyPatch, wait_until: WaitUntil
) -> None:
    async with ForwardProxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        far = ZoteroClient(zotero.url.replace("127.0.0.1", "zotero.test"))
        assert (await far.rights(zotero.new_key())).user_id == 12
        assert proxy.asked("zotero.test")
        await wait_until(lambda: not proxy._lines, "the proxy's connections ended")


async def test_an_endless_answer_is_cut_off(zotero: ZoteroServer, client: ZoteroClient) -> None:
    zotero.faults.append("body:" + " " * 3_000_000)
    with pytest.raises(SourceDown):
        await client.rights(zotero.new_key())


async def test_a_refused_item_is_told_from_a_refused_key(zotero: ZoteroServer, client: ZoteroClient) -> None:
    with pytest.raises(Rejected):
        await client.add(zotero.new_key(), MINE, ITEM | {"colour": "red"}, TOKEN)
    with pytest.raises(NotAllowed):
        await client.add(zotero.new_key(write=False), MINE, ITEM, TOKEN)

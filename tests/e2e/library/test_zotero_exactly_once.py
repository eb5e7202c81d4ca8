"""Saved papers are in Zotero once, after kill -9 in the middle of a write and two processes at once."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app.bootstrap import opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.infra.clock import FixedClock
from bot.infra.redis.embedded import embedded_valkey
from support.bot_process import killed, paperlark
from support.loopback_world import World, a_world, at, paper
from support.servers.slack_workspace import TEAM
from support.servers.zotero_server import ZoteroServer

NOON = at("2026-08-31 12:00")
ME = Caller(Place("slack", TEAM, "D1"), user="U1", zone="UTC", direct=True)
TITLES = ["On the Matter of Number 1", "On the Matter of Number 2", "On the Matter of Number 3"]


@pytest.mark.slow
async def test_kills_and_two_processes_leave_each_paper_once_and_the_key_nowhere(tmp_path: Path) -> None:
    async with ZoteroServer() as zotero, a_world(tmp_path / "home") as world:
        world.settings["ZOTERO_URL"] = zotero.url
        world.announces(NOON.date(), [paper(f"2608.0000{n}", NOON.date()) for n in (1, 2, 3)])
        assert (await world.once(NOON - timedelta(hours=1))).code == 0
        key, log = zotero.new_key(), list[str]()
        answers = await says(world, f"/saved zotero {key}", "/save 2608.00001 2608.00002 2608.00003")

        zotero.proceed = asyncio.Event()
        once = ("once", "--at", (NOON + timedelta(minutes=5)).isoformat())
        assert await killed(*once, settings=world.settings, when=zotero.written.wait(), log=log)
        zotero.proceed.set()
        assert len(zotero.items["users/12"]) == 1

        both = [world.once(NOON + timedelta(minutes=10 + n)) for n in (0, 1)]
        for ended in await asyncio.gather(*both):
            assert ended.code == 0, ended.err
            log.append(ended.err)
        assert sorted(zotero.titles("users/12")) == TITLES

        backup = await paperlark("export", settings=world.settings)
        shown = "".join((*log, backup.out, backup.err, *(str(card) for card in answers)))
        assert "2608.00003" in backup.out
        assert key not in shown
        assert key not in await all_of_the_store(world)


async def says(world: World, *texts: str) -> Sequence[Card]:
    """Type commands in a direct message at noon."""
    named = {name.lower(): value for name, value in world.settings.items()}
    sources = ("arxiv_api_url", "arxiv_rss_url", "arxiv_oai_url", "datacite_url", "huggingface_url", "zotero_url")
    own = {name: named[name] for name in ("paperlark_home", *sources)}
    async with opened(Settings.model_construct(**own, arxiv_min_interval_seconds=0.0), FixedClock(NOON), {}) as app:
        return [await app.core.answer(parse(text), ME) for text in texts]


async def all_of_the_store(world: World) -> str:
    """Return every value in the store, as text."""
    async with embedded_valkey(world.home) as url, Redis.from_url(url) as client:
        dumped = [str(await client.dump(name)) async for name in client.scan_iter("*")]
        records = [str(await client.hgetall(name)) async for name in client.scan_iter("*zotero:key*")]
    assert records
    return "".join((*dumped, *records))

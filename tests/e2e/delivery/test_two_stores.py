"""Two Paperlarks with the same tokens on two stores post every digest twice, and that is noticed on both platforms."""

from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from adapters.platforms import messengers
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.double_watch import Double, DoubleWatch
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from support.loopback_world import World, a_world, at, paper

TUESDAY = date(2026, 9, 1)
NINE = at("2026-09-01 09:00")

pytestmark = pytest.mark.slow


async def test_another_paperlark_with_the_same_token_is_noticed_in_each_team(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Nobody noticed."""
    async with a_world(tmp_path / "one") as one:
        other = replace(one, home=tmp_path / "other", settings=one.settings | {"PAPERLARK_HOME": tmp_path / "other"})
        one.announces(TUESDAY, [paper("2609.00001", TUESDAY)])
        await delivers(one)
        assert await doubles(one) == []
        one.discord.forget_nonces()  # within minutes, Discord itself gives back the first message
        await delivers(other)
        for world in (one, other):
            assert await doubles(world) == [Double(one.room(name).place, TUESDAY) for name in ("discord", "slack")]
    assert "Another Paperlark with the same token posts here too, from another store: place=slack/T1/C1" in caplog.text


async def delivers(world: World) -> None:
    for name in ("slack", "discord"):
        await world.room(name).says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))
    ended = await world.once(NINE)
    assert ended.code == 0, ended.err


async def doubles(world: World) -> list[Double]:
    """Look as `doctor` and `run` do, at that time."""
    named = {name.lower(): value for name, value in world.settings.items()}
    settings = Settings.model_validate(named)
    async with AsyncExitStack() as stack:
        speakers = await messengers(settings, stack)
        redis = await stack.enter_async_context(opened_redis(settings))
        return await DoubleWatch(ChannelStore(redis), Ledger(redis), speakers).look(NINE)

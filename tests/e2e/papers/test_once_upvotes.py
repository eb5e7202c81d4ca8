"""`paperlark once` with Hugging Face as it may be: well, or down in a way that takes all the time it is given."""

import time
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.loopback_world import World, a_world, at, paper
from support.servers.huggingface_server import HuggingFaceServer, entry

MONDAY = date(2026, 9, 14)
NINE = at("2026-09-14 09:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        yield world


@pytest.mark.parametrize(
    "fault", ["", *(pytest.param(fault, marks=pytest.mark.slow) for fault in ("429:3600", "trickle")), "<html>"]
)
async def test_the_digest_goes_out_whatever_hugging_face_does(world: World, fault: str) -> None:
    room = world.room("slack")
    await room.says("/follow cs.LG", NINE - timedelta(days=3))
    await room.says("/digest on 09:00 UTC days=mon-sun", NINE - timedelta(days=1, hours=1))
    world.announces(MONDAY, [paper("2609.00001", MONDAY), paper("2609.00002", MONDAY)])
    async with HuggingFaceServer() as face:
        face.lists["2026-09-14"] = [entry("2609.00002", 37)]
        face.fault = fault
        world.settings["HUGGINGFACE_URL"] = face.url
        begun = time.monotonic()
        ended = await world.once(NINE + timedelta(minutes=1))
        took_seconds = time.monotonic() - begun

    assert ended.code == 0, ended.err
    assert sorted(room.papers) == ["2609.00001", "2609.00002"]
    assert fault or room.papers == ["2609.00002", "2609.00001"]
    assert ("Upvotes are those that were read last" in ended.err) == bool(fault)
    assert took_seconds < 60

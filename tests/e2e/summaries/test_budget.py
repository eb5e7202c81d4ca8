"""What a team's model costs: one call a paper shown, none for what isn't, and extracts when the money is used up."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from bot.domain.paper import Paper
from support.loopback_world import Room, World, a_world, at, paper
from support.servers.model_server import ModelServer
from support.servers.odd_endpoints import failed, has_system, refuses

TUESDAY, WEDNESDAY = date(2026, 9, 1), date(2026, 9, 2)
BEFORE, MORNING, NEXT = at("2026-08-31 12:00"), at("2026-09-01 09:00"), at("2026-09-02 09:00")
SHOWN, ANNOUNCED = 5, 30


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


@pytest.fixture
async def world(tmp_path: Path, model: ModelServer) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        world.settings |= {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        world.announces(TUESDAY, [paper(f"2608.000{n:02}", TUESDAY) for n in range(ANNOUNCED)])
        yield world


async def a_room(world: World, platform: str = "slack", channel: str = "C1", more: str = "") -> Room:
    room = world.room(platform, channel)
    await room.says(f"/digest on 09:00 UTC cs.LG top={SHOWN} {more}", BEFORE)
    return room


def titles(world: World, ids: set[str]) -> set[str]:
    known: list[Paper] = world.arxiv.papers
    return {each.title for each in known if each.id in ids}


async def test_only_papers_that_are_shown_are_asked_about(world: World, model: ModelServer) -> None:
    room = await a_room(world)
    ended = await world.once(MORNING)
    assert ended.code == 0, ended.err
    (digest,) = room.digests
    assert f"{ANNOUNCED} announced" in digest.text
    assert len(set(room.papers)) == SHOWN
    assert dict(model.calls) == dict.fromkeys(titles(world, set(room.papers)), 1)


@pytest.mark.slow
async def test_a_second_channel_that_shows_the_same_costs_nothing(world: World, model: ModelServer) -> None:
    slack, other, discord = await a_room(world), await a_room(world, channel="C2"), await a_room(world, "discord")
    assert (await world.once(MORNING)).code == 0
    assert set(slack.papers) == set(other.papers) == set(discord.papers)
    assert all("Summaries by loopback-1" in room.digests[0].text for room in (slack, other, discord))
    assert model.calls.total() == SHOWN


async def test_another_language_is_another_summary(world: World, model: ModelServer) -> None:
    await a_room(world)
    await a_room(world, channel="C2", more="lang=fr")
    await a_room(world, channel="C3", more="lang=fr")
    assert (await world.once(MORNING)).code == 0
    assert model.calls.total() == 2 * SHOWN
    assert set(model.calls.values()) == {2}


@pytest.mark.slow
async def test_two_processes_at_once_ask_once_for_each_paper(world: World, model: ModelServer) -> None:
    rooms = [await a_room(world, channel=f"C{n}") for n in range(1, 5)]
    model.behave("slow:0.3")
    both = await asyncio.gather(world.once(MORNING), world.once(MORNING))
    assert {ended.code for ended in both} <= {0, 75}
    assert (await world.once(MORNING)).code == 0
    assert [len(room.digests) for room in rooms] == [1, 1, 1, 1]
    assert model.calls.total() == SHOWN
    assert set(model.calls.values()) == {1}


async def test_when_the_money_is_used_up_the_digest_comes_with_extracts_until_the_next_day(
    world: World, model: ModelServer
) -> None:
    world.settings |= {"OPENAI_DAILY_TOKENS": 3 * 900 + 600, "OPENAI_CONCURRENCY": 1}
    room = await a_room(world)
    assert (await world.once(MORNING)).code == 0
    (digest,) = room.digests
    assert len(set(room.papers)) == SHOWN
    assert "budget for today is used up: the rest is extracted from the abstract" in digest.text
    assert "3 by loopback-1, 2 extracted from the abstract" in digest.text
    state = await room.says("/paperlark status", MORNING)
    assert "loopback-1: today 2,700 of 3,300 tokens in 3 calls" in repr(state.blocks)
    assert "extracted from the abstract until 00:00 UTC" in repr(state.blocks)

    world.announces(WEDNESDAY, [paper(f"2609.000{n:02}", WEDNESDAY) for n in range(2)])
    assert (await world.once(NEXT)).code == 0
    assert "Summaries by loopback-1" in room.digests[1].text
    assert "used up" not in room.digests[1].text


async def test_what_a_server_refuses_costs_one_request_in_the_first_process_and_none_in_the_next(
    world: World, model: ModelServer
) -> None:
    world.settings |= {"OPENAI_BASE_URL": model.root, "OPENAI_CONCURRENCY": 1, "OPENAI_TIMEOUT_SECONDS": 20}
    model.odd = refuses(has_system, lambda: failed(400, "System role not supported"))
    await a_room(world)
    assert (await world.once(MORNING)).code == 0
    assert len(model.requests) == SHOWN + 2, "the address without /v1, and the system role"

    world.announces(WEDNESDAY, [paper(f"2609.000{n:02}", WEDNESDAY) for n in range(2)])
    assert (await world.once(NEXT)).code == 0
    assert len(model.requests) == SHOWN + 2 + 2

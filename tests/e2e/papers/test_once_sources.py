"""`paperlark once` where arXiv or the model is down: a digest is late by an hour at most, and says what is missing."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from support.bot_process import Ended
from support.loopback_world import Room, World, a_world, at, paper
from support.servers.arxiv_clients import always
from support.servers.model_server import ModelServer

MONDAY, TUESDAY, WEDNESDAY = date(2026, 8, 31), date(2026, 9, 1), date(2026, 9, 2)
EARLIER = "2608.00001"
KNOWN, MISSED, NEXT = "2609.00001", "2609.00002", "2609.00003"
NEVER_LONGER_SECONDS = 60.0


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with a_world(tmp_path) as world:
        yield world


async def following(world: World, *rooms: Room) -> None:
    """A day on which all is well, and each room's digest is switched on for nine o'clock."""
    world.announces(MONDAY, [paper(EARLIER, MONDAY)])
    assert (await world.once(at("2026-08-31 11:00"))).code == 0
    for room in rooms:
        await room.says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))


@pytest.mark.slow
async def test_arxiv_down_delays_a_digest_by_an_hour_and_what_was_missing_comes_once_with_the_next(
    world: World,
) -> None:
    slack, discord = rooms = world.room("slack"), world.room("discord")
    await following(world, *rooms)
    world.announces(TUESDAY, [paper(KNOWN, TUESDAY)])
    assert (await world.once(at("2026-09-01 06:00"))).code == 0
    world.announces(TUESDAY, [paper(MISSED, TUESDAY)])

    world.arxiv.faults = always("403")
    on_time = await world.once(at("2026-09-01 09:00"))
    assert (on_time.code, on_time.out, slack.digests, discord.digests) == (75, "", [], [])
    assert "Traceback" not in on_time.err

    an_hour_later = await world.once(at("2026-09-01 10:00"))
    assert an_hour_later.code == 75
    for room in rooms:
        (digest,) = room.digests
        assert sorted(room.papers) == [EARLIER, KNOWN]
        assert "arXiv's API did not answer" in digest.text
        assert "arXiv's announcement feed did not answer" in digest.text

    world.arxiv.faults = always("")
    world.announces(WEDNESDAY, [paper(NEXT, WEDNESDAY)])
    next_day = await world.once(at("2026-09-02 09:00"))
    assert next_day.code == 0
    for room in rooms:
        assert sorted(room.papers) == [EARLIER, KNOWN, MISSED, NEXT]
        assert "did not answer" not in room.digests[-1].text


@pytest.mark.slow
async def test_arxiv_that_drops_every_connection_is_never_exit_code_1(world: World) -> None:
    await world.room("slack").says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))
    world.arxiv.faults = always("drop")
    ended = await world.once(at("2026-09-01 09:00"))
    assert (ended.code, ended.out) == (75, "")
    assert "Traceback" not in ended.err


@pytest.mark.slow
async def test_arxiv_that_never_answers_costs_three_minutes_at_its_own_pace(world: World) -> None:
    await following(world, world.room("slack"))
    world.arxiv.faults = always("slow:600")
    begun = time.monotonic()
    ended = await world.once(at("2026-09-01 09:00"), seconds=300.0, ARXIV_MIN_INTERVAL_SECONDS=3)
    assert time.monotonic() - begun < 180.0
    assert (ended.code, ended.out) == (75, "")
    assert "Traceback" not in ended.err


@pytest.mark.slow
async def test_a_paper_held_up_and_announced_while_the_bot_was_off_comes_once_with_the_next_digest(
    world: World,
) -> None:
    room = world.room("slack")
    await following(world, room)
    assert (await world.once(at("2026-09-01 09:00"))).code == 0
    world.announces(WEDNESDAY, [paper("2608.00009", WEDNESDAY, published=at("2026-08-10 12:00"))])
    for day, number in ((3, "2609.00004"), (4, "2609.00005"), (7, "2609.00006")):
        world.announces(date(2026, 9, day), [paper(number, date(2026, 9, day))])
    for when in ("2026-09-07 09:00", "2026-09-08 09:00"):
        assert (await world.once(at(when))).code == 0
    assert sorted(room.papers) == [EARLIER, "2608.00009", "2609.00004", "2609.00005", "2609.00006"]


@pytest.mark.slow
async def test_without_cross_lists_a_category_brings_only_its_own_papers(world: World) -> None:
    room = world.room("slack")
    await following(world, room)
    said = await room.says("/digest on cross=off", at("2026-08-31 12:00"))
    assert "without cross-listed papers" in said.text
    other = paper(MISSED, TUESDAY, categories=("stat.ML", "cs.LG"))
    world.announces(TUESDAY, [paper(KNOWN, TUESDAY), other])
    assert (await world.once(at("2026-09-01 09:00"))).code == 0
    assert sorted(room.papers) == [EARLIER, KNOWN]


@pytest.mark.slow
async def test_while_arxiv_is_down_a_paper_is_told_as_datacite_has_it(world: World) -> None:
    room = world.room("slack")
    world.arxiv.faults = always("403")
    world.datacite.papers = [paper(KNOWN, TUESDAY, title="Registered Elsewhere")]
    known = await room.says(f"/paper {KNOWN}", at("2026-09-01 12:00"))
    told = known.data["paper"]
    assert (known.kind, told["title"], told["source"]) == ("paper", "Registered Elsewhere", "DataCite")
    unknown = await room.says(f"/paper {MISSED}", at("2026-09-01 12:00"))
    assert (unknown.kind, "arXiv" in unknown.text) == ("error", True)
    world.arxiv.faults = always("")
    world.arxiv.papers = [paper(KNOWN, TUESDAY, title="As arXiv Has It")]
    again = await room.says(f"/paper {KNOWN}", at("2026-09-01 12:00"))
    assert (again.data["paper"]["title"], again.data["paper"]["source"]) == ("As arXiv Has It", "arXiv")


async def summarised_by(
    misbehaviour: str, home: Path, papers: int = 9, languages: tuple[str, ...] = ("en",)
) -> tuple[Ended, float, str]:
    """How a digest's run ended with such a model, how long it took, and what stood in the channel."""
    async with a_world(home) as world, ModelServer(levers=(misbehaviour,)) as model:
        rooms = [world.room("slack", f"C{number}") for number in range(len(languages))]
        for room, lang in zip(rooms, languages, strict=True):
            await room.says(f"/digest on 09:00 UTC cs.LG lang={lang}", at("2026-08-31 12:00"))
        world.announces(TUESDAY, [paper(f"2609.000{number:02}", TUESDAY) for number in range(papers)])
        begun = time.monotonic()
        own = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        ended = await world.once(at("2026-09-01 09:00"), **own)
        return ended, time.monotonic() - begun, "\n".join(room.digests[0].text for room in rooms)


MISBEHAVIOURS = ("down", "malformed", "refusal", "prose")


async def test_a_model_that_fails_leaves_its_papers_extracted_and_nothing_to_do(tmp_path: Path) -> None:
    played = await asyncio.gather(*(summarised_by(how, tmp_path / how[:4]) for how in MISBEHAVIOURS))
    for how, (ended, took_seconds, text) in zip(MISBEHAVIOURS, played, strict=True):
        assert ended.code == 0, f"{how}: {ended.err}"
        assert "Summaries extracted from the abstract" in text, how
        assert "loopback-1 didn't answer" in text, how
        assert took_seconds < NEVER_LONGER_SECONDS, how


async def test_a_model_that_works_is_named(tmp_path: Path) -> None:
    ended, _, text = await summarised_by("fenced", tmp_path)
    assert ended.code == 0, ended.err
    assert "Summaries by loopback-1" in text
    assert "extracted" not in text


@pytest.mark.slow
async def test_a_model_slower_than_a_digest_can_wait_costs_a_minute_at_most(tmp_path: Path) -> None:
    played = await asyncio.gather(
        summarised_by("slow:100", tmp_path / "one"),
        summarised_by("slow:30", tmp_path / "two", 8, ("en", "de")),
    )
    for ended, took_seconds, text in played:
        assert ended.code == 0, ended.err
        assert "extracted from the abstract" in text
        assert took_seconds < NEVER_LONGER_SECONDS

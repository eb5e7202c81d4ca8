"""`paperlark once` thirty days ahead by mistake, and then on ordinary days: no day is silent, no paper comes twice."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from support.bot_process import paperlark
from support.builders.announcement_days import tomorrow_at
from support.loopback_world import Room, World, a_world, at, paper

TUESDAY = date(2026, 9, 1)
AFTER = tuple(date(2026, 9, day) for day in (2, 3, 4))


pytestmark = pytest.mark.slow


async def test_after_once_thirty_days_ahead_each_due_day_has_its_digest_and_no_paper_comes_twice(
    tmp_path: Path,
) -> None:
    """It was none on any due day, and nothing said so; `test_wrong_slots` tries five days and random jumps."""
    async with a_world(tmp_path) as world:
        rooms = [world.room("slack"), world.room("discord")]
        for room in rooms:
            await room.says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))
        papers = [await comes(world, TUESDAY)]
        ahead = await world.once(at("2026-10-01 09:00"))
        assert ahead.code == 0, ahead.err
        begun = [len(room.digests) for room in rooms]
        for day in AFTER:
            papers.append(await comes(world, day))
        assert [len(room.digests) for room in rooms] == [count + len(AFTER) for count in begun]
        assert [Counter(room.papers) for room in rooms] == [Counter(papers)] * 2
        await say_that_a_clock_was_wrong(rooms)
        again = await world.once(at("2026-09-04 09:00"))
        assert (again.code, [len(room.digests) for room in rooms]) == (0, [count + len(AFTER) for count in begun])


async def comes(world: World, day: date) -> str:
    """Announce a paper on that day and run `once` at nine; return its id."""
    paper_id = f"2609.000{day.day:02}"
    world.announces(day, [paper(paper_id, day)])
    ended = await world.once(at(f"{day} 09:00"))
    assert ended.code == 0, ended.err
    return paper_id


async def say_that_a_clock_was_wrong(rooms: list[Room]) -> None:
    said = "an earlier digest was dated 1 October 2026, by a wrong clock"
    for room in rooms:
        assert [said in message.text for message in room.digests[-len(AFTER) :]] == [True, False, False]


async def test_an_instant_far_ahead_is_warned_of_and_the_doctor_says_what_it_left(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        local = {name: value for name, value in world.settings.items() if not name.startswith(("SLACK", "DISCORD"))}
        assert (await paperlark("ask", "/follow cs.LG", settings=local)).code == 0
        month_ahead = tomorrow_at(22) + timedelta(days=30)
        ended = await paperlark("once", "--at", month_ahead.isoformat(), settings=local)
        assert ended.code == 0, ended.err
        assert "paperlark: --at is 3" in ended.err
        assert "days ahead of this machine's clock" in ended.err
        found = await paperlark("doctor", "--all", settings=local)
        (line,) = [line for line in found.out.splitlines() if line.startswith("Slots")]
        assert "warning" in line
        assert "a clock was wrong, or paperlark once --at ran ahead" in line

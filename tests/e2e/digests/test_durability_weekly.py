"""A channel that reads once a week, and arXiv out of reach on just that day: the rest comes with the next digest."""

from datetime import date
from pathlib import Path

import pytest

from support.loopback_world import a_world, at, paper
from support.servers.arxiv_clients import always

FRIDAY, MONDAY, WEEK_AFTER = date(2026, 8, 28), date(2026, 8, 31), date(2026, 9, 7)
EARLIER, MISSED, NEXT = "2608.00001", "2608.00031", "2609.00007"
"""`EARLIER` is the newest announcement before the follow."""


@pytest.mark.slow
async def test_what_a_weekly_digest_went_out_without_comes_with_that_of_the_next_week(tmp_path: Path) -> None:
    async with a_world(tmp_path) as world:
        room = world.room("slack")
        world.announces(FRIDAY, [paper(EARLIER, FRIDAY)])
        assert (await world.once(at("2026-08-28 09:00"))).code == 0
        await room.says("/digest on 09:00 UTC cs.LG days=mon", at("2026-08-28 12:00"))

        world.announces(MONDAY, [paper(MISSED, MONDAY)])
        world.arxiv.faults = always("403")
        await world.once(at("2026-08-31 10:00"))
        assert (len(room.digests), room.papers) == (1, [EARLIER])

        world.arxiv.faults = always("")
        world.arxiv.feed_day = date(2026, 9, 1)
        assert (await world.once(at("2026-09-01 09:00"))).code == 0
        world.announces(WEEK_AFTER, [paper(NEXT, WEEK_AFTER)])
        assert (await world.once(at("2026-09-07 09:00"))).code == 0
        assert sorted(room.papers) == [EARLIER, MISSED, NEXT]

"""What `paperlark ask "/digest"` asks of arXiv: what its own categories need, and that once in some hours."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from bot.app.bootstrap import opened
from bot.app.settings import Settings
from bot.infra.clock import FixedClock
from support.loopback_world import World, a_world, at, paper

NEWS, OTHERS, OLD = "2609.00001", "2609.00002", "2608.00003"
TUESDAY, WEEKS_AGO = date(2026, 9, 1), date(2026, 8, 20)
NOON = at("2026-09-01 12:00")


async def asked_for_a_preview(world: World, when: datetime) -> Sequence[str]:
    """Prepare a preview and return the searches that arXiv's API was asked meanwhile."""
    before, room = len(world.arxiv.requests), world.room("slack")
    own = {name.lower(): value for name, value in world.settings.items() if "SLACK" not in name and "DISC" not in name}
    settings = Settings.model_construct(**{**own, "arxiv_min_interval_seconds": 0.0})
    async with opened(settings, FixedClock(when), {}) as app:
        await app.rounds.prepare_preview(room.place)
    requests = world.arxiv.requests[before:]
    return [request.params.get("search_query", request.path) for request in requests]


@pytest.fixture
async def world(tmp_path: Path):
    async with a_world(tmp_path) as world:
        world.announces(WEEKS_AGO, [paper(OLD, WEEKS_AGO)])
        world.announces(TUESDAY, [paper(NEWS, TUESDAY), paper(OTHERS, TUESDAY, categories=("math.CO",))])
        yield world


async def test_a_category_is_asked_for_alone_since_it_counts(world: World) -> None:
    await world.room("slack").says("/follow cs.LG", NOON)
    asked = await asked_for_a_preview(world, NOON)
    searches = [text for text in asked if "submittedDate" in text]
    assert searches
    assert all(text.startswith("cat:cs.LG ") and "[202608" in text and "[20260818" not in text for text in searches)
    assert "2609.00001" in str(await world.room("slack").says("/digest", NOON))


async def test_within_hours_nothing_is_asked_again(world: World) -> None:
    await world.room("slack").says("/follow cs.LG", NOON)
    assert await asked_for_a_preview(world, NOON)
    assert await asked_for_a_preview(world, NOON + timedelta(hours=2)) == []


async def test_a_round_brings_the_rest_later(world: World) -> None:
    await world.room("slack").says("/follow cs.LG", NOON)
    await asked_for_a_preview(world, NOON)
    assert (await world.once(NOON + timedelta(hours=1))).code == 0
    assert any("math" in request.params.get("search_query", "") for request in world.arxiv.requests)


async def test_who_follows_nothing_waits_for_nothing(world: World) -> None:
    assert await asked_for_a_preview(world, NOON) == []
    answer = str(await world.room("slack").says("/digest", NOON))
    assert "haven't read arXiv" not in answer

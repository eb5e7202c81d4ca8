"""The promises about days, at a small size: `python -m durability` measures them at full size."""

from datetime import timedelta

import pytest

from durability.arxiv_faults import storm
from durability.downtime import downtime
from durability.time_zones import CHANGES, HOUR, JUMP, Kept, changed, jumped
from durability.unreachable_channels import dead_channels, refused_token
from support.recorded_corpus import CORPUS_MISSING

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
recorded = pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
INTERVAL_SECONDS = 0.2


@recorded
async def test_in_a_storm_what_was_announced_and_followed_is_delivered_exactly() -> None:
    found = await storm(days=5, a_day=150, interval_seconds=INTERVAL_SECONDS)
    assert not found.tracebacks
    assert sum(found.caused.values()) > found.requests / 5
    assert {what: found.figures[what] for what in ("lost", "doubled", "foreign")} == {
        "lost": 0,
        "doubled": 0,
        "foreign": 0,
    }
    assert (found.withdrawn_told, found.late_cross_told) == ((), ())
    assert found.shortest_gap_seconds >= INTERVAL_SECONDS
    assert found.at_once == 1


@recorded
async def test_what_was_announced_while_the_bot_was_off_comes_with_the_next_digest_once() -> None:
    found = await downtime(3, beyond_the_overlap=True)
    assert {what: found.figures[what] for what in ("lost", "doubled", "foreign")} == {
        "lost": 0,
        "doubled": 0,
        "foreign": 0,
    }
    assert set(found.held.values()) == {"came"}


@pytest.mark.parametrize("change", list(CHANGES)[:2])
async def test_each_channel_gets_one_digest_a_day_while_clocks_change(change: str) -> None:
    one_a_day(await changed(change, close=2 * HOUR))


async def test_a_clock_that_jumps_brings_no_day_two_digests() -> None:
    one_a_day(await jumped(JUMP, every=timedelta(hours=6), days=4))


@pytest.mark.parametrize("by_command", [False, True], ids=["invited again", "/digest on"])
async def test_dead_channels_are_left_alone_after_three_attempts_and_come_back_with_all_they_missed(
    by_command: bool,
) -> None:
    found = await dead_channels(silent_days=2, by_command=by_command)
    assert max(found.attempts.values()) <= 3
    assert found.codes.keys() == {0}
    assert found.told == 4
    assert (found.late, found.lost, found.doubled, found.tracebacks) == ([], [], [], 0)


async def test_a_team_that_refuses_the_token_is_left_alone_until_there_is_another() -> None:
    found = await refused_token(silent_days=2)
    assert max(found.attempts.values()) <= 3
    assert (found.late, found.lost, found.doubled, found.tracebacks) == ([], [], [], 0)


def one_a_day(kept: Kept) -> None:
    wrong = {
        name: found for name in ("missed", "twice", "lost", "doubled") if any((found := getattr(kept, name)).values())
    }
    assert not wrong
    assert kept.codes.keys() == {0}

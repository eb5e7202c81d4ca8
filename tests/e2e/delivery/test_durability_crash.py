"""The promises about crashes and lost replies, at a small size: `python -m durability` measures them at full size."""

from collections import Counter
from pathlib import Path

import pytest

from durability.concurrent_processes import STORES as SHARED
from durability.concurrent_processes import together
from durability.crash import GOES_ON_WITHIN_SECONDS, all_survived
from durability.lost_replies import WAYS, refused
from durability.store_restarts import STORES as RESTARTED
from durability.store_restarts import outlived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


async def test_killed_twenty_times_once_and_run_lose_and_double_nothing_on_either_store() -> None:
    recoveries = await all_survived(homes=4, kills=5, channels=4, at_once=4, seed=11)
    for one in recoveries:
        assert (one.lost, one.doubled, one.finished) == (0, 0, True), one
        assert one.slowest_seconds < GOES_ON_WITHIN_SECONDS, one
        assert "Traceback" not in one.log, one.log
    assert sum((one.phases for one in recoveries), Counter[str]()).total() >= 15


@pytest.mark.parametrize("ways", [*((way,) for way in WAYS), WAYS], ids=", then ".join)
async def test_a_message_that_meets_every_refusal_stands_there_once(tmp_path: Path, ways: tuple[str, ...]) -> None:
    found = await refused(tmp_path, ways, channels=2)
    assert (found.lost, found.doubled, found.code) == (0, 0, 0), found
    assert sum(found.faults.values()) == len(ways) * found.messages
    assert "Traceback" not in found.err


@pytest.mark.parametrize("store", RESTARTED)
async def test_a_store_that_is_restarted_during_delivery_is_outlived(tmp_path: Path, store: str) -> None:
    found = await outlived(tmp_path, store, restarts=6, channels=3)
    assert (found.lost, found.doubled, found.code) == (0, 0, 0), found
    assert found.delivering >= 2
    assert "Traceback" not in found.log


@pytest.mark.parametrize("store", SHARED)
async def test_two_schedulers_four_workers_and_once_say_every_digest_once(tmp_path: Path, store: str) -> None:
    found = await together(tmp_path, store, channels=4)
    assert (found.lost, found.doubled) == (0, 0), found
    assert set(found.codes) == {0}
    assert found.built_by >= 2
    assert "Traceback" not in found.log

"""`paperlark export | paperlark import` in the middle of a week: the lists answer as before, the digests go on."""

import pytest

from durability.migration import CHANNELS, LISTS, STORES, moved
from support.recorded_corpus import CORPUS_MISSING
from support.servers.redis_cluster import BINARY_MISSING

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)]


@pytest.mark.parametrize("store", STORES)
async def test_a_redis_moved_between_two_mornings_is_noticed_in_no_channel(store: str) -> None:
    if store == "redis-server" and BINARY_MISSING:
        pytest.skip(BINARY_MISSING)
    found = await moved(days=3, a_day=100, store=store)
    assert found.code == 0, found.said
    assert found.said == f"paperlark: imported {len(CHANNELS)} channels, 18 follows, 18 mutes and 0 opinions\n"
    assert (found.lists, found.differing) == (len(CHANNELS) * len(LISTS), [])
    assert found.again == []
    assert set(found.codes) == {0}
    figures = found.figures
    assert figures["expected"]
    assert (figures["lost"], figures["doubled"], figures["foreign"]) == (0, 0, 0)

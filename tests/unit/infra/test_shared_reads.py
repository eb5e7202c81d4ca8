"""Who asks for the same at about the same time shares a reading, and none is older than its question."""

import asyncio

import pytest

from bot.infra.aio.shared_reads import SharedReads


async def test_those_who_ask_at_once_share_one_reading_and_later_ones_the_next() -> None:
    shared, begun, gate = SharedReads(), 0, asyncio.Event()

    async def read() -> int:
        nonlocal begun
        begun += 1
        mine = begun
        await gate.wait()
        return mine

    first = [asyncio.create_task(shared.of("a", read)) for _ in range(3)]
    while not begun:
        await asyncio.sleep(0)
    later = [asyncio.create_task(shared.of("a", read)) for _ in range(3)]
    await asyncio.sleep(0)
    first[0].cancel()
    gate.set()

    assert await asyncio.gather(*first[1:], *later) == [1, 1, 2, 2, 2]
    assert await shared.of("a", read) == 3


async def test_a_reading_that_fails_fails_for_its_own_askers_alone() -> None:
    shared = SharedReads()

    async def fail() -> int:
        raise ValueError("no")

    async def work() -> int:
        return 7

    found = await asyncio.gather(shared.of("a", fail), shared.of("b", work), return_exceptions=True)
    assert (str(found[0]), found[1]) == ("no", 7)
    with pytest.raises(ValueError, match="no"):
        await shared.of("a", fail)
    assert await shared.of("a", work) == 7

"""Two things at once: both results, or the first error with nothing left running."""

import asyncio

import pytest

from bot.infra.aio.both import both


async def _after(turns: int, value: object) -> object:
    for _ in range(turns):
        await asyncio.sleep(0)
    if isinstance(value, Exception):
        raise value
    return value


@pytest.mark.parametrize("turns", [(0, 0), (0, 3), (3, 0)])
async def test_both_results_come_in_order(turns: tuple[int, int]) -> None:
    assert await both(_after(turns[0], "one"), _after(turns[1], "other")) == ("one", "other")


@pytest.mark.parametrize("failing", [0, 1])
async def test_nothing_runs_on_after_an_error(failing: int) -> None:
    never, ended = asyncio.Event(), asyncio.Event()

    async def long() -> None:
        try:
            await never.wait()
        finally:
            ended.set()

    pair = [long(), long()]
    pair[failing].close()
    pair[failing] = _after(2, ValueError("no"))  # type: ignore[assignment]
    with pytest.raises(ValueError, match="no"):
        await both(*pair)
    assert ended.is_set()


async def test_who_gives_up_ends_both() -> None:
    ended: list[str] = []

    async def long(name: str) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(name)

    waiting = asyncio.create_task(both(long("one"), long("other")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert sorted(ended) == ["one", "other"]

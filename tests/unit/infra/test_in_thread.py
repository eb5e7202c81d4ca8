"""A few records are read on the event loop, many in a thread, which all share."""

import asyncio
import threading
from contextvars import ContextVar

import pytest

from bot.infra.aio.in_thread import in_thread, in_thread_unless_few

ASKED_BY: ContextVar[str] = ContextVar("asked_by", default="nobody")


@pytest.mark.parametrize(("number", "here"), [(0, True), (1, True), (20, True), (21, False), (250, False)])
async def test_many_are_computed_elsewhere(number: int, here: bool) -> None:
    ran_in = await in_thread_unless_few(number, threading.get_ident)
    assert (ran_in == threading.get_ident()) is here


@pytest.mark.parametrize("number", [1, 250])
async def test_what_goes_wrong_is_raised(number: int) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await in_thread_unless_few(number, int, "x")


async def test_all_is_computed_in_one_thread_so_that_the_event_loop_waits_for_one_alone() -> None:
    assert len(set(await asyncio.gather(*(in_thread(threading.get_ident) for _ in range(20))))) == 1


async def test_each_gets_its_own_result_or_error() -> None:
    texts = ["1", "x", "3", "y", "5"]
    found = await asyncio.gather(*(in_thread(int, text) for text in texts), return_exceptions=True)
    assert [type(one) for one in found] == [int, ValueError, int, ValueError, int]
    assert found[::2] == [1, 3, 5]


async def test_a_generator_that_has_ended_holds_up_nobody() -> None:
    found = await asyncio.gather(in_thread(next, iter(())), in_thread(int, "7"), return_exceptions=True)
    assert [type(one) for one in found] == [RuntimeError, int]


async def test_what_is_done_waits_for_nothing_that_takes_longer() -> None:
    release = threading.Event()
    quick, slow = asyncio.create_task(in_thread(int, "7")), asyncio.create_task(in_thread(release.wait))
    assert await quick == 7
    assert not slow.done()
    release.set()
    assert await slow


async def test_what_nobody_waits_for_is_not_computed() -> None:
    release, computed = threading.Event(), []
    held = asyncio.create_task(in_thread(release.wait))
    given_up, wanted = (asyncio.create_task(in_thread(computed.append, what)) for what in ("given up", "wanted"))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.sleep(0)
    release.set()
    await asyncio.gather(held, wanted)
    assert computed == ["wanted"]


async def test_what_is_computed_knows_who_asked() -> None:
    ASKED_BY.set("somebody")
    assert await in_thread(ASKED_BY.get) == "somebody"


def test_it_serves_one_event_loop_after_another() -> None:
    assert [asyncio.run(in_thread(int, "7")) for _ in range(2)] == [7, 7]

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


async def test_what_is_computed_knows_who_asked() -> None:
    ASKED_BY.set("somebody")
    assert await in_thread(ASKED_BY.get) == "somebody"


def test_it_serves_one_event_loop_after_another() -> None:
    assert [asyncio.run(in_thread(int, "7")) for _ in range(2)] == [7, 7]

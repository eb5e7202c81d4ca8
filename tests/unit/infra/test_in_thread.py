"""A few records are read on the event loop, many in a thread."""

import threading

import pytest

from bot.infra.aio.in_thread import in_thread_unless_few


@pytest.mark.parametrize(("number", "here"), [(0, True), (1, True), (20, True), (21, False), (250, False)])
async def test_many_are_computed_elsewhere(number: int, here: bool) -> None:
    ran_in = await in_thread_unless_few(number, threading.get_ident)
    assert (ran_in == threading.get_ident()) is here


@pytest.mark.parametrize("number", [1, 250])
async def test_what_goes_wrong_is_raised(number: int) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        await in_thread_unless_few(number, int, "x")

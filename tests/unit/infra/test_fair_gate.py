"""A gate for few at a time: those who wait take turns by person, and nobody who gives up keeps a place."""

import asyncio

import pytest

from bot.infra.aio.fair_gate import FairGate


class Crowd:
    """Tasks at a gate; `inside` are those that got in, in their order, and stay until they are let out."""

    def __init__(self, gate: FairGate) -> None:
        self._gate = gate
        self.inside: list[str] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._out = {name: asyncio.Event() for name in ()}

    async def comes(self, *names: str) -> None:
        """Let tasks come in this order; a name such as "ann 2" belongs to ann."""
        for name in names:
            self._out[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._goes_through(name))
            await _settled()

    async def goes(self, *names: str) -> None:
        for name in names:
            self._out[name].set()
            await _settled()

    async def _goes_through(self, name: str) -> None:
        async with self._gate.entered(name.split(maxsplit=1)[0]):
            self.inside.append(name)
            await self._out[name].wait()


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_keys_take_turns_and_each_is_served_in_its_order() -> None:
    crowd = Crowd(FairGate(1))
    await crowd.comes("ann 1", "ann 2", "ann 3", "bob 1", "eve 1")
    await crowd.goes("ann 1", "ann 2", "bob 1", "eve 1", "ann 3")
    assert crowd.inside == ["ann 1", "ann 2", "bob 1", "eve 1", "ann 3"]


async def test_one_key_never_has_all_places() -> None:
    crowd = Crowd(FairGate(3, each=2))
    await crowd.comes("ann 1", "ann 2", "ann 3", "bob 1")
    assert crowd.inside == ["ann 1", "ann 2", "bob 1"]
    await crowd.goes("bob 1", "ann 1", "ann 2", "ann 3")
    assert crowd.inside[3:] == ["ann 3"]


@pytest.mark.parametrize("leaves", ["bob 1", "ann 1"])
async def test_whoever_gives_up_leaves_the_place_to_the_next(leaves: str) -> None:
    crowd = Crowd(FairGate(1))
    await crowd.comes("ann 1", "bob 1", "eve 1")
    crowd.tasks[leaves].cancel()
    await crowd.goes("ann 1")
    await crowd.goes("bob 1")
    assert crowd.inside[-1] == "eve 1"
    await crowd.goes("eve 1")
    await crowd.comes("ann 2")
    assert crowd.inside[-1] == "ann 2", "no place was lost"
    await crowd.goes("ann 2")


async def test_whoever_gives_up_just_as_they_are_let_in_leaves_the_place() -> None:
    crowd = Crowd(FairGate(1))
    await crowd.comes("ann 1", "bob 1", "eve 1")
    crowd._out["ann 1"].set()
    await asyncio.sleep(0)
    crowd.tasks["bob 1"].cancel()
    await _settled()
    assert "eve 1" in crowd.inside
    await crowd.goes("eve 1")

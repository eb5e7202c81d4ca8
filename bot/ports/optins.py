"""Addresses that wait to be confirmed. Errors: `StoreDown`."""

from typing import Protocol

from bot.subscription import Place


class OptIns(Protocol):
    """Nobody gets mail that they didn't ask for: an address counts once the code sent there was typed back.

    One address waits at a time for each person and channel, for half an hour and five tries.
    """

    async def begin(self, origin: Place, user: str, address: str, code: str) -> bool:
        """Notes that `user` has to type `code`; it replaces one that waited before.

        False, and nothing noted, where too many were sent within a day: to that address, or for that person or team.
        """
        ...

    async def confirm(self, origin: Place, user: str, code: str) -> str | None:
        """The address of that code; "" where it is another code, None where nothing waits (any more)."""
        ...

    async def end(self, origin: Place, user: str) -> None:
        """Nothing waits any more."""
        ...

"""What was learned of how papers are alike is kept for all processes. Errors: `StoreDown`."""

from typing import Protocol


class KinshipStore(Protocol):
    """The last one that was learned, as bytes that `bot.learning.kinship` reads, until it is learned anew."""

    async def get(self) -> bytes | None:
        """None where nothing was learned in the last two months."""
        ...

    async def claim(self) -> bool:
        """Whether it is time to learn, for this process alone: not where another began an hour ago or less."""
        ...

    async def keep(self, written: bytes) -> None:
        """In place of the last one; it will be time again after a week."""
        ...

"""What channels think of papers is remembered. Errors: `StoreDown`."""

from collections.abc import Sequence
from typing import Protocol

from bot.subscription import Place
from bot.taste import Opinion

MOST_OPINIONS = 500
"""Of a channel that are more or less; the oldest makes room. What was saved stays: up to `MOST_SAVED`."""
MOST_SAVED = 5000


class TasteStore(Protocol):
    """The opinions of every channel. A change is durable when the call returns."""

    async def opinions(self, place: Place) -> tuple[Opinion, ...]:
        """The channel's, the oldest first."""
        ...

    async def keep(self, place: Place, opinions: Sequence[Opinion]) -> None:
        """Adds them; one of the same key takes the place of an older one, and makes room as said above."""
        ...

    async def places(self) -> list[Place]:
        """Every place that has an opinion, over all teams, in an order that stays."""
        ...

    async def drop(self, place: Place, keys: Sequence[str]) -> bool:
        """Takes those opinions back; False where there was none of them."""
        ...

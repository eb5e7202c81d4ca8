"""How fast a platform may be written to, over all processes. Errors: `StoreDown`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.errors import Scope
from bot.subscription import Place


@dataclass(frozen=True, slots=True)
class Limit:
    """Within `scope` at most `most` messages in any `seconds`."""

    scope: Scope
    most: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a message has to wait, and within which scope; 0 where it may be posted now."""

    seconds: float = 0.0
    scope: Scope = "channel"


@dataclass(frozen=True, slots=True)
class Away:
    """A team refused our token: it isn't shown again for `seconds`; `for_good` where only another token helps."""

    seconds: float
    for_good: bool


class Pace(Protocol):
    """When a message may be posted, as far as the platform's limits go. Time is the server's own."""

    async def take(self, place: Place, limits: Sequence[Limit]) -> Wait:
        """Takes the right to post one message now; nothing is taken where it has to wait.

        `limits` go from the narrowest scope to the widest; of several that make it wait, the narrowest is named.
        """
        ...

    async def close(self, place: Place, scope: Scope, seconds: float) -> None:
        """The platform asked to wait: nobody posts in that scope of the place meanwhile, for an hour at most."""
        ...

    async def turned_away(self, place: Place, token: str, for_good: bool) -> None:
        """The place's team refused a token (a fingerprint of it): the third time, or at once, counts for good."""
        ...

    async def away(self, place: Place, token: str) -> Away | None:
        """Whether that token isn't to be shown to the place's team now; None where it may be."""
        ...

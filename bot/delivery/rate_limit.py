"""How fast a platform may be written to, over all processes. Errors: `StoreDown`."""

from dataclasses import dataclass

from bot.domain.errors import Scope


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
class RejectedToken:
    """A team refused our token: it isn't shown again for `seconds`; `for_good` where only another token helps."""

    seconds: float
    for_good: bool

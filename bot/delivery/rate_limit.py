"""Rate limits of a platform, shared by all processes. Errors: `StoreDown`."""

from bot.domain.errors import Scope
from bot.domain.frozen import frozen


@frozen
class Limit:
    """At most `most` messages within `scope` in any `seconds`."""

    scope: Scope
    most: int
    seconds: float


@frozen
class Wait:
    """The seconds a message has to wait and the scope of the limit; 0 if it may be posted now."""

    seconds: float = 0.0
    scope: Scope = "channel"


@frozen
class RejectedToken:
    """A team refused our token: don't use it for `seconds`; if `for_good`, only another token helps."""

    seconds: float
    for_good: bool

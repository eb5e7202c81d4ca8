"""Whether the bot can post in a channel, as plain data from the platform."""

from enum import StrEnum

from bot.domain.frozen import frozen


class Obstacle(StrEnum):
    """The reason that the bot can't post in a channel, or that it can't do all of its work there."""

    NOT_MEMBER = "not_member"
    PRIVATE_NOT_MEMBER = "private_not_member"
    ARCHIVED = "archived"
    GONE = "gone"
    MISSING_PERMISSIONS = "missing_permissions"
    """The channel doesn't let it post."""
    MISSING_EXTRAS = "missing_extras"
    """It can post, but without some of the permissions that it uses."""
    MISSING_SCOPES = "missing_scopes"
    """The app as a whole was installed without a permission."""
    UNKNOWN = "unknown"
    """The platform didn't tell."""


@frozen
class PostingCheck:
    """The result of a check; without an `obstacle` the bot can post.

    `missing` names permissions as the platform's own settings do. `channel` is the channel's name as people write it,
    empty if unknown.
    """

    obstacle: Obstacle | None = None
    missing: tuple[str, ...] = ()
    channel: str = ""

    @property
    def ok(self) -> bool:
        """Return True if the bot can post and do all of its work there."""
        return self.obstacle is None

    @property
    def is_fault(self) -> bool:
        """Return True if something is known to be wrong."""
        return self.obstacle not in {None, Obstacle.UNKNOWN}


UNKNOWN = PostingCheck(Obstacle.UNKNOWN)

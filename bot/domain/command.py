"""A command and its caller as data, and the commands that several rooms share."""

from dataclasses import field, replace
from enum import StrEnum
from typing import ClassVar

from bot.domain.channel import Place
from bot.domain.frozen import frozen
from bot.domain.posting import PostingCheck


class Role(StrEnum):
    """What a person may do in a channel, as far as the platform tells."""

    ADMIN = "admin"
    """They manage the channel or all of the team."""
    MEMBER = "member"
    """They don't, and the platform knows who does."""
    UNKNOWN = "unknown"
    """The platform doesn't tell, or has no such role: whoever set the channel up counts as its admin."""


@frozen
class Caller:
    """A person who sends a command, and the place.

    `zone` is the person's IANA time zone if the platform provides it; `direct` is True in a direct message. `posting`
    says whether the bot can post there, if the platform tells it with the command. `thread` has the ids of the papers
    in the message that the thread began with, or that the person replies to, in order. `said` is the command as text,
    if it may be run again. `operator`: the person has a shell on the bot's machine, so no share limits them. `name` is
    the person's display name, which they chose themselves; empty if unknown. `home` is the team of the person's direct
    messages with the bot, where that isn't the team of the place; empty where it is. `aloud`: all who read there see
    what the person said, as in a mention of the bot.
    """

    place: Place
    user: str
    zone: str = ""
    direct: bool = False
    posting: PostingCheck | None = field(default=None, compare=False)
    thread: tuple[str, ...] = ()
    said: str = ""
    operator: bool = False
    aloud: bool = field(default=False, compare=False)
    name: str = field(default="", compare=False)
    role: Role = field(default=Role.UNKNOWN, compare=False)
    home: str = field(default="", compare=False)

    @property
    def home_tag(self) -> str:
        """Return the `Place.tag` of the person's direct messages, for what is theirs wherever they are."""
        return replace(self.place, team=self.home or self.place.team).tag


class Command:
    """A person's request as plain data: a frozen dataclass beside its handler.

    Construction never fails. Handlers check the values, so every platform refuses with the same words. `has_secret`:
    its text is never repeated, not even on a button to try again.
    """

    __slots__ = ()
    has_secret: ClassVar[bool] = False


@frozen
class ShowDigest(Command):
    """`/digest` or `/digest <date>`; buttons set `part` to all (with a `page`), points or perhaps."""

    date: str = ""
    part: str = ""
    page: str = ""

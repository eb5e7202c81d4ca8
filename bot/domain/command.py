"""A command and its caller as data, and the commands that several rooms share."""

from dataclasses import dataclass

from bot.domain.channel import Place


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who asks, and the place. `zone` is their IANA time zone if the platform tells it; `direct`: a direct
    message."""

    place: Place
    user: str
    zone: str = ""
    direct: bool = False


class Command:
    """A request of a person, as plain data: a frozen dataclass beside its handler.

    Building one never fails. Checks live in the handlers, so that every platform refuses with the same words.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class ShowDigest(Command):
    """`/digest`, `/digest <date>` or `/digest week`; `part` is all, points or perhaps for the buttons."""

    date: str = ""
    part: str = ""

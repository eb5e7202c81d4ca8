"""What Discord's ids say of a place: where it opens, and whether it is one person's alone."""

from urllib.parse import quote

from bot.domain.channel import Place

_DIRECT = "dm"


def place(guild: int | None, channel: int | None, user: int) -> Place:
    """A channel of a server; without one a direct message, which is a team of its own, so that it goes with its
    person alone."""
    return Place("discord", f"{_DIRECT}{user}" if guild is None else str(guild), str(channel))


def is_direct(place: Place) -> bool:
    """Whether it is a direct message: servers are numbers."""
    return place.team.startswith(_DIRECT)


def address(place: Place) -> str:
    """The URL that opens it."""
    return f"https://discord.com/channels/{quote(place.team, safe='')}/{quote(place.channel, safe='')}"

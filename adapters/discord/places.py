"""Properties that Discord's ids give a place: its URL, and whether it is a direct message."""

from urllib.parse import quote

from bot.domain.channel import Place

_DIRECT = "dm"


def place(guild: int | None, channel: int | None, user: int) -> Place:
    """Return a channel of a server, or else a direct message, which is a team of its own and so is removed with its
    person alone."""
    return Place("discord", f"{_DIRECT}{user}" if guild is None else str(guild), str(channel))


def is_direct(place: Place) -> bool:
    """Return True if it is a direct message: servers are numbers."""
    return place.team.startswith(_DIRECT)


def address(place: Place) -> str:
    """Return the URL that opens it."""
    return f"https://discord.com/channels/{quote(place.team, safe='')}/{quote(place.channel, safe='')}"

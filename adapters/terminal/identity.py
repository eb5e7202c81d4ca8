"""The identity at this terminal: one team, one channel, this machine's time zone."""

from pathlib import Path
from zoneinfo import available_timezones

from bot.domain.channel import Place
from bot.domain.command import Caller


def local_zone(link: Path = Path("/etc/localtime")) -> str:
    """Return the IANA name of this machine's time zone, or "" if it is unknown."""
    try:
        parts = link.resolve().parts
    except OSError:
        return ""
    name = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    return name if name in available_timezones() else ""


CALLER = Caller(Place("terminal", "local", "terminal"), user="you", zone=local_zone(), direct=True, operator=True)

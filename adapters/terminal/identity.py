"""Who speaks at this terminal: one team, one channel, the zone of this machine."""

from pathlib import Path
from zoneinfo import available_timezones

from bot.domain.channel import Place
from bot.domain.command import Caller


def local_zone(link: Path = Path("/etc/localtime")) -> str:
    """The IANA name of this machine's time zone, or "" where it doesn't say."""
    try:
        parts = link.resolve().parts
    except OSError:
        return ""
    name = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    return name if name in available_timezones() else ""


CALLER = Caller(Place("terminal", "local", "terminal"), user="you", zone=local_zone(), direct=True)

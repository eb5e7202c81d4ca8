"""A mailbox that gets a copy of a channel's digest, as a place of its own.

Its team is the channel's platform and team; its channel name joins the channel's name and the address. So the place
alone tells which digest it gets and where to send it.
"""

import re

from bot.domain.channel import Place
from bot.domain.errors import BadInput
from bot.domain.text.clean import clean, shorten

MAIL = "email"
"""The platform of mailboxes."""

LONGEST = 120
"""Maximum characters of an address; SMTP allows 254, but the place's name holds the channel too."""

# A dot-atom, without the quoted forms that nobody uses (RFC 5321, 4.1.2; its local part holds 64 octets at most), and
# host names of letters, digits and hyphens; the last label is not a number (RFC 1123, 2.1).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*", re.ASCII)
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}", re.ASCII)

_HINT = "Try /digest email ada@example.org."


def read_address(text: str) -> str:
    """Return the typed address in lower case and ASCII. Raises BadInput."""
    typed = clean(text, LONGEST * 2).removeprefix("mailto:")
    local, at, domain = typed.rpartition("@")
    address = f"{local}@{_host(domain)}".lower()
    if not at or not _LOCAL.fullmatch(local) or len(address) > LONGEST or address.endswith("@"):
        raise BadInput(f"“{shorten(typed, 60)}” doesn't look like an e-mail address.", _HINT)
    return address


def mailbox(origin: Place, address: str) -> Place:
    """Return the mailbox of `origin` and an address from `read_address`."""
    return Place(MAIL, origin.tag, f"{origin.channel}:{address}")


def mailboxes_team(origin: Place) -> str:
    """Return the team of all mailboxes of a channel's team."""
    return origin.tag


def origin_of(place: Place) -> Place | None:
    """Return the channel whose digest a mailbox gets; None if the place isn't a mailbox."""
    if place.platform != MAIL:
        return None
    platform, _, team = place.team.partition(":")
    channel, _, address = place.channel.rpartition(":")
    return Place(platform, team, channel) if platform and channel and address else None


def address_of(place: Place) -> str:
    """Return the address of a mailbox."""
    return place.channel.rpartition(":")[2]


def masked(address: str) -> str:
    """Return an address that its owner recognizes and nobody can write to: "a…@example.org"."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _host(domain: str) -> str:
    """Return the domain in ASCII (IDNA, RFC 3490); empty if it isn't one."""
    try:
        ascii_only = domain.lower() if domain.isascii() else domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return ascii_only if len(ascii_only) <= 253 and _DOMAIN.fullmatch(ascii_only) else ""

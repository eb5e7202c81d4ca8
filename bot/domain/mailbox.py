"""A mailbox that a channel's digest goes to as well, as a place of its own: the same digest, a second way out.

Its team is the channel's platform and team, and its name the channel's and the address, so that the place alone says
whose digest it gets and where that is sent.
"""

import re

from bot.domain.channel import Place
from bot.domain.errors import BadInput
from bot.domain.text.clean import clean, shorten

MAIL = "email"
"""The platform of mailboxes."""

LONGEST = 120
"""Characters of an address; SMTP allows 254, and a place's name has to hold a channel's too."""

# A dot-atom, without the quoted forms that nobody has (RFC 5321, 4.1.2; its local part holds 64 octets at most), and
# host names of letters, digits and hyphens, of which the last is no number (RFC 1123, 2.1).
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_LOCAL = re.compile(rf"(?=.{{1,64}}\Z){_ATOM}(?:\.{_ATOM})*", re.ASCII)
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}", re.ASCII)

_HINT = "An example: /digest email ada@example.org."


def read_address(text: str) -> str:
    """The address that was typed, in lower case and ASCII throughout; raises BadInput where it is none."""
    typed = clean(text, LONGEST * 2).removeprefix("mailto:")
    local, at, domain = typed.rpartition("@")
    address = f"{local}@{_host(domain)}".lower()
    if not at or not _LOCAL.fullmatch(local) or len(address) > LONGEST or address.endswith("@"):
        raise BadInput(f"“{shorten(typed, 60)}” is no e-mail address.", _HINT)
    return address


def mailbox(origin: Place, address: str) -> Place:
    """Where the digest of `origin` goes by mail; `address` is one that `read_address` gave."""
    return Place(MAIL, origin.tag, f"{origin.channel}:{address}")


def mailboxes_team(origin: Place) -> str:
    """The team of all mailboxes of a channel's team."""
    return origin.tag


def origin_of(place: Place) -> Place | None:
    """The channel whose digest a mailbox gets; None where the place is no mailbox."""
    if place.platform != MAIL:
        return None
    platform, _, team = place.team.partition(":")
    channel, _, address = place.channel.rpartition(":")
    return Place(platform, team, channel) if platform and channel and address else None


def address_of(place: Place) -> str:
    """The address of a mailbox."""
    return place.channel.rpartition(":")[2]


def _host(domain: str) -> str:
    """A domain as mail servers know it, of other alphabets too (RFC 3490); empty where it is none."""
    try:
        ascii_only = domain.lower() if domain.isascii() else domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
    return ascii_only if len(ascii_only) <= 253 and _DOMAIN.fullmatch(ascii_only) else ""

"""Who may change what a channel gets: pure.

In a direct message, the person themselves. In a channel, everybody, and while it is locked its admins: those whom the
platform calls so, or where it tells no role, the person who set the channel up.
"""

from bot.domain.card import Button
from bot.domain.channel import Channel
from bot.domain.command import Caller, Role
from bot.domain.command_spec import Right
from bot.domain.errors import BadInput

_SEE = (Button("See what's followed", "/following"),)
_OWN = "In a direct message with me, you can follow anything for yourself."


def is_admin(caller: Caller, channel: Channel) -> bool:
    """Return True if the person is an admin of the channel. A channel that nobody set up has none to protect it from.

    `caller.user` is the platform's own id, which nobody can choose.
    """
    if caller.direct or caller.role is Role.ADMIN:
        return True
    return caller.role is Role.UNKNOWN and bool(caller.user) and channel.owner in {"", caller.user}


def require(right: Right, caller: Caller, channel: Channel) -> None:
    """Raise BadInput, with a hint on who can help, if the person doesn't have the right."""
    if right is Right.EVERYBODY or (right is Right.UNLESS_LOCKED and not channel.locked) or is_admin(caller, channel):
        return
    if right is Right.ADMINS:
        raise BadInput("Only an admin of this channel can do that.", f"Ask one. {_OWN}", _SEE)
    sentence = "This channel is locked: only its admins can change what it gets."
    raise BadInput(sentence, f"Ask one to do it, or to type /digest unlock. {_OWN}", _SEE)

"""What plain words stand for: a command's text, or a sentence with offers; and offers that many make. Plain data."""

import re
import unicodedata

from bot.app.plain.rule import COMMAND_LIST
from bot.domain.card import Button
from bot.domain.frozen import frozen

HELP, ALL_COMMANDS = Button("Help", "/paperlark"), Button("All commands", COMMAND_LIST)
FOLLOWS = Button("See what's followed", "/following")

LONGEST = 70
"""Characters of people's words in a button: platforms limit what a button carries."""

_SHORT_CODE = re.compile(r"<a?:\w{2,32}:\d{5,20}>|(?<!\w):[a-z0-9_+-]{2,40}:(?!\w)")
_PICTURES = frozenset({"So", "Sk", "Cs"})


@frozen
class Reading:
    """What words stand for: a command's text, or a sentence with `offers`.

    `order`: the words that give the order, if they aren't all of the text; a change needs them to be an imperative.
    `note` says how a search was read; its `offers` are what else may be meant.
    """

    command: str = ""
    sentence: str = ""
    offers: tuple[Button, ...] = ()
    order: str = ""
    note: str = ""


def without_pictures(text: str) -> str:
    """Return the text without emoji, unless there is nothing else."""
    spelled = _SHORT_CODE.sub(" ", text)
    kept = "".join(" " if unicodedata.category(sign) in _PICTURES else sign for sign in spelled)
    return " ".join(kept.split()) or text

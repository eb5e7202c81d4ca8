"""Parse what is typed after `/follow`: pure. Raises BadInput for what can be nothing to follow."""

import re
from contextlib import suppress

from bot.authors.resolve import read_identity
from bot.digests.cards.follow_question import Unclear
from bot.digests.follow_list import in_order
from bot.digests.follow_words import looks_like_topic
from bot.domain.author import looks_like_identity
from bot.domain.categories import (
    categories_called,
    categories_named,
    find_category,
    looks_like_category,
    only_names_category,
    read_category,
)
from bot.domain.channel import Kind
from bot.domain.errors import BadInput
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import words

EXAMPLE = 'Try /follow Yam Eitan, /follow cs.CL or /follow "state space models".'

_SETTINGS = ("/paperlark settings",)
MAX_NAME_LENGTH, MAX_TOPIC_LENGTH = 80, 120

PREFIX = re.compile(r"(author|category|topic|name):\s*(.+)", re.IGNORECASE)
"""`name:` follows everybody with a name; `author:` follows one person if the name identifies one."""

_QUOTED = re.compile(r"[\"“”„«»']\s*(.+?)\s*[\"“”„«»']")
_BY_NAME = re.compile(r"name:", re.IGNORECASE)
_NO_NAME = re.compile(r"[<>@#|\\\[\](){}\d/:;!?=+*~^$%&_]")
_ANYWAY = re.compile(r"(.+?)\s+anyway", re.IGNORECASE)


def read_target(text: str, option: str = "") -> tuple[Kind, str]:
    """Parse the kind and the object of a follow. Raises BadInput if `text` names none.

    `option` is the kind that the user chose, or empty; a prefix in `text` overrides it.
    """
    text = text.strip()
    if prefix := PREFIX.fullmatch(text):
        option, text = prefix.group(1).lower(), prefix.group(2).strip()
        if option == "name":
            return Kind.AUTHOR, _name(text)
    if not text:
        raise BadInput("What should this channel follow?", EXAMPLE, _SETTINGS)
    if option in {"", Kind.AUTHOR} and (identity := _identity(text)):
        return Kind.AUTHOR, identity
    quoted = _QUOTED.fullmatch(text)
    if option == Kind.TOPIC or (quoted and not option):
        return Kind.TOPIC, _topic(quoted.group(1) if quoted else text)
    if option == Kind.CATEGORY or (not option and _is_category(text)):
        return Kind.CATEGORY, read_category(text, EXAMPLE, "/follow")
    return Kind.AUTHOR, _name(quoted.group(1) if quoted else text)


def read_follow(text: str, option: str = "") -> tuple[Kind, str, bool]:
    """Parse as `read_target` does, and return True last if "anyway" follows a category or topic."""
    if without := _ANYWAY.fullmatch(text.strip()):
        with suppress(BadInput):
            kind, what = read_target(without.group(1), option)
            if kind is not Kind.AUTHOR:
                return kind, what, True
    return *read_target(text, option), False


def unclear_text(text: str, option: str = "") -> Unclear | None:
    """Return what `text` may mean if nobody but the person can tell; None if it is clear, or a name to look up."""
    text = text.strip()
    clear = option or PREFIX.fullmatch(text) or _QUOTED.fullmatch(text) or _ANYWAY.fullmatch(text)
    if clear or not text or len(text) > MAX_TOPIC_LENGTH or looks_like_identity(text) or any(read_identity(text)):
        return None
    if _is_category(text):
        return None
    if codes := categories_named(text) or categories_called(text):
        return Unclear(text, codes, person=False)
    return Unclear(text) if looks_like_topic(text) else None


def is_by_name(text: str) -> bool:
    """Return True if `text` asks for everybody with a name."""
    return bool(_BY_NAME.match(text.strip()))


def _is_category(text: str) -> bool:
    return bool(find_category(text)) or only_names_category(text) or looks_like_category(text)


def _identity(text: str) -> str:
    """Return an identity, or a paper and a name, as `read_identity` parses it; empty if neither. Raises BadInput."""
    identity, name = read_identity(text)
    if not identity and looks_like_identity(text):
        raise BadInput(
            f"I couldn't read “{shorten(text, 80)}” as a person's ID.",
            "Try /follow orcid:0000-0002-1825-0097, or an arXiv author ID: /follow warner_s_1.",
        )
    return f"{identity} {_name(name)}" if name else identity


def _name(text: str) -> str:
    name = in_order(text.strip().strip("\"'“”"))
    letters = sum(character.isalpha() for character in name)
    if letters < 2 or len(name) > MAX_NAME_LENGTH or _NO_NAME.search(name):
        raise BadInput(f"“{shorten(text, 80)}” doesn't look like an author, a category or a topic.", EXAMPLE, _SETTINGS)
    return name


def _topic(text: str) -> str:
    topic = text.strip().strip("\"'“”„«» ")
    if len(topic) > MAX_TOPIC_LENGTH or not any(len(word) > 1 for word in words(topic)):
        raise BadInput(f"“{shorten(text, 80)}” doesn't look like a topic. A few words work best.", EXAMPLE, _SETTINGS)
    return topic

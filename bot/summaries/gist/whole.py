"""Check that a gist reads as a whole: nothing open, nothing dangling, nothing that points to a sentence before."""

import re

_OPEN, _CLOSED = "([{“«", ")]}”»"
_LEADING_ON = (
    "a an the and or but nor of to in on at by for from with without into onto via per as than that which who whom"
    " whose where when while whereas if because since although though is are was were be been being has have had do"
    " does did can could may might must shall should will would not no our their its his her this these those such"
    " both either neither between among across through over under using based including only also more most less"
    " very each every all any some many several few two three four five against toward towards about within e.g i.e"
    " eg ie vs cf et so then even up due whether how what then respectively we it they new novel three-stage called"
    " named namely like unlike upon beyond during before after until along rather instead thereby thus hence"
    " further moreover however jointly simultaneously directly enabling achieving"
)
_NEVER_LAST = frozenset(_LEADING_ON.split())
_POINTS_BACK = re.compile(
    r"(?:this|these|those|such|it|its|they|their|them|he|she|here|there|both|the (?:latter|former)|that|which|who|whose"
    r"|and|or|but|yet|so|nor|because|whereas|than|of|also|then|one|another|other|others|doing so|however|moreover"
    r"|furthermore|respectively|neither|either)\b",
    re.IGNORECASE,
)
_UNRESOLVED = re.compile(
    r"\b(?:these|those|this|such) (?!an?\b|as\b|that\b|paper|work|article|study)\w|\bthe (?:former|latter|above|proposed|resulting|developed|discovered)\b|\bto this end\b"
    r"|\bdoing so\b|\bthis[.,;]|\bthese[.,;]",
    re.IGNORECASE,
)
_LAST_WORD = re.compile(r"([\w.'’-]+)[^\w]*$")
_FEWEST_WORDS = 4


def is_whole(text: str) -> bool:
    """Return True if `text`, without its full stop, can stand alone."""
    if len(text.split()) < _FEWEST_WORDS or _POINTS_BACK.match(text) or not _is_closed(text):
        return False
    last = _LAST_WORD.search(text)
    return last is not None and not _dangles(last.group(1)) and text[-1] not in ",;:-–—(=+<>/&"


def is_resolved(text: str) -> bool:
    """Return True if nothing in `text` refers to a sentence that isn't there."""
    return not _UNRESOLVED.search(text)


def _dangles(word: str) -> bool:
    return word.lower().rstrip(".") in _NEVER_LAST


def _is_closed(text: str) -> bool:
    pairs = all(text.count(a) == text.count(b) for a, b in zip(_OPEN, _CLOSED, strict=True))
    return pairs and text.count('"') % 2 == 0 and "://" not in text


def is_open(text: str) -> bool:
    """Return True if a bracket or quotation is open at the end of `text`."""
    return any(text.count(a) > text.count(b) for a, b in zip(_OPEN, _CLOSED, strict=True)) or text.count('"') % 2 == 1

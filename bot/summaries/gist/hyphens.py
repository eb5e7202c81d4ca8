"""Mending of words that a PDF's line ends broke: "trans- former"."""

import re

_BROKEN = re.compile(r"(?<![\w-])([^\W\d_]{2,})- ([a-z]{2,})(?!\w)")
_APART = frozenset(("and", "or", "to", "nor", "versus", "vs", "but", "as"))
_FIRST_PARTS = (
    "all anti bi black bottom class closed co coarse cold cost cross cutting data deep domain down edge end error event"
    " ever far fast few fine first five four free full general graph ground hand hard hidden high human image in inter"
    " intra inverse know large last layer left lightly long loss low machine many mid mixed model multi near new non"
    " off object on one open out over pair peer per physics plug point post pre privacy problem question rank real re"
    " right risk robust rule sample second self semi short side single small so soft space state step stop sub super"
    " task test text three time token tool top train two under up user vision weak well white wide word work zero"
)
_COMPOUNDS = frozenset(_FIRST_PARTS.split())


def joined(text: str, source: str) -> str:
    """Return `text` with broken words joined, as `source` writes them elsewhere, if it does."""
    return _BROKEN.sub(lambda found: _join(found, source.lower()), text)


def _join(found: re.Match[str], source: str) -> str:
    first, second = found.groups()
    if second in _APART:
        return found.group()
    whole, hyphenated = f"{first}{second}", f"{first}-{second}"
    if whole.lower() in source:
        return whole
    return hyphenated if hyphenated.lower() in source or first.lower() in _COMPOUNDS else whole

"""Parts of an author's name for citations: arXiv gives it in one piece, given names first. Pure."""

import re
from dataclasses import dataclass

from bot.domain.text.normalize import fold

MAX_NAME_LENGTH = 200
"""Characters: twice the store's limit for a name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOWER = _words("""
    af al am auf aus bin da dal das de degli dei del della den der des di do dos du el ibn la las le los op 't ten ter
    to tot uit und v van vom von vor zu zum zur
""")
"""Lowercase particles that belong to the family name."""
_CAPITAL = _words("""
    Al Da Dal Das De Dei Del Della Den Der Des Di Do Dos Du El La Las Le Lo Los Mac Mc St. Ten Ter Van Vande Vanden
    Vander Von
""")
"""Capitalized particles, as in many families; not before an East Asian family name, as in Kiet Van Nguyen."""
_EAST_ASIAN = _words("""
    bui cao chan chang chen cheng chu dang dao dinh do doan duong fan feng gao guo ha han he ho hoang hu huang huynh
    jiang kim lam lau le lee li liang lin liu luo luong luu ly ma mai ng ngo nguyen pan pham phan phung quach sun ta tan
    tang to tran trinh truong tu vo vu wang wong wu xie xu yang ye yu zhang zhao zheng zhou zhu
""")
_SUFFIX = re.compile(r"(?:[Jj]r|[Ss]r)\.?|II|III|IV", re.ASCII)
_JOINING = frozenset({"e", "i", "y"})
_GROUP = re.compile(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|group|projects?|labs?|laborator(?:y|ies)"
    r"|institut(?:e|es|ion|o)|universit(?:y|ies)|cent(?:er|re)s?|committee|network|alliance|community|initiative|survey"
    r"|foundation|society|task force|contributors)\b|^the\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"\bAI$|\bLLMs?\b")
_AND = re.compile(r"\s+(?:and|&)\s+|^and\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, or in `whole` that of a group or of a person with a single name.

    `particle` is a lowercase "van der" before `family`; a capitalized one is part of `family`.
    """

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    whole: str = ""

    @property
    def last(self) -> str:
        """Return the name that sorts a reference list: "van der Wilk"."""
        return self.whole or f"{self.particle} {self.family}".strip()


def read_names(authors: tuple[str, ...]) -> tuple[Name, ...]:
    """Return all names in order; an author written as "A and B" becomes two."""
    found = []
    for author in authors:
        written = " ".join(author[:MAX_NAME_LENGTH].split()).strip(" ,;")
        parts = [written] if _is_group(written) else _AND.split(written)
        found += [read_name(part) for part in parts if part.strip(" ,;")]
    return tuple(found)


def read_name(written: str) -> Name:
    """Split one name into its parts without losing any of it."""
    written = " ".join(written[:MAX_NAME_LENGTH].split()).strip(" ,;")
    if _is_group(written) or " " not in written:
        return Name(whole=written)
    before, comma, after = (part.strip() for part in written.partition(","))
    if comma and _SUFFIX.fullmatch(after) and " " in before:
        return _of_words(before.split(), after)
    if comma:
        return Name(whole=written) if "," in after or not before or not after else _make_name(before.split(), after)
    words = written.split()
    if len(words) > 2 and _SUFFIX.fullmatch(words[-1]):
        return _of_words(words[:-1], words[-1])
    return _of_words(words, "")


def _is_group(written: str) -> bool:
    return bool(_GROUP.search(written) or _COMPANY.search(written))


def _of_words(words: list[str], suffix: str) -> Name:
    """Split words with given names first. The family name begins at its particle, else it is the last word."""
    start = next((n for n in range(1, len(words) - 1) if _opens_family(words, n)), len(words) - 1)
    return _make_name(words[start:], " ".join(words[:start]), suffix)


def _make_name(last: list[str], given: str, suffix: str = "") -> Name:
    small = next((n for n, word in enumerate(last[:-1]) if word not in _LOWER), len(last) - 1)
    return Name(" ".join(last[small:]), given, " ".join(last[:small]), suffix)


def _opens_family(words: list[str], place: int) -> bool:
    """Return True if the family name begins with this word, which is neither the first nor the last."""
    word, following = words[place], words[place + 1]
    if word in _LOWER:
        return True
    if word in _CAPITAL:
        return fold(following) not in _EAST_ASIAN
    # Costa e Silva, Ramón y Cajal
    return following in _JOINING and len(words) > place + 2

"""Parts of an author's name for citations: arXiv gives it in one piece, given names first. Pure."""

import re

from bot.domain.frozen import frozen
from bot.domain.text.normalize import fold

MAX_NAME_LENGTH = 200
"""Characters: twice the store's limit for a name."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_LOWER = _words("""
    'm 's 't a aan af al am auf aus aït ait bar ben bij bin bint boven da dal dall' dalla dalle das de de' degli dei del
    dela dell' della delle delli dello dem den der des di do dos du d' el het ibn ibne il im in la las le les lo los l'
    mac of onder op ould over te ten ter thoe thor to toe tot uijt uit und unter v v. van van't vander vanden vd ver vom
    von voor vor zu zum zur
""")
"""Lowercase particles that belong to the family name: the list of citeproc-js (src/util_name_particles.js), which
Zotero uses, without single words that are given names too, and what it lacks of Arabic and Hebrew names."""
_CAPITAL = _words("""
    Aan Af Al Auf Aus Bij Da Dal Dall Dall' Dalla Dalle Das De De' Degli Dei Del Dell Dell' Della Delle Delli Dello Den
    Der Des Di Do Dos Du D' El Het La Las Le Les Lo Los L' Onder Op Ten Ter Tot Uijt Uit Van Van't Vande Vanden Vander
    Ver Vom Von Voor Vor Zu Zum Zur 'T
    Abd Abdel Abou Abu Ait Aït Bar Bat Bel Ben Bin Bint Bou Ibn Ibne Nait Naït Ould
    Mac Mc Ní Oude O Ó Saint Sainte San Santa Santo St St.
""")
"""Capitalized particles: those of the same list that are no given names, Arabic, Berber and Hebrew ones, and saints'
(https://www.ifla.org/g/cataloguing/names-of-persons/: prefixes that make one entry with the name). Not before an East
Asian family name, as in Kiet Van Nguyen, nor before an initial."""
_EAST_ASIAN = _words("""
    bui cao chan chang chen cheng chu dang dao dinh do doan duong fan feng gao guo ha han he ho hoang hu huang huynh
    jiang kim lam lau le lee li liang lin liu luo luong luu ly ma mai ng ngo nguyen pan pham phan phung quach sun ta tan
    tang to tran trinh truong tu vo vu wang wong wu xie xu yang ye yu zhang zhao zheng zhou zhu
    ahn bae cho choi chun chung hong hwang jang jeon jeong jin jung kang ko kwon lim moon nam noh oh park ryu seo shim
    shin sim sin song suh yoo yoon yun
""")
_SUFFIX = re.compile(r"(?:[Jj]r|[Ss]r)\.?|II|III|IV", re.ASCII)
_INITIAL = re.compile(r"(?:\w\.-?)+|[A-Z]")
_JOINING = frozenset({"e", "i", "y"})
_GROUP = re.compile(
    r"\b(?:collaborations?|consorti(?:um|a)|teams?|group|projects?|labs?|laborator(?:y|ies)"
    r"|institut(?:e|es|ion|o)|universit(?:y|ies)|cent(?:er|re)s?|committee|network|alliance|community|initiative|survey"
    r"|foundation|society|task force|contributors)\b|^the\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(r"\bAI$|\bLLMs?\b")
_AND = re.compile(r"\s+(?:and|&)\s+|^and\s+", re.IGNORECASE)


@frozen
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
    small = next((n for n, word in enumerate(last[:-1]) if word.replace("’", "'") not in _LOWER), len(last) - 1)
    return Name(" ".join(last[small:]), given, " ".join(last[:small]), suffix)


def _opens_family(words: list[str], place: int) -> bool:
    """Return True if the family name begins with this word, which is neither the first nor the last."""
    word, following = words[place].replace("’", "'"), words[place + 1]
    if word in _LOWER:
        return True
    if word in _CAPITAL:
        return fold(following) not in _EAST_ASIAN and not _INITIAL.fullmatch(following)
    # Costa e Silva, Ramón y Cajal
    return following in _JOINING and len(words) > place + 2

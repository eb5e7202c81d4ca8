"""The ways in which one author's name is written: with or without a suffix, a hyphen, an apostrophe or "The"."""

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from bot.domain.text.normalize import expanded, fold


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GENERATIONS = _words("jr sr ii iii iv")
_DEGREES = (("phd",), ("ph", "d"), ("md",), ("m", "d"))
_GROUPS = _words("""
    collaboration consortium team group partnership project survey network alliance initiative committee community
    society foundation experiment center centre institute laboratory lab
""")
"""Last words of a group's name. "The Anh Nguyen" is a person."""
_COLLABORATION = {"collaborations": "collaboration", "collab": "collaboration", "coll": "collaboration"}
_BEFORE_GROUPS = (("on", "behalf", "of"), ("for",), ("and",), ("the",))
_PARTICLES = _words("""
    aan abd abdel abou abu af ait al bar bel ben bin bint bou da dal dalla dalle de degli dei del della delle dello den
    der di do dos du el het ibn ibne la las le los mac mc saint san santa santo st ten ter van vande vanden vander ver
    von zu zum zur
""")
"""Folded particles that people also write in one word with the family name: Le Cun, LeCun."""
_MIN_AFTER_PARTICLE = 3
"""Letters of a family name after a particle: "Wei De Ng" isn't "Wei Deng"."""
_ONE_SYLLABLE = re.compile(r"(?:[bpmdtnljqx]ia[no]|[nljqx]iang|(?:[dtnlgkhjqxyrzcs]|[zcs]h)uan|(?:[gkh]|[zcs]h)uang)")
"""Syllables of pinyin, which aren't two names: Qi-An isn't Qian (https://en.wikipedia.org/wiki/Pinyin#Apostrophes)."""
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’‘ʼʻ`´′＇ʹʾʿ]\s?(?=[^\W\d_])")
_IRISH = re.compile(r"(?<=\w )(O) (?=[A-Z])")


class AuthorName(NamedTuple):
    """One way to write a name: its folded `words`, without the `generation` (jr, sr, ii to iv).

    If `joined`, the first word is two given names in one: it stands for "Minghao", not for all that begins with M. If
    `particles`, the last word holds them: "vanderwilk".
    """

    words: tuple[str, ...]
    generation: str = ""
    joined: bool = False
    particles: bool = False

    @property
    def family(self) -> str:
        """The last word."""
        return self.words[-1]


def spellings(name: str) -> frozenset[str]:
    """Return the folded forms of a name; names that share one are the same name, if their generations allow.

    A form has umlauts as one or two letters, and hyphens, apostrophes and particles as spaces or as nothing. None has
    a suffix, a degree or a group's leading "The".
    """
    return frozenset(" ".join(form.words) for form in read_author_names(name))


def read_author_names(name: str) -> frozenset[AuthorName]:
    """Return a name in each of its `spellings`; none if it has no letter."""
    written = (name,) if name.isascii() else (name, expanded(name))
    found = {form for one in written for form in _forms(fold(one))}
    if any(map(_APOSTROPHE.search, written)) or _IRISH.search(name):
        found |= _without_apostrophes(written, {form.words[0] for form in found if not form.joined})
    return frozenset(found)


def same_name(wanted: AuthorName, written: AuthorName) -> bool:
    """Return True if two names may be one person's or one group's.

    First and last words must agree; middle ones may be missing or abbreviated on either side ("Michael M. Bronstein" is
    "Michael Bronstein"). A followed initial matches any first name that starts with it. Jr. and Sr. are two people, and
    so are "Ming-An" and "Min-Gan".
    """
    ours, theirs = wanted.words, written.words
    if ours[-1] != theirs[-1] or (wanted.joined and written.joined):
        return False
    if wanted.generation and written.generation and wanted.generation != written.generation:
        return False
    if ours == theirs:
        return True
    if min(len(ours), len(theirs)) < 2 or ours[-1] in _GROUPS:
        return False
    return _first_agrees(wanted, written) and _middles_agree(wanted, written)


def _first_agrees(wanted: AuthorName, written: AuthorName) -> bool:
    ours, theirs = wanted.words[0], written.words[0]
    return ours == theirs or (len(ours) == 1 and not written.joined and theirs.startswith(ours))


def _middles_agree(wanted: AuthorName, written: AuthorName) -> bool:
    middles = list(zip_longest(wanted.words[1:-1], written.words[1:-1], fillvalue=""))
    # Carvalho in "Mariana Carvalho da Silva" belongs to the family name, so it can't be missing.
    if (wanted.particles or written.particles) and any(len(a + b) > 1 for a, b in middles if not (a and b)):
        return False
    return all(a.startswith(b) or b.startswith(a) for a, b in middles)


def _without_apostrophes(written: tuple[str, ...], first_words: set[str]) -> set[AuthorName]:
    """Return "ONeill" for "O'Neill"; a first name that becomes another word is a joined one."""
    elided = {form for one in written for form in _forms(fold(_IRISH.sub(r"\1", _APOSTROPHE.sub("", one))))}
    joined = {form if form.words[0] in first_words else form._replace(joined=True) for form in elided}
    return {form for form in joined if not (form.joined and _ONE_SYLLABLE.fullmatch(form.words[0]))}


def _forms(folded: str) -> Iterator[AuthorName]:
    words = tuple(folded.split())
    if not words:
        return
    last = _COLLABORATION.get(words[-1], words[-1])
    if last in _GROUPS and len(words) > 1:
        yield from _group_forms((*words[:-1], last))
        return
    words, generation = _without_suffix(words)
    yield from _with_given_names_joined(AuthorName(words, generation))
    start = _family_start(words)
    if start < len(words) - 1 and len(words[-1]) >= _MIN_AFTER_PARTICLE:
        whole = (*words[:start], "".join(words[start:]))
        yield from _with_given_names_joined(AuthorName(whole, generation, particles=True))


def _group_forms(words: tuple[str, ...]) -> Iterator[AuthorName]:
    for opening in _BEFORE_GROUPS:
        if words[: len(opening)] == opening and len(words) > len(opening) + 1:
            words = words[len(opening) :]
    yield AuthorName(words)
    if len(words) == 2 and words[1] == "collaboration":
        yield AuthorName(words[:1])


def _without_suffix(words: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the words without degree and generation, and the generation; two words always stay: Michael Iv."""
    for degree in _DEGREES:
        if len(words) > len(degree) + 1 and words[-len(degree) :] == degree:
            words = words[: -len(degree)]
    return (words[:-1], words[-1]) if len(words) > 2 and words[-1] in _GENERATIONS else (words, "")


def _family_start(words: tuple[str, ...]) -> int:
    """Return where the particles before the last word begin, at the second word at the earliest."""
    start = len(words) - 1
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return start


def _with_given_names_joined(name: AuthorName) -> Iterator[AuthorName]:
    yield name
    if len(name.words) > 2 and _are_one(*name.words[:2]):
        first, second, *others = name.words
        yield name._replace(words=(first + second, *others), joined=True)


def _are_one(first: str, second: str) -> bool:
    """Return True if two given names are also written as one: Ming Hao, J. P.; an initial and a name aren't."""
    alike = (len(first) == 1) == (len(second) == 1)
    return alike and second not in _PARTICLES and not _ONE_SYLLABLE.fullmatch(first + second)

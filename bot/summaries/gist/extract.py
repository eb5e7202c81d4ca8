"""A gist in the abstract's words: what the paper contributes, with its result where both fit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from bot.domain.paper import Paper
from bot.domain.summary import GIST_LIMIT
from bot.domain.text.normalize import words
from bot.domain.text.pattern import later
from bot.domain.wording import capital_first
from bot.summaries.gist.cores import Core, Kind, cores
from bot.summaries.gist.cut import variants
from bot.summaries.gist.hyphens import joined
from bot.summaries.gist.verbs import participle, third_person
from bot.summaries.gist.whole import is_resolved
from bot.summaries.key_points import standing_alone
from bot.summaries.role_cues import Role
from bot.summaries.roles import Part
from bot.summaries.topics import topics_of

_ROLE_WORTH = {
    Role.BACKGROUND: -8.0,
    Role.CONTRIBUTION: 2.0,
    Role.METHODOLOGY: 0.3,
    Role.RESULTS: 1.2,
    Role.IMPLICATIONS: -0.8,
}
_KIND_WORTH = {Kind.THING: 1.6, Kind.ACT: 0.6, Kind.CLAIM: 0.8}
_FIGURE = later(
    r"\d+(?:\.\d+)?\s?(?:%|\\%|×|x\b|percent|points?\b|pp\b|times\b|-?fold|σ|hours?\b|ms\b|[kKM]\b)|\b\d+\.\d+\b"
    r"|\b\d{1,3}(?:,\d{3})+\b|\b\d{2,3}\b|\b[2-9] (?:of|out of) "
)
_YEAR = later(r"\b(?:19|20)\d\d\b")
_EMPTY = later(
    r"\b(?:effectiveness|superiority|promising|extensive experiments|competitive performance|state-of-the-art"
    r"|(?:both|two|three|four|several|key|fundamental|core) (?:limitations|challenges|issues|components|problems)"
    r"|insights?|comprehensive|significantly|consistent pattern"
    r"|(?:is|are) (?:presented|discussed|provided|available)|repository)\b",
    re.IGNORECASE,
)
_SAYS_LITTLE = later(
    r"(?:the (?:results?|variety|design|contribution|analysis|remaining)"
    r"|(?:[\w-]+ ){0,3}(?:experiments?|evaluations?|results?|simulations?)|besides|no component|in addition|extensive"
    r"|several|various|a (?:numerical|detailed) analysis|some|many|applies our|tests our)\b",
    re.IGNORECASE,
)
_OURS = later(r"\b(?:we|our|us|my)\b", re.IGNORECASE)
_INTRODUCED = later(
    r"(?:[Pp]ropose|[Ii]ntroduce|[Pp]resent|[Dd]evelop)s? "
    r"(?:([A-Z][\w-]*[A-Z0-9][\w-]*)(?=[,:; ])|[^.;:]{4,120}?\(([A-Z][\w-]*[A-Z][\w-]*)\))"
)
_NO_WORD = later(r"[!-~]{100}")
_LONGEST = 1500  # no sentence of an abstract is longer, and patterns on words are slow on endless ones
_GIVING = frozenset(("provide", "give", "offer", "contribute", "establish", "report"))
_OPENERS = (
    "The A An On In For With All Across When While Even At By Under Without Within Experiments Results From To As After"
    " Before Despite Although If Using Through Among Between Both Each Every There One Two Three Given Compared More"
    " Most Many Some No Not Only Over Our Overall Since Unlike Via Whereas Adding Training Extensive"
)
_PARTICIPLE = later(r"[A-Z][a-z]+ed (?:on|with|by|in|to|for|from|at|over|against|across)\b")
"""The beginning of a clause such as "Tested on 30 datasets, it is …", whose first word is no name."""
_NO_NAMES = frozenset(_OPENERS.split())
_NAME_WORDS, _FEW_WORDS = 2, 6
_LONGEST_HEAD, _LONGEST_TAIL = 105, 90
_MOST_HEADS, _MOST_TAILS, _MOST_FORMS = 3, 10, 9
_LENGTH_WORTH, _LONG_ENOUGH, _SHORT, _TOO_SHORT = 1.5, 130, 62, 45
_LEAST_WORTH = 1.0
"""Of 800 papers, the seven below it had a sentence of the background, or one cut too short to tell anything."""
_TOPICS_WORTH = 4.0
_NEW_WORTH, _ENOUGH_NEW, _FEWEST_NEW, _SHORTEST_WORD = 0.12, 12, 4, 3
_MOST_READ, _MOST_WEIGHED = 28, 200


class _Option(NamedTuple):
    text: str
    worth: float


def extracted_gist(paper: Paper, said: Sequence[Part]) -> str:
    """Return the gist of `paper`, whose abstract says `said`; "" if no sentence is fit for one."""
    return best_of(paper, [replace(part, sentence=joined(part.sentence, paper.abstract)) for part in said])


def best_of(paper: Paper, said: Sequence[Part]) -> str:
    """Return the best gist that `said` holds, which are sentences about `paper`; "" if none stands alone."""
    name = _named(paper)
    fit = [part for part in said[:_MOST_READ] if len(part.sentence) <= _LONGEST and not _NO_WORD.search(part.sentence)]
    read = [(part, list(cores(standing_alone(part.sentence), name))) for part in fit]
    small = frozenset(word for part in fit for word in part.sentence.split() if word.islower())
    options = sorted((*_alone(read, name), *_together(read, name, small)), key=lambda one: -one.worth)[:_MOST_WEIGHED]
    topics = set(topics_of(paper.title, paper.abstract, paper.categories))
    weighed = (one._replace(worth=one.worth + _telling(one.text, paper, topics)) for one in options)
    best = max(weighed, key=lambda one: one.worth, default=None)
    return finished(best.text) if best and best.worth > _LEAST_WORTH and is_resolved(best.text) else ""


def finished(text: str) -> str:
    """Return `text` on one line with a capital first, unless a name begins it, and one full stop."""
    text = " ".join(text.split()).rstrip(" .,;:—–")
    first = text.split(maxsplit=1)[0] if text else ""
    is_word = first.islower() and first.replace("-", "").replace("'", "").isalpha()
    text = capital_first(text) if is_word else text
    return f"{text}." if text and text[-1] not in "!?。！？" else text


_Read = Sequence[tuple[Part, list[Core]]]


def _alone(read: _Read, name: str) -> Iterator[_Option]:
    for part, found in read:
        for core in found:
            if core.kind in (Kind.EFFECT, Kind.SETTING):
                continue
            given = 1.0 if core.kind is Kind.THING and not _is_subject(core) else 0.0
            base = _ROLE_WORTH[part.role] + _KIND_WORTH[core.kind] - given + min(part.clarity, 4) / 8
            for text, lost in variants(core.text, GIST_LIMIT - 1, core.kind is Kind.CLAIM):
                yield _Option(text, base - 2 * lost + _worth(text, name))


def _together(read: _Read, name: str, small: frozenset[str]) -> Iterator[_Option]:
    """Yield what the paper does, followed by what came out; `small` are words that are no names."""
    said = [(part, core) for part, found in read for core in found]
    heads = [(part, core) for part, core in said if core.kind in (Kind.THING, Kind.ACT)][:_MOST_HEADS]
    tails = [(part, core) for part, core in said if _comes_second(part, core)]
    tails = sorted(tails, key=lambda tail: (not _tells_figure(tail[1].text), -tail[0].role))[:_MOST_TAILS]
    firsts = [_forms(head.text, _LONGEST_HEAD) for _, head in heads]
    lasts = [_ends(tail, small) for _, tail in tails]
    for ((part, head), first), ((other, tail), last) in product(
        zip(heads, firsts, strict=True), zip(tails, lasts, strict=True)
    ):
        if part is other or (_hangs_on(tail) and not _is_subject(head)):
            continue
        base = _ROLE_WORTH[part.role] + (1.6 if head.kind is Kind.THING else 0.6)
        base += 0.6 if _hangs_on(tail) else 0.0
        for text, worth in _joints(first, last, ", " if _hangs_on(tail) else "; ", tail.kind is Kind.SETTING):
            yield _Option(text, base + worth + _worth(text, name))


def _comes_second(part: Part, core: Core) -> bool:
    is_own = part.role in (Role.RESULTS, Role.CONTRIBUTION, Role.METHODOLOGY)
    return _hangs_on(core) or (is_own and core.kind in (Kind.CLAIM, Kind.ACT, Kind.THING))


def _is_subject(head: Core) -> bool:
    """Return True if `head` is what the paper proposes, which achieves something, and no proof that it provides."""
    return head.kind is Kind.THING and head.verb not in _GIVING


def _hangs_on(tail: Core) -> bool:
    """Return True if `tail` has no subject of its own."""
    return tail.kind in (Kind.EFFECT, Kind.SETTING)


def _forms(text: str, limit: int, is_clause: bool = False) -> list[tuple[str, float]]:
    return sorted(variants(text, limit, is_clause), key=_lost)[:_MOST_FORMS]


def _ends(tail: Core, small: frozenset[str]) -> list[tuple[str, float]]:
    text = _in_small(tail, small)
    if tail.kind is Kind.EFFECT:
        text = f"{participle(tail.verb)} {tail.text}"
    if tail.kind is Kind.THING and tail.verb:
        text = f"{third_person(tail.verb)} {tail.text}"
    return _forms(text, _LONGEST_TAIL, tail.kind is Kind.CLAIM)


def _joints(
    firsts: Sequence[tuple[str, float]], lasts: Sequence[tuple[str, float]], joint: str, is_setting: bool
) -> Iterator[tuple[str, float]]:
    for (first, lost), (last, also_lost) in product(firsts, lasts):
        text = f"{first}{joint}{last}"
        if len(text) < GIST_LIMIT:
            figure = 0.8 if not is_setting and _tells_figure(last) else 0.2
            thin = 0.8 if len(first.split()) < _FEW_WORDS else 0.0
            yield text, figure - thin - 1.5 * (lost + also_lost)


def _lost(variant: tuple[str, float]) -> tuple[float, int]:
    return variant[1], -len(variant[0])


def _in_small(core: Core, small: frozenset[str]) -> str:
    """Return a clause as it stands after a semicolon: "The method" becomes "the method", a name stays."""
    first = core.text.split(" ", maxsplit=1)[0]
    is_word = first in _NO_NAMES or first.lower() in small or _PARTICIPLE.match(core.text)
    is_name = core.kind is Kind.CLAIM and not is_word
    return core.text if is_name else core.text[:1].lower() + core.text[1:]


def _tells_figure(text: str) -> bool:
    return bool(_FIGURE.search(_YEAR.sub("", text)))


def _worth(text: str, name: str) -> float:
    worth = _LENGTH_WORTH * min(len(text), _LONG_ENOUGH) / _LONG_ENOUGH
    worth += 1.8 if _tells_figure(text) else 0.0
    worth += 0.8 if name and name in text else 0.0
    worth -= 0.5 * len(_EMPTY.findall(text))
    worth -= 2.5 if _OURS.search(text) else 0.0
    worth -= 0.0 if is_resolved(text) else 3.0
    worth -= 1.2 if _SAYS_LITTLE.match(text) else 0.0
    return worth - (2.5 if len(text) < _TOO_SHORT else 0.8 if len(text) < _SHORT else 0.0)


def _telling(text: str, paper: Paper, topics: set[str]) -> float:
    """Return how much more than the title a gist tells: topics of the abstract (the F1 of both), and new words."""
    told = set(topics_of(paper.title, text, paper.categories))
    new = len(_content(text) - _content(paper.title))
    told_share = 2 * len(told & topics) / max(len(told) + len(topics), 1)
    return _TOPICS_WORTH * told_share + _NEW_WORTH * min(new, _ENOUGH_NEW) - (1.5 if new < _FEWEST_NEW else 0.0)


@lru_cache(maxsize=64)
def _content(text: str) -> frozenset[str]:
    return frozenset(word for word in words(text) if len(word) > _SHORTEST_WORD)


def _named(paper: Paper) -> str:
    """Return the name of what the paper proposes: "MaskDiff-AD"; "" if it has none that is plain to see."""
    before, colon, _ = paper.title.partition(":")
    name = before.strip()
    if colon and len(name.split()) <= _NAME_WORDS and name in paper.abstract:
        return name
    introduced = _INTRODUCED.search(paper.abstract)
    return next(filter(None, introduced.groups()), "") if introduced else ""

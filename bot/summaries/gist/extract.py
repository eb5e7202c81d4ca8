"""A gist in the abstract's words: what the paper contributes, with its result where both fit."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.domain.paper import Paper
from bot.domain.summary import GIST_LIMIT
from bot.summaries.gist.cores import Core, Kind, cores
from bot.summaries.gist.cut import variants
from bot.summaries.gist.hyphens import joined
from bot.summaries.gist.verbs import participle
from bot.summaries.gist.whole import is_resolved, is_whole
from bot.summaries.key_points import standing_alone
from bot.summaries.role_cues import Role
from bot.summaries.roles import Part
from bot.summaries.topics import topics_of

_ROLE_WORTH = {
    Role.BACKGROUND: -2.0,
    Role.CONTRIBUTION: 2.0,
    Role.METHODOLOGY: 0.3,
    Role.RESULTS: 1.2,
    Role.IMPLICATIONS: -0.8,
}
_KIND_WORTH = {Kind.THING: 1.6, Kind.ACT: 0.6, Kind.CLAIM: 0.8}
_FIGURE = re.compile(
    r"\d+(?:\.\d+)?\s?(?:%|\\%|×|x\b|percent|points?\b|pp\b|times\b|-?fold|σ|hours?\b|ms\b|[kKM]\b)|\b\d+\.\d+\b"
    r"|\b\d{1,3}(?:,\d{3})+\b|\b\d{2,3}\b|\b[2-9] (?:of|out of) "
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_EMPTY = re.compile(
    r"\b(?:effectiveness|superiority|promising|extensive experiments|competitive performance|state-of-the-art"
    r"|insights?|comprehensive|significantly)\b",
    re.IGNORECASE,
)
_OURS = re.compile(r"\b(?:we|our|us|my)\b", re.IGNORECASE)
_NAME = re.compile(r"[\w.+*-]*(?:[A-Z][\w.+*-]*[A-Z0-9]|\d+[A-Z]|[a-z][A-Z])[\w.+*-]*")
_SHORTEST = 20
_MOST_READ, _MOST_WEIGHED = 24, 24


class _Option(NamedTuple):
    text: str
    worth: float


def extracted_gist(paper: Paper, said: Sequence[Part]) -> str:
    """Return the gist of `paper`, whose abstract says `said`; "" if no sentence is fit for one."""
    return best_of(paper, [replace(part, sentence=joined(part.sentence, paper.abstract)) for part in said])


def best_of(paper: Paper, said: Sequence[Part]) -> str:
    """Return the best gist that `said` holds, which are sentences about `paper`; "" if there is none."""
    name = _named(paper)
    read = [(part, list(cores(standing_alone(part.sentence), name))) for part in said[:_MOST_READ]]
    options = sorted((*_alone(read, name), *_together(read, name)), key=lambda one: -one.worth)[:_MOST_WEIGHED]
    topics = set(topics_of(paper.title, paper.abstract, paper.categories))
    best = max(options, key=lambda one: one.worth + _telling(one.text, paper, topics), default=None)
    return finished(best.text) if best else ""


def finished(text: str) -> str:
    """Return `text` with a capital first, unless a name begins it, and one full stop."""
    text = text.strip().rstrip(" .,;:—–")
    first = text.split(maxsplit=1)[0] if text else ""
    text = text[:1].upper() + text[1:] if first.replace("-", "").replace("'", "").islower() else text
    return f"{text}." if text and text[-1] not in "!?。！？" else text


_Read = Sequence[tuple[Part, list[Core]]]


def _alone(read: _Read, name: str) -> Iterator[_Option]:
    for part, found in read:
        for core in found:
            if core.kind is Kind.EFFECT:
                continue
            base = _ROLE_WORTH[part.role] + _KIND_WORTH[core.kind] + min(part.clarity, 4) / 8
            for text, lost in variants(core.text, GIST_LIMIT - 1, core.kind is Kind.CLAIM):
                yield _Option(text, base - 2 * lost + _worth(text, name))


def _together(read: _Read, name: str) -> Iterator[_Option]:
    things = [(part, core) for part, found in read for core in found if core.kind is Kind.THING][:2]
    results = [(part, core) for part, found in read for core in found if core.kind in (Kind.EFFECT, Kind.CLAIM)]
    results = [
        (part, core) for part, core in results if part.role in (Role.RESULTS, Role.METHODOLOGY, Role.CONTRIBUTION)
    ]
    for part, thing in things:
        heads = [(text, lost) for text, lost in variants(thing.text, 105) if len(text) >= _SHORTEST]
        for other, result in results:
            if other is part:
                continue
            tail = f"{participle(result.base)} {result.text}" if result.kind is Kind.EFFECT else result.text
            if result.kind is Kind.CLAIM and not _FIGURE.search(_YEAR.sub("", tail)):
                continue
            joint = ", " if result.kind is Kind.EFFECT else "; "
            tails = list(variants(tail, 90, result.kind is Kind.CLAIM))
            for head, lost in heads:
                for end, also_lost in tails:
                    text = f"{head}{joint}{_small(end) if joint == '; ' else end}"
                    if len(text) < GIST_LIMIT and is_whole(text):
                        base = _ROLE_WORTH[part.role] + 1.6 + (0.6 if joint == ", " else 0.0)
                        base += 0.8 if _FIGURE.search(_YEAR.sub("", end)) else -0.4
                        base -= 0.8 if len(head.split()) < 6 else 0.0
                        yield _Option(text, base - 1.5 * lost - 1.5 * also_lost + _worth(text, name))


def _small(text: str) -> str:
    """Return a clause as it stands after a semicolon: "The method" becomes "the method", a name stays."""
    first = text.split(maxsplit=1)[0]
    return (
        text[0].lower() + text[1:]
        if first
        in {
            "The",
            "A",
            "An",
            "On",
            "In",
            "For",
            "With",
            "All",
            "Across",
            "When",
            "Our",
            "While",
            "Even",
            "At",
            "By",
            "Under",
        }
        else text
    )


def _worth(text: str, name: str) -> float:
    worth = min(len(text), 130) / 130
    worth += 1.2 if _FIGURE.search(_YEAR.sub("", text)) else 0.0
    worth += 0.8 if name and name in text else 0.0
    worth -= 0.5 * len(_EMPTY.findall(text))
    worth -= 1.5 if _OURS.search(text) else 0.0
    worth -= 0.0 if is_resolved(text) else 2.0
    return worth - (1.5 if len(text) < 45 else 0.0)


def _telling(text: str, paper: Paper, topics: set[str]) -> float:
    """Return how well the topics of the abstract can be told from the gist and the title."""
    told = set(topics_of(paper.title, text, paper.categories))
    return 2.0 * len(told & topics) / max(len(told) + len(topics), 1) * 2 if topics else 0.0


def _named(paper: Paper) -> str:
    """Return the name of what the paper proposes: "MaskDiff-AD"; "" if it has none that is plain to see."""
    before, colon, _ = paper.title.partition(":")
    if colon and len(before.split()) <= 2 and before.strip() in paper.abstract:
        return before.strip()
    return ""

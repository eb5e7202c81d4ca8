"""Follows like those of many channels: authors, categories and phrases of given papers, some written in another way."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from bot.domain.channel import Follow, Kind, Person
from bot.domain.paper import Paper
from bot.domain.text.stop_words import SAYS_NOTHING

SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SHARES = ((Kind.AUTHOR, 0.5), (Kind.TOPIC, 0.4), (Kind.CATEGORY, 0.1))


def follows_of_papers(papers: Sequence[Paper], seed: int = 0) -> Iterator[Follow]:
    """Yield follows without end, equal for an equal seed: half authors, four tenths phrases, one tenth categories."""
    drawn = random.Random(seed)
    kinds, weights = zip(*SHARES, strict=True)
    while True:
        paper = drawn.choice(papers)
        kind = drawn.choices(kinds, weights)[0]
        if what := _what(kind, paper, drawn):
            yield Follow(kind, what, SINCE, person=_person(what, drawn) if kind is Kind.AUTHOR else None)


def _what(kind: Kind, paper: Paper, drawn: random.Random) -> str:
    match kind:
        case Kind.AUTHOR:
            return _respelled(drawn.choice(paper.authors), drawn) if paper.authors else ""
        case Kind.TOPIC:
            words, length = paper.title.split(), drawn.randint(1, 4)
            start = drawn.randrange(max(len(words) - length, 1))
            said = words[start : start + length]
            return " ".join(said) if said and not SAYS_NOTHING & {said[0].lower(), said[-1].lower()} else ""
    category = drawn.choice(paper.categories or ("cs.LG",))
    return category.partition(".")[0] if drawn.random() < 0.1 else category


def _respelled(name: str, drawn: random.Random) -> str:
    parts = name.split()
    match drawn.randrange(6):
        case 0 if len(parts) > 1:
            return f"{parts[0][0]}. {' '.join(parts[1:])}"
        case 1 if len(parts) > 2:
            return f"{parts[0]} {parts[-1]}"
        case 2:
            return name.upper()
    return name


def _person(what: str, drawn: random.Random) -> Person | None:
    if drawn.random() < 0.9:
        return None
    return Person("orcid:1", names=(what.replace("-", " "), what.rsplit(maxsplit=1)[-1]))

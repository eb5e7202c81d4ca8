"""What to follow instead of something that would bring hundreds of papers a day: pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.categories import archive_of
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold, words
from bot.domain.text.stop_words import SAYS_NOTHING

PROPOSALS = 3
_PAPERS_AT_LEAST = 3
_OF_ALL_AT_MOST = 0.5
"""A phrase that more than half of the papers say narrows nothing."""
_MEANT = 0.6
_READ = 2000
_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\n]| [-–—] ")


def narrower_topics(topic: str, papers: Sequence[Paper], at_most: int) -> list[tuple[str, int]]:
    """Phrases that hold the topic and one or two words more, and how many of `papers` say each; the commonest first.

    At most half of the papers and `at_most` say it, a title does, and none of those proposed holds another.
    """
    said = _said(words(topic), papers[:_READ])
    most = min(_OF_ALL_AT_MOST * min(len(papers), _READ), at_most)
    good = [_whole(one, said) for one in said.values() if one.titled and _PAPERS_AT_LEAST <= len(one.papers) <= most]
    chosen: list[_Phrase] = []
    for phrase in sorted(good, key=lambda one: (-len(one.papers), one.words)):
        if len(chosen) < PROPOSALS and not any(_overlap(phrase.words, other.words) for other in chosen):
            chosen.append(phrase)
    return [(phrase.spelling, len(phrase.papers)) for phrase in chosen]


def narrower_categories(archive: str, papers: Iterable[Paper], liked: Iterable[Paper]) -> list[tuple[str, int]]:
    """The archive's categories that most of `liked` are in, then those of most papers; each with its papers' number."""
    within = Counter(one for paper in papers for one in set(paper.categories) if _divides(archive, one))
    fitting = Counter(one for paper in liked for one in set(paper.categories) if _divides(archive, one))
    ranked = sorted(within, key=lambda one: (-fitting[one], -within[one], one))
    return [(one, within[one]) for one in ranked[:PROPOSALS]]


@dataclass
class _Phrase:
    """Folded words, who says them, how they are spelt, and whether a title does."""

    words: tuple[str, ...]
    papers: set[str] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)
    titled: bool = False

    @property
    def spelling(self) -> str:
        return self.spellings.most_common(1)[0][0]


def _said(wanted: tuple[str, ...], papers: Iterable[Paper]) -> dict[tuple[str, ...], _Phrase]:
    found: dict[tuple[str, ...], _Phrase] = {}
    for paper in papers:
        for in_title, text in ((True, paper.title), (False, paper.abstract)):
            for phrase, spelling in _longer(wanted, text):
                one = found.setdefault(phrase, _Phrase(phrase))
                one.papers.add(paper.id)
                one.spellings[spelling] += 1
                one.titled |= in_title
    return found


def _whole(phrase: _Phrase, said: dict[tuple[str, ...], _Phrase]) -> _Phrase:
    """The longer phrase that most of those mean who say this one: "multi agent systems" of "agent systems"."""
    longer = (one for one in said.values() if len(one.words) == len(phrase.words) + 1 and one.titled)
    around = (one for one in longer if phrase.words in (one.words[1:], one.words[:-1]))
    return next((one for one in around if len(one.papers) >= _MEANT * len(phrase.papers)), phrase)


def _divides(archive: str, category: str) -> bool:
    return category != archive and archive_of(category) == archive


def _longer(wanted: Sequence[str], text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """The topic with one or two words more before it or behind, folded and as it is spelt, wherever `text` says it."""
    for clause in _CLAUSE_END.split(text):
        spoken, spelt = words(clause), fold(clause).split()
        for at in range(len(spoken) - len(wanted) + 1):
            if spoken[at : at + len(wanted)] == wanted:
                yield from _around(spoken, spelt, at, at + len(wanted))


def _around(spoken: tuple[str, ...], spelt: list[str], start: int, end: int) -> Iterator[tuple[tuple[str, ...], str]]:
    for before, behind in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)):
        first, last = start - before, end + behind
        added = spelt[max(first, 0) : start] + spelt[end:last]
        if first >= 0 and last <= len(spoken) and all(len(one) > 1 and one not in SAYS_NOTHING for one in added):
            yield spoken[first:last], " ".join(spelt[first:last])


def _overlap(phrase: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether one of the two holds the other."""
    one, two = f" {' '.join(phrase)} ", f" {' '.join(other)} "
    return one in two or two in one

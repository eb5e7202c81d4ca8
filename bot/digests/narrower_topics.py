"""Narrower topics and categories to offer instead of a follow that is too broad: pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bot.domain.categories import archive_of
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold, words
from bot.domain.text.stop_words import SAYS_NOTHING

MAX_PROPOSALS = 3
_MIN_PAPERS = 3
_MAX_SHARE = 0.5
"""A phrase in more than half of the papers narrows nothing."""
_MIN_SHARE_OF_LONGER = 0.6
"""A phrase is replaced with a longer one that so many of its papers contain."""
_MAX_PAPERS_READ = 2000
_CLAUSE_END = re.compile(r"[.,;:!?()\[\]\n]| [-–—] ")


def narrower_topics(topic: str, papers: Sequence[Paper], max_papers: int) -> list[tuple[str, int]]:
    """Return phrases of the topic and one or two more words, each with its number of papers, commonest first.

    A phrase is in a title and in at most half of the papers and `max_papers`; none contains another.
    """
    phrases = _phrases(words(topic), papers[:_MAX_PAPERS_READ])
    most = min(_MAX_SHARE * min(len(papers), _MAX_PAPERS_READ), max_papers)
    fitting = [p for p in phrases.values() if p.in_title and _MIN_PAPERS <= len(p.papers) <= most]
    chosen: list[_Phrase] = []
    for phrase in sorted((_longest(p, phrases) for p in fitting), key=lambda p: (-len(p.papers), p.words)):
        if len(chosen) < MAX_PROPOSALS and not any(_overlap(phrase.words, other.words) for other in chosen):
            chosen.append(phrase)
    return [(phrase.spelling, len(phrase.papers)) for phrase in chosen]


def narrower_categories(archive: str, papers: Iterable[Paper], liked: Iterable[Paper]) -> list[tuple[str, int]]:
    """Return the archive's categories by their number of `liked` papers, then of all; each with its paper count."""
    counts, liked_counts = _category_counts(archive, papers), _category_counts(archive, liked)
    ranked = sorted(counts, key=lambda category: (-liked_counts[category], -counts[category], category))
    return [(category, counts[category]) for category in ranked[:MAX_PROPOSALS]]


def _category_counts(archive: str, papers: Iterable[Paper]) -> Counter[str]:
    return Counter(category for paper in papers for category in set(paper.categories) if _divides(archive, category))


@dataclass
class _Phrase:
    """Normalized words, the ids of papers with them, their spellings, and True if a title has them."""

    words: tuple[str, ...]
    papers: set[str] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)
    in_title: bool = False

    @property
    def spelling(self) -> str:
        return self.spellings.most_common(1)[0][0]


def _phrases(topic: tuple[str, ...], papers: Iterable[Paper]) -> dict[tuple[str, ...], _Phrase]:
    found: dict[tuple[str, ...], _Phrase] = {}
    for paper in papers:
        for in_title, text in ((True, paper.title), (False, paper.abstract)):
            for phrase_words, spelling in _extensions(topic, text):
                phrase = found.setdefault(phrase_words, _Phrase(phrase_words))
                phrase.papers.add(paper.id)
                phrase.spellings[spelling] += 1
                phrase.in_title |= in_title
    return found


def _longest(phrase: _Phrase, phrases: dict[tuple[str, ...], _Phrase]) -> _Phrase:
    """Return the longer phrase in most of this phrase's papers: "multi agent systems" for "agent systems"."""
    longer = (other for other in phrases.values() if len(other.words) == len(phrase.words) + 1 and other.in_title)
    around = (other for other in longer if phrase.words in (other.words[1:], other.words[:-1]))
    return next((other for other in around if len(other.papers) >= _MIN_SHARE_OF_LONGER * len(phrase.papers)), phrase)


def _divides(archive: str, category: str) -> bool:
    return category != archive and archive_of(category) == archive


def _extensions(topic: Sequence[str], text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the topic with one or two words before or after it, normalized and as spelled, wherever `text` has it."""
    for clause in _CLAUSE_END.split(text):
        normalized, spelled = words(clause), fold(clause).split()
        for at in range(len(normalized) - len(topic) + 1):
            if normalized[at : at + len(topic)] == topic:
                yield from _around(normalized, spelled, at, at + len(topic))


def _around(
    normalized: tuple[str, ...], spelled: list[str], start: int, end: int
) -> Iterator[tuple[tuple[str, ...], str]]:
    for before, after in ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2)):
        first, last = start - before, end + after
        added = spelled[max(first, 0) : start] + spelled[end:last]
        if first >= 0 and last <= len(normalized) and all(len(w) > 1 and w not in SAYS_NOTHING for w in added):
            yield normalized[first:last], " ".join(spelled[first:last])


def _overlap(phrase: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return True if one phrase contains the other."""
    first, second = f" {' '.join(phrase)} ", f" {' '.join(other)} "
    return first in second or second in first

"""Explain why a paper was found, in a line that a person can check: its words, or those that two papers share. Pure."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold, words
from bot.domain.text.stem import stem, stems
from bot.domain.text.stop_words import SAYS_NOTHING
from bot.domain.wording import listed
from bot.papers.candidate import name_parts, same_name

MOST_NAMED = 3
_LEAST_LETTERS, _LONGEST = 3, 60
_SMALL_TEXT = (
    "a an and are as at be by can do does for from how in into is it its of on or that the their this to via we what"
    " when which with"
)
_SMALL_WORDS = frozenset(_SMALL_TEXT.split())


def why_found(paper: Paper, text: str) -> str:
    """Name the words of `text` that the paper says, inflected or not, and where; empty if there are none."""
    asked = {stem(word): spelt for word, spelt in _asked(text).items()}
    if not asked:
        return ""
    title = set(stems(paper.title))
    said = title.union(stems(paper.abstract), *map(stems, paper.authors))
    missing = [spelt for word, spelt in asked.items() if word not in said]
    if not missing:
        return _all_said(asked.keys() <= title, len(asked))
    there = [spelt for word, spelt in asked.items() if word in said]
    if not there:
        return "By meaning alone"
    return f"All but {_quoted(missing)}" if len(missing) <= len(there) else f"Only {_quoted(there)}"


def why_alike(paper: Paper, other: Paper, shared_topics: Sequence[str]) -> str:
    """Name the authors, topics and words that `other` shares with the paper; empty if there are none."""
    reasons = []
    if authors := _shared_authors(paper, other):
        reasons.append(f"also by {listed([shorten(name, _LONGEST) for name in authors[:MOST_NAMED]])}")
    if shared_topics:
        reasons.append(f"both on {shared_topics[0]}")
    if phrases := shared_words(paper, other):
        reasons.append(f"both say {_quoted(phrases)}")
    line = " · ".join(reasons)
    return line[:1].upper() + line[1:]


def shared_words(paper: Paper, other: Paper) -> list[str]:
    """The most telling phrases of two words, then words, that both papers say, as the first one writes them."""
    ours, theirs = telling(paper), telling(other)
    titled = _title_terms(paper) | _title_terms(other)
    shared = [term for term in ours if term in theirs]
    shared.sort(key=lambda term: (-len(term), term not in titled, -min(ours[term], theirs[term]), term))
    chosen: list[tuple[str, ...]] = []
    for term in shared:
        if len(chosen) < MOST_NAMED and not any(set(term) & set(other_term) for other_term in chosen):
            chosen.append(term)
    spellings = _spellings(paper)
    return [" ".join(spellings.get(word, word) for word in term) for term in chosen]


def telling(paper: Paper) -> Counter[tuple[str, ...]]:
    """The words of title and abstract that say something, and pairs of them, with how often each is said."""
    found: Counter[tuple[str, ...]] = Counter()
    for text in (paper.title, paper.abstract):
        spoken = words(text)
        good = [_tells(word) for word in spoken]
        found.update((word,) for word, fits in zip(spoken, good, strict=True) if fits)
        found.update(spoken[at : at + 2] for at in range(len(spoken) - 1) if good[at] and good[at + 1])
    return found


def key_terms(paper: Paper, most: int = 8) -> list[str]:
    """The words of the abstract that are said most often and aren't in the title."""
    title = set(words(paper.title))
    single = {term[0]: number for term, number in telling(paper).items() if len(term) == 1 and term[0] not in title}
    return sorted(single, key=lambda word: (-single[word], word))[:most]


def _asked(text: str) -> dict[str, str]:
    """The words that count, with how they were typed; all of them where none says anything."""
    typed = {folded: part for part in text.split() for folded in words(part)}
    return {word: spelt for word, spelt in typed.items() if word not in _SMALL_WORDS} or typed


def _tells(word: str) -> bool:
    return len(word) >= _LEAST_LETTERS and word not in SAYS_NOTHING and not word.isdigit() and word[-2:] != "ly"


def _all_said(in_title: bool, number: int) -> str:
    which = "The word" if number == 1 else "Both words" if number == 2 else "All words"
    return f"{which} in the title" if in_title else which


def _shared_authors(paper: Paper, other: Paper) -> list[str]:
    known = [parts for author in paper.authors for parts in name_parts(author)]
    return [
        author
        for author in other.authors
        if any(same_name(theirs, ours) for theirs in name_parts(author) for ours in known)
    ]


def _title_terms(paper: Paper) -> set[tuple[str, ...]]:
    spoken = words(paper.title)
    return {(word,) for word in spoken} | {spoken[at : at + 2] for at in range(len(spoken) - 1)}


def _spellings(paper: Paper) -> dict[str, str]:
    """A folded word, which lacks its plural, as it is written."""
    text = fold(f"{paper.abstract} {paper.title}")
    return dict(zip(words(text), text.split(), strict=True))


def _quoted(terms: Sequence[str]) -> str:
    return ", ".join(f"“{shorten(term, _LONGEST)}”" for term in terms[:MOST_NAMED]) + (
        " …" if len(terms) > MOST_NAMED else ""
    )

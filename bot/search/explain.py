"""Explains in a line how a paper was found: what it lacks of the query, or what two papers share. Pure."""

from collections import Counter
from collections.abc import Sequence

from bot.domain.paper import Paper
from bot.domain.text.author_name import read_author_names, same_name
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold, words
from bot.domain.text.stem import stem, stems
from bot.domain.text.stop_words import SAYS_NOTHING
from bot.domain.wording import capital_first, listed

MAX_SHARED = 3
_MIN_LETTERS, _MAX_LENGTH = 3, 60
_SMALL_TEXT = (
    "a an and are as at be by can do does for from how in into is it its of on or that the their this to via we what"
    " when which with"
)
_OF_ADDRESSES = frozenset(("http", "https", "www", "com", "org", "github", "gitlab", "huggingface", "available"))
_SAID_OF_ANYTHING = SAYS_NOTHING | _OF_ADDRESSES
_SMALL_WORDS = frozenset(_SMALL_TEXT.split())


def why_found(paper: Paper, text: str) -> str:
    """Return which words of `text` the paper lacks, in any inflection; empty if it has them all."""
    query = {stem(word): spelled for word, spelled in _query_words(text).items()}
    if not query:
        return ""
    contained = set(stems(paper.title)).union(stems(paper.abstract), *map(stems, paper.authors))
    missing = [spelled for word, spelled in query.items() if word not in contained]
    if not missing:
        return ""
    present = [spelled for word, spelled in query.items() if word in contained]
    if not present:
        return "Close in meaning"
    return f"Without {_quoted(missing)}" if len(missing) <= len(present) else f"Matches {_quoted(present)}"


def why_alike(paper: Paper, other: Paper, shared_topics: Sequence[str]) -> str:
    """Return the authors, topics and words that `other` shares with the paper; empty if there are none."""
    reasons = []
    if authors := _shared_authors(paper, other):
        reasons.append(f"also by {listed([shorten(name, _MAX_LENGTH) for name in authors[:MAX_SHARED]])}")
    if shared_topics:
        reasons.append(f"same topic: {shared_topics[0]}")
    if phrases := shared_words(paper, other):
        reasons.append(f"shares: {_words(phrases)}")
    return capital_first(" · ".join(reasons))


def shared_words(paper: Paper, other: Paper) -> list[str]:
    """Return the most specific two-word phrases, then words, that both papers contain, as spelled in the first."""
    terms, other_terms = specific_terms(paper), specific_terms(other)
    titled = _title_terms(paper) | _title_terms(other)
    shared = [term for term in terms if term in other_terms]
    shared.sort(key=lambda term: (-len(term), term not in titled, -min(terms[term], other_terms[term]), term))
    chosen: list[tuple[str, ...]] = []
    for term in shared:
        if len(chosen) < MAX_SHARED and not any(set(term) & set(other_term) for other_term in chosen):
            chosen.append(term)
    spellings = _spellings(paper)
    return [" ".join(spellings.get(word, word) for word in term) for term in chosen]


def specific_terms(paper: Paper) -> Counter[tuple[str, ...]]:
    """Count the specific words of title and abstract, and pairs of them."""
    found: Counter[tuple[str, ...]] = Counter()
    for text in (paper.title, paper.abstract):
        normalized = words(text)
        specific = [_is_specific(word) for word in normalized]
        found.update((word,) for word, fits in zip(normalized, specific, strict=True) if fits)
        found.update(normalized[at : at + 2] for at in range(len(normalized) - 1) if specific[at] and specific[at + 1])
    return found


def key_terms(paper: Paper, most: int = 8) -> list[str]:
    """Return the most frequent words of the abstract that aren't in the title."""
    title = set(words(paper.title))
    terms = specific_terms(paper)
    single = {term[0]: number for term, number in terms.items() if len(term) == 1 and term[0] not in title}
    return sorted(single, key=lambda word: (-single[word], word))[:most]


def _query_words(text: str) -> dict[str, str]:
    """Return the query's words with their spelling, without small words unless there are no others."""
    typed = {folded: part for part in text.split() for folded in words(part)}
    return {word: spelled for word, spelled in typed.items() if word not in _SMALL_WORDS} or typed


def _is_specific(word: str) -> bool:
    return len(word) >= _MIN_LETTERS and word not in _SAID_OF_ANYTHING and not word.isdigit() and word[-2:] != "ly"


def _shared_authors(paper: Paper, other: Paper) -> list[str]:
    known = [name for author in paper.authors for name in read_author_names(author)]
    return [
        author
        for author in other.authors
        if any(same_name(name, known_name) for name in read_author_names(author) for known_name in known)
    ]


def _title_terms(paper: Paper) -> set[tuple[str, ...]]:
    title = words(paper.title)
    return {(word,) for word in title} | {title[at : at + 2] for at in range(len(title) - 1)}


def _spellings(paper: Paper) -> dict[str, str]:
    """Return the spelling of each normalized word, which lacks its plural ending."""
    text = fold(f"{paper.abstract} {paper.title}")
    return dict(zip(words(text), text.split(), strict=True))


def _quoted(terms: Sequence[str]) -> str:
    return ", ".join(f"“{shorten(term, _MAX_LENGTH)}”" for term in terms[:MAX_SHARED]) + (
        " …" if len(terms) > MAX_SHARED else ""
    )


def _words(terms: Sequence[str]) -> str:
    return ", ".join(shorten(term, _MAX_LENGTH) for term in terms[:MAX_SHARED])

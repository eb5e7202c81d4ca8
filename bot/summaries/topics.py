"""Assignment of topics to a paper, by its words and categories."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from math import log1p

from bot.domain.text.normalize import words
from bot.summaries.topic_list import TAXONOMY

NAMES: tuple[str, ...] = tuple(topic.name for topic in TAXONOMY)
"""Names of all topics, in the order of the list."""

# A phrase counts twice in the title. A topic's score is the logarithm of the count, plus the cosine of the meanings if
# it is known. Fitted to the reference's 28 papers, the weights of the two came out about equal (2.8 and 3.1), so there
# are none. A single mention is enough. Around these bounds, topic F1 stays between .64 and .67; refitted with each
# paper left out in turn, it is .62 (.64 by words alone).
_PRIMARY, _CROSS = 0.8, 0.5
_ENOUGH, _ENOUGH_WITH_MEANING, _OF_THE_BEST = 0.6, 0.7, 0.4
# A paper on learning belongs to what it does for learning; to its subject only if its words clearly say so.
_LEARNING = ("cs.LG", "cs.AI", "cs.CL", "cs.CV", "cs.NE", "cs.RO", "stat.ML", "eess.IV")
_OF_LEARNING = 14
_BESIDE_LEARNING = 1.7


def topics_of(
    title: str, abstract: str, categories: Sequence[str], limit: int = 3, near: Sequence[float] = ()
) -> tuple[str, ...]:
    """Return at most `limit` topics, surest first; none if no word or category indicates one.

    `near` holds the cosines of the paper to each name of `NAMES`, if meanings can be compared.
    """
    scores = _said(title, abstract, tuple(categories))
    if (not categories or categories[0] in _LEARNING) and any(scores[name] for name in NAMES[:_OF_LEARNING]):
        scores |= {name: scores[name] - _BESIDE_LEARNING for name in NAMES[_OF_LEARNING:]}
    if near:
        scores = {name: scores[name] + cosine for name, cosine in zip(NAMES, near, strict=True)}
    ranked = sorted(NAMES, key=lambda name: -scores[name])
    best, enough = scores[ranked[0]], _ENOUGH_WITH_MEANING if near else _ENOUGH
    if best < enough:
        return tuple(ranked[:1]) if best > 0 else ()
    return tuple(name for name in ranked[:limit] if scores[name] >= max(enough, _OF_THE_BEST * best))


def _said(title: str, abstract: str, categories: tuple[str, ...]) -> dict[str, float]:
    named, said = _announced(title), _announced(abstract)
    scores: dict[str, float] = {}
    for name, (weight, may_be_announced) in zip(NAMES, _by_categories(categories), strict=True):
        scores[name] = weight + (log1p(2 * named[name] + said[name]) if may_be_announced else 0.0)
    return scores


def nearest_topic(said: str) -> str | None:
    """Return the topic that `said` means, in any case, spacing or abbreviation; None if there is no such topic."""
    folded = " ".join(words(said))
    for name in NAMES:
        if folded == " ".join(words(name)):
            return name
    announced = _announced(said).most_common(1)
    return announced[0][0] if announced else None


@lru_cache(maxsize=4096)
def _by_categories(categories: tuple[str, ...]) -> list[tuple[float, bool]]:
    """Return for each topic the weight of the categories alone, and True if its phrases count in these fields."""
    return [
        (
            max(
                (
                    _CROSS if place else _PRIMARY
                    for place, one in enumerate(categories)
                    if _belongs(one, topic.categories)
                ),
                default=0.0,
            ),
            not topic.fields or not categories or any(_belongs(one, topic.fields) for one in categories),
        )
        for topic in TAXONOMY
    ]


def _belongs(category: str, prefixes: Sequence[str]) -> bool:
    return any(category == prefix or category.startswith((f"{prefix}.", f"{prefix}-")) for prefix in prefixes)


def _announced(text: str) -> Counter[str]:
    """Count the phrases of each topic; of nested phrases ("RL" in "offline RL"), only the longest counts."""
    spoken, found, place = words(text), Counter[str](), 0
    while place < len(spoken):
        for phrase, topics in _phrases().get(spoken[place], ()):
            if spoken[place : place + len(phrase)] == phrase:
                found.update(topics)
                place += len(phrase) - 1
                break
        place += 1
    return found


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Return every phrase with its topics, by its first word, longest first."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for topic in TAXONOMY:
        for phrase in topic.phrases:
            table[words(phrase)] = (*table.get(words(phrase), ()), topic.name)
    by_first_word: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for spoken in sorted(table, key=len, reverse=True):
        by_first_word[spoken[0]].append((spoken, table[spoken]))
    return dict(by_first_word)

"""Which topics of the one page a paper is about, told by its words and categories."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

from bot.folding import words
from bot.summarizers.topic_page import TAXONOMY

NAMES: tuple[str, ...] = tuple(topic.name for topic in TAXONOMY)
"""Every topic's name, in the page's order."""

_PRIMARY, _CROSS = 2.5, 1.5
_IN_TITLE, _MOST_IN_TITLE = 2.0, 2
_IN_ABSTRACT, _MOST_IN_ABSTRACT = 1.0, 3
_ENOUGH, _OF_THE_BEST = 2.0, 0.4


def topics_of(title: str, abstract: str, categories: Sequence[str], limit: int = 3) -> tuple[str, ...]:
    """At most `limit` topics, surest first; none where neither a word nor a category tells one."""
    named, said = _announced(title), _announced(abstract)
    scores: dict[str, float] = {}
    for topic, (weight, may_be_announced) in zip(TAXONOMY, _by_categories(tuple(categories)), strict=True):
        in_title = _IN_TITLE * min(named[topic.name], _MOST_IN_TITLE)
        in_abstract = _IN_ABSTRACT * min(said[topic.name], _MOST_IN_ABSTRACT)
        scores[topic.name] = weight + (in_title + in_abstract if may_be_announced else 0.0)
    ranked = sorted(NAMES, key=lambda name: -scores[name])
    best = scores[ranked[0]]
    if best < _ENOUGH:
        return tuple(ranked[:1]) if best else ()
    return tuple(name for name in ranked[:limit] if scores[name] >= max(_ENOUGH, _OF_THE_BEST * best))


def nearest_topic(said: str) -> str | None:
    """The topic meant by `said`, however it is cased, spaced or abbreviated; None where it is none of ours."""
    folded = " ".join(words(said))
    for name in NAMES:
        if folded == " ".join(words(name)):
            return name
    announced = _announced(said).most_common(1)
    return announced[0][0] if announced else None


@lru_cache(maxsize=4096)
def _by_categories(categories: tuple[str, ...]) -> list[tuple[float, bool]]:
    """For each topic: what the categories alone say for it, and whether its phrases count in these fields."""
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
    """How often each topic is announced; of phrases one inside the other ("RL" in "offline RL") the longest counts."""
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
    """Every phrase with its topics, by its first word, the longest first."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for topic in TAXONOMY:
        for phrase in topic.phrases:
            table[words(phrase)] = (*table.get(words(phrase), ()), topic.name)
    by_first_word: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    for spoken in sorted(table, key=len, reverse=True):
        by_first_word[spoken[0]].append((spoken, table[spoken]))
    return dict(by_first_word)

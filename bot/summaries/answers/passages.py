"""The part of a paper that is read for a question: its abstract, or the sections nearest to the question. Pure.

A long text has hundreds of sentences, and a meaning takes milliseconds to compute. So words choose the sentences whose
meanings are compared, and those choose the sections.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from heapq import nlargest
from math import log
from typing import NamedTuple

from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.pattern import later
from bot.papers.full_text_port import Section
from bot.summaries.answers.closeness import Vectors, closest, nearness
from bot.summaries.grounding import content_words
from bot.summaries.injection_filter import reported_text
from bot.summaries.language_check import is_written_in
from bot.summaries.sanitize import plain
from bot.summaries.sentences import sentences

MOST_COMPARED = 60
"""Sentences of a text whose meanings are compared: half a second on a small machine."""
_AROUND = 2
"""Sentences before and after one that is close: they say what it is about."""
_FEW_WORDS = 6
_LONGEST_SENTENCE, _LONGEST_NAME = 600, 80
_ADDRESS = later(r"[\s(\[<]*(?:\b(?:https?|ftp)://|(?<!\w)www\.|(?<!\w)\w+://)", re.IGNORECASE)
_MARKED_UP = later(
    r"\]\s*\(\s*<?(?:\w+:|//|www\.)|<\w+:[^>]*>?|<[!@#][^>]*>?|[{,]\s*[\"“”']\w+[\"“”']\s*:|<\w+://", re.IGNORECASE
)
"""Links with a label, pings and JSON: no abstract needs them, but orders do."""
_ABOUT_ANSWERS = later(
    r"^\W*(?:please |always |only |now )*(?:answer|reply|respond)(?: only| always)? (?:yes|no|to|with|that|all|any"
    r"|every|each|in|as|only|always)\b|\bquestions? (?:about|on) this (?:paper|work|article|abstract)\b"
    r"|\bwhatever (?:you are|is|you're|they) ask|\b(?:answer|reply|response) to (?:any|every|all|each|whatever)\b"
    r"|\b(?:passages?|sentences?|words?|text) to quote\b|\b(?:set|put|write) \W?answer"
    r"|\bif (?:you are |you're |anybody |anyone |somebody |someone )?ask(?:ed|s)\b"
    r"|\b(?:must|should|shall|has to|have to|is to|are to) be (?:answered|quoted|replied|told)\b",
    re.IGNORECASE,
)
"""Orders for whoever answers questions, beside those for whoever summarizes (bot/summaries/injection_filter.py)."""
_LIVE = later(
    r"://|(?<!\w)www\.|\]\s*\(|<[!@#:/]|@(?:everyone|here|channel)|(?<!\w)@[^\W\d]|\w@\w+\.[a-z]{2}|\bdiscord\.gg"
    r"|javascript:|mailto:|\*\*|```|<\w+>",
    re.IGNORECASE,
)


class Passage(NamedTuple):
    """Sentences as written, and the name of their section; "" for the abstract."""

    text: str
    section: str = ""


@frozen
class Reading:
    """What of a paper is read for a question. `full_text`: more than the abstract."""

    paper: Paper
    passages: tuple[Passage, ...]
    full_text: bool = False

    @property
    def source(self) -> Paper:
        """Return the paper with all that was read as its abstract: what an answer may be made of."""
        return replace(self.paper, abstract=" ".join(passage.text for passage in self.passages))


def of_abstract(paper: Paper) -> Reading:
    """Return the abstract as the passages that are its sentences."""
    abstract = clean(paper.abstract, len(paper.abstract))
    kept = tuple(Passage(one) for one in _readable(sentences(abstract)))
    title = " ".join(_readable([paper.title]))
    return Reading(replace(paper, title=title, abstract=" ".join(one.text for one in kept)), kept)


def sentences_of(parts: Iterable[Section]) -> list[Passage]:
    """Return the sentences of a text, without those that give orders."""
    return [
        Passage(one, name)
        for part in parts
        for name in [_name(part)]
        for one in _readable(sentences(reported_text(part.text)))
        if len(one) <= _LONGEST_SENTENCE
    ]


def _readable(said: Sequence[str]) -> list[str]:
    """Return the sentences without orders about answers, markup, and, in an English text, other languages.

    Of 4,427 sentences in abstracts, this leaves out five.
    """
    english = is_written_in(" ".join(said), "en")
    return [
        one
        for one in said
        if not (_ABOUT_ANSWERS.search(one) or _MARKED_UP.search(one))
        and (not english or is_written_in(one, "en", _FEW_WORDS) or _ADDRESS.search(one))
    ]


def _name(part: Section) -> str:
    """Return the section's name without orders and markup; its number alone if nothing else remains."""
    heading = plain(reported_text(part.heading), _LONGEST_NAME)
    return part._replace(heading=heading).name or "without a name"


def compared(question: str, said: Sequence[Passage]) -> list[Passage]:
    """Return the sentences that share the rarest words with the question, at most `MOST_COMPARED`, nearest first."""
    asked = content_words(question)
    held = [content_words(f"{one.section} {one.text}") & asked for one in said]
    known = {word: sum(word in words for words in held) for word in asked}
    weights = {word: log(1 + len(said) / number) for word, number in known.items() if number}
    scores = [sum(weights[word] for word in words) for words in held]
    best = nlargest(MOST_COMPARED, range(len(said)), key=lambda place: (scores[place], -place))
    return [said[place] for place in best]


def nearest(
    question: str, said: Sequence[Passage], near: Sequence[Passage], vectors: Vectors, limit: int
) -> list[Passage]:
    """Return the sentences around the nearest ones, in their order, at most `limit` characters in all."""
    places = {one: place for place, one in reversed(list(enumerate(said)))}
    kept: set[int] = set()
    left = limit
    for one in sorted(near, key=lambda one: -nearness(question, one.text, vectors)):
        around = range(max(places[one] - _AROUND, 0), min(places[one] + _AROUND + 1, len(said)))
        new = [place for place in around if place not in kept and said[place].section == one.section]
        cost = sum(len(said[place].text) + len(one.section) + 4 for place in new)
        if cost > left:
            break
        kept |= set(new)
        left -= cost
    return [said[place] for place in sorted(kept)]


def closest_passages(question: str, reading: Reading, vectors: Vectors) -> tuple[Passage, ...]:
    """Return the sentences that concern the question, at most three, in their order."""
    sections = {one.text: one.section for one in reversed(reading.passages)}
    said = list(dict.fromkeys(one.text for one in reading.passages if quotable(one.text)))
    found = closest(question, said, vectors, reading.paper.title)
    return tuple(Passage(quotable(text), sections[text]) for text in found)


def quotable(text: str) -> str:
    """Return the text up to its first address; empty if a link, a mention or markup is in the rest."""
    before = _ADDRESS.split(text, maxsplit=1)[0]
    return "" if _LIVE.search(before) or _MARKED_UP.search(text) else before

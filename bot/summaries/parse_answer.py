"""Conversion of a model's answer to a summary; text that can't be checked against the paper is left out."""

import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache

from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.summaries.faults import KEY_POINTS, borne_out, left_out_faults, whole_faults
from bot.summaries.gist.answer import checked_gist, gist_of_points
from bot.summaries.json_answer import as_list, as_text, json_object
from bot.summaries.prompt import PROMPT_VERSION, SECTIONS, language
from bot.summaries.sanitize import plain, plain_passage
from bot.summaries.sentences import sentences
from bot.summaries.topics import nearest_topic, topics_of

_MOST_READ, _MOST_TOPICS = 12, 3
_POINT_LIMIT, _SECTION_LIMIT = 300, 1500
_SHORTEST_POINT = 8
_KEYS = ("keypoints", *SECTIONS)
_ALSO_CALLED = {
    "methods": "methodology", "method": "methodology", "result": "results", "implication": "implications",
    **dict.fromkeys(("keypoint", "points", "highlights", "takeaways", "keytakeaways", "mainpoints"), "keypoints"),
}  # fmt: skip

_IS_NO_SENTENCE = re.compile(r"\W*(?:[A-Za-z'’-]{1,30}\W*)?")
"""A single word, where a language puts spaces between words; small models name a topic four times."""

_NOTHING_SAID = re.compile(
    r"\W*(?:n/?a|none|null|unknown|not (?:specified|stated|mentioned|provided|available|applicable|discussed)"
    r"|(?:the|this) (?:abstract|paper) does(?: not|n['’]t) (?:say|state|mention|specify|discuss|provide|describe)\b.*"
    r")\W*",
    re.IGNORECASE,
)


class UnusableAnswer(ModelDown):
    """Error for an answer with `faults`: sentences by this bot that help the model correct it.

    `is_prose` is True if it wasn't even the requested object.
    """

    def __init__(self, faults: Sequence[str], is_prose: bool = False) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        self.is_prose = is_prose
        super().__init__(f"The model gave no usable summary: {self.faults[0]}")


def read_answer(text: str, paper: Paper, lang: str, made_by: str) -> Summary:
    """Return the summary in `text`, checked against the paper and cleaned. Raise UnusableAnswer, a ModelDown.

    A number that the paper lacks, another language or a wrong form refuses the whole answer. Sentences that name things
    the paper doesn't, or share nothing with it, are left out; if too little remains, the whole answer is refused.
    The gist refuses nothing: one that doesn't pass is replaced.
    """
    found = json_object(text, _KEYS)
    if found is None:
        raise UnusableAnswer(["it holds no JSON object with the fields that were asked for."], is_prose=True)
    lang = language(lang)
    fields = {_ALSO_CALLED.get(key, key): value for key, value in found.items()}
    points = _points(fields.get("keypoints"))
    prose = _once({name: _section(fields.get(name)) for name in SECTIONS})
    faults = list(whole_faults(points, prose, paper, lang))
    kept = [point for point in points if borne_out(point, paper, lang) == point]
    sections = {name: borne_out(section, paper, lang) for name, section in prose.items()}
    faults = faults or list(left_out_faults(points, kept, prose["summary"], sections["summary"], paper, lang))
    if faults:
        raise UnusableAnswer(faults)
    blank = Summary(made_by, _topics(fields.get("topics"), paper), lang=lang, prompt=PROMPT_VERSION)
    return replace(
        blank,
        gist=checked_gist(_section(fields.get("gist")), kept, paper, lang),
        key_points=tuple(kept[:KEY_POINTS]),
        summary=sections["summary"],
        methodology=sections["methodology"],
        results=sections["results"],
        implications=sections["implications"],
    )


@cache
def compile_patterns() -> None:
    """Read an answer that is none, which takes 0.2 s: the first one of a model is then read at once."""
    paper = Paper("", "Toy: a small model", "We propose Toy, a small model. It reaches 91% on two benchmarks.", (), ())
    said = {"topics": [], "keypoints": [], "summary": paper.abstract}
    with suppress(UnusableAnswer):
        read_answer(json.dumps(said), paper, "en", "")
    gist_of_points(tuple(sentences(paper.abstract)), paper, "en")


def _points(value: object) -> list[str]:
    cleaned = (plain(point, _POINT_LIMIT) for point in as_list(value)[:_MOST_READ])
    said = (point for point in cleaned if len(point) >= _SHORTEST_POINT and not _IS_NO_SENTENCE.fullmatch(point))
    different = {point.casefold(): point for point in said}
    return list(different.values())


def _once(prose: dict[str, str]) -> dict[str, str]:
    """Return the sections without those that only repeat one before; small models fill all of them with one text."""
    first = {text: name for name, text in reversed(prose.items())}
    return {name: text if first[text] == name else "" for name, text in prose.items()}


def _section(value: object) -> str:
    text = plain_passage(as_text(value), _SECTION_LIMIT)
    return "" if _NOTHING_SAID.fullmatch(text) or not any(map(str.isalnum, text)) else text


def _topics(value: object, paper: Paper) -> tuple[str, ...]:
    """Return the known topics named; if there are none, the topics of the paper's words."""
    named = [topic for said in as_list(value) if (topic := nearest_topic(said[:80]))]
    unlike = tuple(dict.fromkeys(named))[:_MOST_TOPICS]
    return unlike or topics_of(paper.title, paper.abstract, paper.categories)

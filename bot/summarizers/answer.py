"""A model's answer made a summary, or refused: what can't be checked against the paper isn't shown."""

import re
from collections.abc import Iterator, Sequence

from bot.errors import ModelDown
from bot.folding import words
from bot.paper import Paper
from bot.summarizers.figures import foreign_figures
from bot.summarizers.json_found import as_list, as_text, json_object
from bot.summarizers.plain_words import plain, plain_passage
from bot.summarizers.prompt import SECTIONS, language
from bot.summarizers.topics import nearest_topic, topics_of
from bot.summary import Summary

KEY_POINTS = 4
_FEWEST_POINTS, _MOST_POINTS, _MOST_TOPICS = 2, 6, 3
_POINT_LIMIT, _SECTION_LIMIT = 300, 1500
_SHORTEST_POINT, _SHORTEST_SUMMARY = 8, 12
_KEYS = ("keypoints", *SECTIONS)
_ALSO_CALLED = {"methods": "methodology", "method": "methodology", "result": "results", "implication": "implications"}

_REFUSAL = re.compile(
    r"\W*(?:i['’]?m sorry|i am sorry|sorry,|i can(?:no|['’])t|i am unable|i['’]m unable|as an ai|i won['’]t)\b",
    re.IGNORECASE,
)
_NOTHING_SAID = re.compile(
    r"\W*(?:n/?a|none|null|unknown|not (?:specified|stated|mentioned|provided|available|applicable|discussed)"
    r"|(?:the|this) (?:abstract|paper) does(?: not|n['’]t) (?:say|state|mention|specify|discuss|provide|describe)\b.*"
    r")\W*",
    re.IGNORECASE,
)
_ENGLISH = frozenset({"the", "of", "and", "to", "in", "is", "a", "an", "that", "for", "with", "on", "by", "are", "as"})
_ENOUGH_WORDS, _ENGLISH_SHARE, _LATIN_SHARE = 15, 0.08, 0.7
# Of the long words in 28 good summaries (the page this bot takes as its model), 26 to 72 % are the abstract's own;
# of those in the summary of another paper of the same day, 10 % in the median.
_LONG_WORD, _OWN_SHARE = 5, 0.15


class UnusableAnswer(ModelDown):
    """The answer has `faults`, each a sentence of ours that a model can be shown to mend it.

    `is_prose` where it wasn't even the object that was asked for.
    """

    def __init__(self, faults: Sequence[str], is_prose: bool = False) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        self.is_prose = is_prose
        super().__init__(f"The model gave no usable summary: {self.faults[0]}")


def read_answer(text: str, paper: Paper, lang: str, made_by: str) -> Summary:
    """The summary that `text` holds, checked against the paper and cleaned. Raises UnusableAnswer, a ModelDown."""
    found = json_object(text, _KEYS)
    if found is None:
        raise UnusableAnswer(["it holds no JSON object with the fields that were asked for."], is_prose=True)
    fields = {_ALSO_CALLED.get(key, key): value for key, value in found.items()}
    points = _points(fields.get("keypoints"))
    prose = {name: _section(fields.get(name)) for name in SECTIONS}
    faults = [*_form_faults(points, prose["summary"]), *_figure_faults(points, prose, paper, lang)]
    if language(lang) == "en":
        faults += _sense_faults(" ".join((prose["summary"], *points)), paper)
    if faults:
        raise UnusableAnswer(faults)
    return Summary(
        made_by=made_by,
        topics=_topics(fields.get("topics"), paper),
        key_points=tuple(points[:KEY_POINTS]),
        lang=language(lang),
        **prose,
    )


def _points(value: object) -> list[str]:
    cleaned = (plain(point, _POINT_LIMIT) for point in as_list(value)[: 2 * _MOST_POINTS])
    said = (point for point in cleaned if len(point) >= _SHORTEST_POINT and any(map(str.isalnum, point)))
    different = {point.casefold(): point for point in said}
    return list(different.values())


def _section(value: object) -> str:
    text = plain_passage(as_text(value), _SECTION_LIMIT)
    return "" if _NOTHING_SAID.fullmatch(text) or not any(map(str.isalnum, text)) else text


def _topics(value: object, paper: Paper) -> tuple[str, ...]:
    """Those of ours that were named; where none was, the ones the paper's words announce."""
    named = [topic for said in as_list(value) if (topic := nearest_topic(said[:80]))]
    unlike = tuple(dict.fromkeys(named))[:_MOST_TOPICS]
    return unlike or topics_of(paper.title, paper.abstract, paper.categories)


def _form_faults(points: Sequence[str], summary: str) -> Iterator[str]:
    if not _FEWEST_POINTS <= len(points) <= _MOST_POINTS:
        yield f"key_points must be a list of {KEY_POINTS} different sentences."
    if len(summary) < _SHORTEST_SUMMARY:
        yield "summary must hold 3 to 6 sentences."
    if any(_REFUSAL.match(text) for text in (summary, *points)):
        yield "it refuses instead of summarising."


def _figure_faults(points: Sequence[str], prose: dict[str, str], paper: Paper, lang: str) -> Iterator[str]:
    source = f"{paper.title}\n{paper.abstract}"
    for name, text in [*(("key_points", point) for point in points), *prose.items()]:
        for figure in foreign_figures(text, source, language(lang)):
            yield f'the number "{figure}" in {name} is not in the title or abstract.'


def _sense_faults(text: str, paper: Paper) -> Iterator[str]:
    """What an answer in English can be asked beyond its form: to be English, and about this paper."""
    if not _is_english(text):
        yield "it is not in English."
    own = set(words(f"{paper.title} {paper.abstract}"))
    long = {word for word in words(text) if len(word) >= _LONG_WORD}
    if len(long) >= _ENOUGH_WORDS and len(long & own) < _OWN_SHARE * len(long):
        yield "it is not about this paper."


def _is_english(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < _LATIN_SHARE * len(letters):
        return False
    spoken = text.lower().split()
    return len(spoken) < _ENOUGH_WORDS or sum(word in _ENGLISH for word in spoken) >= _ENGLISH_SHARE * len(spoken)

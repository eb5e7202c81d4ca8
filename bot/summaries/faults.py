"""Checks of a model's answer: faults that refuse the whole answer, and sentences to leave out."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.languages import LANGUAGES
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold, words
from bot.summaries.grounding import foreign_names, is_borne_out
from bot.summaries.language_check import is_written_in
from bot.summaries.numbers import foreign_figures
from bot.summaries.sentences import sentences

KEY_POINTS = 4
_FEWEST_POINTS, _MOST_POINTS = 2, 6
_SHORTEST_SUMMARY = 12

_REFUSAL = re.compile(
    r"\W*(?:i['’]?m sorry|i am sorry|sorry,|i can(?:no|['’])t|i am unable|i['’]m unable|as an ai|i won['’]t)\b",
    re.IGNORECASE,
)
# In 28 good summaries (of the page that this bot is modeled on), 26 to 72 % of the long words are the abstract's own;
# in the summary of another paper of the same day, the median is 10 %.
_LONG_WORD, _OWN_SHARE, _ENOUGH_WORDS = 5, 0.15, 15
_ENOUGH_TO_MEET = 5
# Languages that share most technical terms with English, by their first letters.
_COGNATE = frozenset({"ca", "da", "de", "es", "fr", "it", "nl", "no", "pt", "ro", "sv"})
_BEGINNING = 4
_FEW_WORDS = 8  # a whole answer has more


def whole_faults(points: Sequence[str], prose: Mapping[str, str], paper: Paper, lang: str) -> Iterator[str]:
    """Yield sentences about faults of the whole answer, for the model to correct it."""
    yield from _form_faults(points, prose["summary"])
    if prose["summary"] and fold(prose["summary"]) in fold(paper.title):
        yield "summary only repeats the title."
    for name, text in [*(("key_points", point) for point in points), *prose.items()]:
        for figure in foreign_figures(text, _source(paper), lang):
            yield f'the number "{figure}" in {name} is not in the paper as it was shown.'
    said = " ".join((*points, *prose.values()))
    if not is_written_in(said, lang, _FEW_WORDS) or not all(is_written_in(part, lang) for part in prose.values()):
        yield f"it is not in {LANGUAGES[lang][0]}."
    if not _is_about(said, paper, lang):
        yield "it is not about this paper."


def borne_out(text: str, paper: Paper, lang: str) -> str:
    """Return `text` without the sentences that name things the paper doesn't, or share only a word or two with it."""
    kept = (one for one in sentences(text) if not foreign_names(one, paper, lang) and _shares(one, paper, lang))
    return " ".join(kept)


def left_out_faults(
    points: Sequence[str], kept: Sequence[str], summary: str, summary_kept: str, paper: Paper, lang: str
) -> Iterator[str]:
    """Describe the faults of the sentences left out, if they were half of the key points or the whole summary."""
    enough = len(kept) >= _FEWEST_POINTS and 2 * len(kept) > len(points)
    if enough and len(summary_kept) >= _SHORTEST_SUMMARY:
        return
    for name in dict.fromkeys(name for text in (*points, summary) for name in foreign_names(text, paper, lang)):
        yield f'the name "{name[:60]}" is not in the paper as it was shown.'
    yield "it says what is not in the paper as it was shown, or too little of what is."


def bears_out_all(text: str, paper: Paper, lang: str) -> bool:
    """Return True if one sentence passes every check by itself: numbers, names, language, and that it is an answer."""
    sound = not foreign_figures(text, _source(paper), lang) and not _REFUSAL.match(text)
    return sound and borne_out(text, paper, lang) == text and is_written_in(text, lang)


def _source(paper: Paper) -> str:
    return f"{paper.title}\n{paper.abstract}"


def _form_faults(points: Sequence[str], summary: str) -> Iterator[str]:
    if not _FEWEST_POINTS <= len(points) <= _MOST_POINTS:
        yield f"key_points must be a list of {KEY_POINTS} different sentences."
    if len(summary) < _SHORTEST_SUMMARY:
        yield "summary must hold 3 to 6 sentences."
    if any(_REFUSAL.match(text) for text in (summary, *points)):
        yield "it refuses instead of summarising."


def _shares(sentence: str, paper: Paper, lang: str) -> bool:
    return lang != "en" or is_borne_out(sentence, _source(paper))


def _is_about(said: str, paper: Paper, lang: str) -> bool:
    own = set(words(_source(paper)))
    long = {word for word in words(said) if len(word) >= _LONG_WORD}
    if lang == "en":
        return len(long) < _ENOUGH_WORDS or len(long & own) >= _OWN_SHARE * len(long)
    if len(long) < _ENOUGH_TO_MEET or lang not in _COGNATE:
        return True
    begun = {word[:_BEGINNING] for word in own if len(word) >= _LONG_WORD}
    return any(word[:_BEGINNING] in begun for word in long)

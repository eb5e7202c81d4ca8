"""What is wrong with a model's answer: faults for which the whole is refused, and sentences that are left out."""

import re
from collections.abc import Iterator, Mapping, Sequence

from bot.domain.languages import LANGUAGES
from bot.domain.paper import Paper
from bot.domain.text.normalize import words
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
# Of the long words in 28 good summaries (the page this bot takes as its model), 26 to 72 % are the abstract's own;
# of those in the summary of another paper of the same day, 10 % in the median.
_LONG_WORD, _OWN_SHARE, _ENOUGH_WORDS = 5, 0.15, 15
_ENOUGH_TO_MEET = 5
# Languages that share most learned words with English, as far as their first letters go.
_COGNATE = frozenset({"ca", "da", "de", "es", "fr", "it", "nl", "no", "pt", "ro", "sv"})
_BEGINNING = 4
_FEW_WORDS = 8  # a whole answer has more


def whole_faults(points: Sequence[str], prose: Mapping[str, str], paper: Paper, lang: str) -> Iterator[str]:
    """Sentences about the answer as a whole, for the model to mend it by."""
    yield from _form_faults(points, prose["summary"])
    for name, text in [*(("key_points", point) for point in points), *prose.items()]:
        for figure in foreign_figures(text, _source(paper), lang):
            yield f'the number "{figure}" in {name} is not in the paper as it was shown.'
    said = " ".join((*points, *prose.values()))
    if not is_written_in(said, lang, _FEW_WORDS) or not all(is_written_in(part, lang) for part in prose.values()):
        yield f"it is not in {LANGUAGES[lang][0]}."
    if not _is_about(said, paper, lang):
        yield "it is not about this paper."


def borne_out(text: str, paper: Paper, lang: str) -> str:
    """`text` without the sentences that name what the paper doesn't, or have no more than a word or two of it."""
    kept = (one for one in sentences(text) if not foreign_names(one, paper, lang) and _shares(one, paper, lang))
    return " ".join(kept)


def left_out_faults(
    points: Sequence[str], kept: Sequence[str], summary: str, summary_kept: str, paper: Paper, lang: str
) -> Iterator[str]:
    """What was wrong with what had to be left out, where that was half of the key points or all of the summary."""
    enough = len(kept) >= _FEWEST_POINTS and 2 * len(kept) > len(points)
    if enough and len(summary_kept) >= _SHORTEST_SUMMARY:
        return
    for name in dict.fromkeys(name for text in (*points, summary) for name in foreign_names(text, paper, lang)):
        yield f'the name "{name[:60]}" is not in the paper as it was shown.'
    yield "it says what is not in the paper as it was shown, or too little of what is."


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

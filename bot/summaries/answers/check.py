"""Conversion of a model's answer to a question; an answer that the paper doesn't bear out counts as none. Pure."""

from collections.abc import Sequence

from bot.domain.answer import MAX_QUOTES, MAX_WORDS, Answer
from bot.domain.text.clean import clean
from bot.summaries.answers.closeness import Trust, Vectors, concerns
from bot.summaries.answers.passages import Passage, Reading, quotable
from bot.summaries.faults import bears_out_all
from bot.summaries.grounding import content_words, foreign_names
from bot.summaries.json_answer import as_list, as_text, json_object
from bot.summaries.sanitize import plain_passage
from bot.summaries.sentences import sentences

_KEYS = ("answered", "answer", "quotes")
_ANSWER_LIMIT = 700
_MOST_READ = 6
_LEAST_WORDS = 3
_ADDED = 0.1
_QUOTATION_MARKS = " \t\n\"'“”„«»‘’….,;"


def read_answer(said: str, reading: Reading, made_by: str) -> tuple[Answer, Trust]:
    """Return the answer in a model's text, with quotes that are in the paper word for word, and how far to trust it.

    The answer is empty if the model says so, quotes nothing, or names what the paper doesn't. A model that says of an
    unanswerable question that the paper answers it, or nothing about it, isn't believed without a look.
    """
    found = json_object(said, _KEYS) or {}
    text = _in_bounds(plain_passage(as_text(found.get("answer")), _ANSWER_LIMIT))
    quotes = _quotes(as_list(found.get("quotes"))[:_MOST_READ], reading)
    sound = found.get("answered") is not False and bears_out_all(text, reading.source, "en")
    trust = Trust.CHOSEN if found.get("control") is False else Trust.DOUBTED
    if trust is Trust.DOUBTED:
        sound = sound and _adds_no_word(text, reading)
    if not (text and quotes and sound):
        return Answer(made_by, full_text=reading.full_text), trust
    sections = tuple(one.section for one in quotes) if reading.full_text else ()
    return Answer(made_by, text, tuple(one.text for one in quotes), sections, reading.full_text), trust


def answering(answer: Answer, reading: Reading, question: str, vectors: Vectors, trust: Trust) -> Answer:
    """Return the answer if one of its quotes concerns the question; else the empty answer of the same model.

    A question about somebody or something that the paper doesn't name has no answer there.
    """
    empty = Answer(answer.made_by, full_text=answer.full_text)
    if foreign_names(question, reading.source):
        return empty
    whole = whole_sentences(answer.quotes, reading)
    title = reading.paper.title
    return answer if any(concerns(question, one, vectors, title, trust) for one in whole) else empty


def _adds_no_word(text: str, reading: Reading) -> bool:
    """Return True if nearly all words of the text are the paper's: who says yes to everything repeats the question."""
    said = content_words(text)
    return len(said - content_words(f"{reading.source.title} {reading.source.abstract}")) <= _ADDED * len(said)


def whole_sentences(quotes: Sequence[str], reading: Reading) -> list[str]:
    """Return the sentences of which the quotes are parts."""
    texts = [passage.text for passage in reading.passages]
    return [next((text for text in texts if quote in text), quote) for quote in quotes]


def _in_bounds(text: str) -> str:
    """Return whole sentences from the start, `MAX_WORDS` at most."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer.split()) > MAX_WORDS:
            return kept
        kept = longer
    return kept


def _quotes(quotes: list[str], reading: Reading) -> tuple[Passage, ...]:
    """Return the quotes that are in the paper, each with its section, first the abstract."""
    found: dict[str, Passage] = {}
    for quote in quotes:
        bare = quotable(clean(quote, _ANSWER_LIMIT)).strip(_QUOTATION_MARKS)
        section = _section_of(bare, reading) if len(bare.split()) >= _LEAST_WORDS else None
        if section is not None:
            found.setdefault(bare, Passage(bare, section))
    return tuple(found.values())[:MAX_QUOTES]


def _section_of(quote: str, reading: Reading) -> str | None:
    """Return the name of the section that holds the quote; None if none does."""
    together: dict[str, str] = {}
    for passage in reading.passages:
        together[passage.section] = f"{together.get(passage.section, '')} {passage.text}".strip()
    return next((name for name, text in together.items() if quote in text), None)

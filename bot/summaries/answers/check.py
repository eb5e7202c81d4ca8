"""Conversion of a model's answer to a question; an answer that the abstract doesn't bear out counts as none. Pure."""

from bot.domain.answer import MAX_QUOTES, MAX_WORDS, Answer
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.summaries.answers.closeness import Vectors, concerns
from bot.summaries.faults import bears_out_all
from bot.summaries.json_answer import as_list, as_text, json_object
from bot.summaries.sanitize import plain_passage
from bot.summaries.sentences import sentences

_KEYS = ("answered", "answer", "quotes")
_ANSWER_LIMIT = 700
_MOST_READ = 6
_LEAST_WORDS = 3
_QUOTATION_MARKS = " \t\n\"'“”„«»‘’….,;"


def read_answer(said: str, paper: Paper, made_by: str) -> Answer:
    """Return the answer in a model's text, with the quotes that are in the abstract word for word.

    The answer is empty if the model says so, quotes nothing, or names what the paper doesn't.
    """
    found = json_object(said, _KEYS) or {}
    text = _in_bounds(plain_passage(as_text(found.get("answer")), _ANSWER_LIMIT))
    quotes = _quotes(as_list(found.get("quotes"))[:_MOST_READ], paper)
    sound = found.get("answered") is not False and bears_out_all(text, paper, "en")
    return Answer(made_by, text, quotes) if text and quotes and sound else Answer(made_by)


def answering(answer: Answer, question: str, vectors: Vectors) -> Answer:
    """Return the answer if one of its quotes concerns the question; else the empty answer of the same model."""
    return answer if any(concerns(question, quote, vectors) for quote in answer.quotes) else Answer(answer.made_by)


def _in_bounds(text: str) -> str:
    """Return whole sentences from the start, `MAX_WORDS` at most."""
    kept = ""
    for sentence in sentences(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer.split()) > MAX_WORDS:
            return kept
        kept = longer
    return kept


def _quotes(quotes: list[str], paper: Paper) -> tuple[str, ...]:
    abstract = clean(paper.abstract, len(paper.abstract))
    bare = (clean(quote, _ANSWER_LIMIT).strip(_QUOTATION_MARKS) for quote in quotes)
    verbatim = (quote for quote in bare if quote in abstract and len(quote.split()) >= _LEAST_WORDS)
    return tuple(dict.fromkeys(verbatim))[:MAX_QUOTES]

"""The part of a paper's full text that a model gets: methods and results, within a token budget."""

import asyncio
import logging
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol

from bot.domain.errors import BudgetSpent, HeldBack, SourceDown, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.summaries.injection_filter import reported_text
from bot.summaries.sentences import sentences

if TYPE_CHECKING:  # its HTTP library takes 0.2 s to load
    from bot.papers.clients.arxiv.html import ArxivFullText

log = logging.getLogger(__name__)

CHARACTERS_A_TOKEN = 3
"""For technical English with formulas; prose has four (https://help.openai.com/en/articles/4936856)."""

_TIMEOUT_SECONDS = 30.0

# Each part with its share of the budget. Later parts get the tokens that earlier ones leave over.
_SHARES = (("conclusion", 0.15), ("results", 0.35), ("introduction", 0.4), ("method", 1.0))
_IN_ORDER = ("introduction", "method", "results", "conclusion")
_KINDS = (
    ("introduction", r"introduction|motivation|overview"),
    ("conclusion", r"conclu|discussion|summary|outlook|closing|final remarks|broader|implications"),
    ("results", r"result|experiment|evaluat|empiric|ablation|finding|case stud|simulation|validation|numerical"),
    ("", r"related|prior work|background|preliminar|notation|acknowledg|appendi|supplement|reference|limitation|impact"
         r"|ethic|reproducib|funding|data availab|code availab|author contrib|conflict|checklist|statement"),
)  # fmt: skip


class Reader(Protocol):
    """A model that accepts more than the abstract."""

    name: str

    async def summarize(self, paper: Paper, lang: str, text: str = "") -> Summary: ...


class FullTextReader:
    """`Summarizer` that gives `model` up to `tokens` tokens of each paper's text, or only the abstract without one.

    If the token budget is too low for that, the model gets the abstract, which takes a fraction of it.
    The timeout for the text is half a minute.
    """

    def __init__(
        self, model: Reader, texts: "ArxivFullText", tokens: int, timeout_seconds: float = _TIMEOUT_SECONDS
    ) -> None:
        self.name = model.name
        self._model = model
        self._texts = texts
        self._tokens = tokens
        self._timeout_seconds = timeout_seconds

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        text = await self._text(paper)
        try:
            return await self._model.summarize(paper, lang, text)
        except BudgetSpent:
            if not text:
                raise
            return await self._model.summarize(paper, lang)

    async def _text(self, paper: Paper) -> str:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                sections = await self._texts.sections(paper)
        except (HeldBack, SourceDown, StoreDown, TimeoutError) as why:
            log.info("A paper's full text can't be had: paper=%s cause=%s", paper.id, type(why).__name__)
            return ""
        # In a thread, since a text of many thousand words takes a moment to process.
        return await asyncio.to_thread(lambda: reported_text(excerpt(sections, self._tokens)))


def excerpt(sections: Sequence[tuple[str, str]], tokens: int) -> str:
    """Return the starts of introduction, method, results and conclusion, at most `tokens` in total. Pure."""
    gathered = dict.fromkeys(_IN_ORDER, "")
    for place, (heading, text) in enumerate(sections):
        kind = _kind(heading, place)
        if kind:
            gathered[kind] = f"{gathered[kind]} {text}".strip()
    left, kept = tokens * CHARACTERS_A_TOKEN, dict[str, str]()
    for kind, share in _SHARES:
        kept[kind] = _beginning(gathered[kind], int(left * share))
        left -= len(kept[kind]) + 1
    return " ".join(kept[kind] for kind in _IN_ORDER if kept[kind])


def _kind(heading: str, place: int) -> str:
    for kind, words in _KINDS:
        if re.search(words, heading, re.IGNORECASE):
            return kind
    return "method" if place else "introduction"


def _beginning(text: str, limit: int) -> str:
    """Return whole sentences from the start of `text`, at most `limit` characters."""
    said = sentences(text[: limit + 1000])
    ends = accumulate(len(sentence) + 1 for sentence in said)
    return " ".join(sentence for sentence, end in zip(said, ends, strict=True) if end <= limit + 1)

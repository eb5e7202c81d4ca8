"""Answers questions about a paper: the stored answer, else the model's, else the closest sentences.

The abstract is read first. If it doesn't answer and the installation allows the full text, the sections nearest to the
question are read.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from bot.domain.answer import Answer
from bot.domain.errors import BudgetSpent, HeldBack, ModelDown, SourceDown, StoreDown
from bot.domain.paper import Paper
from bot.infra.shares import Charge, free
from bot.papers.embeddings import Vectors
from bot.papers.full_text_port import FullTexts
from bot.summaries.answers import closeness
from bot.summaries.answers.check import answering, read_answer, whole_sentences
from bot.summaries.answers.passages import (
    Passage,
    Reading,
    closest_passages,
    compared,
    nearest,
    of_abstract,
    sentences_of,
)
from bot.summaries.answers.prompt import messages_for
from bot.summaries.full_text import CHARACTERS_A_TOKEN
from bot.summaries.injection_filter import reported
from bot.summaries.prompt import Messages
from bot.summaries.store.answers import AnswerStore

log = logging.getLogger(__name__)

NO_ANSWER = "The model didn't answer. These are the closest sentences."
_TEXT_SECONDS = 20.0


class Model(Protocol):
    """A model that continues a conversation. `name` is the value of `Answer.made_by`."""

    name: str

    async def reply(self, messages: Messages) -> str:
        """Return the model's text; raises ModelDown."""
        ...


class PaperAnswers:
    """Service that answers questions about one paper.

    A model is asked once or twice for each question about a version of a paper: about the abstract, and if that doesn't
    answer, about the sections of `texts` nearest to the question, of `tokens` tokens at most. If the model is down, or
    its token budget is used up, the closest sentences answer, and nothing is stored. Raises StoreDown if the store
    can't be read, and HeldBack if the person has no share of the model left.
    """

    def __init__(
        self,
        store: AnswerStore,
        model: Model | None,
        vectors: Vectors,
        charge: Charge = free,
        texts: FullTexts | None = None,
        tokens: int = 0,
    ) -> None:
        self._store = store
        self._model = model
        self._vectors = vectors
        self._charge = charge
        self._texts = texts if tokens else None
        self._tokens = tokens

    async def of(self, paper: Paper, question: str) -> Answer:
        """Return the answer to `question`, from the abstract or, where that is allowed, from the full text."""
        if self._model is None:
            return await self._closest(reported(paper), question)
        if stored := await self._store.get(paper, question, bool(self._texts)):
            return stored
        try:
            made, is_whole = await self._made(self._model, reported(paper), question)
        except ModelDown as down:
            log.warning("The model answered no question: paper=%s why=%s", paper.id, down.sentence)
            notice = f"{down.sentence} These are the closest sentences." if isinstance(down, BudgetSpent) else NO_ANSWER
            found = await self._closest(reported(paper), question)
            return replace(found, notice=notice if found.quotes else notice.partition(".")[0] + ".")
        if is_whole:
            await self._store.keep(paper, question, made, bool(self._texts))
        return made

    async def _made(self, model: Model, told: Paper, question: str) -> tuple[Answer, bool]:
        """Return the model's checked answer, and False if more should have been read. Raises ModelDown."""
        answer = await self._asked(model, of_abstract(told), question)
        if answer.text or not self._texts:
            return answer, True
        said = await self._text(told)
        if not said:
            return answer, said is not None
        try:
            return await self._asked(model, await self._reading(told, question, said), question), True
        except BudgetSpent:  # a text costs more than an abstract, which was read
            return answer, False

    async def _asked(self, model: Model, reading: Reading, question: str) -> Answer:
        await self._charge()
        answer, trust = read_answer(await model.reply(messages_for(reading, question)), reading, model.name)
        meanings = await self._meanings(question, whole_sentences(answer.quotes, reading))
        return answering(answer, reading, question, meanings, trust)

    async def _closest(self, told: Paper, question: str) -> Answer:
        """Return the sentences closest to the question: of the abstract, or if it has none, of the text."""
        reading = of_abstract(told)
        found = await self._closest_in(reading, reading.passages, question)
        said = None if found else await self._text(told)
        if not said:
            return Answer(quotes=tuple(one.text for one in found))
        reading = Reading(told, (*reading.passages, *said), full_text=True)
        found = await self._closest_in(reading, await asyncio.to_thread(compared, question, said), question)
        return Answer(
            quotes=tuple(one.text for one in found), sections=tuple(one.section for one in found), full_text=True
        )

    async def _closest_in(self, reading: Reading, passages: Sequence[Passage], question: str) -> tuple[Passage, ...]:
        """Return the closest of `passages`, in the order of the reading."""
        meanings = await self._meanings(question, [one.text for one in passages])
        chosen = set(passages)
        among = replace(reading, passages=tuple(one for one in reading.passages if one in chosen))
        return closest_passages(question, among, meanings)

    async def _reading(self, told: Paper, question: str, said: Sequence[Passage]) -> Reading:
        """Return the abstract and the sections nearest to the question, within the limit of tokens."""
        near = await asyncio.to_thread(compared, question, said)
        meanings = await self._meanings(question, [one.text for one in near])
        abstract = of_abstract(told).passages
        limit = self._tokens * CHARACTERS_A_TOKEN - sum(len(one.text) for one in abstract)
        return Reading(told, (*abstract, *nearest(question, said, near, meanings, limit)), full_text=True)

    async def _text(self, paper: Paper) -> list[Passage] | None:
        """Return the sentences of the full text; none if there is no text, None if it can't be read now."""
        if self._texts is None:
            return []
        try:
            async with asyncio.timeout(_TEXT_SECONDS):
                text = await self._texts.of(paper)
        except (HeldBack, SourceDown, StoreDown, TimeoutError) as why:
            log.info("A paper's full text can't be read: paper=%s cause=%s", paper.id, type(why).__name__)
            return None
        # In a thread, since a text of many thousand words takes a moment to process.
        return await asyncio.to_thread(sentences_of, text.parts)

    async def _meanings(self, question: str, passages: Sequence[str]) -> closeness.Vectors:
        return await self._vectors.of_texts([question, *passages]) if passages else {}

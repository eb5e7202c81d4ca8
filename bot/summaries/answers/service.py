"""Answers questions about a paper: the stored answer, else the model's, else the closest sentences of the abstract."""

import logging
from collections.abc import Sequence
from typing import Protocol

from bot.domain.answer import Answer
from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.infra.shares import Charge, free
from bot.papers.embeddings import Vectors
from bot.summaries.answers import closeness
from bot.summaries.answers.check import answering, read_answer
from bot.summaries.answers.prompt import messages_for
from bot.summaries.injection_filter import reported
from bot.summaries.prompt import Messages
from bot.summaries.sentences import sentences
from bot.summaries.store.answers import AnswerStore

log = logging.getLogger(__name__)


class Model(Protocol):
    """A model that continues a conversation. `name` is the value of `Answer.made_by`."""

    name: str

    async def reply(self, messages: Messages) -> str:
        """Return the model's text; raises ModelDown."""
        ...


class PaperAnswers:
    """Service that answers questions about one paper.

    A model is asked once for each question about a version of a paper. If it is down, or its token budget is used up,
    the closest sentences of the abstract answer, and nothing is stored. Raises StoreDown if the store can't be read,
    and HeldBack if the person has no share of the model left.
    """

    def __init__(self, store: AnswerStore, model: Model | None, vectors: Vectors, charge: Charge = free) -> None:
        self._store = store
        self._model = model
        self._vectors = vectors
        self._charge = charge

    async def of(self, paper: Paper, question: str) -> Answer:
        """Return the answer to `question`, from the title and abstract alone."""
        if self._model and (answer := await self._by_model(self._model, paper, question)):
            return answer
        said = sentences(reported(paper).abstract)
        return Answer(quotes=closeness.closest(question, said, await self._meanings(question, said)))

    async def _by_model(self, model: Model, paper: Paper, question: str) -> Answer | None:
        """Return the stored answer, or else the model's, which is stored; None if it gives none."""
        if stored := await self._store.get(paper, question):
            return stored
        made = await self._made(model, reported(paper), question)
        if made:
            await self._store.keep(paper, question, made)
        return made

    async def _made(self, model: Model, told: Paper, question: str) -> Answer | None:
        """Return the model's checked answer; None if it gives none."""
        await self._charge()
        try:
            answer = read_answer(await model.reply(messages_for(told, question)), told, model.name)
        except ModelDown as down:
            log.warning("The model answered no question: paper=%s why=%s", told.id, down.sentence)
            return None
        return answering(answer, question, await self._meanings(question, answer.quotes))

    async def _meanings(self, question: str, passages: Sequence[str]) -> closeness.Vectors:
        return await self._vectors.of_texts([question, *passages]) if passages else {}

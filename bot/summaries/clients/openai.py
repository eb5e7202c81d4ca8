"""Summaries by a language model behind OpenAI's protocol: OpenAI's own, or any compatible server."""

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.injection_filter import reported
from bot.summaries.parse_answer import UnusableAnswer, read_answer
from bot.summaries.prompt import messages_for, repaired

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from bot.summaries.clients.openai_client import Usage

log = logging.getLogger(__name__)

_NO_KEY = "none"  # the library insists on one, servers of one's own don't
_REACHABLE_SECONDS = 10.0


class ModelSummarizer:
    """Asks `model` for each paper, checks what it says, lets it mend that once. `name` is the model's.

    A call may take `timeout_seconds`, a summary with all its attempts twice that. `usage` counts what was spent, which
    `purse` allows: raises BudgetSpent where it doesn't.
    """

    def __init__(
        self,
        client: "AsyncOpenAI",
        model: str,
        timeout_seconds: float = 30.0,
        pause_seconds: float = 1.0,
        purse: TokenBudget = UNLIMITED_TOKEN_BUDGET,
    ) -> None:
        from bot.summaries.clients.openai_client import ChatCalls, Way  # noqa: PLC0415 a second's import, for those with a model

        self.name = model
        self._client = client
        self._calls = ChatCalls(client, model, timeout_seconds, pause_seconds, purse)
        self._way = Way()
        self._most_seconds = 2 * timeout_seconds

    @property
    def usage(self) -> "Usage":
        """Calls and tokens so far."""
        return self._calls.usage

    async def summarize(self, paper: Paper, lang: str, text: str = "") -> Summary:
        try:
            async with asyncio.timeout(self._most_seconds):
                return await self._summarized(paper, lang, text)
        except TimeoutError as error:
            raise ModelDown(f"{self.name} did not answer within {self._most_seconds:g} s.") from error

    async def reachable(self) -> str:
        """ "works", or what the model does instead ("refuses the key (401)"); asks it something tiny. Never raises."""
        try:
            async with asyncio.timeout(_REACHABLE_SECONDS):
                await self._calls.greet(self._way)
        except TimeoutError:
            return f"did not answer within {_REACHABLE_SECONDS:g} s"
        except ModelDown as down:
            return down.sentence.removeprefix(f"{self.name} ").rstrip(".")
        return "works"

    async def __aenter__(self) -> "ModelSummarizer":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def _summarized(self, paper: Paper, lang: str, text: str) -> Summary:
        told = reported(paper)
        messages = messages_for(told, lang, text)
        told = replace(told, abstract=f"{told.abstract} {text}".strip())
        answer, way = await self._calls.ask(messages, self._way)
        try:
            summary = read_answer(answer, told, lang, self.name)
        except UnusableAnswer as unusable:
            log.info("The model's answer is sent back: paper=%s faults=%s", paper.id, unusable.faults)
            # A server that ignores the form it was asked for may heed a weaker one.
            way = way.weaker() if unusable.is_prose else way
            answer, way = await self._calls.ask(repaired(messages, answer, unusable.faults, lang), way)
            summary = read_answer(answer, told, lang, self.name)
        self._way = way
        return replace(summary, full_text=bool(text))


def open_model(
    api_key: str, base_url: str, model: str, timeout_seconds: float = 30.0, purse: TokenBudget = UNLIMITED_TOKEN_BUDGET
) -> ModelSummarizer:
    """The model at `base_url`, to be entered with `async with`. The key may be empty for a server that needs none."""
    from openai import AsyncOpenAI  # noqa: PLC0415 a second's import, for those with a model

    client = AsyncOpenAI(api_key=api_key or _NO_KEY, base_url=base_url)
    return ModelSummarizer(client, model, timeout_seconds, purse=purse)

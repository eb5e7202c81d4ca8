"""Summaries by a language model over OpenAI's protocol: OpenAI itself, or any compatible server."""

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.domain.errors import ModelDown, ModelOutage, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.infra.aio.in_thread import in_thread
from bot.infra.http.openai_address import addresses, headers, query
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.injection_filter import reported
from bot.summaries.parse_answer import UnusableAnswer, compile_patterns, read_answer
from bot.summaries.prompt import Messages, messages_for, repaired
from bot.summaries.way import NO_WAYS, Way, Ways

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from bot.summaries.clients.openai_client import Usage

log = logging.getLogger(__name__)

_NO_KEY = "none"  # the library requires a key, self-hosted servers don't

TIMEOUT_SECONDS = 30.0
"""For a call, unless OPENAI_TIMEOUT_SECONDS says otherwise."""


class ModelSummarizer:
    """Summarizer that asks `model` about each paper, checks its answer, and lets it correct that once.

    `name` is the model's name. A call may take `timeout_seconds`, a summary with all its attempts twice that. `usage`
    counts tokens within the budget `token_budget`; raises BudgetSpent if that has too little left. `ways` remembers
    what the server accepts, so that only the first paper costs the requests that find it out.
    """

    def __init__(
        self,
        client: "AsyncOpenAI",
        model: str,
        timeout_seconds: float = TIMEOUT_SECONDS,
        pause_seconds: float = 1.0,
        token_budget: TokenBudget = UNLIMITED_TOKEN_BUDGET,
        ways: Ways = NO_WAYS,
    ) -> None:
        from bot.summaries.clients.openai_client import ChatCalls  # noqa: PLC0415 - as in open_model

        self.name = model
        self._client = client
        self._endpoint = str(client.base_url)
        self._calls = ChatCalls(client, model, timeout_seconds, pause_seconds, token_budget)
        self._ways = ways
        self._way: Way | None = None
        self._most_seconds = 2 * timeout_seconds

    @property
    def usage(self) -> "Usage":
        """Return the calls and tokens so far."""
        return self._calls.usage

    async def summarize(self, paper: Paper, lang: str, text: str = "") -> Summary:
        try:
            async with asyncio.timeout(self._most_seconds):
                return await self._summarized(paper, lang, text)
        except TimeoutError as error:
            raise ModelOutage(f"{self.name} did not answer within {self._most_seconds:g} s.") from error

    async def reply(self, messages: Messages) -> str:
        """Return the text that answers a conversation of its own; raises ModelDown."""
        try:
            async with asyncio.timeout(self._most_seconds):
                known = await self._known()
                # The strictest form is that of a summary.
                text, _ = await self._calls.ask(messages, known.weaker() if known.form == "json_schema" else known)
        except TimeoutError as error:
            raise ModelDown(f"{self.name} did not answer within {self._most_seconds:g} s.") from error
        return text

    async def reachable(self) -> str:
        """Return "works" or the model's fault ("refuses the key (401): …"), by a tiny request. Never raises."""
        try:
            async with asyncio.timeout(self._most_seconds):
                await self._calls.greet(await self._known())
        except TimeoutError:
            return f"did not answer within {self._most_seconds:g} s"
        except ModelDown as down:
            return down.sentence.removeprefix(f"{self.name} ").rstrip(".")
        return "works"

    async def __aenter__(self) -> "ModelSummarizer":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.close()

    async def _summarized(self, paper: Paper, lang: str, text: str) -> Summary:
        told = await in_thread(reported, paper)  # takes 2 ms, and 40 the first time
        messages = messages_for(told, lang, text)
        told = replace(told, abstract=f"{told.abstract} {text}".strip())
        known = await self._known()
        (answer, way), _ = await asyncio.gather(self._calls.ask(messages, known), in_thread(compile_patterns))
        await self._learned(way, known)
        try:
            summary = await self._read(answer, told, lang)
        except UnusableAnswer as unusable:
            log.info("The model's answer is sent back: paper=%s faults=%s", paper.id, unusable.faults)
            # A server that ignores the requested form may follow a weaker one; some drop instructions of a role.
            way = replace(way.weaker(), system=False) if unusable.is_prose else way
            answer, way = await self._calls.ask(repaired(messages, answer, unusable.faults, lang), way)
            summary = await self._read(answer, told, lang)
        await self._learned(way, known)
        return replace(summary, full_text=bool(text))

    async def _read(self, answer: str, told: Paper, lang: str) -> Summary:
        """Read an answer in a thread: it takes 15 ms, and twenty come at once while commands are to be acknowledged."""
        return await in_thread(read_answer, answer, told, lang, self.name)

    async def _known(self) -> Way:
        """Return the way that worked last, in this process or another one."""
        if self._way is None:
            try:
                known = await self._ways.get(self._endpoint, self.name)
            except StoreDown:
                return Way()
            self._way = self._way or known or Way()
        return self._way

    async def _learned(self, way: Way, known: Way) -> None:
        """Remember `way` if it is news; a call that met no trouble forgets nothing that others learned meanwhile."""
        if way in {known, self._way}:
            return
        self._way = way
        log.info("What the model accepts is remembered: model=%s way=%s", self.name, way)
        try:
            await self._ways.keep(self._endpoint, self.name, way)
        except StoreDown as down:
            log.warning("What the model accepts can't be stored: cause=%s", down.sentence)


def open_model(
    api_key: str,
    base_url: str,
    model: str,
    timeout_seconds: float = TIMEOUT_SECONDS,
    token_budget: TokenBudget = UNLIMITED_TOKEN_BUDGET,
    ways: Ways = NO_WAYS,
) -> ModelSummarizer:
    """Return the model at `base_url`, for use with `async with`. The key may be empty if the server needs none.

    Raise BotError if a proxy or certificate file that somebody set can't be used.
    """
    from bot.summaries.clients.bounded import bounded_http  # noqa: PLC0415 - loads the library; only needed with a model
    from bot.summaries.clients.openai_package import AsyncOpenAI  # noqa: PLC0415

    client = AsyncOpenAI(
        api_key=api_key or _NO_KEY,
        base_url=addresses(base_url)[0],
        default_query=query(base_url),
        default_headers=headers(base_url, api_key),
        http_client=bounded_http(base_url),
    )
    return ModelSummarizer(client, model, timeout_seconds, token_budget=token_budget, ways=ways)

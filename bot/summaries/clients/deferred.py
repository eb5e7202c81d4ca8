"""A model that connects at its first call: loading its library takes 0.1 s, which a start avoids."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from typing import TYPE_CHECKING, Self

from bot.domain.errors import BotError
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import MODEL_TOKENS
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.prompt import Messages
from bot.summaries.way import NO_WAYS, Ways

if TYPE_CHECKING:
    from bot.summaries.clients.openai import ModelSummarizer
    from bot.summaries.clients.openai_client import Usage


class DeferredModel:
    """`Summarizer` like the model of `openai_chat`. Use it as a context manager, which closes the connection."""

    def __init__(
        self,
        api_key: str,
        base_url: str,
        model: str,
        meter: Meter = NO_METER,
        token_budget: TokenBudget = UNLIMITED_TOKEN_BUDGET,
        timeout_seconds: float = 30.0,
        ways: Ways = NO_WAYS,
    ) -> None:
        self.name = model
        self._access = (api_key, base_url, model, timeout_seconds)
        self._ways = ways
        self._connecting = asyncio.Lock()
        self._connected: ModelSummarizer | None = None
        self._meter = meter
        self._token_budget = token_budget
        self._counted: Counter[str] = Counter()
        self._stack = AsyncExitStack()

    async def connect(self) -> None:
        """Load the library ahead of the first call; that one reports what is wrong with the settings."""
        with suppress(BotError):
            await self._model()

    async def summarize(self, paper: Paper, lang: str, text: str = "") -> Summary:
        model = await self._model()
        try:
            return await model.summarize(paper, lang, text)
        finally:
            self._count(model.usage)

    async def reply(self, messages: Messages) -> str:
        model = await self._model()
        try:
            return await model.reply(messages)
        finally:
            self._count(model.usage)

    def _count(self, usage: "Usage") -> None:
        """Count the usage of all calls since the last time."""
        for kind, spent in (("prompt", usage.prompt_tokens), ("completion", usage.completion_tokens)):
            self._meter.count(MODEL_TOKENS, spent - self._counted[kind], kind=kind)
            self._counted[kind] = spent

    async def _model(self) -> "ModelSummarizer":
        async with self._connecting:
            if self._connected is None:
                opened = await asyncio.to_thread(self._opened)
                model: ModelSummarizer = await self._stack.enter_async_context(opened)
                self._connected = model
            return self._connected

    def _opened(self) -> "ModelSummarizer":
        """Load the library, which takes 0.1 s."""
        from bot.summaries.clients.openai import open_model  # noqa: PLC0415

        return open_model(*self._access, token_budget=self._token_budget, ways=self._ways)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

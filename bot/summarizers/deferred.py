"""A model that is connected when it is first asked: importing its library takes a second, which a start can't spare."""

import asyncio
from contextlib import AsyncExitStack
from importlib import import_module
from types import TracebackType
from typing import Self

from bot.paper import Paper
from bot.ports import Summarizer
from bot.summary import Summary


class DeferredModel:
    """Fulfils `Summarizer` as the model of `openai_chat` does. Used as a context, which ends the connection."""

    def __init__(self, api_key: str, base_url: str, model: str) -> None:
        self.name = model
        self._access = (api_key, base_url, model)
        self._connecting = asyncio.Lock()
        self._connected: Summarizer | None = None
        self._stack = AsyncExitStack()

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        return await (await self._model()).summarize(paper, lang)

    async def _model(self) -> Summarizer:
        async with self._connecting:
            if self._connected is None:
                chat = await asyncio.to_thread(import_module, "bot.summarizers.openai_chat")
                model: Summarizer = await self._stack.enter_async_context(chat.open_model(*self._access))
                self._connected = model
            return self._connected

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

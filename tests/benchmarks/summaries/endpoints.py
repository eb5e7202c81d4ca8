"""Model endpoints for `benchmarks.summaries`: what of their answers reaches people once they are checked."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.summaries.clients.openai import ModelSummarizer, open_model
from bot.summaries.port import Summarizer
from support.servers.model_server import ModelServer

TIMEOUT_SECONDS = 240.0
"""A call may take so long here: a small model on a busy machine is to be judged by what it says."""


@dataclass
class Reaching:
    """Asks `model` as the bot does; what can't be used is extracted. Counts both, and what each refusal was for."""

    model: ModelSummarizer
    extract: Summarizer
    by_model: int = 0
    refused: list[str] = field(default_factory=list)

    async def make(self, paper: Paper) -> Summary:
        try:
            made = await self.model.summarize(paper, "en")
        except ModelDown as down:
            self.refused.append(f"{paper.id}: {down.sentence}")
            return await self.extract.summarize(paper, "en")
        self.by_model += 1
        return made

    @property
    def told(self) -> str:
        """How many summaries were the model's, and how many calls it took."""
        papers = self.by_model + len(self.refused)
        return f"{self.by_model} of {papers} by the model, {self.model.usage.calls} calls"


@asynccontextmanager
async def reaching(base_url: str, model: str, key: str, extract: Summarizer) -> AsyncIterator[Reaching]:
    """Any OpenAI-compatible endpoint."""
    async with open_model(key, base_url, model, TIMEOUT_SECONDS) as opened:
        yield Reaching(opened, extract)


@asynccontextmanager
async def answering(cards: Mapping[str, Mapping[str, object]]) -> AsyncIterator[ModelServer]:
    """A server on loopback that answers each title with its card, asked once or sent back."""
    async with ModelServer(model="the reference") as server:
        server.by_title = dict(cards)
        yield server

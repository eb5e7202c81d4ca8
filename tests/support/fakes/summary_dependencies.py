"""Small fakes of the dependencies of `Summaries`: a store, a model and a clock, with fault switches."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.domain.errors import ModelDown, ModelOutage, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary


class Shelf:
    """A summary store in memory. `is_down` is "reading" or "writing" to make it fail."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int, str], Summary] = {}
        self.is_down = ""
        self.claimed_elsewhere: set[tuple[str, str]] = set()
        self.unusable: set[tuple[str, str, int, str]] = set()

    async def get(self, paper: Paper, lang: str) -> Summary | None:
        await asyncio.sleep(0)
        if self.is_down == "reading":
            raise StoreDown
        return self.kept.get((paper.id, paper.version, lang))

    async def get_all(self, papers: Sequence[Paper], lang: str) -> dict[str, Summary]:
        found = {paper.id: await self.get(paper, lang) for paper in papers}
        return {paper_id: summary for paper_id, summary in found.items() if summary}

    async def keep(self, paper: Paper, summary: Summary) -> None:
        if self.is_down == "writing":
            raise StoreDown
        self.kept[paper.id, paper.version, summary.lang] = summary

    async def claim(self, paper: Paper, lang: str) -> bool:
        return (paper.id, lang) not in self.claimed_elsewhere

    async def renew(self, paper: Paper, lang: str) -> None:
        """Do nothing: a claim lasts here."""

    async def is_unusable(self, model: str, paper: Paper, lang: str) -> bool:
        return (model, paper.id, paper.version, lang) in self.unusable

    async def keep_unusable(self, model: str, paper: Paper, lang: str) -> None:
        self.unusable.add((model, paper.id, paper.version, lang))

    async def release(self, paper: Paper, lang: str) -> None:
        """Do nothing: there is only one process here."""


class Model:
    """A model that takes `seconds` a summary, and waits for `gate`.

    It fails for papers in `fails` (or all), makes nothing usable of those in `refuses`, hangs over those in `hangs`.
    """

    name = "gpt-test"

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.seconds = 0.0
        self.fails: set[str] = set()
        self.refuses: set[str] = set()
        self.hangs: set[str] = set()
        self.fails_always = False
        self.gate: asyncio.Event | None = None
        self.at_once = self.most_at_once = 0

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        self.calls[paper.id] += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(self.seconds)
            if self.gate:
                await self.gate.wait()
            if paper.id in self.hangs:
                await asyncio.Event().wait()
            if self.fails_always or paper.id in self.fails:
                raise ModelOutage("gpt-test failed.")
            if paper.id in self.refuses:
                raise ModelDown("gpt-test refused to summarise this paper.")
            said = f"On {paper.title}."
            return Summary(self.name, key_points=("One.", "Two."), summary=said, lang=lang, gist=said)
        finally:
            self.at_once -= 1


class HandClock:
    """Clock moved by hand; sleepers wake when it has moved far enough."""

    def __init__(self) -> None:
        self._now = datetime(2026, 5, 4, 9, tzinfo=UTC)
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    @property
    def sleeping(self) -> bool:
        """Return True if anybody waits for it to move."""
        return any(not woken.is_set() for _, woken in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        self._sleepers.append((self._now + timedelta(seconds=seconds), woken))
        await woken.wait()

    def move(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)
        for when, woken in self._sleepers:
            if when <= self._now:
                woken.set()

"""Search beyond what is known here: arXiv and Hugging Face, asked at once, and neither waited for for long."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.index_port import PaperFinder

log = logging.getLogger(__name__)


ARXIV, HUGGING_FACE = "arXiv", "Hugging Face"
MOST = 50
"""Papers that each of the two is asked for."""
ARXIV_SECONDS, FINDER_SECONDS, COMPLETING_SECONDS = 15.0, 6.0, 8.0
"""What each may take: arXiv's turn comes once in 3 s, over all processes."""
_REMEMBERED, _FRESH = 32, timedelta(minutes=15)
"""Answers kept in memory, so that their next pages cost no question: arXiv asks not to repeat one."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What each service found, best first, by its name; `total` papers answer at arXiv, None where it wasn't heard.

    `missing` names each that was down, a sentence each.
    """

    found: tuple[tuple[str, tuple[Paper, ...]], ...]
    total: int | None
    missing: tuple[str, ...] = ()


class FederatedSearch:
    """Asks both. `finder` may be None: then arXiv alone."""

    def __init__(self, catalogue: Catalogue, finder: PaperFinder | None, clock: Clock) -> None:
        self._catalogue = catalogue
        self._finder = finder
        self._clock = clock
        self._answers: OrderedDict[SearchQuery, tuple[datetime, Answers]] = OrderedDict()

    async def ask(self, query: SearchQuery) -> Answers:
        """What arXiv and Hugging Face find; conditions that a service doesn't know are not applied. Never raises.

        Takes 15 s at most.
        """
        now = self._clock.now()
        if (known := self._answers.get(query)) and timedelta(0) <= now - known[0] <= _FRESH:
            return known[1]
        (papers, total, arxiv_down), (others, finder_down) = await asyncio.gather(
            self._arxiv(query), self._others(query)
        )
        missing = tuple(filter(None, (arxiv_down, finder_down)))
        answers = Answers(((ARXIV, papers), (HUGGING_FACE, others)), total, missing)
        if not missing:
            self._remember(query, now, answers)
        return answers

    async def completed(self, ids: Sequence[str]) -> list[Paper]:
        """These papers as arXiv has them, for what another service leaves out; none where that takes too long."""
        try:
            return await within(COMPLETING_SECONDS, ARXIV, self._catalogue.papers(ids), NOT_IN_TIME) if ids else []
        except SourceDown as down:
            log.info("Papers found elsewhere are not completed: papers=%d why=%s", len(ids), down.sentence)
            return []

    async def _arxiv(self, query: SearchQuery) -> tuple[tuple[Paper, ...], int | None, str]:
        try:
            page = await within(ARXIV_SECONDS, ARXIV, self._catalogue.search(query, MOST), NOT_IN_TIME)
            return page.papers, page.total, ""
        except SourceDown as down:
            return (), None, down.sentence

    async def _others(self, query: SearchQuery) -> tuple[tuple[Paper, ...], str]:
        text = query.text or " ".join(query.authors)
        if self._finder is None or not text:
            return (), ""
        try:
            return tuple(await within(FINDER_SECONDS, HUGGING_FACE, self._finder.search(text, MOST), NOT_IN_TIME)), ""
        except SourceDown as down:
            return (), down.sentence

    def _remember(self, query: SearchQuery, now: datetime, answers: Answers) -> None:
        self._answers[query] = now, answers
        self._answers.move_to_end(query)
        while len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)

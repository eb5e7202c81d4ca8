"""Federated search: arXiv and Hugging Face, queried in parallel with short timeouts."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.errors import SourceDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.index_port import PaperFinder

log = logging.getLogger(__name__)


ARXIV, HUGGING_FACE = "arXiv", "Hugging Face"
MAX_RESULTS = 50
"""Papers requested from each service."""
ARXIV_TIMEOUT, FINDER_TIMEOUT, COMPLETION_TIMEOUT = 15.0, 6.0, 8.0
"""Timeouts in seconds; arXiv allows one request in 3 s over all processes."""
_CACHE_SIZE, _CACHE_TIME = 32, timedelta(minutes=15)
"""Answers cached in memory for their next pages: arXiv asks clients not to repeat a query."""


@frozen
class Answers:
    """Papers by service name, best first; `total` is arXiv's number of matches, None if it was down.

    `missing` has a sentence for each service that was down.
    """

    found: tuple[tuple[str, tuple[Paper, ...]], ...]
    total: int | None
    missing: tuple[str, ...] = ()


class FederatedSearch:
    """Search at arXiv and, if `finder` is given, at Hugging Face."""

    def __init__(self, catalogue: Catalogue, finder: PaperFinder | None, clock: Clock) -> None:
        self._catalogue = catalogue
        self._finder = finder
        self._clock = clock
        self._answers: OrderedDict[SearchQuery, tuple[datetime, Answers]] = OrderedDict()

    async def ask(self, query: SearchQuery) -> Answers:
        """Search both services, ignoring conditions they don't support. Takes 15 s at most, never raises."""
        now = self._clock.now()
        if (known := self._answers.get(query)) and timedelta(0) <= now - known[0] <= _CACHE_TIME:
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
        """Return arXiv's records of these papers, to complete another service's; empty if arXiv is down or slow."""
        try:
            return await within(COMPLETION_TIMEOUT, ARXIV, self._catalogue.papers(ids), NOT_IN_TIME) if ids else []
        except SourceDown as down:
            log.info("Papers found elsewhere are not completed: papers=%d why=%s", len(ids), down.sentence)
            return []

    async def _arxiv(self, query: SearchQuery) -> tuple[tuple[Paper, ...], int | None, str]:
        try:
            page = await within(ARXIV_TIMEOUT, ARXIV, self._catalogue.search(query, MAX_RESULTS), NOT_IN_TIME)
            return page.papers, page.total, ""
        except SourceDown as down:
            return (), None, down.sentence

    async def _others(self, query: SearchQuery) -> tuple[tuple[Paper, ...], str]:
        text = query.text or " ".join(query.authors)
        if self._finder is None or not text:
            return (), ""
        try:
            return tuple(
                await within(FINDER_TIMEOUT, HUGGING_FACE, self._finder.search(text, MAX_RESULTS), NOT_IN_TIME)
            ), ""
        except SourceDown as down:
            return (), down.sentence

    def _remember(self, query: SearchQuery, now: datetime, answers: Answers) -> None:
        self._answers[query] = now, answers
        self._answers.move_to_end(query)
        while len(self._answers) > _CACHE_SIZE:
            self._answers.popitem(last=False)

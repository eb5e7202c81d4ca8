"""One summary of a paper for everybody: the stored one, else the model's, else an extract of the abstract."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from bot.domain.errors import BudgetSpent, HeldBack, ModelDown, ModelOutage, ShareSpent, StoreDown
from bot.domain.paper import Paper
from bot.domain.summary import EXTRACTED, Summary
from bot.infra import asker
from bot.infra.aio.cancel import cancelled
from bot.infra.aio.fair_gate import FairGate
from bot.infra.aio.in_thread import in_thread
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import SUMMARIES
from bot.infra.shares import Charge, free
from bot.summaries.gist.answer import gist_of, with_gist
from bot.summaries.port import Summarizer, SummaryStore

log = logging.getLogger(__name__)

DIGEST_SECONDS = 45.0
"""Limit for all model calls of a digest together; a model that is down costs a run less than a minute."""

_LOOK_SECONDS, _LONGEST_LOOK_SECONDS = 0.25, 2.0
_RENEW_SECONDS = 4.0
_LATER = 1.1
"""Each wait for another process's summary is longer by this factor."""

_OUTAGES = 3
_REST = timedelta(minutes=2)

_Key = tuple[str, int, str]
_Outcome = Summary | BudgetSpent | None
"""A summary; BudgetSpent if the token budget is used up; None if the model made no summary."""


class Summaries:
    """Service that gives everybody the same summary of a paper. It doesn't store extracts: a model may do better later.

    At most `concurrency` model calls run at a time for digests, and as many for people who wait, who take turns. After
    three outages in a row, or after a digest's whole time without an answer, the service pauses the model for two
    minutes; then one more outage is enough. A paper of which the model makes nothing usable isn't shown to it again for
    some hours, and counts for no other paper. If the token budget is used up, it doesn't call the model, and doesn't
    count that as an outage. It waits for a summary that another process makes, as long as that one lives.
    Raises StoreDown if the store can't be read, and HeldBack where that is said.
    """

    def __init__(
        self,
        store: SummaryStore,
        model: Summarizer | None,
        extract: Summarizer,
        clock: Clock,
        concurrency: int = 8,
        meter: Meter = NO_METER,
        charge: Charge = free,
    ) -> None:
        self._store = store
        self._model = model
        self._extract = extract
        self._clock = clock
        self._meter = meter
        self._charge = charge
        self._for_people = FairGate(concurrency)
        self._for_digests = FairGate(concurrency)
        self._under_way: dict[_Key, _Flight] = {}
        self._outages = 0
        self._rests_until: datetime | None = None

    @property
    def by(self) -> str:
        """Return the name of the model; "" if all summaries are extracts."""
        return self._model.name if self._model else ""

    async def of(self, paper: Paper, lang: str = "en") -> Summary:
        """Return the summary of one paper for a person who waits for it.

        If their share is used up, that is an extract, and they are told.
        """
        summary = await self._or_extract(await self._found(paper, lang), paper, lang)
        self._count(int(summary.extracted), int(not summary.extracted))
        return summary

    async def of_many(
        self, papers: Sequence[Paper], lang: str = "en", budget_seconds: float = DIGEST_SECONDS
    ) -> tuple[dict[str, Summary], str]:
        """Return the summaries by id, and a sentence for the footer if some are extracts because of the model.

        This takes at most `budget_seconds`, whatever the model does. Nothing runs on afterwards. Raises HeldBack if a
        person asks for them whose share is used up.
        """
        wanted = {paper.id: paper for paper in papers}
        found = await self._within(budget_seconds, list(wanted.values()), lang)
        summaries = {paper.id: await self._or_extract(found.get(paper.id), paper, lang) for paper in papers}
        extracted = sum(summary.extracted for summary in summaries.values())
        self._count(extracted, len(summaries) - extracted)
        return summaries, self._notice(summaries.values(), found.values())

    async def gists(self, papers: Sequence[Paper], lang: str = "en") -> dict[str, str]:
        """Return the gists by id: a stored summary's, else the abstract's; papers without a fit sentence are left out.

        Calls no model, and never fails: without a store, all are the abstracts'.
        """
        try:
            stored: Mapping[str, _Outcome] = await self._stored(papers, lang)
        except StoreDown:
            stored = {}
        return await in_thread(_gists, papers, stored)

    async def _read(self, paper: Paper, lang: str) -> Summary | None:
        stored = await self._store.get(paper, lang)
        return with_gist(stored, paper) if stored else None

    async def _or_extract(self, found: _Outcome, paper: Paper, lang: str) -> Summary:
        return found if isinstance(found, Summary) else await self._extract.summarize(paper, lang)

    def _count(self, extracted: int, made: int) -> None:
        self._meter.count(SUMMARIES, extracted, made_by="extract")
        self._meter.count(SUMMARIES, made, made_by="model")

    async def _within(self, budget_seconds: float, papers: Sequence[Paper], lang: str) -> dict[str, _Outcome]:
        stored = await self._stored(papers, lang)
        if self._model is None or self._rests():
            return stored
        wanted = [paper for paper in papers if not stored[paper.id]]
        await self._charge(len(wanted))
        return stored | await self._made_within(budget_seconds, wanted, self._model, lang)

    async def _stored(self, papers: Iterable[Paper], lang: str) -> dict[str, _Outcome]:
        """Read the stored summaries first; then the model gets the other papers in order."""
        wanted = list(papers)
        found = await self._store.get_all(wanted, lang)
        return {one.id: with_gist(found[one.id], one) if one.id in found else None for one in wanted}

    async def _made_within(
        self, budget_seconds: float, papers: Iterable[Paper], model: Summarizer, lang: str
    ) -> dict[str, _Outcome]:
        gate = self._for_digests
        tasks = {paper.id: asyncio.create_task(self._joined(model, paper, lang, gate)) for paper in papers}
        if not tasks:
            return {}
        work = asyncio.create_task(_all_or_first_error(tasks.values()))
        time_is_up = asyncio.create_task(self._clock.sleep(budget_seconds))
        try:
            await asyncio.wait({work, time_is_up}, return_when=asyncio.FIRST_COMPLETED)
            found = {paper_id: task.result() for paper_id, task in tasks.items() if task.done()}
            if not work.done() and not any(isinstance(outcome, Summary) for outcome in found.values()):
                self._rest("it gave no answer in a digest's whole time")
            return found
        finally:
            await cancelled(work, time_is_up, *tasks.values())

    async def _found(self, paper: Paper, lang: str) -> _Outcome:
        """Return the stored summary, else the model's; else the reason why there is none."""
        stored = await self._read(paper, lang)
        if stored or self._model is None or self._rests():
            return stored
        try:
            await self._charge()
        except HeldBack as held:
            _note(f"{held.sentence} So this is {EXTRACTED}. {held.hint}")
            return None
        outcome = await self._joined(self._model, paper, lang, self._for_people)
        if isinstance(outcome, ShareSpent):
            _note(f"{outcome.sentence} Until 00:00 UTC, key points are {EXTRACTED}.")
        return outcome

    async def _joined(self, model: Summarizer, paper: Paper, lang: str, gate: FairGate) -> _Outcome:
        """Return the model's result; concurrent requests for it share one call.

        If another person's call ended since their share is used up, make one for this person.
        """
        key = (paper.id, paper.version, lang)
        while True:
            flight = self._under_way.get(key)
            is_own = flight is None or flight.is_over
            if flight is None or is_own:
                flight = self._under_way[key] = _Flight(lambda: self._made(model, paper, lang, gate))
            try:
                outcome = await flight.join()
            finally:
                if flight.is_over and self._under_way.get(key) is flight:
                    del self._under_way[key]
            if is_own or not isinstance(outcome, ShareSpent):
                return outcome

    async def _made(self, model: Summarizer, paper: Paper, lang: str, gate: FairGate) -> _Outcome:
        question = asker.question()
        async with gate.entered(question.person if question else ""):
            if self._rests() or await self._store.is_unusable(model.name, paper, lang):
                return None
            try:
                theirs = await self._made_elsewhere(paper, lang)
                return theirs or await self._asked(model, paper, lang)
            except BudgetSpent as spent:
                log.info("The model isn't asked: paper=%s why=%s", paper.id, spent.sentence)
                return spent
            except ModelDown as down:
                await self._failed(down, model.name, paper, lang)
                return None
            finally:
                with suppress(StoreDown):
                    await self._store.release(paper, lang)

    async def _made_elsewhere(self, paper: Paper, lang: str) -> Summary | None:
        """Return the summary if another process makes it right now; None if this process has to make it."""
        pause_seconds = _LOOK_SECONDS
        while True:
            ours = await self._store.claim(paper, lang)
            stored = await self._read(paper, lang)
            if ours or stored:
                return stored
            await self._clock.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * _LATER, _LONGEST_LOOK_SECONDS)

    async def _asked(self, model: Summarizer, paper: Paper, lang: str) -> Summary:
        renewal = asyncio.create_task(self._renewed(paper, lang))
        try:
            summary = with_gist(await model.summarize(paper, lang), paper)
        finally:
            await cancelled(renewal)
        self._outages, self._rests_until = 0, None
        await self._kept(paper, summary)
        return summary

    async def _renewed(self, paper: Paper, lang: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)  # the lease is counted by Redis, whatever our clock says
            with suppress(StoreDown):
                await self._store.renew(paper, lang)

    async def _kept(self, paper: Paper, summary: Summary) -> None:
        try:
            await self._store.keep(paper, summary)
        except StoreDown as down:  # the call is paid for: show the summary, even if it has to be made again
            log.warning("A summary can't be stored: paper=%s cause=%s", paper.id, down.sentence)

    async def _failed(self, down: ModelDown, model: str, paper: Paper, lang: str) -> None:
        log.warning("The model made no summary: paper=%s why=%s", paper.id, down.sentence)
        if not isinstance(down, ModelOutage):
            self._outages, self._rests_until = 0, None  # it did answer
            with suppress(StoreDown):
                await self._store.keep_unusable(model, paper, lang)
            return
        self._outages += 1
        if self._outages >= _OUTAGES:
            self._rest("it failed three times in a row")

    def _rest(self, why: str) -> None:
        self._outages = _OUTAGES - 1
        self._rests_until = self._clock.now() + _REST
        log.warning("The model is left alone for a while: why=%s", why)

    def _rests(self) -> bool:
        return self._rests_until is not None and self._clock.now() < self._rests_until

    def _notice(self, summaries: Iterable[Summary], outcomes: Iterable[_Outcome]) -> str:
        spent = [outcome for outcome in outcomes if isinstance(outcome, BudgetSpent)]
        unanswered = sum(summary.extracted for summary in summaries) - len(spent)
        parts = []
        if self._model and unanswered:
            parts.append(f"{self._model.name} didn't answer")
        if spent:
            parts.append(f"{spent[0].sentence.rstrip('.')}: the rest is {EXTRACTED}")
        return " · ".join(parts)


class _Flight:
    """One model call that several requests wait for. It ends with its result, or when no request waits."""

    def __init__(self, make: Callable[[], Coroutine[None, None, _Outcome]]) -> None:
        self._make = make
        self._task: asyncio.Task[_Outcome] | None = None
        self._waiting = 0
        self.is_over = False

    async def join(self) -> _Outcome:
        self._task = self._task or asyncio.create_task(self._make())
        self._waiting += 1
        try:
            return await asyncio.shield(self._task)
        finally:
            self._waiting -= 1
            if not self._waiting:
                self.is_over = True
                await cancelled(self._task)


def _note(sentence: str) -> None:
    if question := asker.question():
        question.note(sentence)


def _gists(papers: Iterable[Paper], stored: Mapping[str, _Outcome]) -> dict[str, str]:
    made = {paper.id: _gist(stored.get(paper.id), paper) for paper in papers}
    return {paper_id: gist for paper_id, gist in made.items() if gist}


def _gist(stored: _Outcome, paper: Paper) -> str:
    return stored.gist if isinstance(stored, Summary) and stored.gist else gist_of(paper)


async def _all_or_first_error(tasks: Iterable[asyncio.Task[_Outcome]]) -> None:
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)

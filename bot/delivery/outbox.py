"""Deliver the digests and recaps in the ledger, oldest first; no place, team or platform blocks another."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.delivery.cards import mail_paused_card, paused_card
from bot.delivery.messenger import LedgerEntry, Message, Messenger
from bot.delivery.plotter import NO_PLOTTER, Plotter
from bot.delivery.rate_limit import RejectedToken
from bot.delivery.rate_limiter import MAX_WAIT_SECONDS, RateLimiter
from bot.delivery.sender import MAX_ATTEMPTS, MessageSender, Outcome, message_key
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.club import Ballot, Pick
from bot.domain.digest import Digest
from bot.domain.errors import DeliveryFailed, NotLetIn, Refused, StoreDown, TryLater
from bot.domain.issue_key import IssueKey, order
from bot.domain.mailbox import address_of, origin_of
from bot.domain.recap import Recap
from bot.domain.schedule import CATCH_UP
from bot.domain.task import MAX_TRIES, Job, Task
from bot.infra.clock_port import Clock
from bot.infra.logs import about
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import DELIVERY_DELAY, DIGESTS

__all__ = ["MAX_ATTEMPTS", "Outbox", "Outcome", "message_key"]

log = logging.getLogger(__name__)

MAX_CONCURRENT_PLACES = 500
"""Places of one platform whose digests are in memory at once; most only wait for the rate limiter."""


class Outbox:
    """Delivers pending digests through the available messengers."""

    def __init__(
        self,
        ledger: Ledger,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        rate_limits: RateLimitStore,
        failures: FailureStore,
        to_card: Callable[[Digest | Recap | Ballot | Pick], Card],
        meter: Meter = NO_METER,
        plotter: Plotter = NO_PLOTTER,
    ) -> None:
        self._plotter = plotter
        self._to_card = to_card
        self._ledger = ledger
        self._messengers = messengers
        self._clock = clock
        self._rate_limits = rate_limits
        self._failures = failures
        self._meter = meter
        self._limiter = RateLimiter(rate_limits, clock)
        self._sender = MessageSender(ledger, self._limiter, clock, meter)
        self._drawing = asyncio.Lock()
        self._barred: set[tuple[str, str]] = set()

    async def deliver_all(self) -> Counter[Outcome]:
        """Deliver every pending digest of the available platforms and count the outcomes."""
        gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(MAX_CONCURRENT_PLACES))
        issue_keys: defaultdict[Place, list[IssueKey]] = defaultdict(list)
        for place, issue_key in await self._ledger.waiting():
            issue_keys[place].append(issue_key)

        async def deliver(place: Place) -> Counter[Outcome]:
            async with gates[place.platform]:
                return await self._deliver_in_order(place, sorted(issue_keys[place], key=order))

        return sum(await asyncio.gather(*map(deliver, issue_keys)), Counter[Outcome]())

    async def deliver_place(self, place: Place) -> Counter[Outcome]:
        """Deliver every pending digest of one place and count the outcomes. Raises StoreDown."""
        return await self._deliver_in_order(place, await self._ledger.pending_in(place))

    async def _deliver_in_order(self, place: Place, issue_keys: Sequence[IssueKey]) -> Counter[Outcome]:
        """Deliver oldest first; if one can't be delivered now, the later ones wait."""
        found: Counter[Outcome] = Counter()
        resting = await self._resting(place)
        for number, issue_key in enumerate(issue_keys):
            if Task(Job.DELIVER, place, issue_key).key in resting:
                found[Outcome.POSTPONED] += 1
                continue
            with about(digest=f"{place}:{issue_key}"):
                outcome = await self._deliver_safely(place, issue_key)
            self._meter.count(DIGESTS, platform=place.platform, outcome=outcome or "failed")
            if outcome not in {None, Outcome.DONE}:
                return found + Counter({outcome: len(issue_keys) - number})
            found[outcome or Outcome.POSTPONED] += 1
        return found

    async def _deliver_safely(self, place: Place, issue_key: IssueKey) -> Outcome | None:
        """Deliver as `deliver` does; return None if a fault of ours prevented it.

        Such a fault blocks neither another channel nor this channel's next digest. After a few the digest is given up.
        """
        try:
            return await self.deliver(place, issue_key)
        except StoreDown as down:
            log.warning("A digest waits: place=%s edition=%s why=%s", place, issue_key, down)
            return Outcome.LEFT
        except Exception as error:
            log.exception("A digest can't be delivered: place=%s edition=%s", place, issue_key)
            why = f"{type(error).__name__} on our side."
        return Outcome.DONE if await self._note_failure(place, issue_key, why, MAX_TRIES) else None

    async def _resting(self, place: Place) -> set[str]:
        try:
            return await self._failures.resting(place)
        except StoreDown:
            return set()

    async def _note_failure(self, place: Place, issue_key: IssueKey, why: str, max_tries: int) -> bool:
        """Record a failure; return True if the digest is given up until someone retries it."""
        try:
            failure = await self._failures.note(Task(Job.DELIVER, place, issue_key), why, max_tries)
            if failure.dead:
                log.error("A digest is given up: place=%s edition=%s why=%s", place, issue_key, why)
                await self._ledger.drop(place, issue_key)
        except StoreDown:
            return False
        return failure.dead

    async def deliver(self, place: Place, issue_key: IssueKey) -> Outcome:
        """Deliver as much of one digest as possible now. A failure is logged and affects this channel alone."""
        messenger = self._messengers.get(place.platform)
        if messenger is None:
            return Outcome.ELSEWHERE
        entry = await self._ledger.find(place, issue_key)
        if entry is None:
            log.error("A digest's record is gone or can't be read: place=%s edition=%s", place, issue_key)
            await self._ledger.close(place, issue_key)
            return Outcome.DONE
        return await self._attempt(messenger, entry)

    async def _attempt(self, messenger: Messenger, entry: LedgerEntry) -> Outcome:
        place, issue_key = entry.place, entry.issue_key
        if rejected := await self._rate_limits.rejected_token(place, messenger.token(place)):
            return await self._postpone(entry, self._barred_outcome(messenger, place, rejected), NotLetIn.sentence)
        try:
            return await self._deliver(messenger, entry)
        except Refused as refusal:
            return await self._give_up(messenger, entry, refusal)
        except NotLetIn as shut:
            log.error("A digest waits, the bot isn't let in: place=%s edition=%s why=%s", place, issue_key, shut)
            rejected = await self._rate_limits.rejected_token(place, messenger.token(place))
            return await self._postpone(entry, self._barred_outcome(messenger, place, rejected), shut.sentence)
        except DeliveryFailed as failure:
            log.warning("A digest waits: place=%s edition=%s why=%s", place, issue_key, failure)
            long = isinstance(failure, TryLater) and failure.after_seconds > MAX_WAIT_SECONDS
            return await self._postpone(entry, Outcome.POSTPONED if long else Outcome.LEFT, failure.sentence)

    async def _deliver(self, messenger: Messenger, entry: LedgerEntry) -> Outcome:
        place, issue_key = entry.place, entry.issue_key
        for part, message in enumerate(await self._messages(messenger, entry)):
            outcome = await self._sender.send(messenger, entry, part, await self._with_image(message))
            if outcome is not Outcome.DONE:
                return outcome
        await self._ledger.close(place, issue_key)
        await self._failures.clear(Task(Job.DELIVER, place, issue_key))
        delay_seconds = (self._clock.now() - entry.digest.slot).total_seconds()
        self._meter.observe(DELIVERY_DELAY, max(delay_seconds, 0.0), platform=place.platform)
        log.info("A digest stands in its channel: place=%s edition=%s", place, issue_key)
        return Outcome.DONE

    async def _messages(self, messenger: Messenger, entry: LedgerEntry) -> Sequence[Message]:
        """Draw the messages once: a later version of this program completes them as an earlier one began them."""
        place, issue_key = entry.place, entry.issue_key
        async with self._drawing:
            await asyncio.sleep(0)  # lets sends proceed between the drawings of hundreds of digests
            drawn = messenger.draw(self._to_card(entry.digest), message_key(place, issue_key, 0))
        return await self._ledger.messages(place, issue_key, drawn)

    async def _with_image(self, message: Message) -> Message:
        """Add the picture; the ledger stores only its data, which is far smaller."""
        return replace(message, image=await self._plotter.draw(message.plot)) if message.plot else message

    def _barred_outcome(self, messenger: Messenger, place: Place, rejected: RejectedToken | None) -> Outcome:
        """Return the outcome while our token is barred from a team; log it once a process and token."""
        if not rejected or not rejected.for_good:
            return Outcome.POSTPONED
        if (known := (place.tag, messenger.token(place))) not in self._barred:
            self._barred.add(known)
            log.error("A team is paused until its token is replaced: platform=%s team=%s", place.platform, place.team)
        return Outcome.PAUSED

    async def _postpone(self, entry: LedgerEntry, outcome: Outcome, why: str) -> Outcome:
        """Return `outcome`, unless the digest is older than the catch-up limit and is given up now."""
        if self._clock.now() - entry.digest.slot <= CATCH_UP:
            return outcome
        return Outcome.DONE if await self._note_failure(entry.place, entry.issue_key, why, 1) else outcome

    async def _give_up(self, messenger: Messenger, entry: LedgerEntry, refusal: Refused) -> Outcome:
        """Pause the channel; after three refusals its other pending digests need no attempts of their own."""
        place, issue_key = entry.place, entry.issue_key
        log.error("A channel is paused: place=%s edition=%s why=%s", place, issue_key, refusal)
        waiting = sorted({issue_key, *await self._ledger.pending_in(place)}, key=order)
        users = [await self._ledger.cancel(place, other, refusal.sentence) for other in waiting]
        await self._notify(messenger, place, issue_key, _first(users), refusal)
        return Outcome.DONE

    async def _notify(
        self, messenger: Messenger, place: Place, issue_key: IssueKey, user: str, refusal: Refused
    ) -> None:
        """Notify the user who enabled the digest, once: only the process that paused it does; none after a crash."""
        if not user:
            return
        where = place
        card = paused_card(messenger.address(place), place.channel, refusal.sentence, refusal.hint)
        if origin := origin_of(place):  # a mailbox's owner is known in the chat that set it
            card, where = mail_paused_card(address_of(place), refusal.sentence), origin
            if (found := self._messengers.get(origin.platform)) is None:
                log.warning("Nobody could be told of a pause from here: place=%s", place)
                return
            messenger = found
        try:
            async with self._limiter.request(messenger, where):
                await messenger.tell(where, user, card, message_key(place, issue_key, "paused"))
        except DeliveryFailed as failure:
            log.warning("Nobody could be told of a pause: place=%s why=%s", place, failure)
        else:
            log.info("Who switched the digest on was told of its pause: place=%s", place)


def _first(found: Iterable[str]) -> str:
    return next(filter(None, found), "")

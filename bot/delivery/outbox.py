"""Says what the ledger holds, in each place the oldest edition first; no place, team or platform waits for another."""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from bot.delivery.cards import mail_paused_card
from bot.delivery.messenger import LedgerEntry, Message, Messenger
from bot.delivery.paused_card import paused_card
from bot.delivery.plotter import NO_PLOTTER, Plotter
from bot.delivery.rate_limit import RejectedToken
from bot.delivery.rate_limiter import PATIENCE_SECONDS, RateLimiter
from bot.delivery.sender import ATTEMPTS, MessageSender, Outcome, message_key
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.digest import Digest
from bot.domain.errors import DeliveryFailed, NotLetIn, Refused, StoreDown, TryLater
from bot.domain.issue_key import IssueKey, order
from bot.domain.mailbox import address_of, origin_of
from bot.domain.recap import Recap
from bot.domain.schedule import CATCH_UP
from bot.domain.task import MOST_TRIES, Job, Task
from bot.infra.clock_port import Clock
from bot.infra.logs import about
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import DELIVERY_DELAY, DIGESTS

__all__ = ["ATTEMPTS", "Outbox", "Outcome", "message_key"]

log = logging.getLogger(__name__)

PLACES_AT_ONCE = 500
"""Places of one platform whose digests are in memory at a time; most of them only wait for their turn."""


class Outbox:
    """Delivers waiting digests through the messengers at hand."""

    def __init__(
        self,
        ledger: Ledger,
        messengers: Mapping[str, Messenger],
        clock: Clock,
        pace: RateLimitStore,
        failures: FailureStore,
        to_card: Callable[[Digest | Recap], Card],
        meter: Meter = NO_METER,
        plotter: Plotter = NO_PLOTTER,
    ) -> None:
        self._plotter = plotter
        self._to_card = to_card
        self._ledger = ledger
        self._messengers = messengers
        self._clock = clock
        self._pace = pace
        self._failures = failures
        self._meter = meter
        self._turns = RateLimiter(pace, clock)
        self._speaker = MessageSender(ledger, self._turns, clock, meter)
        self._drawing = asyncio.Lock()
        self._shut: set[tuple[str, str]] = set()

    async def deliver_all(self) -> Counter[Outcome]:
        """Serves every waiting digest of the platforms at hand, and counts what became of them."""
        gates: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PLACES_AT_ONCE))
        editions: defaultdict[Place, list[IssueKey]] = defaultdict(list)
        for place, edition in await self._ledger.waiting():
            editions[place].append(edition)

        async def one(place: Place) -> Counter[Outcome]:
            async with gates[place.platform]:
                return await self._in_order(place, sorted(editions[place], key=order))

        return sum(await asyncio.gather(*map(one, editions)), Counter[Outcome]())

    async def deliver_place(self, place: Place) -> Counter[Outcome]:
        """Serves every waiting digest of one place, and counts what became of them. Raises StoreDown."""
        return await self._in_order(place, await self._ledger.editions(place))

    async def _in_order(self, place: Place, editions: Sequence[IssueKey]) -> Counter[Outcome]:
        """The oldest first; where one can't be said now, the later ones wait behind it."""
        found: Counter[Outcome] = Counter()
        resting = await self._resting(place)
        for number, edition in enumerate(editions):
            if Task(Job.DELIVER, place, edition).key in resting:
                found[Outcome.POSTPONED] += 1
                continue
            with about(digest=f"{place}:{edition}"):
                outcome = await self._guarded(place, edition)
            self._meter.count(DIGESTS, platform=place.platform, outcome=outcome or "failed")
            if outcome not in {None, Outcome.DONE}:
                return found + Counter({outcome: len(editions) - number})
            found[outcome or Outcome.POSTPONED] += 1
        return found

    async def _guarded(self, place: Place, edition: IssueKey) -> Outcome | None:
        """As `deliver`; None where a fault of ours kept the digest from being said.

        That holds up neither another channel nor the same channel's next one; after a few of them it is given up.
        """
        try:
            return await self.deliver(place, edition)
        except StoreDown as down:
            log.warning("A digest waits: place=%s edition=%s why=%s", place, edition, down)
            return Outcome.LEFT
        except Exception as error:
            log.exception("A digest can't be delivered: place=%s edition=%s", place, edition)
            why = f"{type(error).__name__} on our side."
        return Outcome.DONE if await self._failed(place, edition, why, MOST_TRIES) else None

    async def _resting(self, place: Place) -> set[str]:
        try:
            return await self._failures.resting(place)
        except StoreDown:
            return set()

    async def _failed(self, place: Place, edition: IssueKey, why: str, most_tries: int) -> bool:
        """Notes a failure, and says whether the digest is given up: it waits no more, unless a person wants it."""
        try:
            failure = await self._failures.note(Task(Job.DELIVER, place, edition), why, most_tries)
            if failure.dead:
                log.error("A digest is given up: place=%s edition=%s why=%s", place, edition, why)
                await self._ledger.drop(place, edition)
        except StoreDown:
            return False
        return failure.dead

    async def deliver(self, place: Place, edition: IssueKey) -> Outcome:
        """Brings one digest as far as it goes now. A failure is logged and kept to this channel."""
        messenger = self._messengers.get(place.platform)
        if messenger is None:
            return Outcome.ELSEWHERE
        say = await self._ledger.find(place, edition)
        if say is None:
            log.error("A digest's record is gone or can't be read: place=%s edition=%s", place, edition)
            await self._ledger.close(place, edition)
            return Outcome.DONE
        return await self._tried(messenger, say)

    async def _tried(self, messenger: Messenger, say: LedgerEntry) -> Outcome:
        place, edition = say.place, say.edition
        if away := await self._pace.away(place, messenger.token(place)):
            return await self._waits(say, self._shut_out(messenger, place, away), NotLetIn.sentence)
        try:
            return await self._deliver(messenger, say)
        except Refused as refusal:
            return await self._give_up(messenger, say, refusal)
        except NotLetIn as shut:
            log.error("A digest waits, the bot isn't let in: place=%s edition=%s why=%s", place, edition, shut)
            away = await self._pace.away(place, messenger.token(place))
            return await self._waits(say, self._shut_out(messenger, place, away), shut.sentence)
        except DeliveryFailed as failure:
            log.warning("A digest waits: place=%s edition=%s why=%s", place, edition, failure)
            long = isinstance(failure, TryLater) and failure.after_seconds > PATIENCE_SECONDS
            return await self._waits(say, Outcome.POSTPONED if long else Outcome.LEFT, failure.sentence)

    async def _deliver(self, messenger: Messenger, say: LedgerEntry) -> Outcome:
        place, edition = say.place, say.edition
        for part, message in enumerate(await self._messages(messenger, say)):
            said = await self._speaker.say(messenger, say, part, await self._illustrated(message))
            if said is not Outcome.DONE:
                return said
        await self._ledger.close(place, edition)
        await self._failures.clear(Task(Job.DELIVER, place, edition))
        delay_seconds = (self._clock.now() - say.digest.slot).total_seconds()
        self._meter.observe(DELIVERY_DELAY, max(delay_seconds, 0.0), platform=place.platform)
        log.info("A digest stands in its channel: place=%s edition=%s", place, edition)
        return Outcome.DONE

    async def _messages(self, messenger: Messenger, say: LedgerEntry) -> Sequence[Message]:
        """Drawn once: a later version of this program completes what an earlier one began, as it was begun."""
        place, edition = say.place, say.edition
        async with self._drawing:
            await asyncio.sleep(0)  # what takes its turn meanwhile isn't kept from going by the drawing of hundreds
            drawn = messenger.draw(self._to_card(say.digest), message_key(place, edition, 0))
        return await self._ledger.messages(place, edition, drawn)

    async def _illustrated(self, message: Message) -> Message:
        """With its picture; the ledger keeps what it shows, which is far smaller."""
        return replace(message, image=await self._plotter.draw(message.plot)) if message.plot else message

    def _shut_out(self, messenger: Messenger, place: Place, away: RejectedToken | None) -> Outcome:
        """What becomes of a team's digests while our token isn't shown to it; said once a process and token."""
        if not away or not away.for_good:
            return Outcome.POSTPONED
        if (known := (place.tag, messenger.token(place))) not in self._shut:
            self._shut.add(known)
            log.error("A team is paused until its token is replaced: platform=%s team=%s", place.platform, place.team)
        return Outcome.PAUSED

    async def _waits(self, say: LedgerEntry, outcome: Outcome, why: str) -> Outcome:
        """`outcome`, unless the digest is older than what is caught up with, and is given up now."""
        if self._clock.now() - say.digest.slot <= CATCH_UP:
            return outcome
        return Outcome.DONE if await self._failed(say.place, say.edition, why, 1) else outcome

    async def _give_up(self, messenger: Messenger, say: LedgerEntry, refusal: Refused) -> Outcome:
        """Pauses the channel; with three refusals nothing else that waits for it needs an attempt of its own."""
        place, edition = say.place, say.edition
        log.error("A channel is paused: place=%s edition=%s why=%s", place, edition, refusal)
        waiting = sorted({edition, *await self._ledger.editions(place)}, key=order)
        told = [await self._ledger.cancel(place, other, refusal.sentence) for other in waiting]
        await self._tell(messenger, place, edition, _first(told), refusal)
        return Outcome.DONE

    async def _tell(self, messenger: Messenger, place: Place, edition: IssueKey, user: str, refusal: Refused) -> None:
        """Tells who switched the digest on, once: whoever paused the channel, and nobody after a crash."""
        if not user:
            return
        where = place
        card = paused_card(messenger.address(place), place.channel, refusal.sentence, refusal.hint)
        if origin := origin_of(place):  # who set a mailbox is known where they did
            card, where = mail_paused_card(address_of(place), refusal.sentence), origin
            if (found := self._messengers.get(origin.platform)) is None:
                log.warning("Nobody could be told of a pause from here: place=%s", place)
                return
            messenger = found
        try:
            async with self._turns.going(messenger, where):
                await messenger.tell(where, user, card, message_key(place, edition, "paused"))
        except DeliveryFailed as failure:
            log.warning("Nobody could be told of a pause: place=%s why=%s", place, failure)
        else:
            log.info("Who switched the digest on was told of its pause: place=%s", place)


def _first(found: Iterable[str]) -> str:
    return next(filter(None, found), "")

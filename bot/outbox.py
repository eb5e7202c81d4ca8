"""Says what the ledger holds, once: claims a message, posts it, records the receipt; looks before it says again."""

import asyncio
import hashlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from enum import StrEnum
from itertools import chain

from bot.cards.digest import digest_card
from bot.errors import DeliveryFailed, HistoryUnreadable, NotLetIn, Refused, StoreDown, TryLater, Unknown
from bot.logs import about
from bot.metrics import DELIVERY_DELAY, DIGESTS, MESSAGES
from bot.ports import NO_METER, Claim, Clock, Ledger, Message, Messenger, Meter, Say
from bot.subscription import Place

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Refusals in all before a channel is paused."""

PATIENCE_SECONDS = 30.0
"""The longest that a platform's wish to wait is obeyed here; beyond it the message stays for the next run."""

SHUT_SECONDS = 60.0
"""How long a platform that refused our token isn't asked again by this process."""

SETTLE_SECONDS = 1.5
"""How long a message whose reply was lost is given to appear in the channel before we look."""

LOOKS = 2
CLOCKS_DIFFER = timedelta(minutes=30)
"""How far the platform's clock may lag behind that of Redis without a message being overlooked."""

HOLD_SECONDS = 5.0
AT_ONCE = 10
"""Channels served side by side; within one channel, messages go one after the other."""


class Outcome(StrEnum):
    """What became of a digest: `DONE` leaves nothing to do (sent, or given up), `LEFT` something to try again soon,
    `POSTPONED` something for a later run, `ELSEWHERE` something for a process that has the platform's token."""

    DONE = "done"
    LEFT = "left"
    POSTPONED = "postponed"
    ELSEWHERE = "elsewhere"


_NOTHING_TO_DO = {Claim.DONE: Outcome.DONE, Claim.BUSY: Outcome.LEFT, Claim.LATER: Outcome.POSTPONED}


def message_key(place: Place, day: date, part: int) -> str:
    """The name of one message for all time: 24 characters, the same whoever computes it, unique over channels."""
    return hashlib.sha256(f"{place}|{day.isoformat()}|{part}".encode()).hexdigest()[:24]


class Outbox:
    """Delivers waiting digests through the messengers at hand."""

    def __init__(
        self, ledger: Ledger, messengers: Mapping[str, Messenger], clock: Clock, meter: Meter = NO_METER
    ) -> None:
        self._ledger = ledger
        self._messengers = messengers
        self._clock = clock
        self._meter = meter
        self._shut_until: dict[str, float] = {}

    async def deliver_all(self) -> Counter[Outcome]:
        """Serves every waiting digest of the platforms at hand, and counts what became of them."""
        gate = asyncio.Semaphore(AT_ONCE)
        days: dict[Place, list[date]] = {}
        for place, day in await self._ledger.waiting():
            days.setdefault(place, []).append(day)

        async def one(place: Place) -> list[Outcome]:
            async with gate:
                return [await self._delivered(place, day) for day in sorted(days[place])]

        outcomes = await asyncio.gather(*(one(place) for place in days))
        return Counter(chain.from_iterable(outcomes))

    async def deliver_place(self, place: Place) -> Counter[Outcome]:
        """As `deliver_all`, for one place."""
        days = sorted(day for where, day in await self._ledger.waiting() if where == place)
        return Counter([await self._delivered(place, day) for day in days])

    async def _delivered(self, place: Place, day: date) -> Outcome:
        """As `deliver`; a fault of ours in one channel's digest holds up no other channel either."""
        with about(digest=f"{place}:{day}"):
            outcome = await self._guarded(place, day)
        self._meter.count(DIGESTS, platform=place.platform, outcome=outcome)
        return outcome

    async def _guarded(self, place: Place, day: date) -> Outcome:
        try:
            return await self.deliver(place, day)
        except StoreDown as down:
            log.warning("A digest waits: place=%s day=%s why=%s", place, day, down)
            return Outcome.LEFT
        except Exception:
            log.exception("A digest can't be delivered: place=%s day=%s", place, day)
            return Outcome.POSTPONED

    async def deliver(self, place: Place, day: date) -> Outcome:
        """Brings one digest as far as it goes now. A failure is logged and kept to this channel."""
        messenger = self._messengers.get(place.platform)
        if messenger is None:
            return Outcome.ELSEWHERE
        if self._shut_until.get(place.tag, 0.0) > time.monotonic():
            return Outcome.POSTPONED
        try:
            return await self._deliver(messenger, place, day)
        except Refused as refusal:
            return await self._give_up(place, day, refusal)
        except NotLetIn as shut:
            self._shut_until[place.tag] = time.monotonic() + SHUT_SECONDS
            log.error("A digest waits, the bot isn't let in: place=%s day=%s why=%s", place, day, shut)
            return Outcome.POSTPONED
        except DeliveryFailed as failure:
            log.warning("A digest waits: place=%s day=%s why=%s", place, day, failure)
            return Outcome.LEFT

    async def _deliver(self, messenger: Messenger, place: Place, day: date) -> Outcome:
        say = await self._ledger.find(place, day)
        if say is None:
            log.error("A digest's record is gone or can't be read: place=%s day=%s", place, day)
            await self._ledger.close(place, day)
            return Outcome.DONE
        for part, message in enumerate(await self._messages(messenger, say)):
            said = await self._say(messenger, say, part, message)
            if said is not Outcome.DONE:
                return said
        await self._ledger.close(place, day)
        delay_seconds = (self._clock.now() - say.digest.slot).total_seconds()
        self._meter.observe(DELIVERY_DELAY, delay_seconds, platform=place.platform)
        log.info("A digest stands in its channel: place=%s day=%s", place, day)
        return Outcome.DONE

    async def _messages(self, messenger: Messenger, say: Say) -> Sequence[Message]:
        """Drawn once: a later version of this program completes what an earlier one began, as it was begun."""
        place, day = say.digest.place, say.digest.day
        drawn = messenger.draw(digest_card(say.digest, say.digest.slot), message_key(place, day, 0))
        return await self._ledger.messages(place, day, drawn)

    async def _say(self, messenger: Messenger, say: Say, part: int, message: Message) -> Outcome:
        """`DONE` when this message needs nothing more: it stands there, or nobody can tell and it was marked."""
        place, day = say.digest.place, say.digest.day
        claim = await self._ledger.claim(place, day, part)
        if claim in _NOTHING_TO_DO:
            return _NOTHING_TO_DO[claim]
        async with self._held(place, day, part):
            if claim is Claim.FRESH or await self._is_missing(messenger, say, part):
                return await self._post(messenger, say, part, message)
        return Outcome.DONE

    @asynccontextmanager
    async def _held(self, place: Place, day: date, part: int) -> AsyncIterator[None]:
        """Keeps the claim alive meanwhile: a platform may take its time, and nobody shall take the message over."""

        settled = asyncio.Event()

        async def hold() -> None:
            with suppress(StoreDown):
                while not settled.is_set() and await self._ledger.hold(place, day, part):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(settled.wait(), HOLD_SECONDS)

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            settled.set()
            await holding

    async def _post(self, messenger: Messenger, say: Say, part: int, message: Message) -> Outcome:
        """Posts until it stands there. Raises Refused after the last attempt, TryLater where it takes too long."""
        place, day = say.digest.place, say.digest.day
        key = message_key(place, day, part)
        for attempt in range(ATTEMPTS):
            if attempt and not await self._ledger.hold(place, day, part):
                return Outcome.LEFT  # Redis was away for so long that another process took it over
            try:
                receipt = await messenger.post(place, message, key)
            except Unknown:
                self._tally(place, "unknown")
                if not await self._is_missing(messenger, say, part):
                    return Outcome.DONE
            except TryLater as later:
                self._tally(place, "later")
                await self._wait(say, part, later)
            except NotLetIn:
                self._tally(place, "not_let_in")
                await self._ledger.unsent(place, day, part)
                raise
            except Refused:
                self._tally(place, "refused")
                if await self._ledger.refused(place, day) >= ATTEMPTS:
                    raise
                await self._clock.sleep(0.5 * (attempt + 1))
            else:
                await self._ledger.sent(place, day, part, receipt)
                self._tally(place, "sent")
                return Outcome.DONE
        await self._ledger.unsent(place, day, part)
        raise TryLater(f"No message was taken in {ATTEMPTS} attempts.")

    async def _wait(self, say: Say, part: int, later: TryLater) -> None:
        if later.after_seconds > PATIENCE_SECONDS:
            await self._ledger.unsent(say.digest.place, say.digest.day, part, later.after_seconds)
            raise later
        await self._clock.sleep(later.after_seconds)

    async def _is_missing(self, messenger: Messenger, say: Say, part: int) -> bool:
        """Looks for a message whose fate is unknown; where it can't be told, it is marked and not missing."""
        place, day = say.digest.place, say.digest.day
        key, since = message_key(place, day, part), say.opened - CLOCKS_DIFFER
        try:
            for _ in range(LOOKS):
                await self._clock.sleep(SETTLE_SECONDS)
                receipt = await messenger.find(place, key, since)
                if receipt is not None:
                    await self._ledger.sent(place, day, part, receipt)
                    self._tally(place, "found")
                    return False
        except HistoryUnreadable as unreadable:
            log.warning("It can't be told whether a message arrived: place=%s day=%s why=%s", place, day, unreadable)
            await self._ledger.doubt(place, day, part)
            self._tally(place, "uncertain")
            return False
        return True

    def _tally(self, place: Place, outcome: str) -> None:
        self._meter.count(MESSAGES, platform=place.platform, outcome=outcome)

    async def _give_up(self, place: Place, day: date, refusal: Refused) -> Outcome:
        """Pauses the channel; with three refusals nothing else that waits for it needs an attempt of its own."""
        log.error("A channel is paused: place=%s day=%s why=%s", place, day, refusal)
        waiting = [other for where, other in await self._ledger.waiting() if where == place]
        for other in {day, *waiting}:
            await self._ledger.cancel(place, other, refusal.sentence)
        return Outcome.DONE

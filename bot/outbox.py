"""Says what the ledger holds, once: claims a message, posts it, records the receipt; looks before it says again."""

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import date, timedelta
from enum import StrEnum

from bot.cards.digest import digest_card
from bot.errors import DeliveryFailed, HistoryUnreadable, Refused, StoreDown, TryLater, Unknown
from bot.ports import Claim, Clock, Ledger, Message, Messenger, Say
from bot.subscription import Place

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Refusals in all before a channel is paused."""

PATIENCE_SECONDS = 30.0
"""The longest that a platform's wish to wait is obeyed here; beyond it the message stays for the next run."""

SETTLE_SECONDS = 1.5
"""How long a message whose reply was lost is given to appear in the channel before we look."""

LOOKS = 2
CLOCKS_DIFFER = timedelta(minutes=30)
"""How far the platform's clock may lag behind that of Redis without a message being overlooked."""

HOLD_SECONDS = 8.0
AT_ONCE = 10
"""Channels served side by side; within one channel, messages go one after the other."""


class Outcome(StrEnum):
    """What became of a digest: `DONE` leaves nothing to do (sent, or given up), `LEFT` something for us to do again,
    `ELSEWHERE` something for a process that has the platform's token."""

    DONE = "done"
    LEFT = "left"
    ELSEWHERE = "elsewhere"


def message_key(place: Place, day: date, part: int) -> str:
    """The name of one message for all time: 24 characters, the same whoever computes it, unique over channels."""
    return hashlib.sha256(f"{place}|{day.isoformat()}|{part}".encode()).hexdigest()[:24]


class Outbox:
    """Delivers waiting digests through the messengers at hand."""

    def __init__(self, ledger: Ledger, messengers: Mapping[str, Messenger], clock: Clock) -> None:
        self._ledger = ledger
        self._messengers = messengers
        self._clock = clock

    async def deliver_all(self) -> Counter[Outcome]:
        """Serves every waiting digest of the platforms at hand, and counts what became of them."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(place: Place, day: date) -> Outcome:
            async with gate:
                return await self.deliver(place, day)

        waiting = await self._ledger.waiting()
        outcomes = await asyncio.gather(*(one(place, day) for place, day in waiting))
        return Counter(outcomes)

    async def deliver(self, place: Place, day: date) -> Outcome:
        """Brings one digest as far as it goes now. A failure is logged and kept to this channel."""
        messenger = self._messengers.get(place.platform)
        say = await self._ledger.find(place, day)
        if messenger is None or say is None:
            return Outcome.ELSEWHERE
        try:
            return await self._deliver(messenger, say)
        except Refused as refusal:
            return await self._give_up(place, day, refusal)
        except (DeliveryFailed, StoreDown) as failure:
            log.warning("A digest waits: place=%s day=%s why=%s", place, day, failure)
            return Outcome.LEFT

    async def _deliver(self, messenger: Messenger, say: Say) -> Outcome:
        place, day = say.digest.place, say.digest.day
        for part, message in enumerate(await self._messages(messenger, say)):
            if not await self._say(messenger, say, part, message):
                return Outcome.LEFT
        await self._ledger.close(place, day)
        log.info("A digest stands in its channel: place=%s day=%s", place, day)
        return Outcome.DONE

    async def _messages(self, messenger: Messenger, say: Say) -> Sequence[Message]:
        """Drawn once: a later version of this program completes what an earlier one began, as it was begun."""
        place, day = say.digest.place, say.digest.day
        drawn = messenger.draw(digest_card(say.digest, say.digest.slot), message_key(place, day, 0))
        return await self._ledger.messages(place, day, drawn)

    async def _say(self, messenger: Messenger, say: Say, part: int, message: Message) -> bool:
        """True when this message needs nothing more: it stands there, or nobody can tell and it was marked."""
        place, day = say.digest.place, say.digest.day
        claim = await self._ledger.claim(place, day, part)
        if claim in {Claim.BUSY, Claim.DONE}:
            return claim is Claim.DONE
        async with self._held(place, day, part):
            if claim is Claim.FRESH or await self._is_missing(messenger, say, part):
                await self._post(messenger, say, part, message)
        return True

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

    async def _post(self, messenger: Messenger, say: Say, part: int, message: Message) -> None:
        """Posts until it stands there. Raises Refused after the last attempt, TryLater where it takes too long."""
        place, day = say.digest.place, say.digest.day
        key = message_key(place, day, part)
        for attempt in range(ATTEMPTS):
            if attempt and not await self._ledger.hold(place, day, part):
                return  # Redis was away for so long that another process took it over
            try:
                receipt = await messenger.post(place, message, key)
            except Unknown:
                if not await self._is_missing(messenger, say, part):
                    return
            except TryLater as later:
                await self._wait(say, part, later)
            except Refused:
                if await self._ledger.refused(place, day) >= ATTEMPTS:
                    raise
                await self._clock.sleep(0.5 * (attempt + 1))
            else:
                await self._ledger.sent(place, day, part, receipt)
                return
        await self._ledger.unsent(place, day, part)
        raise TryLater(f"No message was taken in {ATTEMPTS} attempts.")

    async def _wait(self, say: Say, part: int, later: TryLater) -> None:
        if later.after_seconds > PATIENCE_SECONDS:
            await self._ledger.unsent(say.digest.place, say.digest.day, part)
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
                    return False
        except HistoryUnreadable as unreadable:
            log.warning("It can't be told whether a message arrived: place=%s day=%s why=%s", place, day, unreadable)
            await self._ledger.doubt(place, day, part)
            return False
        return True

    async def _give_up(self, place: Place, day: date, refusal: Refused) -> Outcome:
        log.error("A channel is paused: place=%s day=%s why=%s", place, day, refusal)
        await self._ledger.cancel(place, day, refusal.sentence)
        return Outcome.DONE

"""Says one message once: claims it, posts it, records the receipt; looks before it says it again."""

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from enum import StrEnum

from bot.delivery.messenger import Claim, LedgerEntry, Message, Messenger
from bot.delivery.rate_limiter import PATIENCE_SECONDS, RateLimiter
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, NotLetIn, Refused, StoreDown, TryLater, Unknown
from bot.domain.issue_key import IssueKey
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import MESSAGES

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Refusals in all before a channel is paused."""

SETTLE_SECONDS = 1.5
"""How long a message whose reply was lost is given to appear in the channel before we look."""

LOOKS = 2
CLOCKS_DIFFER = timedelta(minutes=30)
"""How far the platform's clock may lag behind that of Redis without a message being overlooked."""

HOLD_SECONDS = 4.0

AGAIN_SECONDS, LONGEST_SECONDS = 2.0, 600.0
"""After a failure that may pass a digest is tried again, each time after twice as long, up to ten minutes."""


class Outcome(StrEnum):
    """What became of a digest: `DONE` leaves nothing to do (sent, or given up), `LEFT` something to try again soon,
    `POSTPONED` something for a later run, `ELSEWHERE` something for a process that has the platform's token, `PAUSED`
    something for when the team's token was replaced."""

    DONE = "done"
    LEFT = "left"
    POSTPONED = "postponed"
    ELSEWHERE = "elsewhere"
    PAUSED = "paused"


_NOTHING_TO_DO = {
    Claim.DONE: Outcome.DONE,
    Claim.BUSY: Outcome.LEFT,
    Claim.SOON: Outcome.LEFT,
    Claim.LATER: Outcome.POSTPONED,
}


def message_key(place: Place, edition: IssueKey, part: int | str) -> str:
    """The name of one message for all time: 24 characters, the same whoever computes it, unique over channels."""
    return hashlib.sha256(f"{place}|{edition.isoformat()}|{part}".encode()).hexdigest()[:24]


def pause_after(tries: int) -> float:
    """Seconds until a digest is tried again after so many failures: more each time, and not the same for all."""
    grown: float = min(LONGEST_SECONDS, AGAIN_SECONDS * 2.0 ** min(tries - 1, 20))
    return grown * random.uniform(0.5, 1.0)


class _Unseen(TryLater):
    """The message may stand there, which can't be looked up now."""


class MessageSender:
    """Says messages of the ledger. Each call is kept to one message, whatever goes wrong."""

    def __init__(self, ledger: Ledger, turns: RateLimiter, clock: Clock, meter: Meter = NO_METER) -> None:
        self._ledger = ledger
        self._turns = turns
        self._clock = clock
        self._meter = meter

    async def say(self, messenger: Messenger, say: LedgerEntry, part: int, message: Message) -> Outcome:
        """`DONE` when this message needs nothing more: it stands there, or nobody can tell and it was marked.

        Raises Refused where the channel is to be paused, NotLetIn, and TryLater where it waits in the ledger now.
        """
        place, edition = say.place, say.edition
        claim = await self._ledger.queue(place, edition, part)
        if claim in _NOTHING_TO_DO:
            return _NOTHING_TO_DO[claim]
        async with self._held(place, edition, part), self._given_back(place, edition, part):
            if claim is Claim.LOOK and not await self._is_missing(messenger, say, part):
                return Outcome.DONE
            await self._turns.wait(messenger, place)
            if claim is Claim.FRESH and await self._ledger.claim(place, edition, part) is not Claim.FRESH:
                return Outcome.LEFT  # Redis was away for so long that another process took it over
            return await self._post(messenger, say, part, message)

    @asynccontextmanager
    async def _held(self, place: Place, edition: IssueKey, part: int) -> AsyncIterator[None]:
        """Keeps the claim alive meanwhile: a platform may take its time, and nobody shall take the message over."""

        settled = asyncio.Event()

        async def hold() -> None:
            with suppress(StoreDown):
                while not settled.is_set() and await self._ledger.hold(place, edition, part):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(settled.wait(), HOLD_SECONDS)

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            settled.set()
            await holding

    @asynccontextmanager
    async def _given_back(self, place: Place, edition: IssueKey, part: int) -> AsyncIterator[None]:
        """Gives the claim back where the message isn't known to stand, to be taken up after a while that grows."""
        try:
            yield
        except TryLater as later:
            pause = 0.0 if later.scope else pause_after(await self._ledger.tried(place, edition))
            wait = max(later.after_seconds, pause)
            give_back = self._ledger.unseen if isinstance(later, _Unseen) else self._ledger.unsent
            await give_back(place, edition, part, wait)
            raise TryLater(later.sentence, wait, later.scope) from later
        except (NotLetIn, Refused):
            await self._ledger.unsent(place, edition, part)
            raise

    async def _post(self, messenger: Messenger, say: LedgerEntry, part: int, message: Message) -> Outcome:
        """Posts until it stands there. Raises Refused after the last attempt, TryLater where it takes too long."""
        place, edition = say.place, say.edition
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._turns.wait(messenger, place)
                if not await self._ledger.hold(place, edition, part):
                    return Outcome.LEFT  # Redis was away for so long that another process took it over
            if await self._stands(messenger, say, part, message):
                return Outcome.DONE
        raise TryLater(f"No message was taken in {ATTEMPTS} attempts.")

    async def _stands(self, messenger: Messenger, say: LedgerEntry, part: int, message: Message) -> bool:
        """Posts it once; False where it was surely not taken and may be at the next turn. Raises as `_post`."""
        place, edition = say.place, say.edition
        try:
            receipt = await self._turns.post(messenger, place, message, message_key(place, edition, part))
        except Unknown:
            self._tally(place, "unknown")
            return not await self._is_missing(messenger, say, part)
        except TryLater as later:
            self._tally(place, "later")
            if not later.scope or later.after_seconds > PATIENCE_SECONDS:
                raise
            return False
        except NotLetIn:
            self._tally(place, "not_let_in")
            raise
        except Refused:
            self._tally(place, "refused")
            if (refusals := await self._ledger.refused(place, edition)) >= ATTEMPTS:
                raise
            await self._clock.sleep(0.5 * refusals)
            return False
        await self._ledger.sent(place, edition, part, receipt)
        self._tally(place, "sent")
        return True

    def _tally(self, place: Place, outcome: str) -> None:
        self._meter.count(MESSAGES, platform=place.platform, outcome=outcome)

    async def _is_missing(self, messenger: Messenger, say: LedgerEntry, part: int) -> bool:
        """Looks for a message whose fate is unknown; where it can't be told, it is marked and not missing.

        Raises TryLater or NotLetIn where nobody can look now; then whoever takes it up looks first.
        """
        place, edition = say.place, say.edition
        key, since = message_key(place, edition, part), say.opened - CLOCKS_DIFFER
        try:
            for _ in range(LOOKS):
                await self._clock.sleep(SETTLE_SECONDS)
                async with self._turns.going(messenger, place):
                    receipt = await messenger.find(place, key, since)
                if receipt is not None:
                    await self._ledger.sent(place, edition, part, receipt)
                    self._tally(place, "found")
                    return False
        except HistoryUnreadable as unreadable:
            log.warning(
                "It can't be told whether a message arrived: place=%s edition=%s why=%s", place, edition, unreadable
            )
            await self._ledger.doubt(place, edition, part)
            self._tally(place, "uncertain")
            return False
        except TryLater as later:
            raise _Unseen(later.sentence, later.after_seconds, later.scope) from later
        except NotLetIn:
            await self._ledger.unseen(place, edition, part, 0)
            raise
        return True

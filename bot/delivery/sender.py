"""Send one message exactly once: claim it, post it, record the receipt, and look for it before any resend."""

import asyncio
import hashlib
import logging
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from enum import StrEnum

from bot.delivery.messenger import Claim, LedgerEntry, Message, Messenger
from bot.delivery.rate_limiter import MAX_WAIT_SECONDS, RateLimiter
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.errors import HistoryUnreadable, NotLetIn, Refused, StoreDown, TryLater, Unknown
from bot.domain.issue_key import IssueKey
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import MESSAGES

log = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
"""Total refusals before a channel is paused."""

SETTLE_SECONDS = 1.5
"""Time for a message whose reply was lost to appear in the channel before we look for it."""

LOOKS = 2
MAX_CLOCK_SKEW = timedelta(minutes=30)
"""Tolerated lag of the platform's clock behind Redis's when looking for a message."""

HOLD_SECONDS = 4.0

FIRST_RETRY_SECONDS, MAX_RETRY_SECONDS = 2.0, 600.0
"""Retry delays after a transient failure: they double each time, up to ten minutes."""


class Outcome(StrEnum):
    """The result of delivering a digest.

    `DONE`: nothing left to do (sent or given up). `LEFT`: retry soon. `POSTPONED`: retry in a later run. `ELSEWHERE`:
    another process has the platform's token. `PAUSED`: wait for a new token of the team.
    """

    DONE = "done"
    LEFT = "left"
    POSTPONED = "postponed"
    ELSEWHERE = "elsewhere"
    PAUSED = "paused"


_OUTCOMES = {
    Claim.DONE: Outcome.DONE,
    Claim.BUSY: Outcome.LEFT,
    Claim.SOON: Outcome.LEFT,
    Claim.LATER: Outcome.POSTPONED,
}


def message_key(place: Place, issue_key: IssueKey, part: int | str) -> str:
    """Return the permanent key of one message: 24 characters, deterministic, unique over channels."""
    return hashlib.sha256(f"{place}|{issue_key.isoformat()}|{part}".encode()).hexdigest()[:24]


def pause_after(tries: int) -> float:
    """Return the seconds until the next try after so many failures: growing, with jitter."""
    grown: float = min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(tries - 1, 20))
    return grown * random.uniform(0.5, 1.0)


class _Unverified(TryLater):
    """The message may have been posted, and nobody can look for it now."""


class MessageSender:
    """Sends messages of the ledger. Each call affects one message, whatever goes wrong."""

    def __init__(self, ledger: Ledger, limiter: RateLimiter, clock: Clock, meter: Meter = NO_METER) -> None:
        self._ledger = ledger
        self._limiter = limiter
        self._clock = clock
        self._meter = meter

    async def send(self, messenger: Messenger, entry: LedgerEntry, part: int, message: Message) -> Outcome:
        """Return `DONE` if this message needs nothing more: it was posted, or marked because its arrival is unknown.

        Raises Refused if the channel is to be paused, NotLetIn, and TryLater if the message stays in the ledger.
        """
        place, issue_key = entry.place, entry.issue_key
        claim = await self._ledger.queue(place, issue_key, part)
        if claim in _OUTCOMES:
            return _OUTCOMES[claim]
        async with self._held(place, issue_key, part), self._released(place, issue_key, part):
            if claim is Claim.LOOK and not await self._is_missing(messenger, entry, part):
                return Outcome.DONE
            await self._limiter.wait(messenger, place)
            if claim is Claim.FRESH and await self._ledger.claim(place, issue_key, part) is not Claim.FRESH:
                return Outcome.LEFT  # Redis was away for so long that another process took it over
            return await self._post(messenger, entry, part, message)

    @asynccontextmanager
    async def _held(self, place: Place, issue_key: IssueKey, part: int) -> AsyncIterator[None]:
        """Keep the claim alive: a platform may be slow, and no other process must take the message over."""
        settled = asyncio.Event()

        async def hold() -> None:
            with suppress(StoreDown):
                while not settled.is_set() and await self._ledger.hold(place, issue_key, part):
                    with suppress(TimeoutError):
                        await asyncio.wait_for(settled.wait(), HOLD_SECONDS)

        holding = asyncio.create_task(hold())
        try:
            yield
        finally:
            settled.set()
            await holding

    @asynccontextmanager
    async def _released(self, place: Place, issue_key: IssueKey, part: int) -> AsyncIterator[None]:
        """Release the claim if the message isn't known to have been posted; the retry delay grows."""
        try:
            yield
        except TryLater as later:
            pause = 0.0 if later.scope else pause_after(await self._ledger.count_failure(place, issue_key))
            wait = max(later.after_seconds, pause)
            verify_first = isinstance(later, _Unverified)
            await self._ledger.release(place, issue_key, part, wait, verify_first)
            raise TryLater(later.sentence, wait, later.scope) from later
        except (NotLetIn, Refused):
            await self._ledger.release(place, issue_key, part)
            raise

    async def _post(self, messenger: Messenger, entry: LedgerEntry, part: int, message: Message) -> Outcome:
        """Post until the message is in the channel. Raises Refused after the last attempt, TryLater after a timeout."""
        place, issue_key = entry.place, entry.issue_key
        for attempt in range(MAX_ATTEMPTS):
            if attempt:
                await self._limiter.wait(messenger, place)
                if not await self._ledger.hold(place, issue_key, part):
                    return Outcome.LEFT  # Redis was away for so long that another process took it over
            if await self._try_post(messenger, entry, part, message):
                return Outcome.DONE
        raise TryLater(f"No message was taken in {MAX_ATTEMPTS} attempts.")

    async def _try_post(self, messenger: Messenger, entry: LedgerEntry, part: int, message: Message) -> bool:
        """Post once; return False if it was surely not taken and may be retried. Raises as `_post` does."""
        place, issue_key = entry.place, entry.issue_key
        try:
            receipt = await self._limiter.post(messenger, place, message, message_key(place, issue_key, part))
        except Unknown:
            self._tally(place, "unknown")
            return not await self._is_missing(messenger, entry, part)
        except TryLater as later:
            self._tally(place, "later")
            if not later.scope or later.after_seconds > MAX_WAIT_SECONDS:
                raise
            return False
        except NotLetIn:
            self._tally(place, "not_let_in")
            raise
        except Refused:
            self._tally(place, "refused")
            if (refusals := await self._ledger.count_refusal(place, issue_key)) >= MAX_ATTEMPTS:
                raise
            await self._clock.sleep(0.5 * refusals)
            return False
        await self._ledger.mark_sent(place, issue_key, part, receipt)
        self._tally(place, "sent")
        return True

    def _tally(self, place: Place, outcome: str) -> None:
        self._meter.count(MESSAGES, platform=place.platform, outcome=outcome)

    async def _is_missing(self, messenger: Messenger, entry: LedgerEntry, part: int) -> bool:
        """Look for a message whose arrival is unknown; if the history can't answer, mark it and return False.

        Raises TryLater or NotLetIn if nobody can look now; the next process to claim it looks first.
        """
        place, issue_key = entry.place, entry.issue_key
        key, since = message_key(place, issue_key, part), entry.opened - MAX_CLOCK_SKEW
        try:
            for _ in range(LOOKS):
                await self._clock.sleep(SETTLE_SECONDS)
                async with self._limiter.request(messenger, place):
                    receipt = await messenger.find(place, key, since)
                if receipt is not None:
                    await self._ledger.mark_sent(place, issue_key, part, receipt)
                    self._tally(place, "found")
                    return False
        except HistoryUnreadable as unreadable:
            log.warning(
                "It can't be told whether a message arrived: place=%s edition=%s why=%s", place, issue_key, unreadable
            )
            await self._ledger.mark_unknown(place, issue_key, part)
            self._tally(place, "uncertain")
            return False
        except TryLater as later:
            raise _Unverified(later.sentence, later.after_seconds, later.scope) from later
        except NotLetIn:
            await self._ledger.release(place, issue_key, part, verify_first=True)
            raise
        return True

"""Corrects instants of channels that lie in the future: a clock was wrong, or `once --at` ran ahead.

Such a slot would silence its channel until it has come. The ledger knows what was really served before; what a digest
brought stays delivered, whenever it was dated.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel
from bot.domain.digest import Digest
from bot.domain.schedule import CATCH_UP, is_ahead
from bot.domain.wording import date_in_words
from bot.infra.redis import keys

log = logging.getLogger(__name__)


class WrongSlots:
    """Corrects slots and beginnings from the future. Methods raise StoreDown."""

    def __init__(self, channels: ChannelStore, ledger: Ledger) -> None:
        self._channels = channels
        self._ledger = ledger

    async def corrected(self, channels: Sequence[Channel], now: datetime) -> list[Channel]:
        """Return the channels as they are after a correction; `now` is UTC."""
        slots = [one for one in channels if _slots_ahead(one, now)]
        begun = [one for one in channels if _begins_ahead(one, now)]
        if begun:
            # `once --at` may go back to before a channel was set up; only the servers' clocks tell that from a fault.
            latest = max(now, await self._channels.server_time())
            begun = [one for one in begun if _begins_ahead(one, latest)]
            for one in begun:
                await self._correct_beginnings(one, latest)
        for one in slots:
            await self._correct_slots(one, now)
        changed = [await self._channels.get(one.place) for one in {one.place: one for one in (*slots, *begun)}.values()]
        by_place = {one.place: one for one in changed}
        return [by_place.get(one.place, one) for one in channels]

    async def _correct_slots(self, channel: Channel, now: datetime) -> None:
        wrongs = (
            (keys.LAST_SLOT, channel.last_slot),
            (keys.LAST_RECAP, channel.last_recap),
            (keys.LAST_CLUB, channel.last_club),
        )
        for field, wrong in wrongs:
            if wrong is None or not is_ahead(wrong, now):
                continue
            right = None
            if field != keys.LAST_CLUB:  # the ledger itself has each of its days once
                right = await self._ledger.latest(channel.place, now, weekly=field == keys.LAST_RECAP)
            if await self._channels.correct(channel.place, field, wrong, right):
                log.warning(
                    "A slot from the future is corrected, a clock was wrong or once ran ahead: "
                    "place=%s field=%s wrong=%s right=%s",
                    *(channel.place, field, wrong.isoformat(), right.isoformat() if right else "none"),
                )

    async def _correct_beginnings(self, channel: Channel, latest: datetime) -> None:
        """A digest begins now; a follow a week ago, as nobody knows which announcements it should have brought."""
        log.warning("A beginning in the future is corrected, a clock was wrong: place=%s", channel.place)
        if channel.since and is_ahead(channel.since, latest):
            await self._channels.correct(channel.place, keys.SINCE, channel.since, latest)
        for follow in channel.follows:
            if is_ahead(follow.since, latest):
                await self._channels.refine(channel.place, replace(follow, since=latest - CATCH_UP))


def is_ahead_anywhere(channel: Channel, now: datetime) -> bool:
    """Return True if any instant of a channel lies in the future: pure."""
    return _slots_ahead(channel, now) or _begins_ahead(channel, now)


def _slots_ahead(channel: Channel, now: datetime) -> bool:
    return any(is_ahead(slot, now) for slot in (channel.last_slot, channel.last_recap, channel.last_club))


def _begins_ahead(channel: Channel, now: datetime) -> bool:
    return is_ahead(channel.since, now) or any(is_ahead(follow.since, now) for follow in channel.follows)


def covered_ahead(digest: Digest, channel: Channel) -> bool:
    """Return True if a digest dated at most a week later said all that this one would: pure.

    A digest covers seven days; of the days before it, those alone get another one that have papers it didn't bring.
    """
    return channel.ahead is not None and not digest.matched and channel.ahead - digest.slot <= CATCH_UP


def noting_wrong_clock(digest: Digest, channel: Channel) -> Digest:
    """Return the digest with a sentence on the one before it, if that was dated in the future: pure."""
    if channel.ahead is None:
        return digest
    day = date_in_words(channel.ahead.date())
    return replace(digest, missing=(*digest.missing, f"an earlier digest was dated {day}, by a wrong clock"))

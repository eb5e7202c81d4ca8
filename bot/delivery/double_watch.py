"""Notices another Paperlark with the same token on another store: both would post every digest.

A message's key depends on its channel and day alone, so both give their digest of a day the same key. A message with
that key in the channel's history that isn't ours is the other's. (Within some minutes Discord gives back the first
message instead of posting another with its key: then nothing is doubled.)
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta

from bot.delivery.messenger import Messenger
from bot.delivery.sender import MAX_CLOCK_SKEW, message_key
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Place
from bot.domain.errors import DeliveryFailed
from bot.domain.frozen import frozen

log = logging.getLogger(__name__)

MAX_TEAMS = 20
_DAYS = 3
"""How far back to look for a digest: over a weekend. A longer history costs more requests."""


@frozen
class Double:
    """A day whose digest stands in a place twice, once by another Paperlark."""

    place: Place
    day: date


class DoubleWatch:
    """Looks for another's digests in one channel a team, of at most 20 teams."""

    def __init__(self, channels: ChannelStore, ledger: Ledger, messengers: Mapping[str, Messenger]) -> None:
        self._channels = channels
        self._ledger = ledger
        self._messengers = messengers

    async def look(self, now: datetime) -> list[Double]:
        """Return and log what is found; a history that can't be read is left out. Raises StoreDown."""
        found = []
        for place in _one_a_team(await self._channels.all(), self._messengers):
            with suppress(DeliveryFailed, TimeoutError):
                if double := await self._double_in(place, now):
                    found.append(double)
        for double in found:
            log.error(
                "Another Paperlark with the same token posts here too, from another store: place=%s day=%s",
                *(double.place, double.day),
            )
        return found

    async def _double_in(self, place: Place, now: datetime) -> Double | None:
        """Look for another message with the key of the place's last digest."""
        for back in range(_DAYS + 1):
            day = (now - timedelta(days=back)).date()
            entry = await self._ledger.find(place, day)
            if entry and entry.state == "sent" and entry.receipts and entry.receipts[0]:
                since = entry.opened - MAX_CLOCK_SKEW
                messenger, ours = self._messengers[place.platform], entry.receipts[0]
                other = await messenger.find(place, message_key(place, day, 0), since, besides=ours)
                return Double(place, day) if other else None
        return None


def _one_a_team(channels: Sequence[Channel], platforms: Iterable[str]) -> list[Place]:
    there = (one for one in channels if one.wants_digest and one.last_slot and one.place.platform in platforms)
    return list({one.place.tag: one.place for one in there}.values())[:MAX_TEAMS]

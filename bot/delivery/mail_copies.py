"""Copies of digests for mailboxes: each digest of a channel is written to the ledger again for each of its mailboxes.

A mailbox gets the same papers on the same day, each once, by the same steps as any message. After a crash, the copies
are made again from what is stored.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import QUIET, Ledger
from bot.domain.channel import Channel, Place
from bot.domain.digest import Digest
from bot.domain.errors import BotError
from bot.domain.frozen import frozen
from bot.domain.mailbox import MAIL, origin_of
from bot.domain.schedule import CATCH_UP

_ONE_DAY = timedelta(days=1)

log = logging.getLogger(__name__)


@frozen
class CopyDue:
    """A mailbox without its channel's digests of (`after`, `until`]; both are slots (UTC)."""

    mailbox: Channel
    origin: Place
    after: datetime
    until: datetime

    @property
    def day(self) -> date:
        """Return the day that identifies the copy among the tasks."""
        return self.until.date()

    @property
    def days(self) -> list[date]:
        """Return the dates, in any time zone, on which such a digest may have been."""
        first, last = self.after.date() - _ONE_DAY, self.until.date() + _ONE_DAY
        return [first + n * _ONE_DAY for n in range((last - first).days + 1)]


def copies_due(channels: Sequence[Channel]) -> list[CopyDue]:
    """Return the copies due among all channels. Pure."""
    by_place = {channel.place: channel for channel in channels}
    mailboxes = (channel for channel in channels if channel.place.platform == MAIL)
    return [copy for mailbox in mailboxes if (copy := _copy_due(mailbox, by_place))]


def _copy_due(mailbox: Channel, by_place: Mapping[Place, Channel]) -> CopyDue | None:
    place = origin_of(mailbox.place)
    origin = by_place.get(place) if place else None
    if place is None or origin is None or origin.last_slot is None or mailbox.since is None or mailbox.paused:
        return None
    after = max(mailbox.since, mailbox.last_slot or mailbox.since, origin.last_slot - CATCH_UP)
    return CopyDue(mailbox, place, after, origin.last_slot) if origin.last_slot > after else None


class MailCopier:
    """Writes mail copies to the ledger, for people who may still read the channel, as its platform's messenger says."""

    def __init__(self, channels: ChannelStore, ledger: Ledger, messengers: Mapping[str, Messenger]) -> None:
        self._channels = channels
        self._ledger = ledger
        self._messengers = messengers

    async def copy(self, place: Place) -> bool:
        """Write the digests that this mailbox lacks to the ledger; return False if there are none (left).

        The mailbox of a person who may no longer read the channel is deleted instead. Raises BotError if the channel's
        own digest can't be read, or the platform can't tell now who may read it, and StoreDown.
        """
        origin = origin_of(place)
        found = [await self._channels.get(place) for place in (place, origin) if place]
        due = copies_due(found)
        if not due:
            return False
        if await self._is_shut_out(due[0]):
            log.info("A mailbox is deleted, its owner can't read the channel any more: origin=%s", origin)
            await self._channels.forget(place)
            return False
        digests = await self._digests(due[0])
        if not digests:
            raise BotError("The digest that is to be sent by mail can't be read.")
        served, opened = due[0].mailbox.last_slot, False
        for digest, quiet in digests:
            delivered, doubts = await self._ledger.delivered(place), await self._ledger.uncertain(place)
            days = tuple(day for day in doubts if isinstance(day, date))
            if await self._ledger.open(copy_of(digest, place, delivered, days), served, quiet):
                served, opened = digest.slot, True
        if (await self._channels.get(place)).since is None:  # unsubscribed just now
            await self._channels.forget(place)
            return False
        return opened

    async def _is_shut_out(self, due: CopyDue) -> bool:
        """Return True if the mailbox's owner surely can't read the channel; an unknown owner may."""
        messenger = self._messengers.get(due.origin.platform)
        if messenger is None or not due.mailbox.by:
            return False
        return await messenger.may_read(due.origin, due.mailbox.by) is False

    async def _digests(self, due: CopyDue) -> list[tuple[Digest, bool]]:
        """Return the channel's digests that the mailbox lacks, oldest first, each with True if it is never sent."""
        found = [await self._ledger.find(due.origin, day) for day in due.days]
        digests = [(one.digest, one.state == QUIET) for one in found if one and isinstance(one.digest, Digest)]
        return sorted((one for one in digests if due.after < one[0].slot <= due.until), key=lambda one: one[0].slot)


def copy_of(digest: Digest, place: Place, delivered: set[str], uncertain: tuple[date, ...] = ()) -> Digest:
    """Return the digest for a mailbox, without papers `delivered` to it: a paused channel gets a paper twice."""
    items = tuple(item for item in digest.items if item.match.paper.id not in delivered)
    hidden = tuple(paper_id for paper_id in digest.hidden if paper_id not in delivered)
    left = len(digest.items) + len(digest.hidden) - len(items) - len(hidden)
    return replace(
        digest,
        place=place,
        items=items,
        hidden=hidden,
        namesakes=tuple(paper for paper in digest.namesakes if paper.paper_id not in delivered),
        matched=digest.matched - left,
        quiet_because=digest.quiet_because or ("" if items or not left else "All of it came by e-mail before."),
        uncertain=uncertain,
    )

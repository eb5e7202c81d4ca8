"""Digests by mail: what stands in the ledger for a channel is written there once more for each of its mailboxes.

So a mailbox gets the same papers on the same day, and each of them once, by the same steps as any message: whatever
is killed in between is done again from what is stored.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Channel, Place
from bot.domain.digest import Digest
from bot.domain.errors import BotError
from bot.domain.mailbox import MAIL, origin_of
from bot.domain.schedule import CATCH_UP

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CopyDue:
    """A mailbox that lacks the digests of its channel `origin` of (`after`, `until`]; both are slots (UTC)."""

    mailbox: Channel
    origin: Place
    after: datetime
    until: datetime

    @property
    def day(self) -> date:
        """Names it among the tasks."""
        return self.until.date()

    @property
    def days(self) -> list[date]:
        """The dates in any time zone on which such a digest may have been."""
        first, last = self.after.date() - _A_DAY, self.until.date() + _A_DAY
        return [first + n * _A_DAY for n in range((last - first).days + 1)]


def copies_due(channels: Sequence[Channel]) -> list[CopyDue]:
    """Of all channels, the mailboxes that lack a digest. Pure."""
    by_place = {channel.place: channel for channel in channels}
    mailboxes = (channel for channel in channels if channel.place.platform == MAIL)
    return [one for box in mailboxes if (one := _copy_due(box, by_place))]


def _copy_due(mailbox: Channel, by_place: Mapping[Place, Channel]) -> CopyDue | None:
    place = origin_of(mailbox.place)
    origin = by_place.get(place) if place else None
    if place is None or origin is None or origin.last_slot is None or mailbox.since is None or mailbox.paused:
        return None
    after = max(mailbox.since, mailbox.last_slot or mailbox.since, origin.last_slot - CATCH_UP)
    return CopyDue(mailbox, place, after, origin.last_slot) if origin.last_slot > after else None


class Mailing:
    """Writes the copies."""

    def __init__(self, channels: ChannelStore, ledger: Ledger) -> None:
        self._channels = channels
        self._ledger = ledger

    async def copy(self, place: Place) -> bool:
        """Writes what this mailbox lacks to the ledger; False where that is nothing (any more).

        Raises BotError where the channel's own digest can't be read, and StoreDown.
        """
        origin = origin_of(place)
        found = [await self._channels.get(one) for one in (place, origin) if one]
        due = copies_due(found)
        if not due:
            return False
        digests = await self._digests(due[0])
        if not digests:
            raise BotError("The digest that is to be sent by mail can't be read.")
        served, opened = due[0].mailbox.last_slot, False
        for digest in digests:
            told, doubts = await self._ledger.delivered(place), await self._ledger.uncertain(place)
            days = tuple(day for day in doubts if isinstance(day, date))
            if await self._ledger.open(copy_of(digest, place, told, days), served):
                served, opened = digest.slot, True
        if (await self._channels.get(place)).since is None:  # unsubscribed just now
            await self._channels.forget(place)
            return False
        return opened

    async def _digests(self, due: CopyDue) -> list[Digest]:
        """The channel's digests that the mailbox lacks, oldest first, whatever became of them in the chat."""
        found = [await self._ledger.find(due.origin, day) for day in due.days]
        digests = [say.digest for say in found if say and isinstance(say.digest, Digest)]
        return sorted((one for one in digests if due.after < one.slot <= due.until), key=lambda digest: digest.slot)


def copy_of(digest: Digest, place: Place, told: set[str], uncertain: tuple[date, ...] = ()) -> Digest:
    """The digest for a mailbox, without what it was `told` of: a channel that was paused hears of a paper again."""
    items = tuple(item for item in digest.items if item.match.paper.id not in told)
    hidden = tuple(paper_id for paper_id in digest.hidden if paper_id not in told)
    left = len(digest.items) + len(digest.hidden) - len(items) - len(hidden)
    return replace(
        digest,
        place=place,
        items=items,
        hidden=hidden,
        namesakes=tuple(one for one in digest.namesakes if one.paper_id not in told),
        matched=digest.matched - left,
        by_category=() if left else digest.by_category,
        quiet_because=digest.quiet_because or ("" if items or not left else "All of it came by e-mail before."),
        uncertain=uncertain,
    )

"""Everything that is due, over all channels."""

from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from datetime import date, datetime, timedelta

from bot.delivery.mail_copies import CopyDue, copies_due
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.due_places import DuePlaces, Seen
from bot.delivery.wrong_slots import WrongSlots, is_ahead_anywhere
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.frozen import frozen
from bot.domain.issue_key import ClubDay, Week
from bot.domain.mailbox import MAIL, mailboxes_team, origin_of
from bot.domain.schedule import CLUB_DAYS, club_due, due, local_day, next_slot, recap_due

NEAR = timedelta(minutes=15)
"""Lead time before a digest is due: arXiv is queried and summaries are made ahead, so the digest comes on time."""


@frozen
class Due:
    """A channel whose digest is due, and its slot (UTC)."""

    channel: Channel
    timetable: Timetable
    slot: datetime

    @property
    def day(self) -> date:
        """Return the digest's date in the channel's time zone."""
        return local_day(self.timetable, self.slot)


@frozen
class RecapDue:
    """A channel whose recap is due, and its slot (UTC); the digest before it is already in the ledger."""

    channel: Channel
    timetable: Timetable
    slot: datetime

    @property
    def week(self) -> Week:
        """Return the recap's week in the channel's time zone."""
        return Week.of(local_day(self.timetable, self.slot))


@frozen
class ClubDue:
    """A channel whose reading club is due, and its slot (UTC); the digest before it is already in the ledger."""

    channel: Channel
    timetable: Timetable
    slot: datetime

    @property
    def key(self) -> ClubDay:
        """Return its day in the channel's time zone, as the ledger's key."""
        return ClubDay(local_day(self.timetable, self.slot))


@frozen
class Agenda:
    """Everything due, over all channels."""

    digests: list[Due]
    recaps: list[RecapDue]
    copies: list[CopyDue] = field(default_factory=list)
    clubs: list[ClubDue] = field(default_factory=list)


class AgendaReader:
    """Reads the channels whose time has come or that changed, and notes when to look at them again."""

    def __init__(self, channels: ChannelStore, due_places: DuePlaces, wrong_slots: WrongSlots) -> None:
        self._channels = channels
        self._due_places = due_places
        self._wrong_slots = wrong_slots

    def distrust(self) -> None:
        """Look at every channel the next time."""
        self._due_places.distrust()

    async def read(self, now: datetime, ahead: timedelta) -> Agenda:
        """Return the digests due within `ahead` (at most NEAR) of `now` (UTC), and all else due now."""
        look = await self._due_places.look(now)
        places = await self._channels.places() if look.everywhere else look.places
        origins = sorted({origin_of(place) or place for place in places}, key=str)
        teams = {place.team for place in places if place.platform == MAIL}
        if not look.everywhere:
            teams |= {mailboxes_team(place) for place in origins}
        mailboxes = await self._channels.of_teams([(MAIL, team) for team in sorted(teams)])
        known = await self._channels.some(origins)
        channels = await self._wrong_slots.corrected([*known, *mailboxes], now)
        agenda = agenda_of(channels, now, NEAR)
        if look.everywhere:  # an older version may have left messages to send
            await self._channels.mark_busy(places)
        await self._due_places.settle(look, now, _seen(channels, agenda, now))
        near = [one for one in agenda.digests if one.slot <= now + ahead]
        return replace(agenda, digests=near)


def agenda_of(channels: Sequence[Channel], now: datetime, ahead: timedelta) -> Agenda:
    """Return what is due among the channels, digests within `ahead` of `now` (UTC). Pure."""
    digests = (due_digest(channel, now + ahead) for channel in channels)
    recaps = (due_recap(channel, now) for channel in channels)
    clubs = (due_club(channel, now) for channel in channels)
    return Agenda(
        [one for one in digests if one],
        [one for one in recaps if one],
        copies_due(channels),
        [one for one in clubs if one],
    )


def due_digest(channel: Channel, now: datetime) -> Due | None:
    """Return the channel's digest that is due at `now` (UTC), or None. Pure."""
    if not (channel.wants_digest and channel.timetable and channel.since):
        return None
    slot = due(channel.timetable, channel.since, channel.last_slot, now)
    return Due(channel, channel.timetable, slot) if slot else None


def due_recap(channel: Channel, now: datetime) -> RecapDue | None:
    """Return the channel's recap that is due at `now` (UTC), or None. Pure."""
    if not (channel.wants_digest and channel.timetable and channel.since):
        return None
    slot = recap_due(channel.timetable, channel.since, channel.last_slot, channel.last_recap, now)
    return RecapDue(channel, channel.timetable, slot) if slot else None


def due_club(channel: Channel, now: datetime) -> ClubDue | None:
    """Return the channel's reading club that is due at `now` (UTC), or None. Pure."""
    if not (channel.wants_digest and channel.timetable and channel.since):
        return None
    slot = club_due(channel.timetable, channel.since, channel.last_slot, channel.last_club, now)
    return ClubDue(channel, channel.timetable, slot) if slot else None


def next_look(channel: Channel, now: datetime) -> datetime | None:
    """Return when something may be due of a channel of which nothing is due at `now` (UTC); None: never. Pure."""
    timetable = channel.timetable
    if timetable is None or not channel.wants_digest:
        return None
    others = CLUB_DAYS if timetable.club else frozenset()
    if timetable.recap is not None:
        others |= {timetable.recap}
    digests = [next_slot(timetable, now + NEAR) - NEAR] if timetable.days else []
    return min([*digests, *([next_slot(replace(timetable, days=others), now)] if others else [])], default=None)


def _seen(channels: Iterable[Channel], agenda: Agenda, now: datetime) -> dict[Place, Seen]:
    """Return when to look at each channel again: at once while something of it is due. Mailboxes go by theirs."""
    owed = {one.channel.place for one in agenda.digests} | {one.channel.place for one in agenda.recaps}
    owed |= {one.channel.place for one in agenda.clubs} | {one.origin for one in agenda.copies}
    at_once = {channel.place for channel in channels if channel.place in owed or is_ahead_anywhere(channel, now)}
    return {
        channel.place: Seen(_again(channel, channel.place in at_once, now), bool(channel.paused))
        for channel in channels
    }


def _again(channel: Channel, at_once: bool, now: datetime) -> datetime | None:
    if channel.place.platform == MAIL:
        return None
    return now if at_once else next_look(channel, now)

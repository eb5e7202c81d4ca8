"""Due times: pure functions of `now`, in each channel's time zone and by arXiv's calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.channel import Timetable
from bot.domain.issue_key import Week

CATCH_UP = timedelta(days=7)
"""How far back a digest reaches for announced papers that were not delivered."""
LONGEST_PAUSE = CATCH_UP + timedelta(days=1)
"""The longest gap between two digests with seven whole days without one; see `caught_up_from`."""
LONGEST_REACH = LONGEST_PAUSE + timedelta(days=2)
"""The age of the oldest announcement in any digest; a digest may be built a day late."""

HISTORY_DAYS = 7
"""How many days back `/digest <date>` shows."""

RECAP_LATE = timedelta(days=3)
"""A recap that is later than this is skipped: the next one is near."""

MONDAY, FRIDAY = 0, 4
CLUB_DAYS = frozenset({MONDAY, FRIDAY})
"""The days of the reading club's pick and ballot."""

CLOCK_TOLERANCE = timedelta(minutes=5)
"""How far a stored instant may lie ahead of now: clocks of several machines differ a little."""

SOURCE_TIMEOUT = timedelta(hours=1)
"""How long a digest waits for a source that is down."""

FEED_EVERY, API_EVERY = timedelta(hours=8), timedelta(hours=20)
"""How often to ask each besides its fixed times. arXiv asks clients not to repeat an API query more than once a day
 (https://info.arxiv.org/help/api/user-manual.html#3112-start-and-max_results-paging)."""

FRESH_FOR_DIGEST = timedelta(hours=3)
"""Maximum age of an answer when a digest is due: arXiv announces once a day, but not always on the minute."""

EASTERN = ZoneInfo("America/New_York")
_DEADLINE, _ANNOUNCED, _FEED = time(14), time(20), time(0)

SETTLED = timedelta(minutes=20)
"""Time arXiv needs to show an announcement everywhere."""

_OF_2026 = frozenset(
    date(2026, month, day)
    for month, day in ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))
)
"""arXiv's own list (https://info.arxiv.org/help/availability.html, read 2026-05-13)."""


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """Return the days of a year on whose evening arXiv announces nothing.

    2026 is arXiv's own list. Other years follow the rule behind it: New Year's Day, Martin Luther King
    Day, Juneteenth, Independence Day (on the nearest weekday), Labor Day, Thanksgiving, and three days from Christmas
    on. A wrong day costs one sentence and one request: new papers are recognized by ids that were not seen before,
    never by this calendar.
    """
    if year == 2026:
        return _OF_2026
    independence = date(year, 7, 4)
    observed = independence + timedelta(days={5: -1, 6: 1}.get(independence.weekday(), 0))
    moving = (_weekday_of(year, 1, 0, 3), _weekday_of(year, 9, 0, 1), _weekday_of(year, 11, 3, 4), observed)
    fixed = (date(year, month, day) for month, day in ((1, 1), (6, 19), (12, 25), (12, 29), (12, 31)))
    return frozenset((*moving, *fixed))


def _weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """Return, for example, the third (`number`) Monday (`weekday` 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name. Raises ZoneInfoNotFoundError or ValueError, as zoneinfo does."""
    return ZoneInfo(name)


def slot_on(timetable: Timetable, day: date) -> datetime:
    """Return the instant (UTC) of the digest on the channel's own date `day`.

    Each day has exactly one slot: a skipped hour counts as if it existed, a repeated hour counts the first time
    (PEP 495, fold=0).
    """
    return datetime.combine(day, timetable.at, zone(timetable.zone)).astimezone(UTC)


def last_slot(timetable: Timetable, now: datetime) -> datetime | None:
    """Return the latest slot at or before `now`, at most a week back; None if no day is a digest day."""
    today = now.astimezone(zone(timetable.zone)).date()
    days = (today + timedelta(days=1 - back) for back in range(10))
    slots = (slot_on(timetable, day) for day in days if day.weekday() in timetable.days)
    return next((slot for slot in slots if slot <= now), None)


def next_slot(timetable: Timetable, now: datetime) -> datetime:
    """Return the first slot after `now`. Raises ValueError if no day is a digest day."""
    today = now.astimezone(zone(timetable.zone)).date()
    days = (today + timedelta(days=ahead - 1) for ahead in range(10))
    slots = (slot_on(timetable, day) for day in days if day.weekday() in timetable.days)
    return next(slot for slot in slots if slot > now)


def next_delivery(timetable: Timetable, served: datetime | None, now: datetime) -> datetime:
    """Return the next slot that will be served: as `next_slot`, but a day has at most one digest (see `due`)."""
    slot = next_slot(timetable, now)
    if served is None or is_ahead(served, now):
        return slot
    while local_day(timetable, slot) <= local_day(timetable, served):
        slot = next_slot(timetable, slot)
    return slot


def caught_up_from(served: datetime | None, slot: datetime, now: datetime) -> datetime:
    """Return the start (UTC) of the announcements that a digest at `slot`, built at `now`, covers.

    7 days back. After up to eight days without a digest, from the day before the last one `served`: that includes
    papers announced just before midnight, and papers that came too late because a source was down.
    """
    since = now - CATCH_UP
    if served is not None and slot - served <= LONGEST_PAUSE:
        return min(since, served - timedelta(days=1))
    return since


def due(timetable: Timetable, since: datetime, served: datetime | None, now: datetime) -> datetime | None:
    """Return the slot to serve at `now`, or None.

    Only slots after `since`, when the digest was switched on, count. `served` is the last slot served; every slot of
    the same local day counts as served, so changing the time, or a clock that went back, never causes a second digest.
    Of several missed slots only the last is served; it covers them all.
    """
    slot = last_slot(timetable, now)
    if slot is None or slot <= since:
        return None
    if served is not None and local_day(timetable, slot) <= local_day(timetable, served):
        return None
    return slot


def recap_due(
    timetable: Timetable, since: datetime, served: datetime | None, last: datetime | None, now: datetime
) -> datetime | None:
    """Return the slot of the recap due at `now`, or None: at the digest's time on the recap's weekday.

    It comes after that day's digest, if any: `served` is the last digest's slot. `last` is the last recap's slot: an
    ISO 8601 week has at most one recap. `since` as for `due`.
    """
    if timetable.recap is None:
        return None
    slot = last_slot(replace(timetable, days=frozenset({timetable.recap})), now)
    if slot is None or slot <= since or now - slot > RECAP_LATE:
        return None
    if due(timetable, since, served, slot) is not None:
        return None
    if last is not None and Week.of(local_day(timetable, slot)) <= Week.of(local_day(timetable, last)):
        return None
    return slot


def club_due(
    timetable: Timetable, since: datetime, served: datetime | None, last: datetime | None, now: datetime
) -> datetime | None:
    """Return the slot of the reading club due at `now`, or None: Friday's ballot or Monday's pick.

    It comes at the digest's time, after that day's digest. `last` is the club's last slot; `since` and `served` are
    as for `recap_due`.
    """
    if not timetable.club:
        return None
    slot = last_slot(replace(timetable, days=CLUB_DAYS), now)
    if slot is None or slot <= since or now - slot > RECAP_LATE:
        return None
    if due(timetable, since, served, slot) is not None:
        return None
    if last is not None and local_day(timetable, slot) <= local_day(timetable, last):
        return None
    return slot


def is_ahead(instant: datetime | None, now: datetime) -> bool:
    """Return True if a stored instant lies in the future: it was written by a wrong clock, or by `once --at`."""
    return instant is not None and instant > now + CLOCK_TOLERANCE


def local_day(timetable: Timetable, instant: datetime) -> date:
    """Return the channel's date at an instant."""
    return instant.astimezone(zone(timetable.zone)).date()


def announcement_of(submitted: datetime) -> datetime:
    """Return when a paper submitted at `submitted` is announced (UTC), unless moderation delays it.

    Source: the table on https://info.arxiv.org/help/availability.html.
    """
    local = submitted.astimezone(EASTERN)
    day = local.date() + timedelta(days=0 if local.time() < _DEADLINE else 1)
    while day.weekday() > 4:  # submissions after Friday's deadline are announced on Monday evening
        day += timedelta(days=1)
    evening = day
    while not announces_on(evening):  # Friday's announcement comes on Sunday evening
        evening += timedelta(days=1)
    return datetime.combine(evening, _ANNOUNCED, EASTERN).astimezone(UTC)


def last_announcement(now: datetime) -> datetime:
    """Return the latest scheduled announcement (UTC) at or before `now`: 20:00 US Eastern, Sunday to Thursday."""
    today = now.astimezone(EASTERN).date()
    evenings = (datetime.combine(today - timedelta(days=back), _ANNOUNCED, EASTERN) for back in range(12))
    return next(evening.astimezone(UTC) for evening in evenings if evening <= now and announces_on(evening.date()))


def first_submission(announcement: datetime) -> datetime:
    """Return the earliest submission (UTC) that this announcement brings, unless moderation held one up longer."""
    day = last_announcement(announcement - timedelta(seconds=1)).astimezone(EASTERN).date()
    while day.weekday() > 4:  # the announcement before, on Sunday evening, ended with Friday's deadline
        day -= timedelta(days=1)
    return datetime.combine(day, _DEADLINE, EASTERN).astimezone(UTC)


def announces_on(evening: date) -> bool:
    """Return True if arXiv announces on that evening (US Eastern): not on Fridays, Saturdays and holidays."""
    return evening.weekday() not in {4, 5} and evening not in holidays(evening.year)


def announcement_shown(now: datetime) -> datetime | None:
    """Return the announcement (UTC) in arXiv's feeds at `now`: for a day, from the midnight after it (US Eastern).

    None while the feeds are empty or being generated.
    """
    today = now.astimezone(EASTERN).date()
    evening = today - timedelta(days=1)
    return _announcement(evening) if announces_on(evening) and _shown_from(evening) <= now else None


def missed_announcements(read: datetime, now: datetime) -> list[datetime]:
    """Return the announcements (UTC) that were in the feeds only between `read` and `now`, oldest first.

    Leaves out announcements more than a day older than any digest reaches.
    """
    day, found = (now - CATCH_UP).astimezone(EASTERN).date() - timedelta(days=2), []
    while (gone := datetime.combine(day + timedelta(days=2), _FEED, EASTERN)) <= now:
        if announces_on(day) and _shown_from(day) > read and now - gone < CATCH_UP:
            found.append(_announcement(day))
        day += timedelta(days=1)
    return found


def why_quiet(after: datetime, until: datetime) -> str:
    """Return a sentence on why nothing was announced in (after, until]; empty if something should have been."""
    day, last = after.astimezone(EASTERN).date(), until.astimezone(EASTERN).date()
    evenings = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    passed = [e for e in evenings if after < datetime.combine(e, _ANNOUNCED, EASTERN) <= until]
    if not passed or any(announces_on(evening) for evening in passed):
        return ""
    if any(evening in holidays(evening.year) for evening in passed):
        return "arXiv had a holiday."
    return "arXiv announces nothing on Friday and Saturday evenings."


def _announcement(evening: date) -> datetime:
    return datetime.combine(evening, _ANNOUNCED, EASTERN).astimezone(UTC)


def _shown_from(evening: date) -> datetime:
    """Return when the feeds show the announcement of `evening` for certain (UTC)."""
    return datetime.combine(evening + timedelta(days=1), _FEED, EASTERN).astimezone(UTC) + SETTLED


def fetch_due(last: datetime | None, now: datetime, every: timedelta, digest_near: bool) -> bool:
    """Return True if a source is due: after each announcement and feed of arXiv, every `every`, and before a digest.

    An answer from the future (somebody tried `once --at`, or a clock was wrong) doesn't count.
    """
    if last is None or now < last or now - last >= every:
        return True
    feed = datetime.combine(now.astimezone(EASTERN).date(), _FEED, EASTERN) + SETTLED
    if last < last_announcement(now) + SETTLED <= now or last < feed <= now:
        return True
    return digest_near and now - last >= FRESH_FOR_DIGEST

"""What is due when: pure functions of `now`, in each channel's time zone and by arXiv's own calendar."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.channel import Timetable
from bot.domain.issue_key import Week

CATCH_UP = timedelta(days=7)
"""How far back a digest reaches for what was announced and not yet delivered."""
LONGEST_PAUSE = CATCH_UP + timedelta(days=1)
"""From one digest to the next over seven whole days without any; see `caught_up_from`."""
LONGEST_REACH = LONGEST_PAUSE + timedelta(days=2)
"""The oldest announcement that any digest brings is no older: it may be built a day late."""

RECAP_LATE = timedelta(days=3)
"""A recap that couldn't be made for so long is left out: the next one is near."""

PATIENCE = timedelta(hours=1)
"""How long a digest waits for a source that is down."""

FEED_EVERY, API_EVERY = timedelta(hours=8), timedelta(hours=20)
"""How often each is asked beside its fixed times. The API's answers are long, and arXiv asks to repeat a question no
more than once a day (https://info.arxiv.org/help/api/user-manual.html#3112-start-and-max_results-paging)."""

FRESH_FOR_DIGEST = timedelta(hours=3)
"""How old an answer may be when a digest is due: arXiv announces once a day, but not always on the minute."""

EASTERN = ZoneInfo("America/New_York")
_DEADLINE, _ANNOUNCED, _FEED = time(14), time(20), time(0)

SETTLED = timedelta(minutes=20)
"""How long arXiv is given to show everywhere what it announced."""

_OF_2026 = frozenset(
    date(2026, month, day)
    for month, day in ((1, 1), (1, 19), (6, 19), (7, 3), (9, 7), (11, 26), (12, 25), (12, 29), (12, 31))
)
"""As arXiv lists them (https://info.arxiv.org/help/availability.html, read 2026-05-13)."""


@lru_cache(maxsize=16)
def holidays(year: int) -> frozenset[date]:
    """The days of a year on whose evening arXiv sends no mailing.

    Those of 2026 are arXiv's own list. Other years are by the rule that it follows: New Year's Day, Martin Luther King
    Day, Juneteenth, Independence Day (on the nearest weekday), Labor Day, Thanksgiving, and three days from Christmas
    on. A day too many or too few costs nothing but a sentence and a question: what is new is known by identifiers that
    were not seen before, never by this.
    """
    if year == 2026:
        return _OF_2026
    independence = date(year, 7, 4)
    observed = independence + timedelta(days={5: -1, 6: 1}.get(independence.weekday(), 0))
    moving = (_weekday_of(year, 1, 0, 3), _weekday_of(year, 9, 0, 1), _weekday_of(year, 11, 3, 4), observed)
    fixed = (date(year, month, day) for month, day in ((1, 1), (6, 19), (12, 25), (12, 29), (12, 31)))
    return frozenset((*moving, *fixed))


def _weekday_of(year: int, month: int, weekday: int, number: int) -> date:
    """The third (`number`) Monday (`weekday` 0) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that IANA name; raises ZoneInfoNotFoundError or ValueError, as zoneinfo does."""
    return ZoneInfo(name)


def slot_on(timetable: Timetable, day: date) -> datetime:
    """The instant (UTC) of the digest on the channel's own date `day`, whatever the clocks do that night.

    In an hour that is skipped the digest comes when that hour would have been, in one that is repeated the first time:
    a day has one slot always (PEP 495, fold=0).
    """
    return datetime.combine(day, timetable.at, zone(timetable.zone)).astimezone(UTC)


def last_slot(timetable: Timetable, now: datetime) -> datetime | None:
    """The latest slot at or before `now`, at most a week back; None where none of the days is a digest day."""
    today = now.astimezone(zone(timetable.zone)).date()
    days = (today + timedelta(days=1 - back) for back in range(10))
    slots = (slot_on(timetable, day) for day in days if day.weekday() in timetable.days)
    return next((slot for slot in slots if slot <= now), None)


def next_slot(timetable: Timetable, now: datetime) -> datetime:
    """The first slot after `now`. Raises ValueError where no day is a digest day."""
    today = now.astimezone(zone(timetable.zone)).date()
    days = (today + timedelta(days=ahead - 1) for ahead in range(10))
    slots = (slot_on(timetable, day) for day in days if day.weekday() in timetable.days)
    return next(slot for slot in slots if slot > now)


def next_delivery(timetable: Timetable, served: datetime | None, now: datetime) -> datetime:
    """The next slot that will be served: as `next_slot`, but a day that had its digest (see `due`) has no other."""
    slot = next_slot(timetable, now)
    while served is not None and local_day(timetable, slot) <= local_day(timetable, served):
        slot = next_slot(timetable, slot)
    return slot


def caught_up_from(served: datetime | None, slot: datetime, now: datetime) -> datetime:
    """From when on a digest at `slot`, built at `now`, brings what was announced and not delivered: pure.

    7 days back; after a week without a digest, from the day before the last one `served` on: what was announced hours
    before midnight is older than that, and so is what a source that was down then brought too late for it.
    """
    since = now - CATCH_UP
    if served is not None and slot - served <= LONGEST_PAUSE:
        return min(since, served - timedelta(days=1))
    return since


def due(timetable: Timetable, since: datetime, served: datetime | None, now: datetime) -> datetime | None:
    """The slot that is to be served at `now`, or None.

    `since` is when the digest was switched on: only slots after it count. `served` is the last slot served: one of the
    same local day counts as served too, so that moving the time never brings a second digest that day, and a clock
    that went back brings nothing again. Of several slots missed only the last is served; it brings all of it.
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
    """The slot of the recap that is to be made at `now`, or None: at the digest's time on the recap's weekday.

    It comes after that day's digest, where there is one: `served` is the last digest's slot. `last` is the last
    recap's: a week (as ISO 8601 counts) has one at most, whatever is set meanwhile. `since` as for `due`.
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


def local_day(timetable: Timetable, instant: datetime) -> date:
    """The channel's date at that instant."""
    return instant.astimezone(zone(timetable.zone)).date()


def announcement_of(submitted: datetime) -> datetime:
    """When a paper submitted then is announced if nothing holds it up (table of arXiv's availability page), UTC."""
    local = submitted.astimezone(EASTERN)
    day = local.date() + timedelta(days=0 if local.time() < _DEADLINE else 1)
    while day.weekday() > 4:  # what came in after Friday's deadline goes out on Monday evening
        day += timedelta(days=1)
    evening = day
    while not announces_on(evening):  # Friday's mailing comes on Sunday evening
        evening += timedelta(days=1)
    return datetime.combine(evening, _ANNOUNCED, EASTERN).astimezone(UTC)


def last_announcement(now: datetime) -> datetime:
    """The latest scheduled announcement at or before `now` (20:00 US Eastern, Sunday to Thursday), UTC."""
    today = now.astimezone(EASTERN).date()
    evenings = (datetime.combine(today - timedelta(days=back), _ANNOUNCED, EASTERN) for back in range(12))
    return next(evening.astimezone(UTC) for evening in evenings if evening <= now and announces_on(evening.date()))


def announces_on(evening: date) -> bool:
    """Whether arXiv announces on that evening (US Eastern): not on Fridays, Saturdays and its holidays."""
    return evening.weekday() not in {4, 5} and evening not in holidays(evening.year)


def announcement_shown(now: datetime) -> datetime | None:
    """The announcement (UTC) that arXiv's feeds show at `now`: for a day, from the midnight after it (US Eastern).

    None where they are to be empty, and while they are being made.
    """
    today = now.astimezone(EASTERN).date()
    evening = today - timedelta(days=1)
    return _announcement(evening) if announces_on(evening) and _shown_from(evening) <= now else None


def missed_announcements(read: datetime, now: datetime) -> list[datetime]:
    """The announcements (UTC) that the feeds showed only after `read` and no longer show at `now`, oldest first.

    Not those of more than a day beyond what a digest reaches back for.
    """
    day, found = (now - CATCH_UP).astimezone(EASTERN).date() - timedelta(days=2), []
    while (gone := datetime.combine(day + timedelta(days=2), _FEED, EASTERN)) <= now:
        if announces_on(day) and _shown_from(day) > read and now - gone < CATCH_UP:
            found.append(_announcement(day))
        day += timedelta(days=1)
    return found


def why_quiet(after: datetime, until: datetime) -> str:
    """Why nothing was announced in (after, until], a sentence; empty where something should have been."""
    day, last = after.astimezone(EASTERN).date(), until.astimezone(EASTERN).date()
    evenings = [day + timedelta(days=n) for n in range((last - day).days + 1)]
    passed = [e for e in evenings if after < datetime.combine(e, _ANNOUNCED, EASTERN) <= until]
    if any(announces_on(evening) for evening in passed):
        return ""
    if any(evening in holidays(evening.year) for evening in passed):
        return "arXiv had a holiday."
    return "arXiv announces nothing on Friday and Saturday evenings."


def _announcement(evening: date) -> datetime:
    return datetime.combine(evening, _ANNOUNCED, EASTERN).astimezone(UTC)


def _shown_from(evening: date) -> datetime:
    """When the feeds surely show what was announced on that evening, UTC."""
    return datetime.combine(evening + timedelta(days=1), _FEED, EASTERN).astimezone(UTC) + SETTLED


def fetch_due(last: datetime | None, now: datetime, every: timedelta, digest_near: bool) -> bool:
    """Whether to ask a source again: after each announcement and feed of arXiv's, `every` so often, before a digest.

    An answer from the future (somebody tried `once --at`, or a clock was wrong) counts for nothing.
    """
    if last is None or now < last or now - last >= every:
        return True
    feed = datetime.combine(now.astimezone(EASTERN).date(), _FEED, EASTERN) + SETTLED
    if last < last_announcement(now) + SETTLED <= now or last < feed <= now:
        return True
    return digest_near and now - last >= FRESH_FOR_DIGEST


HISTORY_DAYS = 7

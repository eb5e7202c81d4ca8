"""Dates, counts and lists in words for people."""

import re
from collections.abc import Sequence
from datetime import date, datetime

from bot.domain.card import Instant
from bot.domain.channel import WEEKDAYS, Timetable
from bot.domain.issue_key import ClubDay, IssueKey, Week
from bot.domain.schedule import zone
from bot.domain.trend import Period, Span

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_FIXED = re.compile(r"Etc/GMT([+-])(\d{1,2})")
_OLD_NAMES = {
    "EST": "UTC-5", "MST": "UTC-7", "HST": "UTC-10", "CET": "Europe/Brussels", "MET": "Europe/Brussels",
    "EET": "Europe/Athens", "WET": "Europe/Lisbon",
}  # fmt: skip
"""What tzdata's names that are abbreviations stand for; channels that were set up before may have them."""


def count(number: int, one: str, many: str = "") -> str:
    """`count(1, "paper")` is "1 paper", `count(1200, "paper")` "1,200 papers"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def capital_first(text: str) -> str:
    """`capital_first("the topic")` is "The topic"."""
    return text[:1].upper() + text[1:]


def as_sentence(text: str) -> str:
    """Return the text with one full stop at its end, also after "Jr."."""
    return text if text.endswith(".") else f"{text}."


def listed(things: Sequence[str], last: str = "and") -> str:
    """ "a", "a and b", "a, b and c"; `last` may be "or"."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} {last} {things[-1]}" if things else ""


def date_in_words(day: date) -> str:
    """7 May 2026."""
    return f"{day.day} {day:%B %Y}"


def date_in_short(day: date) -> str:
    """7 May 2026, and 1 Sep 2026."""
    return f"{day.day} {day:%b %Y}"


def period_in_words(period: Period) -> str:
    """ "Friday, 31 July 2026", "the week of 27 July 2026", "July 2026"."""
    match period.span:
        case Span.DAY:
            return f"{weekday(period.first)}, {date_in_words(period.first)}"
        case Span.WEEK:
            return f"the week of {date_in_words(period.first)}"
        case Span.MONTH:
            return f"{period.first:%B %Y}"


def issue_key_in_words(edition: IssueKey) -> str:
    """ "digest of 7 May 2026", "recap of week 19 of 2026"."""
    if isinstance(edition, Week):
        return f"recap of week {edition.number} of {edition.year}"
    if isinstance(edition, ClubDay):
        return f"reading club of {date_in_words(edition.day)}"
    return f"digest of {date_in_words(edition)}"


def digest_of_day(day: date, today: date) -> str:
    """ "today's digest", "Thursday's digest" of the last six days, else "the digest of 7 May 2026"."""
    ago = (today - day).days
    near = {0: "today’s digest", 1: "yesterday’s digest"}.get(ago)
    return near or (f"{weekday(day)}’s digest" if 1 < ago < 7 else f"the digest of {date_in_words(day)}")


def weekday(day: date) -> str:
    """Tuesday."""
    return _DAYS[day.weekday()]


def day_name(number: int) -> str:
    """Tuesday, of 1."""
    return _DAYS[number]


def moment(instant: datetime, seen_from: datetime, zone_name: str) -> str:
    """Return an instant in local words: "today at 09:00 (Berlin)", "on Monday at 09:00 (UTC)"."""
    day = day_of_moment(instant, seen_from, zone_name)
    local = instant.astimezone(zone(zone_name))
    return f"{day}{',' if ', ' in day else ''} at {local:%H:%M} ({city(zone_name)})"


def instant(at: datetime, seen_from: datetime, zone_name: str) -> Instant:
    """Return an instant in local words (see `moment`), which a platform may draw in each reader's own zone."""
    return Instant(moment(at, seen_from, zone_name), at=at)


def day_of_moment(instant: datetime, seen_from: datetime, zone_name: str) -> str:
    """Return the local day of an instant: "today", "on Monday", "on Monday, 7 May 2026"."""
    day, today = (one.astimezone(zone(zone_name)).date() for one in (instant, seen_from))
    ahead = (day - today).days
    near = {0: "today", 1: "tomorrow"}.get(ahead)
    return near or (f"on {weekday(day)}" if 0 < ahead < 7 else f"on {weekday(day)}, {date_in_words(day)}")


def city(zone_name: str) -> str:
    """Return the part of an IANA zone name that people say: "New York" of "America/New_York"."""
    return zone_in_words(zone_name).rsplit("/", 1)[-1].replace("_", " ")


def zone_in_words(zone_name: str) -> str:
    """Return an IANA zone name as people can read it, and as `read_zone` reads it: "UTC+8" for "Etc/GMT-8".

    The names of Etc have the sign the other way round, and names such as EST mean several things.
    """
    fixed = _FIXED.fullmatch(zone_name)
    if fixed and int(fixed[2]):
        return f"UTC{'+' if fixed[1] == '-' else '-'}{int(fixed[2])}"
    return "UTC" if zone_name.startswith("Etc/") else _OLD_NAMES.get(zone_name, zone_name)


def days_in_words(timetable: Timetable) -> str:
    """ "Monday to Friday", "every day", or the days one by one."""
    days = sorted(timetable.days)
    if len(days) == len(WEEKDAYS):
        return "every day"
    run = days == list(range(days[0], days[-1] + 1)) and len(days) > 2
    return f"{_DAYS[days[0]]} to {_DAYS[days[-1]]}" if run else listed([_DAYS[day] for day in days])


def every_day_in_words(timetable: Timetable) -> str:
    """Return "every weekday" or "every day"; empty if the digest comes on other days."""
    if timetable.days == frozenset(range(5)):
        return "every weekday"
    return "every day" if len(timetable.days) == len(WEEKDAYS) else ""


def names_of_days(timetable: Timetable) -> list[str]:
    """["Monday", "Wednesday"]."""
    return [_DAYS[day] for day in sorted(timetable.days)]


def without_cross(timetable: Timetable) -> str:
    """Return ", without cross-listed papers" if the channel leaves them out."""
    return "" if timetable.cross else ", without cross-listed papers"


def with_trending(timetable: Timetable) -> str:
    """Return ", with trending papers" if the channel includes them."""
    return ", with trending papers" if timetable.trending else ""


def recap_in_words(timetable: Timetable) -> str:
    """Return a sentence about the weekly recap."""
    if timetable.recap is None:
        return "Want a weekly recap on Fridays? Type /digest on recap=fri."
    return f"A recap of the week with a picture comes every {_DAYS[timetable.recap]} at {timetable.at:%H:%M}."


def authors_in_short(authors: Sequence[str], limit: int = 3, unnamed: int = 0) -> str:
    """Return the last names of the first authors: "Gelberg, Eitan, Bronstein +2"; `unnamed` more follow `authors`."""
    names = [author.split()[-1] if author.split() else author for author in authors[:limit]]
    more = len(authors) - len(names) + unnamed
    return ", ".join(names) + (f" +{more:,}" if more > 0 else "")


def authors_in_full(authors: Sequence[str], limit: int = 8, unnamed: int = 0) -> str:
    """Return the first authors' names and the number of the rest; `unnamed` more follow `authors`."""
    more = max(len(authors) - limit, 0) + unnamed
    return ", ".join(authors[:limit]) + (f" and {more:,} more" if more > 0 else "")

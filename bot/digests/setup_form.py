"""The form that sets a channel up: its questions, filled in with the channel's settings. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.digests.settings import read_days
from bot.digests.setup_answers import (
    ALSO,
    CATEGORIES,
    DAYS,
    KINDS,
    MAX_ENTRIES,
    PEOPLE,
    RECAP,
    TIME,
    TOP,
    TOPICS,
    TRENDING,
    WHEN,
    ZONE,
    shown_follows,
)
from bot.domain.categories import POPULAR, name_of
from bot.domain.channel import WEEKDAYS, Channel, Follow, Timetable
from bot.domain.form import Choice, Field, Form, Lines, Option, Search, TimeOfDay
from bot.domain.wording import day_name, days_in_words, zone_in_words

_ZONES = ("Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "Asia/Tokyo", "UTC")
_DAYS = ("mon-fri", "daily", "mon,wed,fri", "mon", "fri")
_TOPS = (3, 5, 10, 15, 20, 30, 50)


def setup_form(channel: Channel, table: Timetable, direct: bool, now: datetime) -> Form:
    """Return the form, filled in with what the channel follows and when its digest comes."""
    shown = {name: shown_follows(channel.follows, name, now) for name in MAX_ENTRIES}
    categories = Search(
        CATEGORIES,
        "Categories",
        "category",
        tuple(_category_option(follow.what) for follow in shown[CATEGORIES]),
        tuple(map(_category_option, POPULAR)),
        "cs.CL, machine learning…",
        _hint(channel.follows, shown, CATEGORIES),
    )
    topics = Lines(
        TOPICS,
        "Topics, one a line",
        "\n".join(follow.what for follow in shown[TOPICS]),
        "LLM agents",
        _hint(channel.follows, shown, TOPICS, "Papers that say these words, or mean them."),
    )
    people = Search(
        PEOPLE,
        "People",
        "author",
        tuple(Option(follow.key, _person_label(follow, shown[PEOPLE])) for follow in shown[PEOPLE]),
        (),
        "Type a name",
        _hint(channel.follows, shown, PEOPLE),
        free=True,
    )
    set_up = channel.timetable is not None
    return Form(
        command="setup",
        title="Settings" if set_up else "Set up your digest" if direct else "Set up this channel",
        submit="Save",
        fields=(categories, topics, people, *_timing(table)),
        short=_short(categories, topics, people, table),
        note="" if direct else "Everybody in the channel sees what you set.",
        opened=now.astimezone(UTC).isoformat(),
    )


def _timing(table: Timetable) -> tuple[Field, ...]:
    recap = day_name(4 if table.recap is None else table.recap)
    also = (Option(TRENDING, "Trending papers"), Option(RECAP, f"A recap of the week, on {recap}s"))
    return (
        TimeOfDay(TIME, "Post at", f"{table.at:%H:%M}"),
        Search(
            ZONE,
            "Time zone",
            "zone",
            (Option(zone_in_words(table.zone), zone_in_words(table.zone)),),
            tuple(Option(zone, zone) for zone in _ZONES),
            single=True,
        ),
        _days(table),
        _top(table),
        Choice(ALSO, "Also", also, (*[TRENDING] * table.trending, *[RECAP] * (table.recap is not None)), many=True),
    )


def _short(categories: Search, topics: Lines, people: Search, table: Timetable) -> tuple[Field, ...]:
    when = f"{table.at:%H:%M} {zone_in_words(table.zone)} {_written(table.days)}"
    names = "\n".join(option.label for option in people.chosen)
    return (
        replace(categories, placeholder="Choose as many as you like"),
        replace(
            topics, hint=topics.hint if "fit here" in topics.hint else "Words, or other categories by code: math.AG"
        ),
        Lines(PEOPLE, "People, one a line", names, "Yam Eitan", people.hint),
        Lines(
            WHEN, "When", when, "09:00 Berlin mon-fri", "Such as 08:30 Berlin mon-fri, or 9pm New York daily", True, 100
        ),
        _top(table),
    )


def _days(table: Timetable) -> Choice:
    options = {read_days(text): Option(text, days_in_words(Timetable(days=read_days(text)))) for text in _DAYS}
    own = Option(_written(table.days), days_in_words(table))
    options.setdefault(table.days, own)
    return Choice(DAYS, "On", tuple(options.values()), (options[table.days].value,))


def _top(table: Timetable) -> Choice:
    numbers = sorted({*_TOPS, table.top})
    options = tuple(Option(str(number), f"The best {number}") for number in numbers)
    return Choice(TOP, "Papers a day", options, (str(table.top),))


def _written(days: Iterable[int]) -> str:
    """Return days as `read_days` reads them."""
    chosen = sorted(days)
    if len(chosen) == len(WEEKDAYS):
        return "daily"
    run = len(chosen) > 2 and chosen == list(range(chosen[0], chosen[-1] + 1))
    return f"{WEEKDAYS[chosen[0]]}-{WEEKDAYS[chosen[-1]]}" if run else ",".join(WEEKDAYS[day] for day in chosen)


def _category_option(code: str) -> Option:
    return Option(code, f"{code} {name_of(code)}")


def _person_label(follow: Follow, people: Sequence[Follow]) -> str:
    """Return the name, with the identity where two have the name."""
    namesake = sum(other.what == follow.what for other in people) > 1
    return f"{follow.what} ({follow.identity})" if namesake and follow.identity else follow.what


def _hint(follows: Iterable[Follow], shown: Mapping[str, Sequence[Follow]], name: str, usual: str = "") -> str:
    hidden = sum(follow.kind is KINDS[name] for follow in follows) - len(shown[name])
    return f"{hidden} more don't fit here and stay: /following lists them." if hidden else usual

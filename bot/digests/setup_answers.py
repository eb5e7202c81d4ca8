"""The answers in the set-up form: read and checked, and which follows the form can show and give back. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import accumulate
from typing import TypeVar

from bot.digests.follow_text import read_target
from bot.digests.settings import parse_on, read_days, read_top
from bot.digests.time_of_day import read_time
from bot.digests.zones import read_zone
from bot.domain.categories import is_category, read_category
from bot.domain.channel import Follow, Kind
from bot.domain.command import Command
from bot.domain.errors import BadForm, BadInput
from bot.domain.form import OPENED, OPTION_VALUE_LIMIT, Values
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean, shorten

CATEGORIES, TOPICS, PEOPLE = "categories", "topics", "people"
TIME, ZONE, DAYS, TOP, ALSO, WHEN = "time", "zone", "days", "top", "also", "when"
TRENDING, RECAP = "trending", "recap"

NOTHING = "Choose a category, a topic or a person to follow."
KINDS = {CATEGORIES: Kind.CATEGORY, TOPICS: Kind.TOPIC, PEOPLE: Kind.AUTHOR}
MAX_ENTRIES = {CATEGORIES: 25, TOPICS: 40, PEOPLE: 40}
"""Entries that a field shows and takes."""
_MAX_CHARACTERS = 2_800
_MAX_ENTRY = 160

T = TypeVar("T")
Target = tuple[Kind, str]


@frozen
class SaveSetup(Command):
    """The form as filled in; None and empty texts are questions that weren't asked.

    `opened` is when the form was drawn: follows since then stay, as it didn't show them.
    """

    categories: tuple[Target, ...] | None = None
    topics: tuple[Target, ...] | None = None
    people: tuple[str, ...] | None = None
    time: str = ""
    zone: str = ""
    days: str = ""
    top: str = ""
    also: tuple[str, ...] | None = None
    opened: datetime | None = None

    @property
    def asks_for_nothing(self) -> bool:
        """True if no digest could ever hold a paper, as far as the form tells."""
        nothing = (self.categories, self.topics, self.people) == ((), (), ())
        return nothing and self.also is not None and TRENDING not in self.also


def shown_follows(follows: Iterable[Follow], name: str, opened: datetime) -> list[Follow]:
    """Return the follows that the field of that name shows in a form opened then, the oldest first."""
    offered = [follow for follow in follows if follow.since <= opened and _reads_back(follow, name)]
    lengths = accumulate(len(follow.what) + len(follow.identity) + 4 for follow in offered)
    return [f for f, length in zip(offered, lengths, strict=True) if length <= _MAX_CHARACTERS][: MAX_ENTRIES[name]]


def read_setup(values: Values) -> SaveSetup:
    """Return the command of the filled form. Raises BadForm, with a sentence for each field at fault."""
    errors: dict[str, str] = {}

    def read(name: str, reader: Callable[[Sequence[str]], T], absent: T) -> T:
        if name not in values:
            return absent
        try:
            return reader(values[name])
        except BadInput as error:
            errors[name] = f"{error.sentence} {error.hint}".strip()
            return absent

    time, zone, days = read(WHEN, _read_when, ("", "", ""))
    command = SaveSetup(
        categories=read(CATEGORIES, _each(CATEGORIES, _read_category), None),
        topics=read(TOPICS, _each(TOPICS, _read_topic), None),
        people=read(PEOPLE, _each(PEOPLE, _read_person), None),
        time=read(TIME, _checked(read_time), time),
        zone=read(ZONE, _checked(read_zone), zone),
        days=read(DAYS, _checked(read_days), days),
        top=read(TOP, _checked(read_top), ""),
        also=read(ALSO, lambda given: tuple(one for one in given if one in {TRENDING, RECAP}), None),
        opened=_read_instant(values.get(OPENED, ())),
    )
    if not errors and command.asks_for_nothing:
        errors[CATEGORIES] = NOTHING
    if errors:
        raise BadForm(errors)
    return command


def _reads_back(follow: Follow, name: str) -> bool:
    """Return True if the field of that name can hold the follow and give it back."""
    if follow.kind is not KINDS[name] or len(follow.key) > OPTION_VALUE_LIMIT:
        return False
    text = follow.identity or follow.what
    with suppress(BadInput):
        if name == PEOPLE:
            _read_person(follow.key)
        return _each(name, _READERS[name])([text]) in ((text,), ((follow.kind, follow.what),))
    return False


def _each(name: str, reader: Callable[[str], T]) -> Callable[[Sequence[str]], tuple[T, ...]]:
    """Return a reader of all entries of a field, each once."""

    def read(given: Sequence[str]) -> tuple[T, ...]:
        lines = (line for text in given[:500] for line in text[:20_000].splitlines())
        entries = list(dict.fromkeys(filter(None, (clean(line, _MAX_ENTRY) for line in lines))))
        if len(entries) > MAX_ENTRIES[name]:
            raise BadInput(f"At most {MAX_ENTRIES[name]} fit here.", "Add more with /follow.")
        return tuple(dict.fromkeys(map(reader, entries)))

    return read


def _read_category(text: str) -> Target:
    return Kind.CATEGORY, read_category(text, "Try cs.CL.")


def _read_topic(text: str) -> Target:
    if category := is_category(text):
        return Kind.CATEGORY, category
    try:
        return read_target(text, Kind.TOPIC)
    except BadInput as error:
        raise BadInput(f"“{shorten(text, 60)}” doesn't look like a topic.", "Write a few words: LLM agents.") from error


def _read_person(text: str) -> str:
    """Return an identity or a name; "Wei Wang (openalex:A1)", as the form shows namesakes, is an identity."""
    inner = re.fullmatch(r"[^()]+\(([a-z]+:[^()\s]+)\)", text)
    with suppress(BadInput):
        kind, who = read_target(inner[1] if inner else text, Kind.AUTHOR)
        if kind is Kind.AUTHOR:
            return who
    raise BadInput(f"“{shorten(text, 60)}” doesn't look like an author.", "Write a name, such as Yam Eitan.")


def _read_when(given: Sequence[str]) -> tuple[str, str, str]:
    """Return time, zone and days of "09:00 Europe/Berlin mon-fri", in any order."""
    text = clean(" ".join(given), 100)
    command = parse_on(text)
    if not command.time:
        raise BadInput(f"I couldn't read “{shorten(text, 40)}” as a time.", "Write it as 09:00 Europe/Berlin mon-fri.")
    read_time(command.time)
    unknown = " ".join((*command.categories, *command.unread))
    zone = read_zone(", ".join(filter(None, (command.zone, unknown)))) if command.zone or unknown else ""
    return command.time, zone, command.days and _checked(read_days)([command.days])


def _checked(reader: Callable[[str], object]) -> Callable[[Sequence[str]], str]:
    """Return a reader of one value that only checks it; an empty one is left as it is."""

    def read(given: Sequence[str]) -> str:
        text = clean(" ".join(given), 100)
        if text:
            reader(text)
        return text

    return read


def _read_instant(given: Sequence[str]) -> datetime | None:
    try:
        instant = datetime.fromisoformat(" ".join(given)[:40])
    except ValueError:
        return None
    return instant if instant.tzinfo else None


_READERS: dict[str, Callable[[str], Target | str]] = {
    CATEGORIES: _read_category,
    TOPICS: _read_topic,
    PEOPLE: _read_person,
}

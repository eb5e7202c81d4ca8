"""The set-up form: what it shows, how it is read, and what it refuses, whatever is typed or forged."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.settings import DigestOn, read_timetable
from bot.digests.setup_answers import MAX_ENTRIES, SaveSetup, read_setup, shown_follows
from bot.digests.setup_form import setup_form
from bot.domain.channel import Channel, Follow, Kind, Person, Place, Timetable
from bot.domain.errors import BadForm, BadInput
from bot.domain.form import Choice, Field, Form, Lines, Search, TimeOfDay, refilled
from support.hostile.inputs import FRAGMENTS, LONG

NOW = datetime(2026, 5, 12, 9, tzinfo=UTC)
EARLIER = NOW - timedelta(days=3)
PLACE = Place("slack", "T1", "C1")
KINDS = {"categories": Kind.CATEGORY, "topics": Kind.TOPIC, "people": Kind.AUTHOR}
hostile = st.text(min_size=1, max_size=160) | st.sampled_from([*FRAGMENTS, *LONG])
NAMES = ("categories", "topics", "people", "time", "zone", "days", "top", "also", "when", "opened")

tables = st.builds(
    Timetable,
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "America/Argentina/Buenos_Aires", "Etc/GMT+3"]),
    days=st.frozensets(st.integers(0, 6), min_size=1),
    top=st.integers(1, 50),
    recap=st.none() | st.integers(0, 6),
    trending=st.booleans(),
)


def follow(kind: Kind, what: str, identity: str = "") -> Follow:
    return Follow(kind, what, EARLIER, person=Person(identity) if identity else None)


def form_of(*follows: Follow, table: Timetable | None = None, direct: bool = False) -> Form:
    return setup_form(Channel(PLACE, table, follows=follows), table or Timetable(), direct, NOW)


def held(field: Field) -> tuple[str, ...]:
    """Return what a platform sends back of a field that nobody touched."""
    match field:
        case Search():
            return tuple(option.value for option in field.chosen)
        case Lines():
            return (field.text,)
        case TimeOfDay():
            return (field.at,)
        case Choice():
            return field.chosen


def as_shown(fields: tuple[Field, ...]) -> dict[str, tuple[str, ...]]:
    return {field.name: held(field) for field in fields}


def table_of(read: SaveSetup, before: Timetable) -> Timetable:
    return read_timetable(DigestOn(time=read.time, zone=read.zone, days=read.days, top=read.top), before)


FOLLOWS = (
    follow(Kind.CATEGORY, "cs.CL"),
    follow(Kind.TOPIC, "state space models"),
    follow(Kind.AUTHOR, "Yam Eitan"),
    follow(Kind.AUTHOR, "Wei Wang", "openalex:A5023888391"),
    follow(Kind.AUTHOR, "Wei Wang", "openalex:A5000000002"),
)


@given(tables)
def test_a_form_that_nobody_touched_changes_no_setting(table: Timetable) -> None:
    form = form_of(*FOLLOWS, table=table)
    for fields in (form.fields, form.short):
        assert table_of(read_setup(as_shown(fields)), Timetable(recap=table.recap, trending=table.trending)) == table


@pytest.mark.parametrize("fields", ["fields", "short"])
def test_a_form_that_nobody_touched_names_all_that_is_followed(fields: str) -> None:
    read = read_setup(as_shown(getattr(form_of(*FOLLOWS), fields)))
    assert read.categories == ((Kind.CATEGORY, "cs.CL"),)
    assert read.topics == ((Kind.TOPIC, "state space models"),)
    assert read.people
    assert {who.lower() for who in read.people} == {"yam eitan", "openalex:a5023888391", "openalex:a5000000002"}


def test_the_short_form_has_five_fields_and_no_more() -> None:
    assert len(form_of(*FOLLOWS).short) == 5


def test_the_title_says_what_it_is_for() -> None:
    assert form_of().title == "Set up this channel"
    assert form_of(direct=True).title == "Set up your digest"
    assert form_of(table=Timetable()).title == "Settings"


@pytest.mark.parametrize(
    ("typed", "at", "zone", "days"),
    [
        ("09:00 Europe/Berlin mon-fri", time(9), "Europe/Berlin", {0, 1, 2, 3, 4}),
        ("8:30 Berlin", time(8, 30), "Europe/Berlin", {0, 1, 2, 3, 4}),
        ("9pm New York daily", time(21), "America/New_York", set(range(7))),
        ("9 pm, New York, mon,wed", time(21), "America/New_York", {0, 2}),
        ("21h15 Tuesday", time(21, 15), "UTC", {1}),
        ("7 mon, thu UTC", time(7), "UTC", {0, 3}),
        ("9 America/Monterrey", time(9), "America/Monterrey", {0, 1, 2, 3, 4}),
        ("09:00", time(9), "UTC", {0, 1, 2, 3, 4}),
    ],
)
def test_time_zone_and_days_are_read_from_one_line(typed: str, at: time, zone: str, days: set[int]) -> None:
    table = table_of(read_setup({"when": (typed,)}), Timetable())
    assert (table.at, table.zone, table.days) == (at, zone, frozenset(days))


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("categories", "cs.XY", "arXiv has no category “cs.XY”."),
        ("topics", "LLM agents\n!!", "“!!” doesn't look like a topic."),
        ("people", "@bob", "“@bob” doesn't look like an author."),
        ("time", "25:00", "25:00"),
        ("zone", "Nowhere/Land", "Nowhere/Land"),
        ("days", "someday", "someday"),
        ("top", "900", "1 to 50"),
        ("when", "morning", "I couldn't read “morning” as a time."),
        ("when", "09:00 Nowhere", "Nowhere"),
        ("topics", "\n".join(f"topic number {n}" for n in range(99)), "At most 40 fit here."),
    ],
)
def test_each_error_is_told_at_its_field(field: str, typed: str, sentence: str) -> None:
    with pytest.raises(BadForm) as refused:
        read_setup({field: (typed,)})
    assert list(refused.value.errors) == [field]
    assert sentence in refused.value.errors[field]


def test_all_errors_are_told_at_once() -> None:
    with pytest.raises(BadForm) as refused:
        read_setup({"categories": ("cs.XY",), "topics": ("!!",), "top": ("0",)})
    assert set(refused.value.errors) == {"categories", "topics", "top"}


def test_a_form_that_asks_for_nothing_is_refused_unless_trending_papers_come() -> None:
    empty = {"categories": (), "topics": ("",), "people": ()}
    with pytest.raises(BadForm, match="Choose a category, a topic or a person"):
        read_setup(empty | {"also": ()})
    assert read_setup(empty | {"also": ("trending",)}).also == ("trending",)


def test_what_was_not_asked_stays_as_it_is() -> None:
    assert read_setup({}) == SaveSetup()


def read_or_errors(values: dict[str, list[str]]) -> tuple[SaveSetup, dict[str, str]]:
    try:
        return read_setup(values), {}
    except BadForm as refused:
        return SaveSetup(), refused.errors


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.text() | st.sampled_from([*FRAGMENTS, *LONG]))))
def test_whatever_is_sent_is_a_command_or_a_sentence_for_each_field(values: dict[str, list[str]]) -> None:
    read, errors = read_or_errors(values)
    assert set(errors) <= set(NAMES)
    assert all(0 < len(sentence) < 300 for sentence in errors.values())
    table_of(read, Timetable())
    for kind, what in (*(read.categories or ()), *(read.topics or ())):
        assert len(what) <= 160
        assert kind in Kind


@given(
    st.lists(
        st.builds(follow, st.sampled_from(list(Kind)), st.text(min_size=1, max_size=120), st.just("")),
        max_size=120,
    )
)
def test_a_form_shows_no_more_than_it_takes_back(follows: list[Follow]) -> None:
    form = form_of(*follows)
    for name, most in MAX_ENTRIES.items():
        shown = shown_follows(follows, name, NOW)
        assert len(shown) <= most
        (field,) = (field for field in form.fields if field.name == name)
        hidden = sum(follow.kind is KINDS[name] for follow in follows) - len(shown)
        assert isinstance(field, Search | Lines)
        assert (f"{hidden} more" in field.hint) is bool(hidden)


@given(st.lists(st.builds(follow, st.sampled_from(list(Kind)), hostile, st.just("")), max_size=20))
def test_what_a_form_shows_can_be_sent_back_whatever_an_older_version_stored(follows: list[Follow]) -> None:
    form = form_of(*follows, follow(Kind.CATEGORY, "cs.CL"))
    for fields in (form.fields, form.short):
        read = read_setup(as_shown(fields))
        for name, given_back in (("categories", read.categories), ("topics", read.topics), ("people", read.people)):
            shown = {one.key for one in shown_follows([*follows, follow(Kind.CATEGORY, "cs.CL")], name, NOW)}
            pairs = [(Kind.AUTHOR, one) if isinstance(one, str) else one for one in given_back or ()]
            assert {follow(*pair).key for pair in pairs} == shown


def test_follows_since_the_form_was_opened_are_not_in_it() -> None:
    later = Follow(Kind.CATEGORY, "cs.RO", NOW + timedelta(seconds=1))
    assert shown_follows([*FOLLOWS, later], "categories", NOW) == [FOLLOWS[0]]


def test_what_somebody_typed_is_in_the_form_when_it_opens_again() -> None:
    typed = {"categories": ("cs.LG", "cs.CL"), "topics": ("one\n!!",), "top": ("20",)}
    fields = {field.name: field for field in refilled(form_of(*FOLLOWS).short, typed)}
    assert {name: held(fields[name]) for name in typed} == typed
    assert held(fields["people"]) == held(form_of(*FOLLOWS).short[2])


def test_a_bad_form_is_bad_input_and_says_that_nothing_changed() -> None:
    refused = BadForm({"topics": "No.", "top": "Nor."})
    assert isinstance(refused, BadInput)
    assert (refused.sentence, refused.hint) == ("No. Nor.", "Nothing has changed yet.")

"""What is typed behind /follow and /digest on: understood, or refused with the nearest valid form."""

from contextlib import suppress
from datetime import date, time
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.follow_text import read_target
from bot.digests.settings import (
    DigestOn,
    parse_on,
    read_days,
    read_lang,
    read_recap,
    read_switch,
    read_timetable,
    read_top,
)
from bot.digests.show import read_day
from bot.digests.time_of_day import read_time
from bot.digests.zones import read_zone
from bot.domain.channel import Kind, Timetable
from bot.domain.errors import BadInput

TODAY = date(2026, 11, 24)  # a Tuesday


@pytest.mark.parametrize(
    ("typed", "kind", "what"),
    [
        ("Yam Eitan", Kind.AUTHOR, "Yam Eitan"),
        ("Eitan, Yam", Kind.AUTHOR, "Yam Eitan"),
        ("author:Yam Eitan", Kind.AUTHOR, "Yam Eitan"),
        ("Martin Luther King, Jr.", Kind.AUTHOR, "Martin Luther King Jr."),
        ("King, Martin Luther, Jr.", Kind.AUTHOR, "Martin Luther King Jr."),
        ("King, Jr., Martin Luther", Kind.AUTHOR, "Martin Luther King Jr."),
        ("Prof. Yam Eitan, Ph.D.", Kind.AUTHOR, "Yam Eitan"),
        ("cs.cl", Kind.CATEGORY, "cs.CL"),
        ("quant-ph", Kind.CATEGORY, "quant-ph"),
        ("cs", Kind.CATEGORY, "cs"),
        ('"state space models"', Kind.TOPIC, "state space models"),
        ("“state space models”", Kind.TOPIC, "state space models"),
        ("topic: diffusion", Kind.TOPIC, "diffusion"),
        ("orcid:0000-0002-1825-0097", Kind.AUTHOR, "orcid:0000-0002-1825-0097"),
        ("https://orcid.org/0000-0002-1825-0097", Kind.AUTHOR, "orcid:0000-0002-1825-0097"),
        ("openalex:a5023888391", Kind.AUTHOR, "openalex:A5023888391"),
        ("author:openalex:A5023888391", Kind.AUTHOR, "openalex:A5023888391"),
        ("2605.05971v2 Yam Eitan", Kind.AUTHOR, "2605.05971 Yam Eitan"),
        ("author:hep-th/9901001 Edward Witten", Kind.AUTHOR, "hep-th/9901001 Edward Witten"),
        ("name:Yam Eitan", Kind.AUTHOR, "Yam Eitan"),
        ("topic:openalex:A5023888391", Kind.TOPIC, "openalex:A5023888391"),
    ],
)
def test_a_wish_is_read_as_it_is_meant(typed: str, kind: Kind, what: str) -> None:
    assert read_target(typed) == (kind, what)


def test_a_typed_option_decides_the_kind() -> None:
    assert read_target("cs.CL", "topic") == (Kind.TOPIC, "cs.CL")
    assert read_target("math", "author") == (Kind.AUTHOR, "math")


@pytest.mark.parametrize(
    "typed", ["", "<!channel>", "12345", "@@@@", "x" * 200, '"!!"', "orcid:0000-0002-1825-0098", "openalex:W1"]
)
def test_what_can_be_no_wish_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_target(typed)
    assert "/follow" in refused.value.hint


def test_a_category_that_does_not_exist_brings_the_nearest() -> None:
    with pytest.raises(BadInput) as refused:
        read_target("cs.NLP")
    assert "/follow cs.CL" in refused.value.nearest


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("09:00", time(9)),
        ("9", time(9)),
        ("9.30", time(9, 30)),
        ("9am", time(9)),
        ("12am", time(0)),
        ("5:15pm", time(17, 15)),
    ],
)
def test_a_time_is_read_in_many_forms(typed: str, meant: time) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["25:00", "9:75", "morning", "13pm", "-1", "24:00", "9:5", "0975", "0am", ""])
def test_a_time_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_time(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("utc", "UTC"),
        ("America/New_York", "America/New_York"),
    ],
)
def test_a_zone_is_read_whatever_its_case(typed: str, meant: str) -> None:
    assert read_zone(typed) == meant


def test_a_zone_that_does_not_exist_brings_the_nearest() -> None:
    with pytest.raises(BadInput) as refused:
        read_zone("Europe/Belin")
    assert "Europe/Berlin" in refused.value.hint


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("mon-fri", {0, 1, 2, 3, 4}),
        ("sat-mon", {5, 6, 0}),
        ("mon,wed", {0, 2}),
        ("daily", set(range(7))),
        ("Tuesday", {1}),
    ],
)
def test_days_are_read(typed: str, meant: set[int]) -> None:
    assert read_days(typed) == meant


def test_signs_around_a_number_are_left_out() -> None:
    assert read_top(" 10\x1f") == 10


@pytest.mark.parametrize(
    ("read", "typed", "nearest"),
    [
        (read_days, "someday", "mon-fri"),
        (read_top, "0", "top=1"),
        (read_top, "99", "top=50"),
        (read_lang, "xx", "lang=en for English"),
        (read_lang, "german", "lang=de for German"),
        (read_lang, "frnch", "lang=fr for French"),
        (partial(read_switch, "cross"), "maybe", "cross=off"),
        (partial(read_switch, "trending"), "perhaps", "trending=on"),
        (partial(read_switch, "gists"), "short", "gists=off"),
        (read_recap, "fry", "recap=fri"),
        (read_recap, "weekly", "recap=off"),
    ],
)
def test_a_wrong_option_brings_the_nearest_valid_form(read: object, typed: str, nearest: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(typed)  # type: ignore[operator]
    assert nearest in refused.value.hint


def test_cross_lists_are_switched_off_and_on_again_and_stay_as_they_were() -> None:
    without = read_timetable(DigestOn(cross="off"), Timetable())
    assert not without.cross
    assert not read_timetable(DigestOn(time="08:00"), without).cross
    assert read_timetable(DigestOn(cross="ON"), without).cross


def test_gists_are_switched_off_and_on_again_and_stay_as_they_were() -> None:
    assert Timetable().gists
    without = read_timetable(parse_on("gists=off"), Timetable())
    assert not without.gists
    assert not read_timetable(parse_on("08:00"), without).gists
    assert read_timetable(parse_on("gists=on"), without).gists


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("at 9am", Timetable(at=time(9))),
        ("9 am", Timetable(at=time(9))),
        ("at 5:15 PM in Europe/Berlin", Timetable(at=time(17, 15), zone="Europe/Berlin")),
        ("every day at 8", Timetable(at=time(8), days=frozenset(range(7)))),
        ("weekdays", Timetable(days=frozenset(range(5)))),
        ("Weekdays at 9 am, top=5", Timetable(at=time(9), top=5)),
        ("daily please", Timetable(days=frozenset(range(7)))),
        ("days=mon,wed", Timetable(days=frozenset({0, 2}))),
        ("days:Mon,Wed,fri 10:30", Timetable(at=time(10, 30), days=frozenset({0, 2, 4}))),
        ("time=9am days=sat-sun", Timetable(at=time(9), days=frozenset({5, 6}))),
    ],
)
def test_digest_on_is_understood_as_people_type_it(typed: str, meant: Timetable) -> None:
    command = parse_on(typed)
    assert command.categories == command.unread == ()
    assert read_timetable(command, Timetable()) == meant


def test_commas_separate_categories_too() -> None:
    assert parse_on("9am cs.CL,cs.LG, stat.ML").categories == ("cs.CL", "cs.LG", "stat.ML")


@pytest.mark.parametrize(("typed", "weekday"), [("fri", 4), ("Monday", 0), ("SUN", 6), ("off", None), ("no", None)])
def test_the_recap_has_a_weekday_or_there_is_none(typed: str, weekday: int | None) -> None:
    assert Timetable().recap is None
    asked = read_timetable(DigestOn(recap=typed), Timetable(recap=2))
    assert asked.recap == weekday
    assert read_timetable(DigestOn(top="5"), asked).recap == weekday


def test_options_that_were_not_given_stay_as_they_were() -> None:
    before = Timetable(at=time(7), zone="Asia/Tokyo", top=5)
    assert read_timetable(DigestOn(time="08:00"), before) == Timetable(at=time(8), zone="Asia/Tokyo", top=5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", TODAY), ("yesterday", date(2026, 11, 23)), ("2026-11-18", date(2026, 11, 18)), ("fri", date(2026, 11, 20))],
)
def test_a_day_of_the_last_week_is_read(typed: str, meant: date) -> None:
    assert read_day(typed, TODAY) == meant


@pytest.mark.parametrize("typed", ["2026-11-01", "2026-11-25", "someday", "99"])
def test_another_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_day(typed, TODAY)
    assert "2026-11-23" in refused.value.hint


@given(st.text(max_size=60))
def test_whatever_is_typed_is_understood_or_refused(text: str) -> None:
    for read in (
        read_target,
        read_time,
        read_zone,
        read_days,
        read_top,
        read_lang,
        partial(read_switch, "cross"),
        read_recap,
        lambda said: read_day(said, TODAY),
    ):
        with suppress(BadInput):
            read(text)

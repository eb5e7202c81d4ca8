"""Times and zones as people write them: what they mean, what is asked, and the right sign."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.digests.command import build_on
from bot.digests.settings import DigestOn, parse_on, read_timetable
from bot.digests.time_of_day import find_time
from bot.digests.zone_names import ABBREVIATIONS, PLACES, WITHOUT_WHOLE_HOURS
from bot.digests.zones import complete_zone, read_zone, zones_named
from bot.domain.card import Button
from bot.domain.channel import Timetable
from bot.domain.errors import BadInput
from bot.domain.wording import city, zone_in_words

ZONES = available_timezones()
WINTER, SUMMER = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC)


def offsets(zone: str) -> list[timedelta | None]:
    return [instant.astimezone(ZoneInfo(zone)).utcoffset() for instant in (WINTER, SUMMER)]


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("9 am", time(9)), ("9AM", time(9)), ("9:00 a.m.", time(9)), ("9 p. m.", time(21)), ("9.30 pm", time(21, 30)),
        ("12am", time(0)), ("12 pm", time(12)), ("noon", time(12)), ("12 noon", time(12)), ("midnight", time(0)),
        ("21h", time(21)), ("21h15", time(21, 15)), ("9 h 05", time(9, 5)), ("21 Uhr", time(21)),
        ("9 heures", time(9)), ("9 heures 30", time(9, 30)), ("9,30", time(9, 30)), ("7h du matin", time(7)),
        ("8h du soir", time(20)), ("9h30", time(9, 30)), ("midi", time(12)), ("8 de la noche", time(20)),
        ("9時30分", time(9, 30)), ("0900", time(9)), ("930", time(9, 30)), ("0930 hrs", time(9, 30)),
        ("09:00:00", time(9)), ("９：００", time(9)),
        ("9 o'clock", time(9)), ("nine o’clock", time(9)), ("at 9", time(9)), ("half past eight", time(8, 30)),
        ("quarter to 9", time(8, 45)), ("9 in the evening", time(21)), ("8 in the morning", time(8)),
        ("11 at night", time(23)), ("quarter past 9 pm", time(21, 15)),
        ("8ish", time(8)), ("about 8-ish", time(8)), ("8pmish", time(20)), ("8ish in the evening", time(20)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(typed: str, at: time) -> None:
    assert find_time(typed) == at


@pytest.mark.parametrize(
    "offset", ["GMT+8", "UTC+8", "UTC 8", "utc + 8", "GMT +08", "+08:00", "UTC+0800", "(UTC+8)", "UTC+8h"]
)
def test_an_offset_has_the_sign_that_people_mean(offset: str) -> None:
    zone = read_zone(offset)
    assert zone == "Etc/GMT-8"  # tzdata's sign is the other way round
    assert offsets(zone) == [timedelta(hours=8)] * 2
    assert zone_in_words(zone) == city(zone) == "UTC+8"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("UTC-3", "Etc/GMT+3"), ("UTC−3", "Etc/GMT+3"), ("GMT-5", "Etc/GMT+5"), ("UTC+0", "UTC"), ("Z", "UTC"),
        ("UTC+05:30", "Asia/Kolkata"), ("+5:30", "Asia/Kolkata"), ("UTC+5.5", "Asia/Kolkata"),
        ("GMT+0545", "Asia/Kathmandu"), ("JST", "Asia/Tokyo"), ("kst", "Asia/Seoul"),
        ("berlin", "Europe/Berlin"), ("New York", "America/New_York"), ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"), ("sao paulo", "America/Sao_Paulo"), ("Beijing", "Asia/Shanghai"),
        ("Mumbai", "Asia/Kolkata"), ("München", "Europe/Berlin"), ("San Francisco", "America/Los_Angeles"),
        ("東京", "Asia/Tokyo"), ("Europe/paris", "Europe/Paris"), ("Europe / Paris", "Europe/Paris"),
        ("US/Pacific", "US/Pacific"), ("Berlin time", "Europe/Berlin"), ("Paris (France)", "Europe/Paris"),
        ("Boston, USA", "America/New_York"), ("EST, Boston", "America/New_York"),
        ("PST (Seattle)", "America/Los_Angeles"), ("Germany", "Europe/Berlin"), ("Etc/GMT+8", "Etc/GMT+8"),
        ("EST5EDT", "EST5EDT"), ("Beijing (UTC+8)", "Asia/Shanghai"), ("GMT+1, Berlin", "Europe/Berlin"),
        ("Asia/Beijing", "Asia/Shanghai"), ("Cambridge, MA", "America/New_York"), ("Greenwich Mean Time", "UTC"),
    ],
)  # fmt: skip
def test_a_zone_is_read_as_people_write_it(typed: str, zone: str) -> None:
    assert read_zone(typed) == zone


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("EST", "America/New_York"), ("EDT", "America/New_York"), ("Eastern time", "America/New_York"),
        ("PST", "America/Los_Angeles"), ("Pacific", "America/Los_Angeles"), ("CST", "America/Chicago"),
        ("MST", "America/Denver"), ("IST", "Europe/Dublin"), ("BST", "Europe/London"), ("CET", "Europe/Berlin"),
        ("cest", "Europe/Berlin"), ("EET", "Europe/Athens"),
        ("USA", "America/New_York"), ("Cambridge", "Europe/London"),
    ],
)  # fmt: skip
def test_a_zone_of_several_cities_is_asked_for_and_a_button_sends_all_that_was_typed(typed: str, first: str) -> None:
    with pytest.raises(BadInput) as asked:
        read_timetable(parse_on(f"9 am {typed} cs.CL top=5 mon, wed"), Timetable())
    offers = [offer for offer in asked.value.nearest if isinstance(offer, Button)]

    assert offers[0] == Button(city(first), f"/digest on 9 am {first} cs.CL top=5 days=mon,wed")
    assert len(offers) > 1
    again = parse_on(offers[0].command.removeprefix("/digest on "))
    assert again.categories == ("cs.CL",)
    assert read_timetable(again, Timetable()) == Timetable(time(9), first, frozenset({0, 2}), 5)


@pytest.mark.parametrize(
    "typed",
    [
        "UTC+15",
        "GMT-13",
        "UTC+01:17",
        "Paris, Texas",
        "Berlin, Tokyo",
        "UTC+3, Berlin",
        "Europe/Tokyo",
        "Atlantis",
        "x" * 99,
    ],
)
def test_a_zone_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(BadInput, match="I don't know a time zone"):
        read_zone(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9:00 am America/New_York", Timetable(time(9), "America/New_York")),
        ("09:00+08:00", Timetable(time(9), "Etc/GMT-8")),
        ("09:00Z", Timetable(time(9), "UTC")),
        ("21h Europe/Paris", Timetable(time(21), "Europe/Paris")),
        ("New York 9am weekdays", Timetable(time(9), "America/New_York")),
        ("9am, Berlin, Germany, mon-fri", Timetable(time(9), "Europe/Berlin")),
        ("at nine o'clock in ho chi minh city on weekends", Timetable(time(9), "Asia/Ho_Chi_Minh", frozenset({5, 6}))),
        ("every Monday to Thursday at 8 in the evening", Timetable(time(20), days=frozenset(range(4)))),
        ("zone=New York time=9 am top 5", Timetable(time(9), "America/New_York", top=5)),
        ("tz=UTC+8 at=0930", Timetable(time(9, 30), "Etc/GMT-8")),
    ],
)
def test_an_option_may_have_several_words_in_any_order(typed: str, meant: Timetable) -> None:
    command = parse_on(typed)
    assert (command.categories, command.unread) == ((), ())
    assert read_timetable(command, Timetable()) == meant


def test_two_times_are_not_guessed_at() -> None:
    with pytest.raises(BadInput, match="9am 5pm"):
        read_timetable(parse_on("9am 5pm"), Timetable())


def test_a_typed_time_may_say_its_zone() -> None:
    assert build_on(time="9am JST", top=5) == DigestOn("9am", "JST", top="5")
    assert build_on(time="9am EST", zone="Tokyo").zone == "Tokyo"
    assert build_on(time="soon") == DigestOn("soon")


def test_a_zone_that_a_channel_has_is_read_back_from_the_words_for_it() -> None:
    for name in ZONES - {"Factory", "localtime"}:
        assert offsets(read_zone(zone_in_words(name))) == offsets(name), name


def test_what_is_stored_opens_with_tzdata_alone() -> None:
    for zones in (*ABBREVIATIONS.values(), *PLACES.values(), tuple(WITHOUT_WHOLE_HOURS.values())):
        assert set(zones) <= ZONES
    for hours in range(-12, 15):
        (zone,) = zones_named(f"UTC{hours:+}")
        assert zone in ZONES
        assert offsets(zone) == [timedelta(hours=hours)] * 2
    for minutes, zone in WITHOUT_WHOLE_HOURS.items():
        assert offsets(zone) == [timedelta(minutes=minutes)] * 2


@pytest.mark.parametrize(
    ("begun", "first"), [("GMT+8", "UTC+8"), ("EST", "America/New_York"), ("mumb", "Asia/Kolkata")]
)
def test_a_zone_is_completed_by_what_it_means(begun: str, first: str) -> None:
    assert complete_zone(begun, 25)[0] == first


@given(st.text(max_size=60) | st.text(alphabet="0123456789+-:UTCGM/ amphest", max_size=30))
def test_no_offer_ever_has_the_sign_the_other_way_round(typed: str) -> None:
    refused = BadInput()
    try:
        read_zone(typed)
    except BadInput as error:
        refused = error
    assert "Etc/" not in f"{refused.hint} {refused.nearest}"
    assert not any(zone.startswith("Etc/") for zone in complete_zone(typed, 25))

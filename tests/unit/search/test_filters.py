"""A search's filters in words, each with the search without it."""

from datetime import date

import pytest

from bot.search.dates import Days, read_days
from bot.search.filters import Filter, filters_of
from bot.search.parser import read_search

TODAY = date(2026, 11, 30)


def test_each_filter_is_named_and_can_be_removed() -> None:
    wording = read_search('state space author:"Albert Gu" cat:cs.LG from:july has:code -video', TODAY)
    assert filters_of(wording, "/papers") == (
        Filter(
            "about “state space”",
            "Remove “state space”",
            '/papers author:"Albert Gu" cat:cs.LG from:2026-07-01 has:code -video',
        ),
        Filter("by Albert Gu", "Remove Albert Gu", "/papers state space cat:cs.LG from:2026-07-01 has:code -video"),
        Filter("in cs.LG", "Remove cs.LG", '/papers state space author:"Albert Gu" from:2026-07-01 has:code -video'),
        Filter(
            "since 1 Jul 2026",
            "Remove since 1 Jul 2026",
            '/papers state space author:"Albert Gu" cat:cs.LG has:code -video',
        ),
        Filter(
            "with code", "Remove with code", '/papers state space author:"Albert Gu" cat:cs.LG from:2026-07-01 -video'
        ),
        Filter(
            "without “video”",
            "Remove “video”",
            '/papers state space author:"Albert Gu" cat:cs.LG from:2026-07-01 has:code',
        ),
    )


def test_words_alone_are_no_filter_and_the_last_filter_stays() -> None:
    assert filters_of(read_search("state space", TODAY), "/papers") == ()
    assert filters_of(read_search("cat:cs.LG", TODAY), "/papers") == (Filter("in cs.LG", "Remove cs.LG", ""),)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("july", date(2026, 7, 1), date(2026, 7, 31)),
        ("Dec", date(2025, 12, 1), date(2025, 12, 31)),
        ("july 2024", date(2024, 7, 1), date(2024, 7, 31)),
        ("15th of July", date(2026, 7, 15), date(2026, 7, 15)),
        ("Nov 30", date(2026, 11, 30), date(2026, 11, 30)),
        ("December 1, 2026", date(2026, 12, 1), date(2026, 12, 1)),
        ("monday", date(2026, 11, 30), date(2026, 11, 30)),
        ("last friday", date(2026, 11, 27), date(2026, 11, 27)),
    ],
)
def test_months_and_weekdays_are_the_latest_that_have_begun(typed: str, first: date, last: date) -> None:
    assert read_days(typed, TODAY) == Days(first, last)


@pytest.mark.parametrize("typed", ["feb 30", "mayday", "july 45", "32 may", "the 0 of may", "may 2500"])
def test_days_that_do_not_exist_are_none(typed: str) -> None:
    assert read_days(typed, TODAY) is None

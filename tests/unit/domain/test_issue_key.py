"""The names of a channel's messages: a day, or a week."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.issue_key import IssueKey, Week, order, read_issue_key

FRIDAY = date(2026, 9, 4)


def test_a_week_is_named_as_iso_counts_it() -> None:
    assert Week.of(FRIDAY).isoformat() == "2026-W36"
    assert Week.of(date(2027, 1, 1)).isoformat() == "2026-W53"


@given(st.dates(date(1991, 1, 1), date(2100, 1, 1)))
def test_what_was_written_is_read_again(day: date) -> None:
    for edition in (day, Week.of(day)):
        assert read_issue_key(edition.isoformat()) == edition


@pytest.mark.parametrize("text", ["", "2026-W54", "2026-W00", "2026-W6", "2026-09-31", "week", "2026-W53x"])
def test_anything_else_is_neither(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library says it in its own words
        read_issue_key(text)


def test_a_recap_comes_after_the_digests_of_its_week() -> None:
    days: list[IssueKey] = [FRIDAY + timedelta(days=3), Week.of(FRIDAY), FRIDAY]
    assert sorted(days, key=order) == [FRIDAY, Week.of(FRIDAY), FRIDAY + timedelta(days=3)]

"""An ORCID is read in every form people paste, and one with a slip is told from none at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.orcid import find_orcid, looks_like_orcid


@pytest.mark.parametrize(
    "typed",
    [
        "0000-0002-1825-0097", "0000000218250097", "orcid:0000-0002-1825-0097", "ORCID: 0000-0002-1825-0097",
        "ORCID iD 0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097", "orcid.org/0000-0002-1825-0097/",
        "<https://orcid.org/0000-0002-1825-0097>", "(http://www.orcid.org/0000-0002-1825-0097?lang=en)",
    ],
)  # fmt: skip
def test_every_form_is_the_same_one(typed: str) -> None:
    assert find_orcid(typed) == "0000-0002-1825-0097"
    assert looks_like_orcid(typed)


def test_the_last_digit_may_be_an_x() -> None:
    assert find_orcid("0000-0002-1694-233x") == "0000-0002-1694-233X"


@pytest.mark.parametrize(
    "typed", ["0000-0002-1825-0098", "0000-0020-1825-0097", "orcid:", "orcid.org/me", "orcid: Yam"]
)
def test_one_with_a_slip_is_meant_as_one_and_is_none(typed: str) -> None:
    assert find_orcid(typed) is None
    assert looks_like_orcid(typed)


@pytest.mark.parametrize("typed", ["", "2605.05971", "Yam Eitan", "0000-0002", "orchids", "٠٠٠٠-0002-1825-0097"])
def test_what_is_something_else_is_not_meant_as_one(typed: str) -> None:
    assert find_orcid(typed) is None
    assert not looks_like_orcid(typed)


@given(st.text() | st.from_regex(r"(orcid:)?[0-9X-]{0,30}"))
def test_whatever_is_typed_is_one_or_none(typed: str) -> None:
    found = find_orcid(typed)
    assert found is None or (find_orcid(found) == found and looks_like_orcid(typed))

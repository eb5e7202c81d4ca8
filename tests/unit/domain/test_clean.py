"""Third-party text is one line of characters that can be seen, and no longer than asked."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.text.clean import clean


@pytest.mark.parametrize(
    "unseen",
    [
        "\u202e", "\u2066", "\u200f", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\ufe0f", "\u034f", "\u115f",
        "\u3164", "\uffa0", "\u2800", "\U000e0041", "\U000e0101", "\x00", "\x1b", "\x9b", "\ud800", "\ue000", "\uffff",
    ],
    ids=lambda character: f"U+{ord(character):04X}",
)  # fmt: skip
def test_what_nobody_can_see_is_gone(unseen: str) -> None:
    assert clean(f"arx{unseen}iv", 20) == "arxiv"
    assert clean(unseen * 3, 20) == ""


@pytest.mark.parametrize("text", ["한글", "Ōtomo no Yakamochi", "Z\u0301", "یادگیری", "𝕏 ≤ ½", "🙂"])
def test_what_people_write_stays(text: str) -> None:
    assert clean(text, 50) == text


@given(st.text(st.characters(), max_size=200), st.integers(1, 80))
def test_a_text_is_one_line_within_its_limit_and_clean_for_good(text: str, limit: int) -> None:
    cleaned = clean(text, limit)

    assert len(cleaned) <= limit
    assert cleaned == cleaned.strip()
    assert not any(unicodedata.category(character) in {"Cc", "Cs"} for character in cleaned)
    assert clean(cleaned, limit) == cleaned

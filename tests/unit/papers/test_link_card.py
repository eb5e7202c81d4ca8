"""The card in short of a paper that somebody linked."""

from dataclasses import replace
from datetime import date

from bot.domain.card import Text
from bot.domain.wording import digest_of_day
from bot.papers.cards import link_card
from support.builders.sample_cards import PAPER


def test_the_day_of_a_digest_is_said_as_people_do() -> None:
    today = date(2026, 5, 12)
    assert digest_of_day(today, today) == "today’s digest"
    assert digest_of_day(date(2026, 5, 11), today) == "yesterday’s digest"
    assert digest_of_day(date(2026, 5, 7), today) == "Thursday’s digest"
    assert digest_of_day(date(2026, 5, 5), today) == "the digest of 5 May 2026"


def test_a_withdrawn_paper_says_so() -> None:
    card = link_card(replace(PAPER, version=2, comment="This paper has been withdrawn: an error in Lemma 2"))

    said = [span for block in card.blocks for row in getattr(block, "lines", ()) for span in row]
    assert Text("Withdrawn by its authors.", "bold") in said

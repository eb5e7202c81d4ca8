"""A reading list: unread first, ten a page, with notes and marks."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.card import Actions, Attachment, Card, Item
from bot.domain.feedback import NOTE_LIMIT, Feedback, FeedbackKind
from bot.domain.reading_list import page_of, saved_again
from bot.library.cards import citation_card, export_card, saved_card
from bot.library.citations.formats import BIBTEX, CSL
from support.builders.sample_cards import NOW, PAPER

SAVED = [
    Feedback(f"2605.{10000 + n}", FeedbackKind.SAVED, NOW + timedelta(minutes=n), read=n in {3, 24}) for n in range(25)
]


def ids(which: str, number: int) -> list[int]:
    return [int(one.paper_id[-2:]) for one in page_of(SAVED, which, number).saved]


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Actions) for button in block.buttons]


def test_the_unread_come_first_and_the_newest_of_them_first() -> None:
    assert ids("all", 1) == [23, 22, 21, 20, 19, 18, 17, 16, 15, 14]
    assert ids("all", 3) == [2, 1, 0, 24, 3]
    assert ids("read", 1) == [24, 3]
    assert 3 not in ids("unread", 3)


def test_a_page_that_there_is_not_is_the_nearest() -> None:
    assert page_of(SAVED, "all", 99).number == 3
    assert page_of(SAVED, "read", 0).number == 1
    assert page_of([], "all", 2).pages == 1


def test_what_is_saved_again_stays_where_it_is_and_takes_a_new_note() -> None:
    before = replace(SAVED[0], note="old", read=True)
    again = replace(SAVED[0], since=NOW + timedelta(days=9))

    assert saved_again(again, before, None) == before
    assert saved_again(again, before, "new\u202e one").note == "new one"
    assert saved_again(again, before, "").note == ""
    assert len(saved_again(again, None, "word " * 400).note) <= NOTE_LIMIT


def test_a_page_shows_notes_and_says_how_much_there_is() -> None:
    noted = replace(SAVED[0], note="for the survey")
    card = saved_card(page_of([noted, *SAVED[1:]], "all", 3), {noted.paper_id: replace(PAPER, id=noted.paper_id)})
    items = [block for block in card.blocks if isinstance(block, Item)]

    assert card.text == "This channel’s reading list: 23 unread · 2 read."
    assert [item.number for item in items] == [21, 22, 23, 24, 25]
    assert items[2].point == "Note: for the survey"
    gist = {noted.paper_id: "A short way."}
    with_gist = saved_card(page_of([noted, *SAVED[1:]], "all", 3), {}, gists=gist)
    assert "Note: for the survey · A short way." in {
        block.point for block in with_gist.blocks if isinstance(block, Item)
    }
    assert items[3].reason.endswith("· read")
    assert items[0].title.text == "arXiv:2605.10002"
    assert [button.label for button in items[3].buttons] == ["Read more", "Mark as unread", "Remove", "BibTeX"]
    assert labels(card) == ["Back", "Unread only", "BibTeX"]
    assert card.data["papers"][2]["note"] == "for the survey"  # type: ignore[index]
    assert card.data["pages"] == 3


def test_an_empty_list_says_how_it_begins() -> None:
    card = saved_card(page_of([], "all", 1), {}, direct=True)

    assert card.text.startswith("Your reading list: 0 unread")
    assert labels(card) == []


def test_a_citation_is_private_and_a_list_for_all_as_the_same_text() -> None:
    one, whole = citation_card([PAPER], BIBTEX, "@misc{x}\n"), export_card(CSL, "[]\n", 2, 1)

    assert (one.private, whole.private) == (True, False)
    assert [b.text for b in one.blocks if isinstance(b, Attachment)] == ["@misc{x}\n"] == [one.data["text"]]
    assert "2 papers. arXiv isn't responding, so 1 paper has only the ID." in whole.text

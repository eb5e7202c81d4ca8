"""A paper as a Zotero item: its fields, and names that never change."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.paper import Paper
from bot.domain.zotero import Library
from bot.library.zotero.item import item_key, write_token, zotero_item

MINE, THEIRS = Library("user", 12), Library("group", 12)
PAPER = Paper(
    "2605.05971",
    "On Tables",
    "We set a table.",
    ("Ludwig van der Wilk", "The ATLAS Collaboration", "Ada Lovelace Jr."),
    ("cs.LG", "stat.ML"),
    published=datetime(2026, 5, 7, 17, tzinfo=UTC),
    doi="10.1000/xyz",
    journal_ref="Nature 5 (2026)",
)


def test_a_paper_is_a_preprint_with_its_archives_names() -> None:
    assert zotero_item(PAPER, MINE, "for the survey") == {
        "itemType": "preprint",
        "key": item_key(MINE, PAPER.id),
        "version": 0,
        "title": "On Tables",
        "creators": [
            {"creatorType": "author", "firstName": "Ludwig", "lastName": "van der Wilk"},
            {"creatorType": "author", "name": "The ATLAS Collaboration"},
            {"creatorType": "author", "firstName": "Ada Jr.", "lastName": "Lovelace"},
        ],
        "abstractNote": "We set a table.",
        "repository": "arXiv",
        "archiveID": "arXiv:2605.05971",
        "date": "2026-05-07",
        "DOI": "10.48550/arXiv.2605.05971",
        "url": "https://arxiv.org/abs/2605.05971",
        "libraryCatalog": "arXiv",
        "extra": "Nature 5 (2026)\nNote: for the survey",
        "tags": [{"tag": "cs.LG", "type": 1}, {"tag": "stat.ML", "type": 1}],
    }


def test_a_paper_of_which_only_the_id_is_known_still_has_a_date_and_an_address() -> None:
    item = zotero_item(Paper("2605.05971", "arXiv:2605.05971", "", (), ()), MINE)

    assert (item["title"], item["date"], item["url"]) == (
        "arXiv:2605.05971",
        "2026-05",
        "https://arxiv.org/abs/2605.05971",
    )


def test_names_are_the_same_in_every_attempt_and_differ_by_library_and_paper() -> None:
    names = [item_key(library, id) for library in (MINE, THEIRS) for id in ("2605.05971", "2605.05972")]
    tokens = [write_token(library, id) for library in (MINE, THEIRS) for id in ("2605.05971", "2605.05972")]

    assert len({*names}) == len({*tokens}) == 4
    assert item_key(replace(MINE, name="renamed"), PAPER.id) == item_key(MINE, PAPER.id)
    assert write_token(replace(MINE, name="renamed"), PAPER.id) == write_token(MINE, PAPER.id)


@given(st.integers(1), st.text(max_size=20))
def test_keys_and_tokens_have_the_form_that_zotero_takes(number: int, paper_id: str) -> None:
    library = Library("user", number)

    assert len(item_key(library, paper_id)) == 8
    assert set(item_key(library, paper_id)) <= set("23456789ABCDEFGHIJKLMNPQRSTUVWXYZ")
    assert len(write_token(library, paper_id)) == 32

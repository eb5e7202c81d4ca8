"""What people read: each card says what it must, and holds it as data too."""

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.app.error_cards import error_card, fault_card
from bot.digests.cards.all_matches import all_matches_card
from bot.digests.cards.digest import HEADINGS, digest_card
from bot.digests.cards.follows import followed_card, following_card
from bot.digests.cards.settings import digest_on_card
from bot.digests.forecast import Forecast
from bot.domain import errors
from bot.domain.card import Actions, Card, Fine, Heading, Item, Link, Row, Text, line
from bot.domain.channel import Channel, Follow, Kind, Mute, Person, Timetable
from bot.domain.digest import GROUPS, DigestItem, Group, Match
from bot.domain.summary import EXTRACTED
from bot.domain.wording import authors_in_full, authors_in_short, count, days_in_words, listed, moment
from bot.papers.cards import authors_card, mutes_card, paper_card, read_more_card
from bot.ranking.order import in_groups
from support.builders.sample_cards import BUTTONS, CODED, EXTRACT, NOW, PAPER, PLACE, SUMMARY, digest


def words_of(thing: object) -> str:
    """All that a card says, in reading order."""
    if isinstance(thing, Text | Link):
        return thing.text
    if isinstance(thing, str):
        return thing
    if isinstance(thing, tuple):
        return " ".join(words_of(part) for part in thing)
    if is_dataclass(thing):
        return " ".join(words_of(getattr(thing, field.name)) for field in fields(thing) if field.name != "data")
    return ""


def labels(card: Card) -> list[str]:
    return [button.label for block in card.blocks if isinstance(block, Actions) for button in block.buttons]


def test_a_papers_card_has_its_facts_four_points_and_what_can_be_done() -> None:
    card = paper_card(CODED, SUMMARY)
    said = words_of(card)
    for fact in ("cs.LG", "7 May 2026", "v1", "Code", "arXiv:2605.05519", "Jae-Won Chung", *SUMMARY.key_points):
        assert fact in said
    assert labels(card) == [*BUTTONS[:5], "Code", *BUTTONS[5:]]


def test_a_card_says_who_made_the_summary() -> None:
    assert "Summary of the abstract by gpt-5.6-mini" in words_of(paper_card(PAPER, SUMMARY))
    assert EXTRACTED in words_of(paper_card(PAPER, EXTRACT))
    assert "Summary of the abstract" not in words_of(paper_card(PAPER, EXTRACT))


def test_without_a_code_link_it_says_that_none_was_found() -> None:
    assert "no code link found" in words_of(paper_card(PAPER, SUMMARY))
    assert "Code" not in labels(paper_card(PAPER, SUMMARY))


def test_a_withdrawn_paper_is_labelled() -> None:
    gone = replace(PAPER, version=2, comment="This paper has been withdrawn by the authors: an error in Lemma 2")
    assert "Withdrawn by its authors.  This paper" in words_of(paper_card(gone, SUMMARY))
    by_arxiv = replace(gone, comment="arXiv admin note: This article has been withdrawn by arXiv administrators")
    assert "Withdrawn by arXiv.  arXiv admin note" in words_of(paper_card(by_arxiv, SUMMARY))
    silent = replace(gone, comment="12 pages", without_files=True)
    assert "Withdrawn by its authors.  Version 2 has no files." in words_of(paper_card(silent, SUMMARY))


def test_a_paper_withdrawn_after_its_digest_is_labelled_among_all_that_matched() -> None:
    gone = replace(PAPER, version=2, comment="This paper has been withdrawn by the authors")
    card = all_matches_card(digest(0), (Match(gone, ()), Match(CODED, ())), {}, 1, 1)
    facts = {block.paper_id: words_of(block.facts) for block in card.blocks if isinstance(block, Item)}
    assert facts[gone.id].endswith(" · withdrawn")
    assert "withdrawn" not in facts[CODED.id]


def test_a_paper_told_by_another_than_arxiv_says_so_and_states_no_version_that_nobody_stated() -> None:
    said = words_of(paper_card(replace(PAPER, source="DataCite", published=None), SUMMARY))
    assert "arXiv isn't responding, so this is from DataCite" in said
    assert " · v1" not in said
    assert "isn't responding" not in words_of(paper_card(PAPER, SUMMARY))


def test_settings_say_when_cross_listed_papers_are_left_out() -> None:
    table = Timetable(cross=False)
    said = words_of(digest_on_card(Channel(PLACE, table), table, NOW, NOW))
    assert "at 09:00 (UTC), without cross-listed papers. The next digest" in said
    assert "cross-listed" not in words_of(digest_on_card(Channel(PLACE), Timetable(), NOW, NOW))


def test_read_more_leaves_out_what_nothing_is_known_of() -> None:
    card = read_more_card(PAPER, replace(SUMMARY, implications=""))
    headings = [words_of(block).strip() for block in card.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == ["Summary", "Methodology", "Results"]
    assert card.private


def test_a_digest_counts_names_and_admits() -> None:
    card = digest_card(digest(), NOW)
    said = words_of(card)
    for fact in ("2 papers for Tuesday, 12 May", "picked from 5 that match · 44 announced"):
        assert fact in " ".join(said.split())
    (footer,) = [block for block in card.blocks if isinstance(block, Fine)][1:]
    assert words_of(footer) == (
        f"Summaries: 1 by gpt-5.6-mini, 1 {EXTRACTED} · 2 muted · Hugging Face did not answer · "
        "next tomorrow at 09:00 (UTC)"
    )
    assert labels(card) == ["Show all 5", "Key points", "Settings"]


def test_each_paper_of_a_digest_has_its_title_its_link_its_gist_and_one_button_to_its_card() -> None:
    card = digest_card(digest(), NOW)
    first = next(block for block in card.blocks if isinstance(block, Item))
    assert (first.title.text, first.title.url) == (PAPER.title, "https://arxiv.org/abs/2605.05971")
    assert first.point == SUMMARY.gist
    assert first.more is not None
    assert (first.more.label, first.more.command) == ("Open", "/peek 2605.05971")
    assert [paper["id"] for paper in card.data["papers"]] == [PAPER.id, CODED.id]  # type: ignore[attr-defined]
    assert [paper["gist"] for paper in card.data["papers"]] == [SUMMARY.gist, EXTRACT.gist]  # type: ignore[attr-defined]


def test_papers_of_a_digest_are_numbered_through_all_groups_and_each_says_what_it_is_about() -> None:
    items = [block for block in digest_card(digest(50), NOW).blocks if isinstance(block, Item)]
    assert [item.number for item in items] == list(range(1, 51))
    assert {item.point for item in items} == {SUMMARY.gist, EXTRACT.gist}


def test_a_channel_that_wants_no_gists_gets_titles() -> None:
    card = digest_card(replace(digest(), gists=False), NOW)
    assert {block.point for block in card.blocks if isinstance(block, Item)} == {""}


@pytest.mark.parametrize(
    ("group", "why", "facts", "beside"),
    [
        (Group.PEOPLE, "Yam Eitan", "Yam Eitan, Gelberg +3 · cs.LG", ""),
        (Group.PEOPLE, "Haggai Maron, Yam Eitan", "Yam Eitan, Haggai Maron +3 · cs.LG", ""),
        (Group.LIKED, "Yarin Gal", "Yarin Gal, Gelberg +3 · cs.LG", ""),
        (Group.LIKED, "like OpenG2G", "Gelberg, Eitan +3 · cs.LG", "like OpenG2G"),
        (Group.TOPICS, "KV cache", "Gelberg, Eitan +3 · cs.LG", "KV cache"),
        (Group.CATEGORIES, "cs.LG", "Gelberg, Eitan +3 · cs.LG", ""),
        (Group.CATEGORIES, "cs.CL", "Gelberg, Eitan +3 · cs.LG", "cs.CL"),
        (Group.TRENDING, "81 upvotes", "Gelberg, Eitan +3 · cs.LG", "81 upvotes"),
    ],
)  # fmt: skip
def test_each_reason_is_said_once_by_the_heading_the_facts_or_beside_them(
    group: Group, why: str, facts: str, beside: str
) -> None:
    match = Match(PAPER, ("You follow Yam Eitan", "Topic “KV cache”"), score=91, group=group, because=why)
    card = digest_card(replace(digest(1), items=(DigestItem(match, SUMMARY),)), NOW)
    (shown,) = (block for block in card.blocks if isinstance(block, Item))
    assert (words_of(shown.facts), shown.reason) == (facts, beside)
    assert [words_of(b.line) for b in card.blocks if isinstance(b, Heading) and b.level == 2] == [HEADINGS[group]]
    for part in why.split(", "):
        assert words_of(card.blocks).count(part) == 1


def test_an_author_who_is_named_twice_is_shown_once() -> None:
    twice = replace(PAPER, authors=("Wei Wang", "Ada Byron", "Wei Wang", "Kurt Adler"))
    match = Match(twice, ("You follow Wei Wang",), group=Group.PEOPLE, because="Wei Wang")
    card = digest_card(replace(digest(1), items=(DigestItem(match, SUMMARY),)), NOW)
    (shown,) = (block for block in card.blocks if isinstance(block, Item))
    assert words_of(shown.facts).startswith("Wei Wang, Byron +")


def test_scores_and_all_reasons_are_in_the_data_and_not_in_the_text() -> None:
    reasons = ("You follow Yam Eitan", "Category cs.LG", "like 3 papers you saved")
    card = digest_card(replace(digest(1), items=(DigestItem(Match(PAPER, reasons, score=91), SUMMARY),)), NOW)
    (paper,) = card.data["papers"]  # type: ignore[misc]
    assert (paper["id"], paper["score"], paper["reasons"]) == (PAPER.id, 91, list(reasons))  # type: ignore[index]
    item = next(block for block in card.blocks if isinstance(block, Item))
    assert "91" not in words_of((item.title.text, item.point, item.facts, item.reason))


def test_the_groups_stand_in_their_order_each_under_one_heading() -> None:
    items = [
        DigestItem(Match(replace(CODED, id=f"2605.{number:05}"), (), group=group), EXTRACT)
        for number, group in enumerate([*GROUPS, *GROUPS])
    ]
    matches = {item.match.paper.id: item for item in items}
    ordered = [matches[match.paper.id] for match in in_groups([item.match for item in items])]
    card = digest_card(replace(digest(0), items=tuple(ordered)), NOW)
    headings = [words_of(block.line) for block in card.blocks if isinstance(block, Heading) and block.level == 2]
    assert headings == [HEADINGS[group] for group in GROUPS]
    shown = [block.paper_id for block in card.blocks if isinstance(block, Item)]
    assert shown == [f"2605.{number:05}" for group in range(5) for number in (group, group + 5)]


def test_papers_of_a_record_without_groups_come_under_a_plain_heading() -> None:
    card = digest_card(replace(digest(1), items=(DigestItem(Match(PAPER, ("You follow X",)), SUMMARY),)), NOW)
    assert "More papers" in words_of(card)


def test_what_can_be_done_with_a_paper_is_one_press_away_from_its_details() -> None:
    more = read_more_card(PAPER, SUMMARY)
    assert labels(more) == list(BUTTONS[1:])


def test_a_paper_of_which_all_is_muted_says_so() -> None:
    assert labels(mutes_card(PAPER, ("Yam Eitan", "cs.LG"))) == ["Mute Yam Eitan", "Mute cs.LG"]
    assert "Nothing left to mute" in mutes_card(PAPER, ()).text


def test_a_quiet_digest_says_why() -> None:
    quiet = replace(digest(0), hidden=(), matched=0, announced=0, quiet_because="arXiv had a holiday.")
    card = digest_card(quiet, NOW)
    assert "arXiv had a holiday." in words_of(card)
    assert card.text == "No new papers for Tuesday, 12 May. arXiv had a holiday."


def test_all_that_matches_names_what_was_hidden_too_ten_a_page_each_with_save() -> None:
    matches = [Match(replace(CODED, id=f"2605.{number:05}"), ()) for number in range(23)]
    pages = [all_matches_card(digest(), matches, {"2605.00000": "It works."}, page, 3) for page in (1, 2, 3)]
    items = [[block for block in card.blocks if isinstance(block, Item)] for card in pages]
    assert [item.paper_id for page in items for item in page] == [match.paper.id for match in matches]
    assert [len(page) for page in items] == [10, 10, 3]
    assert items[0][0].point == "It works."
    assert {item.more.label for page in items for item in page if item.more} == {"Save"}
    assert [labels(card) for card in pages] == [["Next 10"], ["Previous", "Next 10"], ["Previous"]]
    assert [words_of(card.blocks[-1]) for card in pages] == [f"Page {page} of 3" for page in (1, 2, 3)]


def test_of_a_long_list_of_authors_the_first_and_the_last_are_offered() -> None:
    many = replace(PAPER, authors=tuple(f"Person {n}" for n in range(100)))
    card = authors_card(many, followed=["Person 1"])
    assert labels(card) == [f"Person {n}" for n in (0, 2, 3, 4, 5, 6, 99)]
    assert "For the other 92" in words_of(card)


def test_a_follow_shows_what_it_would_have_brought() -> None:
    wish = Follow(Kind.TOPIC, "grids", NOW)
    card = followed_card(wish, True, Forecast((CODED,) * 5, days=3, per_day=1.7), line("It comes tomorrow."))
    assert "follows topic grids" in words_of(card).replace("“", "").replace("”", "").replace("  ", " ")
    assert "would have brought 5 papers, about 2 a day:" in words_of(card)
    assert len(card.data["papers"]) == 3  # type: ignore[arg-type]


def test_the_list_of_follows_ends_each_with_a_button_and_says_where_nothing_is() -> None:
    channel = Channel(PLACE, Timetable(), NOW, follows=(Follow(Kind.AUTHOR, "Yam Eitan", NOW),))
    channel = replace(channel, mutes=(Mute("survey", NOW),))
    said = words_of(following_card(channel, line("It comes tomorrow.")))
    for button in ("/unfollow author:Yam Eitan", "/unmute survey", "It comes tomorrow."):
        assert button in said
    assert "follows nothing yet" in words_of(following_card(Channel(PLACE), line("Off.")))


@pytest.mark.parametrize(
    ("person", "said", "addresses"),
    [
        (
            Person("openalex:A5023888391", papers=(PAPER.id, CODED.id), orcid="0000-0002-1825-0097"),
            "author Yam Eitan ( openalex:A5023888391 )  · 2 papers known · ORCID  0000-0002-1825-0097",
            ["https://openalex.org/A5023888391", "https://orcid.org/0000-0002-1825-0097"],
        ),
        (
            Person("arxiv:0000-0002-1825-0097", papers=(PAPER.id,), orcid="0000-0002-1825-0097"),
            "author Yam Eitan ( arxiv:0000-0002-1825-0097 )  · 1 paper known",
            ["https://arxiv.org/a/0000-0002-1825-0097"],
        ),
        (Person(papers=(PAPER.id,)), "author Yam Eitan  · 1 paper known", []),
        (None, "author Yam Eitan  · by the name alone, so namesakes come too", []),
    ],
)
def test_the_list_says_by_what_each_person_is_recognised(
    person: Person | None, said: str, addresses: list[str]
) -> None:
    follow = Follow(Kind.AUTHOR, "Yam Eitan", NOW, person=person)
    card = following_card(Channel(PLACE, follows=(follow,)), line("It comes tomorrow."))
    row = next(block for block in card.blocks if isinstance(block, Row))
    assert " ".join(words_of(row.line).split()) == " ".join(said.split())
    assert [span.url for span in row.line if isinstance(span, Link)] == addresses


@pytest.mark.parametrize(
    "kind", [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.BotError)]
)
def test_every_error_is_a_sentence_for_the_asker_alone(kind: type[errors.BotError]) -> None:
    needs = {errors.SourceBusy: ("arXiv", 3.0), errors.SourceDown: ("arXiv",), errors.StaleToken: ("arXiv",)}
    needs |= {errors.BadForm: ({"time": "I couldn't read “x” as a time."},)}
    error = kind(*needs.get(kind, ()))
    card = error_card(error)
    assert card.private
    assert card.text[0].isupper() or card.text.startswith("arXiv")
    assert card.text.endswith((".", "?"))
    assert card.data["error"] == card.text


def test_our_own_fault_has_a_reference_and_no_inside() -> None:
    card = fault_card("7F3A")
    assert "7F3A" in words_of(card)
    assert card.private


def test_counts_lists_and_names_read_well() -> None:
    assert (count(1, "paper"), count(1200, "paper")) == ("1 paper", "1,200 papers")
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert authors_in_short(PAPER.authors) == "Gelberg, Eitan, Bronstein +2"
    assert authors_in_full(PAPER.authors, 2) == "Yoav Gelberg, Yam Eitan and 3 more"
    assert authors_in_short(()) == ""


@pytest.mark.parametrize(
    ("days", "said"),
    [({0, 1, 2, 3, 4}, "Monday to Friday"), (set(range(7)), "every day"), ({0, 2}, "Monday and Wednesday")],
)
def test_days_read_well(days: set[int], said: str) -> None:
    assert days_in_words(Timetable(days=frozenset(days))) == said


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (timedelta(hours=1), "today at 12:00 (Berlin)"),
        (timedelta(days=1), "tomorrow at 11:00 (Berlin)"),
        (timedelta(days=3), "on Friday at 11:00 (Berlin)"),
        (timedelta(days=9), "on Thursday, 21 May 2026, at 11:00 (Berlin)"),
    ],
)
def test_a_moment_is_said_as_near_as_it_is(ahead: timedelta, said: str) -> None:
    assert moment(NOW + ahead, NOW, "Europe/Berlin") == said


def test_a_moment_is_said_by_the_readers_date() -> None:
    late = datetime(2026, 5, 12, 23, 30, tzinfo=UTC)
    assert moment(late + timedelta(hours=1), late, "Asia/Tokyo").startswith("today")


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("OpenG2G: A Simulation Platform for AI Datacenter-Grid Runtime Coordination", "OpenG2G"),
        ("Sorting Moons", "Sorting Moons"),
        ("X: One Letter Is No Name", "X: One Letter Is No Name"),
    ],
)
def test_a_liked_paper_goes_by_its_short_title(title: str, short: str) -> None:
    assert replace(PAPER, title=title).short_title == short


def test_a_long_title_is_cut_to_its_beginning_and_not_behind_a_preposition() -> None:
    short = replace(PAPER, title="Training Transformers for Compression of the Key-Value Cache").short_title
    assert len(short) <= 40
    assert short.endswith("…")
    assert short.removesuffix("…").split()[-1] not in {"of", "the", "for"}

"""The week once more: what is counted, what is named again, and how it reads."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.terminal.render import as_text
from bot.digests.cards.recap import MAX_ALT_LENGTH, bars, plot_of, recap_card
from bot.digests.recap import (
    EVERYTHING_ELSE,
    MAX_TOPICS,
    WEEKS,
    RecapData,
    RecapFeedback,
    build_recap,
    week_of,
    without_namesakes,
)
from bot.domain.attribution import Attributions, Grade, Sureness
from bot.domain.card import Picture
from bot.domain.channel import Channel, Follow, Kind, Person, Timetable
from bot.domain.digest import Digest, DigestItem, Match, Namesake
from bot.domain.paper import Paper
from bot.domain.plot import PlotRow
from bot.domain.recap import Recap
from bot.domain.summary import EXTRACTED, Summary
from bot.domain.text.clean import clean
from support.builders.sample_cards import PAPER, PLACE

FRIDAY = date(2026, 9, 4)
NINE = datetime(2026, 9, 4, 7, tzinfo=UTC)  # in Berlin
TABLE = Timetable(zone="Europe/Berlin", recap=4)
CHANNEL = Channel(PLACE, TABLE, follows=(Follow(Kind.CATEGORY, "cs.LG", NINE), Follow(Kind.AUTHOR, "Ada Byron", NINE)))
SILENT = RecapFeedback()
LONG_AGO = FRIDAY - timedelta(weeks=WEEKS)


def paper(number: int, *authors: str) -> Paper:
    return replace(PAPER, id=f"2609.{number:05}", title=f"Paper number {number}", authors=authors or ("A Nobody",))


def a_digest(day: date, shown: Sequence[Paper], hidden: Sequence[Paper] = (), topic: str = "Robotics") -> Digest:
    items = [DigestItem(Match(one, ("Category cs.LG",)), Summary(EXTRACTED, (topic,))) for one in shown]
    found = len(shown) + len(hidden)
    ids = tuple(one.id for one in hidden)
    return Digest(PLACE, day, NINE, tuple(items), announced=100, matched=found, hidden=ids)


def of(*digests: tuple[Digest, Sequence[Paper]], feedback: RecapFeedback = SILENT, more: Sequence[Paper] = ()) -> Recap:
    """The recap of these digests, each with the papers that it hid."""
    papers = [item.match.paper for digest, _ in digests for item in digest.items] + [p for _, h in digests for p in h]
    delivered = {paper_id: digest.day for digest, _ in digests for paper_id in digest.paper_ids}
    past = RecapData([digest for digest, _ in digests], delivered, {p.id: p for p in (*papers, *more)}, feedback)
    return build_recap(CHANNEL, TABLE, NINE, past, lambda _: ("Graphs",))


def test_the_numbers_are_those_of_the_weeks_digests() -> None:
    last_week = a_digest(FRIDAY - timedelta(days=7), [paper(1)])
    recap = of(
        (last_week, ()),
        (a_digest(FRIDAY - timedelta(days=6), [paper(2)]), ()),
        (a_digest(FRIDAY, [paper(3), paper(4)], [paper(5)]), [paper(5)]),
    )
    assert (recap.digests, recap.announced, recap.matched, recap.shown) == (2, 200, 4, 3)
    assert {match.paper.id for match in recap.top} == {"2609.00002", "2609.00003", "2609.00004"}


def test_topics_are_counted_by_the_week_and_each_paper_under_one() -> None:
    recap = of(
        (a_digest(LONG_AGO + timedelta(days=1), [paper(1)]), ()),
        (a_digest(FRIDAY, [paper(2), paper(3)], [paper(4)]), [paper(4)]),
    )
    assert recap.topics == (
        PlotRow("Robotics", (1, 0, 0, 0, 0, 0, 0, 2)),
        PlotRow("Graphs", (0, 0, 0, 0, 0, 0, 0, 1)),
    )
    assert recap.weeks[-1] == FRIDAY
    assert len(recap.weeks) == WEEKS


def test_what_is_older_than_the_weeks_is_not_counted() -> None:
    assert of((a_digest(LONG_AGO, [paper(1)]), ())).topics == ()


def test_beyond_the_most_frequent_topics_there_is_one_row_for_all_others() -> None:
    many = [(a_digest(FRIDAY, [paper(n)], topic=f"Topic {n}"), ()) for n in range(MAX_TOPICS + 3)]
    recap = of(*many)
    assert len(recap.topics) == MAX_TOPICS + 1
    assert recap.topics[-1] == PlotRow(EVERYTHING_ELSE, (0,) * (WEEKS - 1) + (3,))


@given(st.integers(-400, 400))
def test_every_day_belongs_to_one_week_or_to_none(back: int) -> None:
    week = week_of(FRIDAY - timedelta(days=back), FRIDAY)
    assert week == (WEEKS - 1 - back // 7 if 0 <= back < 7 * WEEKS else None)


def test_what_the_team_liked_comes_first_and_what_it_refused_not_at_all() -> None:
    papers = [paper(n) for n in range(4)]
    said = RecapFeedback(liked={papers[3].id: NINE}, refused={papers[0].id: NINE})
    recap = of((a_digest(FRIDAY, papers), ()), feedback=said)
    assert [match.paper.id for match in recap.top] == ["2609.00003", "2609.00001", "2609.00002"]


def test_a_paper_withdrawn_since_its_digest_is_not_named_again() -> None:
    kept, gone, saved = (paper(n) for n in range(3))
    withdrawn = [replace(one, version=2, comment="Withdrawn due to an error in Lemma 2") for one in (gone, saved)]
    recap = of((a_digest(FRIDAY, [kept, gone]), ()), feedback=RecapFeedback(saved={saved.id: NINE}), more=withdrawn)

    assert [match.paper for match in recap.top] == [kept]
    assert recap.saved == ()


def test_the_best_scores_lead() -> None:
    digest = a_digest(FRIDAY, [paper(1), paper(2)])
    scored = [replace(i, match=replace(i.match, score=s)) for i, s in zip(digest.items, (40, 90), strict=True)]
    recap = of((replace(digest, items=tuple(scored)), ()))
    assert [match.score for match in recap.top] == [90, 40]


def test_what_was_saved_this_week_stands_apart_the_last_first() -> None:
    old, new = paper(1), paper(2)
    saved = {old.id: NINE - timedelta(days=3), new.id: NINE - timedelta(days=1), "2609.09999": NINE}
    before = {"2601.00001": NINE - timedelta(days=9)}
    recap = of(
        (a_digest(FRIDAY, [old, paper(3)]), ()),
        feedback=RecapFeedback(saved=saved | before),
        more=[new, replace(PAPER, id="2601.00001")],
    )
    assert recap.saved == (new, old)
    assert [match.paper.id for match in recap.top] == ["2609.00003"]


def test_the_follows_that_brought_the_most_are_named_with_how_much() -> None:
    recap = of((a_digest(FRIDAY, [paper(1), paper(2, "Ada Byron")], [paper(3)]), [paper(3)]))
    assert recap.follows == (("cs.LG", 3), ("Ada Byron", 1))


def test_a_paper_of_somebody_else_of_the_name_is_not_counted_for_who_is_followed() -> None:
    ada = Follow(Kind.AUTHOR, "Ada Byron", NINE, person=Person("openalex:A5000000001"))
    hers, anothers, untold = (paper(n, "Ada Byron") for n in (1, 2, 3))
    digest = a_digest(FRIDAY, [hers, anothers, untold])
    said = {hers.id: Sureness(Grade.SURE), anothers.id: Sureness(Grade.SOMEBODY_ELSE)}
    past = RecapData(
        [digest],
        dict.fromkeys(digest.paper_ids, FRIDAY),
        {one.id: one for one in (hers, anothers, untold)},
        persons=Attributions({ada.key: said}),
    )
    recap = build_recap(replace(CHANNEL, follows=(ada,)), TABLE, NINE, past, lambda _: ("Graphs",))
    assert recap.follows == (("Ada Byron", 2),)


def test_it_says_that_it_names_papers_again() -> None:
    card = recap_card(of((a_digest(FRIDAY, [paper(1)], [paper(2)]), [paper(2)])))
    said = as_text(card)
    for fact in ("29 August to 4 September", "100 announced", "2 matched", "1 shown", "2609.00001", "A recap"):
        assert fact in " ".join(said.split())
    assert "Best of the week" in said


def test_the_channel_gets_a_picture_and_who_asks_gets_its_bars() -> None:
    recap = of((a_digest(FRIDAY, [paper(1)]), ()))
    (picture,) = [block for block in recap_card(recap).blocks if isinstance(block, Picture)]
    card = recap_card(recap, in_words=True)
    assert picture.instead in card.blocks
    assert card.private
    assert "·······█" in as_text(card)
    assert "Robotics: 0, 0, 0, 0, 0, 0, 0, 1" in picture.alt


def test_a_week_without_papers_is_told_as_one() -> None:
    card = recap_card(of())
    assert "No papers matched" in as_text(card)
    assert not [block for block in card.blocks if isinstance(block, Picture)]


def test_bars_grow_with_the_count_and_one_paper_is_more_than_none() -> None:
    assert bars(PlotRow("", (0, 1, 50, 100)), 100) == "·▁▄█"
    assert bars(PlotRow("", (0, 0)), 1) == "··"


@given(st.lists(st.text(max_size=300), max_size=8), st.integers(0, 10**9))
def test_whatever_a_topic_is_called_the_plot_is_bounded(names: list[str], number: int) -> None:
    rows = tuple(PlotRow(name, (number,) * WEEKS) for name in names)
    recap = replace(of(), topics=rows)
    assert all(row.name and row.name == clean(row.name, 40) for row in plot_of(recap).rows)
    for block in recap_card(recap).blocks:
        if isinstance(block, Picture):
            assert len(block.alt) <= MAX_ALT_LENGTH


def test_its_name_is_that_of_the_week() -> None:
    assert of().key == "C1:2026-W36"


def test_what_was_perhaps_by_a_namesake_is_not_of_the_week() -> None:
    made = replace(a_digest(FRIDAY, [paper(1)]), namesakes=(Namesake("2609.00002", ("Ada Byron",), ()),))
    told = {"2609.00001": FRIDAY, "2609.00002": FRIDAY, "2609.00003": FRIDAY}
    assert without_namesakes(told, [made]) == {"2609.00001": FRIDAY, "2609.00003": FRIDAY}

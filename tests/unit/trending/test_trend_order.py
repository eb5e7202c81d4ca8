"""The order of what is trending, and who counts as a follower."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel import Follow, Kind, Person
from bot.domain.paper import Paper
from bot.domain.trend import Trend, by_votes
from bot.trending.followers import followers

NOW = datetime(2026, 7, 31, tzinfo=UTC)
COUNTS = st.integers(0, 50)


def paper(number: int, *authors: str, title: str = "T", abstract: str = "A") -> Paper:
    return Paper(f"2607.{number:05}", title, abstract, authors, ("cs.LG",))


def follow(kind: Kind, what: str) -> Follow:
    return Follow(kind, what, NOW)


TRENDS = st.builds(
    Trend, st.integers(1, 99).map(paper), st.none() | COUNTS, st.none() | COUNTS, st.none(), COUNTS, COUNTS, COUNTS
)


def test_the_formula_of_the_readme_holds() -> None:
    assert Trend(paper(1), 37, saved=2, liked=3, followed=4).votes == 37 + 2 * 10 + 3 * 5 + 4 * 3
    assert Trend(paper(1)).votes == 0


def test_of_equals_the_more_discussed_comes_first_and_then_the_newest() -> None:
    ranked = by_votes([Trend(paper(1), 10), Trend(paper(2), saved=1), Trend(paper(3), 10, 4)])
    assert [one.paper.id[-1] for one in ranked] == ["3", "2", "1"]


@given(st.lists(TRENDS, max_size=8, unique_by=lambda one: one.paper.id), st.randoms())
def test_the_same_papers_are_in_one_order_always_and_votes_never_rise(
    trends: list[Trend], random: st.DataObject
) -> None:
    ranked = by_votes(trends)
    shuffled = list(trends)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert by_votes(shuffled) == ranked
    assert [one.votes for one in ranked] == sorted((one.votes for one in ranked), reverse=True)


def test_a_channel_counts_once_however_much_of_a_paper_it_follows() -> None:
    both = (follow(Kind.AUTHOR, "Ada Lovelace"), follow(Kind.AUTHOR, "Alan Turing"), follow(Kind.TOPIC, "engines"))
    written = paper(1, "Ada Lovelace", "Alan Turing", title="An engine")
    assert followers([written], {written.id}, [both, both[:1], ()]) == {written.id: 2}


def test_accents_initials_and_plurals_are_as_in_a_digest() -> None:
    theirs = ((follow(Kind.AUTHOR, "A. Müller"),), (follow(Kind.TOPIC, "state-space models"),))
    written = paper(1, "Anna Mueller", abstract="We use a state space model.")
    assert followers([written], {written.id}, theirs) == {written.id: 2}


def test_a_category_counts_for_nothing_and_a_paper_of_one_channel_is_not_told_of() -> None:
    theirs = ((follow(Kind.CATEGORY, "cs.LG"), follow(Kind.AUTHOR, "Ada Lovelace")), (follow(Kind.CATEGORY, "cs.LG"),))
    assert followers([paper(1, "Ada Lovelace"), paper(2)], {"2607.00002"}, theirs) == {}


@given(st.lists(st.text(max_size=12), max_size=4), st.lists(st.text(max_size=12), max_size=4))
def test_whatever_is_followed_and_written_is_only_compared(wanted: list[str], written: list[str]) -> None:
    theirs = [tuple(follow(kind, what) for what in wanted for kind in Kind)] * 2
    one = paper(1, *written, title=" ".join(written))
    assert followers([one], {one.id}, theirs).get(one.id, 0) in {0, 2}


def test_a_person_counts_for_her_own_papers_and_not_for_those_of_others_of_her_name() -> None:
    hers, anothers = paper(1, "Wei Wang"), paper(2, "Wei Wang")
    person = Follow(Kind.AUTHOR, "Wei Wang", NOW, person=Person("openalex:A1", (), (hers.id,)))
    by_name = Follow(Kind.AUTHOR, "Wei Wang", NOW)

    assert followers([hers, anothers], (), [[person], [person]]) == {hers.id: 2}
    assert followers([hers, anothers], (), [[person], [person], [by_name], [by_name]]) == {hers.id: 4, anothers.id: 2}

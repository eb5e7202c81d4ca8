"""Order of a digest, and meaning of its scores."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.digest import Match
from bot.domain.feedback import PreferenceScore
from bot.domain.paper import Paper
from bot.domain.score import score_of
from bot.ranking.order import rank


def match(number: int, *reasons: str, author: bool = False, code: str = "") -> Match:
    paper = Paper(f"2601.{number:05}", "T", "A", (), ("cs.LG",), code_url=code)
    return Match(paper, reasons or ("Category cs.LG",), followed_author=author)


def ids(ranked: tuple[Match, ...]) -> list[int]:
    return [int(one.paper.id[5:]) for one in ranked]


def test_an_author_who_is_followed_comes_before_any_appeal() -> None:
    ranked = rank([match(1), match(2, author=True)], {"2601.00001": PreferenceScore(50.0)})

    assert ids(ranked) == [2, 1]


def test_appeal_reorders_what_the_follows_brought_and_says_why() -> None:
    ranked = rank([match(1), match(2)], {"2601.00002": PreferenceScore(2.0, ("like 2 papers you saved",))})

    assert ids(ranked) == [2, 1]
    assert ranked[0].reasons == ("Category cs.LG", "like 2 papers you saved")


def test_what_was_wanted_less_of_sinks_below_the_others() -> None:
    assert ids(rank([match(1), match(2)], {"2601.00001": PreferenceScore(-3.0)})) == [2, 1]


def test_upvotes_and_code_decide_among_equals() -> None:
    assert ids(rank([match(1), match(2), match(3, code="https://github.com/a/b")], {}, {"2601.00002": 40})) == [2, 3, 1]


def test_upvotes_are_named_after_all_else() -> None:
    (one,) = rank([match(1)], {"2601.00001": PreferenceScore(2.0, ("like 2 papers you saved",))}, {"2601.00001": 1037})

    assert one.reasons == ("Category cs.LG", "like 2 papers you saved", "↑ 1,037 on Hugging Face")
    assert rank([match(1)], {}, {"2601.00001": 0})[0].reasons == ("Category cs.LG",)


def test_the_scores_of_the_readme_hold() -> None:
    assert [score_of(points) for points in (-4, 0, 1, 2.5, 5, 10)] == [0, 0, 24, 50, 75, 94]


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=12), st.randoms())
def test_scores_lie_within_0_and_100_and_fall_with_the_order(points: list[float], random: st.DataObject) -> None:
    matches = [match(n) for n in range(len(points))]
    preferences = {one.paper.id: PreferenceScore(each) for one, each in zip(matches, points, strict=True)}
    shuffled = list(matches)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    ranked = rank(matches, preferences)

    scores = [one.score or 0 for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 100 for score in scores)
    assert rank(shuffled, preferences) == ranked


def test_ranking_again_changes_nothing() -> None:
    once = rank([match(1), replace(match(2), score=99)])

    assert [one.score for one in rank(once)] == [one.score for one in once]

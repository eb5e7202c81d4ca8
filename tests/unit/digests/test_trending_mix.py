"""What is trending among what is followed: behind it, within top, and nobody's place is taken without a reason."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.trending_mix import mix_trending, undelivered
from bot.domain.channel import Mute
from bot.domain.digest import Match
from support.builders.sample_cards import NOW, PAPER


def match(number: int, author: bool = False) -> Match:
    return Match(replace(PAPER, id=f"2605.{number:05}"), ("Category cs.LG",), followed_author=author)


def trending(*numbers: int) -> tuple[Match, ...]:
    why = ("Trending: ↑ 50 on Hugging Face",)
    return tuple(Match(replace(PAPER, id=f"2605.{number:05}"), why, trending=True) for number in numbers)


def ids(matches: tuple[Match, ...]) -> list[int]:
    return [int(one.paper.id[-5:]) for one in matches]


def test_it_stands_behind_what_is_followed_and_says_why_it_is_there() -> None:
    named, rest = mix_trending([match(1)], [], trending(50, 51), 10)
    assert (ids(named), rest) == ([1, 50, 51], ())
    assert named[1].reasons == ("Trending: ↑ 50 on Hugging Face",)
    assert [one.trending for one in named] == [False, True, True]


def test_a_full_digest_of_ten_keeps_three_places_for_it() -> None:
    named, rest = mix_trending([match(n) for n in range(10)], [match(20)], trending(50, 51, 52, 53), 10)
    assert ids(named) == [0, 1, 2, 3, 4, 5, 6, 50, 51, 52]
    assert ids(rest) == [7, 8, 9, 20]


def test_followed_authors_are_named_even_where_that_leaves_no_place() -> None:
    named, rest = mix_trending([match(n, author=True) for n in range(12)], [], trending(50), 10)
    assert (ids(named), rest) == (list(range(12)), ())


def test_a_paper_that_is_wanted_anyway_stands_once_and_says_both() -> None:
    named, _ = mix_trending([match(50)], [], trending(50), 10)
    assert [one.reasons for one in named] == [("Category cs.LG", "Trending: ↑ 50 on Hugging Face")]
    assert not named[0].trending


def test_what_is_perhaps_by_a_namesake_comes_as_any_other_that_is_trending_or_stays_counted() -> None:
    perhaps = replace(match(50), reasons=("Perhaps another",), perhaps_another=("Wei Wang",))
    named, rest = mix_trending([match(1)], [perhaps], trending(50), 10)
    assert (ids(named), rest) == ([1, 50], ())
    assert named[1].reasons == ("Trending: ↑ 50 on Hugging Face",)
    named, rest = mix_trending([match(1, author=True)], [perhaps], trending(50), 1)
    assert (ids(named), ids(rest)) == ([1], [50])
    assert rest[0].perhaps_another == ("Wei Wang",)


def test_what_was_told_or_is_muted_does_not_come() -> None:
    survey = Match(replace(PAPER, id="2605.00002", title="A survey"), (), trending=True)
    assert ids(undelivered((*trending(1), survey, *trending(3)), {"2605.00001"}, [Mute("survey", NOW)])) == [3]


@given(st.integers(0, 15), st.integers(0, 15), st.integers(0, 5), st.integers(0, 12), st.integers(1, 50))
def test_nothing_is_lost_and_top_holds(plain: int, others: int, authors: int, listed: int, top: int) -> None:
    ranked = [match(n, author=True) for n in range(authors)] + [match(n) for n in range(100, 100 + plain)]
    named, rest = (
        ranked[: max(top, authors)],
        ranked[max(top, authors) :] + [match(n) for n in range(200, 200 + others)],
    )
    found, left = mix_trending(named, rest, trending(*range(50, 50 + listed)), top)
    assert len(found) <= max(top, authors)
    followed = [one for one in (*found, *left) if not one.trending]
    assert ids(tuple(followed)) == ids((*named, *rest))
    assert all(not one.trending for one in left)

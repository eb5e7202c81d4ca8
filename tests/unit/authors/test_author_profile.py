"""Who of a name wrote a paper: what is hers comes, what is clearly another's doesn't, and what is unsure says so."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.authors.profile import (
    MAX_PAPERS,
    AuthorProfile,
    BackgroundStatistics,
    background_statistics,
    judge,
    profile_of,
    profile_similarity,
)
from bot.domain.attribution import Grade
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold

NOW = datetime(2026, 8, 11, tzinfo=UTC)
ROBOTS = "Grasping with a soft robot hand: contact forces of deformable fingers in manipulation"
STARS = "Spectra of hot Jupiters: transmission spectroscopy of exoplanet atmospheres with methane"
NOISE = [
    "Sparse attention for long documents in language models",
    "A bound on the regret of Thompson sampling in bandits",
    "Coloring planar graphs with few colors in linear time",
    "Diffusion of images on graphs with score matching",
]


def paper(number: int, title: str, *authors: str, categories: tuple[str, ...] = ("cs.RO",)) -> Paper:
    return Paper(f"2608.{number:05}", title, title, ("Wei Wang", *authors), categories, NOW)


def named(name: str) -> bool:
    return fold(name) == "wei wang"


WITH_ROBOTS = [paper(n, f"{ROBOTS} {n}", "Yam Eitan", "Ada Lovelace") for n in range(4)]
WITH_STARS = [
    paper(10 + n, f"{STARS} {n}", "Jocelyn Burnell", "Vera Rubin", categories=("astro-ph.EP",)) for n in range(4)
]
HERS, ANOTHER = profile_of(WITH_ROBOTS, named), profile_of(WITH_STARS, named)
NOBODY = profile_of((), named)
BY = background_statistics([paper(100 + n, title) for n, title in enumerate([*NOISE * 10, ROBOTS, STARS])])


def grade(new: Paper, *others: AuthorProfile, profile: AuthorProfile = HERS, by: BackgroundStatistics = BY) -> Grade:
    return judge(profile, others, new, by).grade


def test_a_known_co_author_makes_it_sure() -> None:
    found = judge(HERS, [ANOTHER], paper(20, NOISE[0], "Yam Eitan", "Somebody New"), BY)
    assert found.grade is Grade.SURE
    assert found.why == "with Yam Eitan"


def test_the_same_paper_is_somebody_elses_for_who_follows_the_other() -> None:
    new = paper(21, f"{ROBOTS} again", "Yam Eitan")
    assert grade(new, ANOTHER) is Grade.SURE
    assert grade(new, HERS, profile=ANOTHER) is Grade.SOMEBODY_ELSE


def test_the_same_words_without_a_co_author_are_probably_hers() -> None:
    found = judge(HERS, [ANOTHER], paper(22, ROBOTS, "Somebody New"), BY)
    assert found.grade in {Grade.SURE, Grade.PROBABLY}
    assert found.why == "same field"


def test_what_nobody_is_known_to_be_near_to_is_delivered_and_says_so() -> None:
    found = judge(HERS, [ANOTHER], paper(23, NOISE[2], "Somebody New", categories=("math.CO",)), BY)
    assert found.grade is Grade.PERHAPS_ANOTHER
    assert found.why == "no co-author in common, another field"


def test_nothing_is_kept_back_where_nothing_is_known_of_the_others() -> None:
    for title in (*NOISE, STARS, ROBOTS):
        assert grade(paper(24, title, "Vera Rubin", categories=("astro-ph.EP",)), NOBODY) is not Grade.SOMEBODY_ELSE


def test_where_nobody_else_has_the_name_it_is_hers() -> None:
    assert grade(paper(25, NOISE[1], "Somebody New", categories=("math.CO",))) is Grade.PROBABLY
    assert grade(paper(25, NOISE[1], "Ada Lovelace", categories=("math.CO",))) is Grade.SURE


def test_a_short_name_in_common_tells_less_than_a_long_one() -> None:
    known = profile_of([paper(n, ROBOTS, "Wei Li", "Ada Lovelace") for n in range(4)], named)
    short, long = (
        profile_similarity(known, paper(26, NOISE[0], one), BY).coauthor_weight for one in ("Wei Li", "Ada Lovelace")
    )
    assert 0 < short < long


def test_her_own_spelling_is_no_co_author() -> None:
    accented = [replace(one, authors=("Wèi Wáng", "Yam Eitan")) for one in WITH_ROBOTS]
    assert profile_of(accented, named).co_authors == {"yam eitan"}


def test_a_collaboration_of_thousands_tells_nothing_of_who_wrote_with_whom() -> None:
    crowd = [f"Physicist Number{n}" for n in range(2000)]
    known = profile_of([paper(1, ROBOTS, *crowd)], named)
    assert known.co_authors == frozenset()
    assert profile_similarity(HERS, paper(2, ROBOTS, "Yam Eitan", *crowd), BY).shared == ()


def test_meaning_tells_where_the_words_differ() -> None:
    new = paper(27, NOISE[3], "Somebody New", categories=("cs.LG",))
    axis = np.eye(8, dtype=np.float32)
    background = [paper(200 + n, title) for n, title in enumerate(NOISE)]
    vectors = {one.id: axis[4 + n] for n, one in enumerate(background)}
    vectors |= {one.id: axis[0] for one in (*WITH_ROBOTS, new)} | {one.id: axis[1] for one in WITH_STARS}
    assert grade(new, ANOTHER, by=background_statistics(background, vectors)) in {Grade.SURE, Grade.PROBABLY}
    assert grade(new, ANOTHER, by=background_statistics(background)) is Grade.PERHAPS_ANOTHER


def test_a_portrait_is_of_the_latest_papers() -> None:
    many = [paper(n, ROBOTS) for n in range(MAX_PAPERS + 5)]
    assert [one.id for one in profile_of(many, named).papers] == [one.id for one in many[5:]]


anything = st.text(max_size=40)
papers = st.builds(
    Paper,
    id=st.just("2608.00500"),
    title=anything,
    abstract=anything,
    authors=st.lists(anything, max_size=5).map(tuple),
    categories=st.lists(anything, max_size=3).map(tuple),
)


@given(new=papers, known=st.lists(papers, max_size=4), others=st.lists(papers, max_size=3))
def test_whatever_is_written_a_judgment_comes_of_it(new: Paper, known: list[Paper], others: list[Paper]) -> None:
    found = judge(profile_of(known, named), [profile_of(others, named)], new, background_statistics(known))
    assert found.grade in Grade
    assert judge(profile_of(known, named), [profile_of(others, named)], new, background_statistics(known)) == found

"""The indexes over follows and over papers find the pairs that asking each follow about each paper finds, no others."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.channel import Follow, Kind, Person
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.follow_index import FollowIndex, wanted_of
from bot.ranking.match import wants
from bot.ranking.paper_index import PaperIndex
from support.builders.sample_cards import NOW
from support.corpus_follows import follows_of_papers
from support.recorded_corpus import CORPUS_MISSING, some_papers

PARTS = (
    "Wei",
    "wei-ming",
    "W.",
    "Ming",
    "An",
    "Le",
    "Cun",
    "O'Neill",
    "O",
    "de",
    "von",
    "Müller",
    "Mueller",
    "Wang",
    "王",
)
ENDS = ("", " Jr.", " PhD", " Collaboration", " Collab.", " team")
WORDS = ("state", "space", "models", "model", "is", "|", "Poincaré", "α-beta", "GPT-4", "", "x")
NAMES = st.builds(
    lambda parts, end: " ".join(parts) + end, st.lists(st.sampled_from(PARTS), max_size=4), st.sampled_from(ENDS)
) | st.text(max_size=8)
PHRASES = st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join) | st.text(max_size=6)
CATEGORIES = st.sampled_from(
    ("cs.LG", "cs", "cs.SY", "eess.SY", "math", "math.MP", "math-ph", "stat.ML", "hep-th", "?")
)
PAPERS = st.builds(
    lambda title, abstract, authors, categories: Paper(
        "2605.00001", title, abstract, tuple(authors), tuple(categories)
    ),
    PHRASES,
    st.lists(PHRASES, max_size=4).map(" ".join),
    st.lists(NAMES, max_size=4),
    st.lists(CATEGORIES, max_size=3),
)
FOLLOWS = st.one_of(
    st.builds(lambda what, names: Follow(Kind.AUTHOR, what, NOW, person=Person(names=names)), NAMES, st.tuples(NAMES)),
    st.builds(Follow, st.just(Kind.AUTHOR), NAMES, st.just(NOW)),
    st.builds(Follow, st.just(Kind.TOPIC), PHRASES, st.just(NOW)),
    st.builds(Follow, st.just(Kind.CATEGORY), CATEGORIES, st.just(NOW)),
)
OTHERS = tuple(Follow(kind, f"q{n} {n}q", NOW) for n in range(40) for kind in (Kind.AUTHOR, Kind.TOPIC))
"""So many that each paper's words are read, rather than each follow's looked for."""


class Followed:
    """All follows in one index."""

    def __init__(self, follows: Sequence[Follow]) -> None:
        self.index = FollowIndex()
        self.numbers = [self.index.add(wanted_of(follow)) for follow in follows]

    def pairs(self, papers: Sequence[Paper]) -> set[tuple[int, int]]:
        rows = self.index.match([Candidate(paper) for paper in papers])
        return {(n, row) for n, number in enumerate(self.numbers) for row in rows.get(number, ())}


A_PART = 50
"""Papers compared at a time: millions of pairs don't fit the memory of a small machine."""


def pairs_one_by_one(papers: Sequence[Paper], follows: Iterable[Follow]) -> set[tuple[int, int]]:
    candidates = [Candidate(paper) for paper in papers]
    return {(n, row) for n, follow in enumerate(follows) for row, one in enumerate(candidates) if wants(follow, one)}


def pairs_by_papers(papers: Sequence[Paper], follows: Sequence[Follow]) -> set[tuple[int, int]]:
    index = PaperIndex([Candidate(paper) for paper in papers])
    return {(n, row) for n, follow in enumerate(follows) for row in index.match(wanted_of(follow))}


@given(st.lists(PAPERS, min_size=1, max_size=4), st.lists(FOLLOWS, max_size=12), st.booleans())
def test_it_finds_the_pairs_that_the_rules_of_a_follow_find(
    papers: list[Paper], follows: list[Follow], many: bool
) -> None:
    all_follows = [*follows, *(OTHERS if many else ())]
    expected = pairs_one_by_one(papers, all_follows)
    assert Followed(all_follows).pairs(papers) == expected
    assert pairs_by_papers(papers, all_follows) == expected


@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
@pytest.mark.parametrize(
    ("papers", "follows"),
    [(60, 600), pytest.param(1_000, 25_000, marks=[pytest.mark.slow, pytest.mark.timeout(900)])],
)
def test_on_recorded_papers_too(papers: int, follows: int) -> None:
    """100,000 follows, which take four minutes of processor, were equal on 2026-11-30."""
    sample = list(islice(some_papers(every=30), papers))
    followed = list(islice(follows_of_papers(sample), follows))
    everybody, number = Followed(followed), 0
    for start in range(0, papers, A_PART):
        part = sample[start : start + A_PART]
        found = everybody.pairs(part)
        assert found == pairs_one_by_one(part, followed)
        assert found == pairs_by_papers(part, followed)
        number += len(found)
    assert number > papers


def test_equal_follows_of_many_channels_are_stored_once() -> None:
    index, follow = FollowIndex(), Follow(Kind.TOPIC, "state space models", NOW, by="U1")
    numbers = {index.add(wanted_of(replace(follow, by=f"U{n}"))) for n in range(10)}
    assert (numbers, len(index)) == ({0}, 1)

"""Papers with more authors than anybody has written (S15): 400,000 names were kept whole before."""

import pytest

from bot.domain.paper import MOST_AUTHORS, Paper
from bot.domain.wording import authors_in_full, authors_in_short
from bot.papers.clients.arxiv.author_list import split_authors
from bot.papers.clients.arxiv.paper import Stated, paper_of
from bot.papers.store.paper_records import merge, read_paper, write_paper

NAMED = 400_000


@pytest.fixture(scope="module")
def crowded() -> Paper:
    paper = paper_of(Stated("2605.05971v1", "A Title", "Words.", (f"Ada N{n} Lovelace" for n in range(NAMED)), ()))
    assert paper
    return paper


def test_the_first_are_kept_and_the_others_counted(crowded: Paper) -> None:
    assert len(crowded.authors) == MOST_AUTHORS
    assert len(crowded.authors) + crowded.unnamed_authors == NAMED
    assert read_paper(write_paper(crowded)) == crowded


def test_a_card_says_how_many_there_are(crowded: Paper) -> None:
    unnamed = crowded.unnamed_authors
    assert authors_in_short(crowded.authors, 2, unnamed) == "Lovelace, Lovelace +399,998"
    assert authors_in_full(crowded.authors, 1, unnamed) == "Ada N0 Lovelace and 399,999 more"


def test_a_later_version_by_fewer_authors_counts_no_others(crowded: Paper) -> None:
    later = paper_of(Stated("2605.05971v2", "A Title", "Words.", ("Ada Lovelace",), ()))
    silent = paper_of(Stated("2605.05971v2", "A Title", "Words.", (), ()))
    assert later
    assert silent
    assert merge(crowded, later).unnamed_authors == 0
    assert merge(crowded, silent).unnamed_authors == crowded.unnamed_authors


@pytest.mark.parametrize(
    "line",
    [
        ", ".join(["Ada Lovelace"] * 100_000),
        "Ada" + ", jr" * 200_000,
        "Ada" + " " * 1_000_000 + "Lovelace",
        "Ada (" * 100_000,
        "Ada ((a)" + "(b)" * 100_000,
        " and ".join(["Ada Lovelace"] * 100_000),
    ],
    ids=["names", "suffixes", "blanks", "openings", "brackets", "ands"],
)
def test_no_line_of_authors_takes_longer_than_it_is(line: str) -> None:
    """Each of these takes minutes or hours if a step reads the whole line once for each of its parts."""
    names, _ = split_authors(line)
    assert names[0].startswith("Ada")

"""The line in which arXiv names all authors, in the ways people write it."""

import pytest

from bot.papers.clients.arxiv.author_list import split_authors

BOTH = ("A. Bee", "C. Dee")


@pytest.mark.parametrize(
    ("line", "authors", "affiliations"),
    [
        (
            "Zelda Quixby (1), Yorick Vandermolen (2) ((1) MIT, (2) CERN)",
            ("Zelda Quixby", "Yorick Vandermolen"),
            ("MIT", "CERN"),
        ),
        ("Planck Collaboration: N. Aghanim, Y. Akrami", ("Planck Collaboration", "N. Aghanim", "Y. Akrami"), ()),
        ("A. Bee (1 and 2), C. Dee (1, 2) ((1) X, City, (2) Lab (Y), Z)", BOTH, ("X, City", "Lab (Y), Z")),
        ("A. Bee(2,1)and C. Dee (1)((1)lab a;(2)lab b)", BOTH, ("lab b", "lab a")),
        ("A. Bee (1-3), C. Dee (2) ((1) P, (2) Q, (3) R)", BOTH, ("P", "Q", "R")),
        ("A. Bee (a), C. Dee (a, b) ((a) MIT; (b) CERN)", BOTH, ("MIT", "CERN")),
        ("A. Bee[1], C. Dee[2] ([1] MIT, [2] CERN)", BOTH, ("MIT", "CERN")),
        ("A. Bee$^{1}$, C. Dee$^{1,2}$ ($^{1}$MIT, $^{2}$CERN)", BOTH, ("MIT", "CERN")),
        ("A. Bee$^1$ and C. Dee²", BOTH, ()),
        ("A. Bee (1), C. Dee (2) (1: MIT, 2: CERN)", BOTH, ("MIT", "CERN")),
        ("A. Bee (1), C. Dee (2), (1) MIT, (2) CERN", BOTH, ("MIT", "CERN")),
        ("A. Bee (1), C. Dee (2) ((1) MIT, (2) CERN", BOTH, ("MIT", "CERN")),
        ("A. Bee (1), C. Dee (2)", BOTH, ()),
        ("A. Bee (MIT, C. Dee (CERN)", BOTH, ("MIT", "CERN")),
        ("A. Bee), C. Dee", BOTH, ()),
        ("A. Bee (INFN, Roma (Italy)) and C. Dee (Univ. of X; Y)", BOTH, ("INFN, Roma (Italy)", "Univ. of X; Y")),
        ("A. Bee & C. Dee, et al.", BOTH, ()),
        ("A. Bee, C. Dee and others", BOTH, ()),
        ("A. Bee, C. Dee, and 35 others", BOTH, ()),
        ("A. Bee (for the X Collaboration), C. Dee", BOTH, ("for the X Collaboration",)),
        ("A. Bee, C. Dee, on behalf of the X Collaboration", BOTH, ("on behalf of the X Collaboration",)),
        ("Fred Bloggs, Jr (MIT), C. Dee", ("Fred Bloggs, Jr", "C. Dee"), ("MIT",)),
        ("ATLAS and CMS Collaborations: A. Bee", ("ATLAS and CMS Collaborations", "A. Bee"), ()),
        ("P Collaboration, Q Team: A. Bee (1) ((1) X)", ("P Collaboration", "Q Team", "A. Bee"), ("X",)),
        ("Anatoly Zlotnik and Jr-Shin Li", ("Anatoly Zlotnik", "Jr-Shin Li"), ()),
        ("Robert (Bob) Smith, {Ü}mit Kaya", ("Robert (Bob) Smith", "{Ü}mit Kaya"), ()),
        ("Center for AI Project, A. Bee", ("Center for AI Project", "A. Bee"), ()),
        ("", (), ()),
    ],
)
def test_authors_and_affiliations_are_told_apart(
    line: str, authors: tuple[str, ...], affiliations: tuple[str, ...]
) -> None:
    assert split_authors(line) == (authors, affiliations)


@pytest.mark.parametrize(
    "line",
    [
        "(" * 100_000, "((1)" * 50_000, "$^{" * 50_000, "A and " * 50_000, "[(" * 50_000 + ")", ", " * 100_000,
        " Collaboration" * 20_000, "for the " * 20_000, "1-9 " * 20_000, "A (" + "1-99," * 20_000 + ")", ":" * 100_000,
    ],
)  # fmt: skip
@pytest.mark.timeout(60)
def test_a_hostile_line_costs_no_more_than_a_long_one(line: str) -> None:
    authors, affiliations = split_authors(line)

    assert sum(map(len, (*authors, *affiliations))) <= len(line) + 20_000

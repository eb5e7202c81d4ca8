"""One name, however it is written: what a follow matches, and what it doesn't."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.author import Author
from bot.domain.channel import Follow, Kind, Mute
from bot.domain.text.author_name import spellings
from bot.papers.candidate import Candidate, wrote
from bot.ranking.match import is_muted
from bot.search.conditions import written_by
from bot.search.index.fields import author_keys, author_prefixes, matches_author
from bot.trending.followers import followers
from support.builders.sample_cards import PAPER

NOW = datetime(2026, 5, 11, 9, tzinfo=UTC)

SAME = [
    ("Ming-Hao Yang", "Minghao Yang"),
    ("Ming-Hao Yang", "Ming Hao Yang"),
    ("Minghao Yang", "Ming‐Hao Yang"),
    ("Jae Won Choi", "Jaewon J. Choi"),
    ("Jean-Luc Picard", "Jeanluc Picard"),
    ("J.-P. Serre", "JP Serre"),
    ("Robert Dawney", "Robert Dawney Jr."),
    ("Robert Dawney", "Robert Dawney, Jr"),
    ("Robert Dawney Sr.", "Robert Dawney"),
    ("Robert Dawney II", "Robert A. Dawney ii"),
    ("Jane Doe", "Jane Doe, Ph.D."),
    ("José F. Rodrigues", "José F. Rodrigues-Jr"),
    ("ATLAS Collaboration", "The ATLAS Collaboration"),
    ("the LIGO Scientific Collaboration", "LIGO Scientific Collaboration"),
    ("CMS Collaboration", "for the CMS Collaboration"),
    ("CMS Collab.", "on behalf of the CMS Collaborations"),
    ("Euclid", "Euclid Collaboration"),
    ("Qwen Team", "The Qwen Team"),
    ("Shane O'Neill", "Shane O’Neill"),
    ("Shane O'Neill", "Shane ONeill"),
    ("Shane ONeill", "Shane O Neill"),
    ("Shane OʼNeill", "Shane O´Neill"),
    ("Claudia d'Amato", "Claudia dAmato"),
    ("Marc'Aurelio Ranzato", "Marcaurelio Ranzato"),
    ("Yann LeCun", "Yann Le Cun"),
    ("Y. LeCun", "Yann Le Cun"),
    ("Mark van der Wilk", "Mark Vanderwilk"),
    ("Jim Al-Khalili", "Jim Alkhalili"),
    ("Wil van der Aalst", "Wil M. P. Van Der Aalst"),
]
DIFFERENT = [
    ("Robert Dawney Jr.", "Robert Dawney Sr."),
    ("Robert Smith II", "Robert Smith III"),
    ("Ming-An Li", "Min-Gan Li"),
    ("H. R. Zhang", "Hong-Hao Zhang"),
    ("Li Nyang", "Lin Yang"),
    ("Ming Hao Yang", "Ming Haoyang"),
    ("Wei De Ng", "Wei Deng"),
    ("Qi-An Zhang", "Qian Zhang"),
    ("Shu'ang Sun", "S. S. Sun"),
    ("Maria D. Souza", "Maria Dsouza"),
    ("Mariana Carvalho da Silva", "Mariana da Silva"),
    ("Michael Iv", "Michael"),
    ("Anh Nguyen", "The Anh Nguyen"),
    ("The ATLAS Collaboration", "The CMS Collaboration"),
    ("DES Collaboration", "DES Supernova Collaboration"),
    ("Atlas", "Atlas Team"),
]


@pytest.mark.parametrize(("followed", "written"), SAME)
def test_one_name_is_matched_however_it_is_written(followed: str, written: str) -> None:
    assert wrote(followed, Candidate(replace(PAPER, authors=("Ada Lovelace", written))))


@pytest.mark.parametrize(("followed", "written"), DIFFERENT)
def test_two_names_stay_two(followed: str, written: str) -> None:
    assert not wrote(followed, Candidate(replace(PAPER, authors=("Ada Lovelace", written))))
    assert not wrote(written, Candidate(replace(PAPER, authors=(followed,))))


def test_every_place_that_compares_names_agrees() -> None:
    paper = replace(PAPER, authors=("Minghao Yang", "Robert Dawney Jr.", "The ATLAS Collaboration"))
    for name in ("Ming-Hao Yang", "Robert Dawney", "ATLAS Collaboration"):
        followed = [[Follow(Kind.AUTHOR, name, NOW)]] * 2

        assert spellings(name) & frozenset().union(*map(spellings, paper.authors))
        assert Author(name).name_in(paper.authors)
        assert is_muted(Candidate(paper), Mute(name, NOW))
        assert written_by(name, Candidate(paper))
        assert followers([paper], (), followed) == {paper.id: 2}


@pytest.mark.parametrize(("wanted", "written"), [*SAME, *((written, wanted) for wanted, written in SAME[:6])])
def test_the_index_finds_what_a_follow_matches(wanted: str, written: str) -> None:
    keys = [key for key in author_keys([written]) if any(map(key.startswith, author_prefixes(wanted)))]

    assert any(matches_author(wanted, key) for key in keys)

"""Persons, and the identities by which they are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.author import Author, find_identity, identity_address, looks_like_identity, looks_like_openalex


@pytest.mark.parametrize(
    "text",
    [
        "openalex:A5023888391",
        "OpenAlex: a5023888391",
        "https://openalex.org/A5023888391",
        "<https://openalex.org/authors/a5023888391>",
        "openalex.org/people/A5023888391?x=1",
        "https://api.openalex.org/authors/A5023888391",
    ],
)
def test_an_id_of_openalex_is_read_in_every_form(text: str) -> None:
    assert find_identity(text) == "openalex:A5023888391"


@pytest.mark.parametrize("text", ["orcid:0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"])
def test_an_orcid_is_an_identity(text: str) -> None:
    assert find_identity(text) == "orcid:0000-0002-1825-0097"


@pytest.mark.parametrize(
    "text",
    [
        "warner_s_1",
        "Warner_S_1",
        "arxiv:warner_s_1",
        "arXiv: warner_s_1",
        "https://arxiv.org/a/warner_s_1",
        "<http://arxiv.org/a/warner_s_1>",
        "arxiv.org/a/warner_s_1.atom2",
        "https://www.arxiv.org/a/warner_s_1.html",
        "https://arxiv.org/a/warner_s_1/?x=1#top",
    ],
)
def test_an_author_id_of_arxivs_is_read_in_every_form(text: str) -> None:
    assert find_identity(text) == "arxiv:warner_s_1"


@pytest.mark.parametrize(
    "text",
    [
        "arxiv:0000-0002-7970-7855",
        "https://arxiv.org/a/0000-0002-7970-7855",
        "arxiv.org/a/0000-0002-7970-7855.atom2",
        "https://arxiv.org/a/https://orcid.org/0000-0002-7970-7855",
    ],
)
def test_what_arxiv_lists_under_an_orcid_is_an_identity_of_arxivs(text: str) -> None:
    assert find_identity(text) == "arxiv:0000-0002-7970-7855"


@pytest.mark.parametrize(
    "text",
    [
        "arxiv.org/a/",
        "https://arxiv.org/a/warner",
        "https://arxiv.org/a/../api/query",
        "https://arxiv.org/a/0000-0002-7970-7850",
        "arxiv:warner_s_",
        "warner_s_0",
        "warner_s",
    ],
)
def test_what_was_meant_as_an_author_id_of_arxivs_and_is_none(text: str) -> None:
    assert find_identity(text) is None
    assert looks_like_identity(text)


@pytest.mark.parametrize("text", ["https://evil.example/a/warner_s_1", "arxiv.org.evil.example/a/warner_s_1"])
def test_an_address_elsewhere_is_no_author_id(text: str) -> None:
    assert find_identity(text) is None


@pytest.mark.parametrize("text", ["arxiv:2605.05971", "https://arxiv.org/abs/2605.05971", "snake_case", "Yam_Eitan"])
def test_papers_and_names_are_no_author_ids(text: str) -> None:
    assert find_identity(text) is None
    assert not looks_like_identity(text)


@pytest.mark.parametrize(
    ("identity", "address"),
    [
        ("openalex:A5023888391", "https://openalex.org/A5023888391"),
        ("orcid:0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        ("arxiv:warner_s_1", "https://arxiv.org/a/warner_s_1"),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_an_identity_has_a_page(identity: str, address: str) -> None:
    assert identity_address(identity) == address


@pytest.mark.parametrize(
    "text", ["Yam Eitan", "", "openalex:", "openalex:W5023888391", "openalex:A0", "A5023888391", "2605.05971"]
)
def test_what_names_nobody_is_no_identity(text: str) -> None:
    assert find_identity(text) is None


def test_what_was_meant_as_one_is_told_from_a_name() -> None:
    assert looks_like_openalex("openalex:Yam Eitan")
    assert looks_like_openalex("https://openalex.org/W123")
    assert not looks_like_openalex("Yam Eitan")


@given(st.text(max_size=400))
def test_nothing_that_can_be_typed_breaks_it(text: str) -> None:
    found = find_identity(text)
    assert found is None or find_identity(found) == found


def test_a_person_is_known_by_each_of_her_spellings() -> None:
    author = Author("Augusto B. Corrêa", openalex="A1", other_names=("A. B. Correa", "Augusto Corrêa"))
    assert author.is_named("augusto b. correa")
    assert author.is_named("A B Corrêa")
    assert not author.is_named("Augusto Blaas Corrêa")
    assert author.names == ("Augusto B. Corrêa", "A. B. Correa", "Augusto Corrêa")


def test_the_identity_that_can_be_typed_is_openalexs_first() -> None:
    assert Author("X", openalex="A5023888391", orcid="0000-0002-1825-0097").identity == "openalex:A5023888391"
    assert Author("X", orcid="0000-0002-1825-0097").identity == "orcid:0000-0002-1825-0097"
    assert Author("X").identity == ""


def test_what_she_told_arxiv_goes_before_what_a_program_found_out() -> None:
    assert Author("X", openalex="A5023888391", arxiv="warner_s_1").identity == "arxiv:warner_s_1"


def test_one_id_in_common_makes_one_person_and_none_makes_two() -> None:
    author = Author("Simeon Warner", orcid="0000-0002-7970-7855", arxiv="warner_s_1")
    assert author.is_same(Author("S. Warner", openalex="A5023888391", orcid="0000-0002-7970-7855"))
    assert not author.is_same(Author("Simeon Warner"))
    assert not Author("Simeon Warner").is_same(Author("Simeon Warner"))

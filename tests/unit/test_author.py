"""Persons, and the identities by which they are told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.author import Author, find_identity, looks_like_openalex


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

"""A source of papers is declared once: ids, addresses and citations follow from its prefix; arXiv's stay bare."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import reactions as discord_reactions
from adapters.discord.render import draw as draw_for_discord
from adapters.slack import reactions as slack_reactions
from adapters.slack.render import draw as draw_for_slack
from adapters.slack.uploads import code_blocks
from adapters.terminal.render import as_text
from bot.app.backup.schema import _paper_id
from bot.app.parse import parse
from bot.domain.arxiv_id import find_id as find_arxiv_id
from bot.domain.ask_json import paper_data
from bot.domain.card import Attachment
from bot.domain.paper_source import ARXIV, PAPER_SOURCES, find_id, is_id, label, looks_like_id, paper_at, source_of
from bot.library.citations.formats import BIBTEX, FORMATS
from bot.library.citations.reference import Reference
from bot.library.feedback_command import UndoFeedback
from bot.papers.cards import paper_card
from bot.search.paper import PickMute
from support.builders.sample_cards import PAPER, SUMMARY
from support.fakes.toy_source import TOY

TOY_PAPER = replace(PAPER, id="toy:123", published=None)


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(PAPER_SOURCES, TOY.prefix, TOY)


@pytest.mark.parametrize(
    "text",
    ["toy:123", " TOY:123. ", "`toy:123`", "https://toys.example/paper/123", "<https://toys.example/paper/123|x>"],
)
def test_its_ids_are_found_in_each_of_its_forms(text: str) -> None:
    assert find_id(text) == "toy:123"
    assert looks_like_id(text)


@pytest.mark.parametrize("text", ["toy:", "toy:12x", "tox:123", "toy:123 toy:124", "A toy: 123 of them"])
def test_nothing_else_is_one(text: str) -> None:
    assert find_id(text) is None


@given(st.one_of(st.text(), st.from_regex(r"(arXiv:)?[0-9]{4}\.[0-9]{4,5}(v[0-9])?", fullmatch=True)))
def test_what_is_no_id_of_its_is_arxivs_or_none_as_before(text: str) -> None:
    if not text.lower().startswith("toy:"):
        assert find_id(text) == find_arxiv_id(text)


def test_an_id_says_its_source_and_arxivs_stay_bare() -> None:
    assert source_of("toy:123") is TOY
    assert source_of("2605.05971") is source_of("math/0309136") is source_of("gone:1") is ARXIV
    assert (label("toy:123"), label("2605.05971")) == ("toy:123", "arXiv:2605.05971")
    assert is_id("toy:123")
    assert not is_id("TOY:123")


def test_a_papers_addresses_are_its_sources() -> None:
    assert TOY_PAPER.abs_url == "https://toys.example/paper/123"
    assert TOY_PAPER.pdf_url == "https://toys.example/pdf/123.pdf"
    assert PAPER.abs_url == "https://arxiv.org/abs/2605.05971"
    assert paper_at(TOY_PAPER.abs_url) == "toy:123"
    assert paper_at(PAPER.abs_url) == PAPER.id
    assert paper_at(TOY_PAPER.pdf_url) is paper_at(PAPER.pdf_url) is paper_at("https://elsewhere.example/") is None


def test_commands_that_take_a_paper_take_its_ids() -> None:
    assert parse("/mute toy:123") == PickMute("toy:123")
    assert parse("/unfollow saved:toy:123") == UndoFeedback("saved:toy:123")


def test_a_backup_holds_its_ids() -> None:
    assert _paper_id("toy:123") == "toy:123"
    with pytest.raises(ValueError, match="identifier"):
        _paper_id("tox:123")


def test_citations_name_it() -> None:
    bibtex = BIBTEX.write([Reference(TOY_PAPER)])
    (csl,) = json.loads(FORMATS["csl"].write([Reference(TOY_PAPER)]))
    assert "eprint = {123},\n  archivePrefix = {Toybox}" in bibtex
    assert (csl["publisher"], csl["number"], csl["DOI"]) == ("Toybox", "toy:123", "10.5555/toy.123")
    assert csl["URL"] == "https://toys.example/paper/123"


def test_a_citation_in_slack_keeps_its_address_to_be_copied() -> None:
    text = BIBTEX.write([Reference(TOY_PAPER), Reference(PAPER)])
    drawn = json.dumps(list(code_blocks(Attachment("x.bib", "text/plain", text))))
    assert "{https://toys.example/paper/123}" in drawn
    assert "{https://arxiv.org/abs/2605.05971}" in drawn


def test_a_card_leads_there_and_reactions_on_it_are_about_its_paper() -> None:
    card = paper_card(TOY_PAPER, SUMMARY)
    (slack,), (discord,) = draw_for_slack(card), draw_for_discord(card)
    assert paper_data(TOY_PAPER)["source"] == "Toybox"
    assert " toy:123" in as_text(card, 500)
    assert "https://toys.example/paper/123" in json.dumps(slack.payload)
    assert slack_reactions.papers_of(slack.payload) == ["toy:123"]
    assert discord_reactions.papers_of(json.loads(json.dumps(discord.payload))) == ["toy:123"]

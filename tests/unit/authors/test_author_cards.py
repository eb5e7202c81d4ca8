"""The cards of a person: what is known with who says it, and what isn't said to be."""

from dataclasses import replace

from bot.authors.cards import Page, PaperRow, author_card, candidates_card, figures_card
from bot.authors.novelty import Measure, NoveltyScale
from bot.domain.author import Affiliation, Author, Figure
from bot.domain.card import Actions, Card, Item
from support.builders.sample_cards import CODED, PAPER

YAM = Author(
    "Yam Eitan",
    openalex="A5023888391",
    h_index=Figure(1204, "OpenAlex"),
    affiliations=(Affiliation("DeepMind", (2026,)), Affiliation("Technion", (2025, 2023)), Affiliation("MIT")),
    source="OpenAlex",
    also=(Author("Y. Eitan", s2="1", h_index=Figure(14, "Semantic Scholar"), source="Semantic Scholar"),),
)


STANDING = NoveltyScale(57, 58, 2)


def a_page(author: Author = YAM, author_novelty: NoveltyScale | None = STANDING, **row: object) -> Page:
    facts = {"measure": Measure(81, 59), "place": "DeepMind", "by_name": False} | row
    rows = tuple(PaperRow(paper, **facts) for paper in (PAPER, CODED))  # type: ignore[arg-type]
    return Page(author, author.identity or author.name, rows, 12, 1, 2, "cs.LG", author_novelty)


def words(card: Card) -> str:
    lines = [line for block in card.blocks for line in getattr(block, "lines", ()) or [getattr(block, "line", ())]]
    return "\n".join("".join(span.text for span in line) for line in lines)


def test_each_figure_stands_with_who_says_it_and_nothing_is_made_up() -> None:
    said = words(author_card(a_page(), 0, ()))
    assert "h-index 1,204 (OpenAlex) · 14 (Semantic Scholar)" in said
    assert "Papers not known\nCitations not known" in said
    assert "Novelty 57 % · AI Score 58 (ours, of 2 papers)" in said
    assert "cs.LG · DeepMind (2026) · Technion (2023–2025) · MIT" in said
    assert "Novelty not known · AI Score not known" in words(author_card(a_page(author_novelty=None), 0, ()))


def test_a_paper_has_the_fields_of_the_seeds_cards_and_its_id_last() -> None:
    first, second = (block for block in author_card(a_page(), 0, ()).blocks if isinstance(block, Item))
    assert "".join(span.text for span in first.facts) == (
        "59 · cs.LG · 7 May 2026 · Yoav Gelberg, Yam Eitan, Michael Bronstein et al. · DeepMind · 2605.05971"
    )
    assert "Code · Jae-Won Chung, Zhirui Liang, Yanyong Mao · DeepMind · 2605.05519" in "".join(
        span.text for span in second.facts
    )
    bare = author_card(a_page(measure=None, place="", by_name=True), 2, ("OpenAlex is not answering.",))
    item = next(block for block in bare.blocks if isinstance(block, Item))
    assert "".join(span.text for span in item.facts).startswith("cs.LG · ")
    assert item.reason == "matched by name only"
    assert words(bare).endswith("2 papers matched by name only · OpenAlex is not answering.")


def test_who_has_no_identity_is_followed_by_name_and_turned_by_name() -> None:
    pressed = [
        button.command
        for block in author_card(a_page(Author("Yam Eitan")), 0, ()).blocks
        if isinstance(block, Actions)
        for button in block.buttons
    ]
    assert pressed == ["/follow author:Yam Eitan", "/figures", "/author Yam Eitan page=2"]


def test_namesakes_are_told_apart_by_what_is_known_of_each() -> None:
    other = replace(YAM, openalex="A5099999991", affiliations=(), topics=("Graphs",), papers=Figure(1, "OpenAlex"))
    card = candidates_card("Yam Eitan", [YAM, other])
    assert "Yam Eitan · DeepMind (2026) · works not known · topic not known · openalex:A5023888391" in words(card)
    assert "Yam Eitan · institution not known · 1 work · Graphs · openalex:A5099999991" in words(card)


def test_what_the_figures_mean_names_all_of_them() -> None:
    said = words(figures_card())
    assert all(name in said for name in ("h-index", "citations", "Novelty", "AI Score", "not known"))

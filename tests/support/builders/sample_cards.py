"""Cards like those of the core, for tests of renderers."""

from datetime import UTC, date, datetime

from bot.digests.cards.digest import digest_card, points_card
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.digest import Digest, DigestItem, Group, Match
from bot.domain.paper import Paper
from bot.domain.summary import EXTRACTED, Summary
from bot.library.cards import citation_card
from bot.library.citations.formats import BIBTEX
from bot.library.citations.reference import Reference
from bot.papers.cards import authors_card, paper_card, read_more_card

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
PLACE = Place("slack", "T1", "C1")

PAPER = Paper(
    id="2605.05971",
    title="Training Transformers for KV Cache Compressibility",
    abstract="Long contexts are paid for in key-value cache. We train for compressibility. It works.",
    authors=("Yoav Gelberg", "Yam Eitan", "Michael Bronstein", "Yarin Gal", "Haggai Maron"),
    categories=("cs.LG", "cs.CL"),
    published=datetime(2026, 5, 7, 12, 0, tzinfo=UTC),
)
CODED = Paper(
    id="2605.05519",
    title="OpenG2G: A Simulation Platform for AI Datacenter-Grid Runtime Coordination",
    abstract="AI datacenters strain the grid.",
    authors=("Jae-Won Chung", "Zhirui Liang", "Yanyong Mao"),
    categories=("cs.LG", "eess.SY"),
    published=datetime(2026, 5, 7, 9, 0, tzinfo=UTC),
    code_url="https://github.com/gpu2grid/openg2g",
)
SUMMARY = Summary(
    made_by="gpt-5.6-mini",
    topics=("Large Language Models", "Efficient ML"),
    key_points=(
        "Masks KV slots during continued pretraining, so that later compression costs less quality.",
        "Proves that almost any sequence-to-vector function has compressible transformers.",
        "Forces the model to rely on fewer slots.",
        "Better quality at every budget.",
    ),
    summary="Long contexts are paid for in key-value cache.",
    methodology="Continued pretraining with a policy that hides slots.",
    results="Compressors keep more quality at equal budget.",
    implications="Compressibility becomes something to train for.",
    gist="Masks KV slots during continued pretraining, so that later compression costs less quality.",
)
BUTTONS = (
    "Read more",
    "Ask",
    "Save",
    "Abstract",
    "PDF",
    "More like this",
    "Less like this",
    "Mute…",
    "Follow author",
    "Similar",
    "BibTeX",
)
"""The buttons of `PAPER`'s card."""

GRID = "AI datacenters strain the grid."
EXTRACT = Summary(made_by=EXTRACTED, topics=("Energy",), key_points=(GRID,), gist=GRID)


def digest(items: int = 2, place: Place = PLACE) -> Digest:
    """Return a digest of `items` papers, as many as wanted, each with its own id."""
    pairs = [(PAPER, SUMMARY, ("You follow Yam Eitan",)), (CODED, EXTRACT, ("Category cs.LG",))]
    groups = [(Group.PEOPLE, "Yam Eitan"), (Group.CATEGORIES, "cs.LG")]
    shown = []
    for number in range(items):
        paper, summary, reasons = pairs[number % 2]
        twin = paper if number < 2 else _renumbered(paper, number)
        group, because = groups[number % 2]
        shown.append(DigestItem(Match(twin, reasons, number % 2 == 0, group=group, because=because), summary))
    shown.sort(key=lambda item: item.match.group != Group.PEOPLE)
    return Digest(
        place=place,
        day=date(2026, 5, 12),
        slot=NOW,
        items=tuple(shown),
        announced=44,
        matched=items + 3,
        muted=2,
        hidden=("2605.00001", "2605.00002", "2605.00003"),
        missing=("Hugging Face did not answer",),
        next_at=datetime(2026, 5, 13, 9, 0, tzinfo=UTC),
    )


def all_cards() -> list[Card]:
    """Return one card of each kind that shows papers."""
    return [
        digest_card(digest(), NOW),
        points_card(digest()),
        paper_card(PAPER, SUMMARY),
        read_more_card(PAPER, SUMMARY),
        authors_card(PAPER, ()),
        citation_card([PAPER], BIBTEX, BIBTEX.write([Reference(PAPER)])),
    ]


def _renumbered(paper: Paper, number: int) -> Paper:
    return Paper(
        id=f"2605.{10000 + number}",
        title=paper.title,
        abstract=paper.abstract,
        authors=paper.authors,
        categories=paper.categories,
        published=paper.published,
        code_url=paper.code_url,
    )

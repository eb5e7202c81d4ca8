"""The cards of a search: ten papers of what was found, and what emptied a search that found nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Block,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Row,
    Rule,
    bold,
    code,
    line,
)
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_short
from bot.papers.cards import in_short, item_buttons, opener

PRESSABLE = 90
"""Characters of a command beyond which a platform's button may have no room for it, so that it is shown to be typed."""


@dataclass(frozen=True, slots=True)
class Found:
    """A paper, why it is here, and its score for the channel where that has one."""

    paper: Paper
    reasons: tuple[str, ...] = ()
    score: int | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of what was found: `said` tells how much and in which order, `notes` what else there is to know.

    The buttons are commands; an empty one is left out.
    """

    title: str
    found: tuple[Found, ...]
    first_number: int
    said: str
    notes: tuple[str, ...] = ()
    following: str = ""
    before: str = ""
    everywhere: str = ""
    matched: int | None = None
    missing: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Instead:
    """A search near to one that found nothing: what it leaves out, how many papers it finds, and its command."""

    without: str
    papers: int
    command: str


def found_card(shown: Shown) -> Card:
    """Ten papers like those of a digest, for the one who asked."""
    blocks: list[Block] = [Heading(line(shown.title)), Fine(line(shown.said)), Rule()]
    blocks += [_item(number, found) for number, found in enumerate(shown.found, start=shown.first_number)]
    blocks.append(Rule())
    blocks += _ways_on(shown)
    notes = (*shown.notes, *shown.missing)
    if notes:
        blocks.append(Fine(line(" ".join(notes))))
    titles = "; ".join(shorten(found.paper.title, 80) for found in shown.found[:3])
    text = " ".join(part for part in (f"{shown.title}: {shown.said}", titles) if part)
    return Card("papers", text, tuple(blocks), private=True, data=_data(shown))


def emptied_card(title: str, why: Sequence[str], instead: Sequence[Instead], everywhere: str) -> Card:
    """Why nothing was found, a sentence each, and what finds something."""
    blocks: list[Block] = [Heading(line(title)), Paragraph(tuple(line(sentence) for sentence in why))]
    blocks += [
        Row(line(f"{one.without}: ", bold(count(one.papers, "paper"))), Button("Search", one.command))
        for one in instead
    ]
    blocks.append(Actions((Button("Search everywhere", everywhere, primary=True),)))
    offers = [one.command for one in instead]
    said = " ".join(why)
    text = f"{title}: {said} {'Instead: ' + ', '.join(offers) if offers else ''}".strip()
    data: dict[str, object] = {"papers": [], "matched": 0, "why": list(why), "instead": offers}
    return Card("papers", text, tuple(blocks), private=True, data=data)


def facts(found: Found) -> Line:
    """The quiet line under a title: score (unless nothing speaks for it), category, day, badge, authors, id."""
    published = found.paper.published
    rest = in_short(found.paper, date_in_short(published.date()) if published else "")
    return line(rest) if not found.score else line(bold(str(found.score)), f" · {rest}")


def _item(number: int, found: Found) -> Item:
    paper = found.paper
    # That it is of a followed category is told by its facts too.
    why = " · ".join(reason for reason in found.reasons if not reason.startswith("Category "))
    title = Link(paper.title, paper.abs_url)
    return Item(title, "", facts(found), why, item_buttons(paper), paper.id, opener(paper), number)


def _ways_on(shown: Shown) -> list[Block]:
    buttons = [
        Button("Next ten", shown.following, primary=True),
        Button("Ten before", shown.before),
        Button("Search everywhere", shown.everywhere),
    ]
    offered = tuple(button for button in buttons if button.command)
    blocks: list[Block] = [Actions(offered)] if offered else []
    if long := [button for button in offered if len(button.command) > PRESSABLE]:
        blocks.append(Fine(line(f"{long[0].label}: ", code(long[0].command))))
    return blocks


def _data(shown: Shown) -> dict[str, object]:
    return {
        "papers": [paper_data(found.paper, found.score, found.reasons) for found in shown.found],
        "matched": shown.matched,
        "first": shown.first_number,
        "missing": list(shown.missing),
        "notes": list(shown.notes),
        "next": shown.following or None,
    }

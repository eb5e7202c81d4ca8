"""Cards of a search: a page of ten papers, and the explanation of an empty result."""

from collections.abc import Sequence
from dataclasses import field, replace

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
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.summary import Gists
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_short
from bot.papers.cards import in_short, item_buttons, opener
from bot.search.filters import Filter

MAX_BUTTON_COMMAND_LENGTH = 90
"""Maximum characters of a button's command; a longer one may not fit and is also shown as text."""

_IN_A_ROW = 5


@frozen
class Found:
    """A paper found, with reasons for people, its score for the channel if any, and its gist."""

    paper: Paper
    reasons: tuple[str, ...] = ()
    score: int | None = None
    gist: str = ""


@frozen
class Shown:
    """One page of results: `said` is a sentence on their number and order, `notes` are further sentences.

    `following`, `before` and `everywhere` are the buttons' commands; an empty one means no button. `read` says how
    plain words were read, and `otherwise` are offers of what else they may mean.
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
    filters: tuple[Filter, ...] = ()
    read: str = ""
    otherwise: tuple[Button, ...] = ()


@frozen
class NothingFound:
    """A search without results: the reasons, a sentence each, and searches that find something; the rest as `Shown`."""

    title: str
    why: Sequence[str]
    instead: Sequence["Instead"]
    everywhere: str
    filters: tuple[Filter, ...] = ()
    read: str = ""
    otherwise: tuple[Button, ...] = ()


@frozen
class Instead:
    """An alternative to an empty search: the part that it drops, its number of papers, and its command."""

    without: str
    papers: int
    command: str


def found_card(shown: Shown) -> Card:
    """Return the private card of a page of results, in the form of a digest."""
    blocks: list[Block] = [Heading(line(shown.title)), *_read_as(shown.read), Fine(line(shown.said))]
    blocks += [*_filter_blocks(shown.filters), Rule()]
    blocks += [_item(number, found) for number, found in enumerate(shown.found, start=shown.first_number)]
    blocks.append(Rule())
    blocks += [*_page_buttons(shown), *_offers(shown.otherwise)]
    notes = (*shown.notes, *shown.missing)
    if notes:
        blocks.append(Fine(line(" ".join(notes))))
    titles = "; ".join(shorten(found.paper.title, 80) for found in shown.found[:3])
    text = " ".join(part for part in (shown.read, f"{shown.title}: {shown.said}", titles) if part)
    return Card("papers", text, tuple(blocks), private=True, data=_data(shown))


async def with_gists(shown: Shown, gists: Gists) -> Shown:
    """Return the page with each paper's gist."""
    known = await gists([found.paper for found in shown.found])
    return replace(shown, found=tuple(replace(found, gist=known.get(found.paper.id, "")) for found in shown.found))


def emptied_card(emptied: NothingFound) -> Card:
    """Return the private card of an empty result: the reasons, a sentence each, and searches that find something."""
    title, why, instead = emptied.title, emptied.why, emptied.instead
    blocks: list[Block] = [Heading(line(title)), *_read_as(emptied.read)]
    blocks += [Paragraph(tuple(line(sentence) for sentence in why)), *_filter_blocks(emptied.filters)]
    blocks += [
        Row(line(f"{other.without}: ", bold(count(other.papers, "paper"))), Button("Search", other.command))
        for other in instead
    ]
    blocks += [Actions((Button("Search everywhere", emptied.everywhere, primary=True),)), *_offers(emptied.otherwise)]
    offers = [other.command for other in instead]
    reasons = " ".join(filter(None, (emptied.read, f"{title}:", *why)))
    text = f"{reasons} {'Instead: ' + ', '.join(offers) if offers else ''}".strip()
    data: dict[str, object] = {"papers": [], "matched": 0, "why": list(why), "instead": offers}
    return Card("papers", text, tuple(blocks), private=True, data=data | _filter_data(emptied.filters))


def _read_as(read: str) -> list[Block]:
    return [Paragraph((line(read),))] if read else []


def _offers(otherwise: tuple[Button, ...]) -> list[Block]:
    return [Actions(otherwise)] if otherwise else []


def _filter_blocks(filters: tuple[Filter, ...]) -> list[Block]:
    """Return the filters in a line, and a button for each that searches without it."""
    if not filters:
        return []
    buttons = tuple(Button(one.remove, one.without) for one in filters if one.without)
    blocks: list[Block] = [Fine(line("Filters: ", " · ".join(one.said for one in filters)))]
    blocks += [Actions(buttons[at : at + _IN_A_ROW]) for at in range(0, len(buttons), _IN_A_ROW)]
    if long := [button for button in buttons if len(button.command) > MAX_BUTTON_COMMAND_LENGTH]:
        blocks.append(Fine(line(f"{long[0].label}: ", code(long[0].command))))
    return blocks


def _filter_data(filters: tuple[Filter, ...]) -> dict[str, object]:
    return {"filters": [one.said for one in filters]} if filters else {}


def facts(found: Found) -> Line:
    """Return the small print under a title: score (unless 0), category, day, badge, authors, id."""
    published = found.paper.published
    rest = in_short(found.paper, date_in_short(published.date()) if published else "")
    return line(rest) if not found.score else line(bold(str(found.score)), f" · {rest}")


def _item(number: int, found: Found) -> Item:
    paper = found.paper
    # The facts already show a followed category.
    why = " · ".join(reason for reason in found.reasons if not reason.startswith("Category "))
    title = Link(paper.title, paper.abs_url)
    return Item(title, found.gist, facts(found), why, item_buttons(paper), paper.id, opener(paper), number)


def _page_buttons(shown: Shown) -> list[Block]:
    buttons = [
        Button("Next 10", shown.following, primary=True),
        Button("Previous 10", shown.before),
        Button("Search everywhere", shown.everywhere),
    ]
    offered = tuple(button for button in buttons if button.command)
    blocks: list[Block] = [Actions(offered)] if offered else []
    if long := [button for button in offered if len(button.command) > MAX_BUTTON_COMMAND_LENGTH]:
        blocks.append(Fine(line(f"{long[0].label}: ", code(long[0].command))))
    return blocks


def _data(shown: Shown) -> dict[str, object]:
    return {
        "papers": [paper_data(found.paper, found.score, found.reasons, found.gist) for found in shown.found],
        "matched": shown.matched,
        "first": shown.first_number,
        "missing": list(shown.missing),
        "notes": list(shown.notes),
        "next": shown.following or None,
    } | _filter_data(shown.filters)

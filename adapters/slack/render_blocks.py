"""Conversion of one block of a card to Slack's blocks, within the limits of each; the caller sets the detail of items.

Limits: https://docs.slack.dev/reference/block-kit/blocks and …/block-elements, …/composition-objects.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from enum import IntEnum
from functools import singledispatch
from itertools import count, groupby

from adapters.slack.buttons import BUTTON_TEXT, MENU_OPTIONS, draw_button, draw_menu, draw_select, plain_text
from adapters.slack.markup import Json, fitted, mrkdwn, pieces, plain, rich
from adapters.slack.uploads import code_blocks
from bot.domain.card import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Button,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Picture,
    Row,
    Rule,
    Span,
    Text,
    line,
)
from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten

SECTION_TEXT = 3000
HEADER_TEXT = 150
SHORT_LABEL = 30
"""Our limit of an option's label in the shortest digest: fifty of them leave room for the papers."""
ACTION_ELEMENTS = 25
RICH_TEXT = 2900
"""Limit of one rich_text block. Slack documents no limit; this is a section's, less its containers."""

CONTAINER = 10
"""The size of an element beside its text: Slack's "buffer for block containers" (slackapi/bolt-js, issue 2509)."""

BUTTONS_IN_A_ROW = 5
"""Limit of an action row with a main button; further buttons go into one menu, up to its limit."""


class Level(IntEnum):
    """The detail shown for each paper, from all to the least; the title and the facts always appear.

    From NO_MENUS on, one select menu opens any of the papers.
    """

    FULL = 0
    ONE_BLOCK = 1
    NO_POINTS = 2
    NO_MENUS = 3
    JOINED = 4
    SHORT = 5


@frozen
class Piece:
    """One Slack block, or two that belong together: `under` is the small print below it.

    `papers` are the ids it names, `things` the number of list entries in it, and `picture` an optional replacement.
    """

    block: Json
    papers: tuple[str, ...] = ()
    things: int = 0
    under: Json | None = None
    picture: Picture | None = None

    @property
    def blocks(self) -> list[Json]:
        """Return the Slack blocks of the piece."""
        return [self.block, self.under] if self.under else [self.block]


def weight(part: object) -> int:
    """Return the characters of a payload as Slack seems to count them: all text, plus a fixed number per container."""
    weighed = 0
    if isinstance(part, dict):
        weighed = CONTAINER if "type" in part else 0
        for name, one in part.items():
            if not isinstance(one, str):
                weighed += weight(one)
            elif name == "text":
                weighed += len(one)
    elif isinstance(part, list):
        for one in part:
            weighed += weight(one)
    return weighed


def draw_blocks(blocks: Sequence[Block], level: Level) -> list[Piece]:
    """Return the pieces of all blocks in order; make every action_id unique."""
    numbers = count()
    drawn: list[Piece] = []
    for are_items, group in groupby(blocks, key=lambda block: isinstance(block, Item)):
        if are_items and level >= Level.JOINED:
            drawn += _joined([block for block in group if isinstance(block, Item)], level)
        else:
            drawn += [piece for block in group for piece in _one(block, level, numbers)]
    items = [block for block in blocks if isinstance(block, Item)]
    longest = SHORT_LABEL if level is Level.SHORT else BUTTON_TEXT
    return _with_select(drawn, items, numbers, longest) if level >= Level.NO_MENUS else drawn


def _with_select(drawn: list[Piece], items: Sequence[Item], numbers: Iterator[int], longest: int) -> list[Piece]:
    """Add a menu that opens any of the papers, below the last of them."""
    last = max((n for n, piece in enumerate(drawn) if piece.papers), default=-1)
    select = draw_select([item for item in items if item.more], numbers, longest)
    return (
        [*drawn[: last + 1], Piece({"type": "actions", "elements": [select]}), *drawn[last + 1 :]] if select else drawn
    )


def rich_text(lines: Iterable[Line]) -> list[Piece]:
    """Return running text, one line below the other."""
    sections = [rich(part) for text in lines for part in pieces(text, RICH_TEXT // 2)]
    blocks = []
    for group in _packed(sections):
        words = [element for section in group for element in ({"type": "text", "text": "\n"}, *section)][1:]
        blocks.append(Piece(_rich_block({"type": "rich_text_section", "elements": words})))
    return blocks


def _one(block: Block, level: Level, numbers: Iterator[int]) -> list[Piece]:
    """Return the pieces of a block; `numbers` makes ids of buttons unique in the message."""
    if isinstance(block, Item):
        return [_item(block, level, numbers)]
    if isinstance(block, Row):
        return _row(block, numbers)
    if isinstance(block, Actions):
        return _actions(block.buttons, numbers)
    return _without_buttons(block)


@singledispatch
def _without_buttons(block: Block) -> list[Piece]:
    """Return the pieces of a block that has no buttons; one function for each kind of block."""
    raise TypeError(type(block))


@_without_buttons.register
def _(block: Paragraph) -> list[Piece]:
    return rich_text(block.lines)


@_without_buttons.register
def _(block: Fine) -> list[Piece]:
    return [Piece(_context(text))] if (text := _fit(block.line)) else []


@_without_buttons.register
def _(block: Picture) -> list[Piece]:
    words = _bullets(block.instead)
    return [replace(words[0], picture=block)] if len(words) == 1 else words


@_without_buttons.register
def _(block: Attachment) -> list[Piece]:
    return [Piece(shown) for shown in code_blocks(block)]


@_without_buttons.register
def _(_: Rule) -> list[Piece]:
    return [Piece({"type": "divider"})]


@_without_buttons.register
def _heading(heading: Heading) -> list[Piece]:
    words = plain(heading.line).strip()
    linked = any(isinstance(span, Link) for span in heading.line)
    if heading.level == 1 and not linked and 0 < len(words) <= HEADER_TEXT:
        return [Piece({"type": "header", "text": plain_text(words, HEADER_TEXT)})]
    text = _fit(tuple(_bold(span) for span in heading.line))
    return [Piece({"type": "section", "text": _mrkdwn(text)})] if text else []


@_without_buttons.register
def _bullets(bullets: Bullets) -> list[Piece]:
    sections = [rich(part) for text in bullets.lines for part in pieces(text, RICH_TEXT // 2)]
    blocks = []
    for group in _packed(sections):
        entries = [{"type": "rich_text_section", "elements": elements} for elements in group]
        listed = {"type": "rich_text_list", "style": "bullet", "indent": 0, "elements": entries}
        blocks.append(Piece(_rich_block(listed), things=len(entries)))
    return blocks


def _packed(sections: Iterable[list[Json]]) -> Iterator[list[list[Json]]]:
    """Return the nonempty sections in groups, each within the limit of one rich_text block."""
    group: list[list[Json]] = []
    room = RICH_TEXT
    for section in filter(None, sections):
        needed = weight(section) + CONTAINER
        if group and needed > room:
            yield group
            group, room = [], RICH_TEXT
        group.append(section)
        room -= needed
    if group:
        yield group


def _item(item: Item, level: Level, numbers: Iterator[int]) -> Piece:
    section: Json = {"type": "section", "text": _mrkdwn(_item_text(item, level))}
    beside = draw_button(item.more, numbers) if item.more else draw_menu(item.buttons, numbers)
    if beside and level < Level.NO_MENUS:
        section["accessory"] = beside
    below = _small_print(item, 400) if level < Level.ONE_BLOCK else ""
    return Piece(section, papers=(item.paper_id,), things=1, under=_context(below) if below else None)


def _joined(items: list[Item], level: Level) -> list[Piece]:
    """Join several papers into one section, with blank lines between them."""
    groups: list[tuple[str, list[Item]]] = []
    for item in items:
        text = _item_text(item, level)
        if groups and len(groups[-1][0]) + len(text) + 2 <= SECTION_TEXT:
            groups[-1] = (f"{groups[-1][0]}\n\n{text}", [*groups[-1][1], item])
        else:
            groups.append((text, [item]))
    return [
        Piece({"type": "section", "text": _mrkdwn(text)}, tuple(item.paper_id for item in group), len(group))
        for text, group in groups
    ]


def _item_text(item: Item, level: Level) -> str:
    """Return title, point, and any details without small print of their own; cut hostile text that is too long."""
    for longest in (90,) if level is Level.SHORT else (400, 160):
        text = _item_lines(item, level, longest)
        if len(text) <= SECTION_TEXT:
            return text
    return _item_lines(item, Level.SHORT, 60)


def _item_lines(item: Item, level: Level, longest: int) -> str:
    title = Link(shorten(item.title.text, longest) or item.paper_id, item.title.url, "bold")
    lines = [item.place + mrkdwn((title,))]
    if level < Level.NO_POINTS:
        lines.append(mrkdwn(line(shorten(item.point, longest))))
    if level >= Level.ONE_BLOCK:
        lines.append(_small_print(item, longest if level < Level.SHORT else 0))
    return "\n".join(filter(None, lines))


def _small_print(item: Item, longest: int) -> str:
    """Return the facts, and the reason for the paper in up to `longest` characters."""
    why = shorten(item.reason, longest) if longest else ""
    spans: list[Span | str] = [" — ", Text(why, "italic")] if why else []
    return mrkdwn(line(*_ends_kept(item.facts, max(longest, 160)), *spans))


def _ends_kept(facts: Line, limit: int) -> Line:
    """Return the facts within `limit` characters; never cut their end, which contains the id."""
    words = "".join(span.text for span in facts)
    return facts if len(words) <= limit else line(shorten(words, limit - 60) + words[-60:])


def _row(row: Row, numbers: Iterator[int]) -> list[Piece]:
    text = _fit(row.line)
    if not text:
        return []
    button = draw_button(row.button, numbers)
    return [Piece({"type": "section", "text": _mrkdwn(text)} | ({"accessory": button} if button else {}), things=1)]


def _actions(buttons: tuple[Button, ...], numbers: Iterator[int]) -> list[Piece]:
    shown, hidden = buttons, buttons[:0]
    if buttons and buttons[0].primary and len(buttons) > BUTTONS_IN_A_ROW:
        in_sight = max(BUTTONS_IN_A_ROW - 1, len(buttons) - MENU_OPTIONS)
        shown, hidden = buttons[:in_sight], buttons[in_sight:]
    drawn = [draw_button(button, numbers) for button in shown] + [draw_menu(hidden, numbers)]
    elements = [element for element in drawn if element]
    rows = [elements[start : start + ACTION_ELEMENTS] for start in range(0, len(elements), ACTION_ELEMENTS)]
    return [Piece({"type": "actions", "elements": row}) for row in rows]


def _bold(span: Span) -> Span:
    return Link(span.text, span.url, "bold") if isinstance(span, Link) else Text(span.text, "bold")


def _fit(text: Line) -> str:
    return fitted(text, SECTION_TEXT).strip()


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _rich_block(element: Json) -> Json:
    return {"type": "rich_text", "elements": [element]}

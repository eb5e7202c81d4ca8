"""Conversion of a card to Discord messages: components in one container each. Pure.

A digest is compacted step by step (`_STEPS`) before it is split.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import singledispatch
from math import ceil

from adapters.discord import uploads
from adapters.discord.custom_ids import custom_id, stamped
from adapters.discord.events import EVENT, payload_of
from adapters.discord.forum import POST, heading
from adapters.discord.markup import escaped, fitting, harmless, length, markdown, pieces, safe_url
from adapters.discord.menus import Menu, paper_selects, selects, with_menus
from adapters.discord.split import (
    ACTION_ROW,
    BUTTON,
    CONTAINER,
    MESSAGES_LIMIT,
    SECTION,
    SEPARATOR,
    Json,
    Messages,
    Part,
    closed,
    components,
    packed,
    text_display,
    within_limits,
)
from adapters.discord.uploads import PICTURE, words_part
from bot.delivery.messenger import Message
from bot.digests.cards.buttons import SETTINGS
from bot.domain.card import (
    Actions,
    Attachment,
    Block,
    Bullets,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Picture,
    Row,
    Rule,
    Text,
    fewest,
)
from bot.domain.frozen import frozen
from bot.domain.text.clean import shorten

COMPONENTS_V2 = 1 << 15
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""
ROW_LIMIT = 5
"""Limit of buttons: https://discord.com/developers/docs/components/reference#action-row"""
LABEL_LIMIT = 80
"""https://discord.com/developers/docs/components/reference#button"""
PIECE_LIMIT = 3200
"""Our limit: a long paragraph leaves room for the headings above it."""
FACTS_LIMIT = 400
"""Our limit: room for three authors' last names of any invented length."""

DISCUSS = Button("Discuss", "/discuss")
"""Opens a thread (see `discuss`)."""

_COLORS = {"plain": 0x2A7A5A, "good": 0x3BA55D, "bad": 0xD83C3E}


@frozen
class _Detail:
    """The amount of detail for each item; lengths in characters."""

    point: int = 1000
    title: int = 300
    reason: int = 300
    buttons: bool = True
    joined: bool = False


_STEPS = (
    _Detail(),
    _Detail(point=140, title=140, reason=90),
    _Detail(buttons=False),
    _Detail(point=140, title=140, reason=60, buttons=False),
    _Detail(point=140, title=90, reason=40, buttons=False),
    _Detail(point=90, title=70, reason=30, buttons=False),
    _Detail(point=0),
    _Detail(point=0, buttons=False),
    _Detail(point=0, title=90, reason=60, buttons=False),
    _Detail(point=0, title=44, reason=20, buttons=False, joined=True),
)
"""Steps from all details to the least that still names every paper with its link, its facts and its reason.

Without a button each, one select menu opens any of the papers.
"""


def draw(card: Card, key: str = "", threads: bool = False) -> tuple[Message, ...]:
    """Return the messages for `card`; write a `key` into each for `custom_ids.holds_key`.

    `threads`: everybody sees the card where threads may begin, so a digest and a paper have a button for one.
    """
    if threads and (card.kind == "paper" or (card.kind == "digest" and any(isinstance(b, Item) for b in card.blocks))):
        card = _with_discuss(card)
    carrier = Part(component=_row([_button(SETTINGS)])) if key else None
    drawn = closed(_fewest(card, carrier), carrier)
    return tuple(_message(card, parts, key, number) for number, parts in enumerate(drawn))


def _with_discuss(card: Card) -> Card:
    """Return the card with the button at the end of its last ones."""
    blocks = list(card.blocks)
    for number, block in reversed(list(enumerate(blocks))):
        if isinstance(block, Actions):
            blocks[number] = Actions((*block.buttons, DISCUSS))
            break
    return replace(card, blocks=tuple(blocks))


def _fewest(card: Card, carrier: Part | None) -> Messages:
    """Apply the first step that needs the fewest messages; without items, keep everything unless it is too long."""
    if any(isinstance(block, Item) for block in card.blocks):
        steps = (packed(_parts(card, detail), carrier) for detail in _STEPS)
        return fewest(filter(within_limits, steps))
    full = packed(_parts(card, _Detail()), carrier)
    return full if len(full) <= MESSAGES_LIMIT else packed(_parts(card, _Detail(title=60)), carrier)


def _message(card: Card, parts: list[Part], key: str, number: int) -> Message:
    container = {"type": CONTAINER, "accent_color": _COLORS[card.tone], "components": components(parts)}
    payload: Json = {"flags": COMPONENTS_V2, "components": [container], "allowed_mentions": {"parse": []}}
    papers = tuple(part.paper for part in parts if part.paper)
    if not key:
        return Message(payload, papers)
    picture = next((part.picture for part in parts if part.picture), None)
    payload = stamped(payload, key) | {POST: heading(card.title, key if number else "")}
    if card.event and number == 0:
        payload |= {EVENT: payload_of(card.event)}
    return Message(payload | {PICTURE: picture.alt}, papers, picture.plot) if picture else Message(payload, papers)


def _parts(card: Card, detail: _Detail) -> list[Part]:
    blocks = with_menus(card.blocks)
    last = max((n for n, block in enumerate(blocks) if isinstance(block, Item)), default=-1)
    parts = [part for block in blocks[: last + 1] for part in _block(block, detail)]
    if not detail.buttons:
        parts += paper_selects([block for block in blocks if isinstance(block, Item)])
    parts += [part for block in blocks[last + 1 :] for part in _block(block, detail)]
    if all(part.is_rule for part in parts):
        return list(_lines(((Text(card.text.strip() or "Done."),),), "", detail))
    return parts


@singledispatch
def _block(block: Block | Menu, detail: _Detail) -> Iterator[Part]:  # noqa: ARG001 - of each kind
    """Yield the parts of a block; one function for each kind of block."""
    raise TypeError(type(block))


@_block.register
def _(block: Heading, detail: _Detail) -> Iterator[Part]:
    yield from _lines((block.line,), "## " if block.level == 1 else "### ", detail)


@_block.register
def _(block: Paragraph, detail: _Detail) -> Iterator[Part]:
    yield from _lines(block.lines, "", detail)


@_block.register
def _(block: Fine, detail: _Detail) -> Iterator[Part]:
    yield from _lines((block.line,), "-# ", detail)


@_block.register
def _(block: Bullets, detail: _Detail) -> Iterator[Part]:
    yield from _lines(block.lines, "- ", detail)


@_block.register
def _(block: Item, detail: _Detail) -> Iterator[Part]:
    yield _item(block, detail)


@_block.register
def _(block: Row, detail: _Detail) -> Iterator[Part]:
    yield from _beside(list(_lines((block.line,), "", detail)), block.button)


@_block.register
def _(block: Menu, detail: _Detail) -> Iterator[Part]:
    yield from _lines((row.line for row in block.rows), "- ", detail)
    yield from selects(block)


@_block.register
def _(block: Actions, _: _Detail) -> Iterator[Part]:
    drawn = [button for button in map(_button, block.buttons) if button]
    size = ceil(len(drawn) / (ceil(len(drawn) / ROW_LIMIT) or 1)) or 1
    yield from (Part(component=_row(drawn[start : start + size])) for start in range(0, len(drawn), size))


@_block.register
def _(block: Picture, detail: _Detail) -> Iterator[Part]:
    yield words_part("\n".join(part.text for part in _block(block.instead, detail)), block)


@_block.register
def _(block: Attachment, _: _Detail) -> Iterator[Part]:
    yield from uploads.parts(block)


@_block.register
def _(block: Rule, _: _Detail) -> Iterator[Part]:  # noqa: ARG001 - a rule has no detail
    yield Part(component={"type": SEPARATOR})


def _lines(lines: Iterable[Line], prefix: str, detail: _Detail) -> Iterator[Part]:
    for line in lines:
        for number, piece in enumerate(pieces(_with_short_labels(line, detail.title), PIECE_LIMIT)):
            if piece.strip():
                yield Part((prefix if number == 0 or prefix == "-# " else "") + piece.strip())


def _with_short_labels(line: Line, limit: int) -> Line:
    return tuple(replace(span, text=shorten(span.text, limit)) if isinstance(span, Link) else span for span in line)


def _item(item: Item, detail: _Detail) -> Part:
    link = Link(shorten(item.title.text.strip(), detail.title) or item.paper_id, item.title.url, "bold")
    # The number is bold, since a line that begins with "1." would become a list.
    title = (f"**{item.place.strip()}** " if item.place and not detail.joined else "") + markdown((link,))
    reason = f" — {markdown((Text(shorten(item.reason, detail.reason), 'italic'),))}" if item.reason.strip() else ""
    point = escaped(shorten(item.point, detail.point)) if detail.point else ""
    text = "\n".join(filter(None, (title, point.strip(), f"-# {_facts(item)}{reason}")))
    button = item.more or next(iter(item.buttons), None)
    drawn = _button(button) if button and detail.buttons else None
    if drawn:
        return Part(component=_section(text, {**drawn, "style": 2 if "custom_id" in drawn else 5}), paper=item.paper_id)
    return Part(text, joins=detail.joined, paper=item.paper_id)


def _facts(item: Item) -> str:
    drawn = markdown(item.facts).strip()
    if length(drawn) <= FACTS_LIMIT:
        return drawn
    said = "".join(span.text for span in item.facts)
    return escaped(f"{shorten(said, FACTS_LIMIT // 3)} · {item.paper_id}")


def _beside(lines: list[Part], button: Button) -> Iterator[Part]:
    drawn = _button(button)
    *above, last = lines or [Part(escaped(harmless(button.label).strip()) or "…")]
    yield from above
    yield Part(component=_section(last.text, drawn)) if drawn else last


def _section(text: str, button: Json) -> Json:
    return {"type": SECTION, "components": [text_display(text)], "accessory": button}


def _row(buttons: Iterable[Json | None]) -> Json:
    return {"type": ACTION_ROW, "components": [drawn for drawn in buttons if drawn]}


def _button(button: Button) -> Json | None:
    """Return None if it has no address, or a command too long for a custom_id, which people type instead."""
    label = fitting(harmless(button.label).strip(), LABEL_LIMIT) or "Open"
    if button.url:
        url = safe_url(button.url)
        return {"type": BUTTON, "style": 5, "label": label, "url": url} if url else None
    carried = custom_id(button)
    style = 1 if button.primary else 2
    return {"type": BUTTON, "style": style, "label": label, "custom_id": carried} if carried else None

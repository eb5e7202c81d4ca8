"""A Card to Discord messages: components in one container, packed into as few messages as the limits allow.

A digest is compacted step by step (`_STEPS`) before it is split. Pure.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.custom_ids import custom_id, stamped, takes_key, walk
from adapters.discord.markup import escaped, fitting, length, markdown, pieces, safe_url
from bot.card import Actions, Block, Bullets, Button, Card, Fine, Heading, Item, Line, Link, Paragraph, Row, Rule, Text
from bot.hygiene import shorten
from bot.ports import Message

Json = dict[str, Any]

COMPONENTS_V2 = 1 << 15
"""https://discord.com/developers/docs/resources/message#message-object-message-flags"""
COMPONENTS_LIMIT = 40
"""In a message, nested ones counted: https://discord.com/developers/docs/components/reference"""
TEXT_LIMIT = 4000
"""Over all text displays of a message: https://discord.com/developers/docs/components/reference#text-display"""
ROW_LIMIT = 5
"""Buttons: https://discord.com/developers/docs/components/reference#action-row"""
LABEL_LIMIT = 80
"""https://discord.com/developers/docs/components/reference#button"""
MESSAGES_LIMIT = 10
"""Ours: nobody reads more of one answer; what is cut is counted."""

ACTION_ROW, BUTTON, SECTION, TEXT, SEPARATOR, CONTAINER = 1, 2, 9, 10, 14, 17
_COLORS = {"plain": 0x2A7A5A, "good": 0x3BA55D, "bad": 0xD83C3E}
_SETTINGS = Button("Follows and settings", "/following")


@dataclass(frozen=True, slots=True)
class _Detail:
    """How much of each item is said; lengths in characters."""

    point: int = 1000
    title: int = 300
    reason: int = 300
    buttons: bool = True
    joined: bool = False


_STEPS = (
    _Detail(),
    _Detail(point=120),
    _Detail(buttons=False),
    _Detail(point=120, buttons=False),
    _Detail(point=0),
    _Detail(point=0, buttons=False),
    _Detail(point=0, title=90, reason=60, buttons=False),
    _Detail(point=0, title=44, reason=20, buttons=False, joined=True),
)
"""From all there is to the least that still names every paper with its link, its facts and why it is here."""


@dataclass(frozen=True, slots=True)
class _Part:
    """What isn't torn apart: either `text`, which joins the text above it where it may, or a component."""

    text: str = ""
    component: Json | None = None
    joins: bool = True
    paper: str = ""

    @property
    def cost(self) -> tuple[int, int]:
        """Components and characters, where nothing is joined."""
        if self.component is None:
            return 1, length(self.text)
        return _count(self.component), sum(length(text) for text in texts(self.component))


def draw(card: Card, key: str = "") -> tuple[Message, ...]:
    """The messages that say `card`; a `key` is written into each, where `key_of` finds it."""
    best = _packed(card, _STEPS[0])
    if any(isinstance(block, Item) for block in card.blocks):
        best = min((_packed(card, step) for step in _STEPS), key=len)
    elif len(best) > MESSAGES_LIMIT:
        best = _packed(card, _Detail(title=60))
    shown = [_message(card, parts) for parts in _numbered(best, key)]
    return tuple(replace(message, payload=stamped(message.payload, key)) if key else message for message in shown)


def texts(component: Json) -> list[str]:
    """What the text displays in a component say."""
    return [c["content"] for c in walk([component]) if c["type"] == TEXT]


def _packed(card: Card, detail: _Detail) -> list[list[_Part]]:
    """The card's parts in as few messages as they fill; several leave room for what `_numbered` adds."""
    parts = _glued(_parts(card, detail))
    whole = _filled(parts, COMPONENTS_LIMIT, TEXT_LIMIT)
    return whole if len(whole) == 1 else _filled(parts, COMPONENTS_LIMIT - 3, TEXT_LIMIT - 80)


def _filled(parts: list[_Part], components_limit: int, text_limit: int) -> list[list[_Part]]:
    messages: list[list[_Part]] = [[]]
    components, characters = 1, 0
    for part in parts:
        more, longer = part.cost
        above = messages[-1][-1] if messages[-1] else None
        if above and above.component is None and above.joins and part.joins and part.component is None:
            more, longer = 0, longer + 1
        if above and (components + more > components_limit or characters + longer > text_limit):
            messages.append([])
            components, characters = 1, 0
            more, longer = part.cost
        messages[-1].append(part)
        components, characters = components + more, characters + longer
    return messages


def _numbered(messages: list[list[_Part]], key: str) -> list[list[_Part]]:
    """Each of several messages says which it is; what is cut is counted; a button is there to carry the key."""
    shown, cut = messages[:MESSAGES_LIMIT], messages[MESSAGES_LIMIT:]
    drawn = []
    for number, parts in enumerate(shown, 1):
        closing = (
            []
            if not key or takes_key(p.component for p in parts if p.component)
            else [_Part(component=_row([_SETTINGS]))]
        )
        if len(shown) > 1:
            closing.append(_Part(f"-# Part {number} of {len(shown)}"))
        drawn.append([*parts, *closing])
    if cut:
        drawn[-1].append(_Part(f"-# … and {sum(len(parts) for parts in cut):,} more than fit here"))
    return drawn


def _message(card: Card, parts: list[_Part]) -> Message:
    inside: list[Json] = []
    joinable = False
    for part in _without_loose_rules(parts):
        if part.component is not None:
            inside.append(deepcopy(part.component))
        elif joinable and part.joins:
            inside[-1]["content"] += f"\n{part.text}"
        else:
            inside.append(_text(part.text))
        joinable = part.component is None and part.joins
    container = {"type": CONTAINER, "accent_color": _COLORS[card.tone], "components": _distinct(inside)}
    payload = {"flags": COMPONENTS_V2, "components": [container], "allowed_mentions": {"parse": []}}
    return Message(payload, tuple(part.paper for part in parts if part.paper))


def _without_loose_rules(parts: list[_Part]) -> list[_Part]:
    """No line at the top, at the bottom, or beside another one."""
    kept: list[_Part] = []
    for part in parts:
        rule = part.component is not None and part.component["type"] == SEPARATOR
        if not rule or (kept and kept[-1].component != part.component):
            kept.append(part)
    while kept and kept[-1].component is not None and kept[-1].component["type"] == SEPARATOR:
        kept.pop()
    return kept


def _distinct(components: list[Json]) -> list[Json]:
    """Without the second of two buttons that do the same: Discord refuses a custom_id that comes twice."""
    seen: set[str] = set()
    kept: list[Json] = []
    for component in components:
        if component["type"] == ACTION_ROW:
            buttons = [b for b in component["components"] if _first_time(b, seen)]
            kept += [component | {"components": buttons}] if buttons else []
        elif component["type"] == SECTION and not _first_time(component["accessory"], seen):
            kept += component["components"]
        else:
            kept.append(component)
    return kept


def _first_time(button: Json, seen: set[str]) -> bool:
    carried = str(button.get("custom_id", ""))
    new = not carried or carried not in seen
    seen.add(carried)
    return new


def _glued(parts: list[_Part]) -> list[_Part]:
    """A heading stays with the line under it."""
    glued: list[_Part] = []
    for part in parts:
        above = glued[-1] if glued else None
        if above and above.text.startswith("#") and "\n" not in above.text and part.component is None and part.joins:
            both = f"{above.text}\n{part.text}"
            if length(both) <= TEXT_LIMIT - 80:
                glued[-1] = replace(above, text=both)
                continue
        glued.append(part)
    return glued


def _parts(card: Card, detail: _Detail) -> list[_Part]:
    blocks: tuple[Block, ...] = card.blocks or (Paragraph(((Text(card.text or "Done."),),)),)
    return [part for block in blocks for part in _block(block, detail)]


def _block(block: Block, detail: _Detail) -> Iterator[_Part]:
    match block:
        case Heading(line=line, level=level):
            yield from _lines((line,), "## " if level == 1 else "### ", detail)
        case Paragraph(lines=lines):
            yield from _lines(lines, "", detail)
        case Fine(line=line):
            yield from _lines((line,), "-# ", detail)
        case Bullets(lines=lines):
            yield from _lines(lines, "- ", detail)
        case Item():
            yield _item(block, detail)
        case Row(line=line, button=button):
            yield from _beside(list(_lines((line,), "", detail)), button)
        case Actions(buttons=buttons):
            drawn = [button for button in buttons if _button(button)]
            for start in range(0, len(drawn), ROW_LIMIT):
                yield _Part(component=_row(drawn[start : start + ROW_LIMIT]))
        case Rule():
            yield _Part(component={"type": SEPARATOR})


def _lines(lines: Iterable[Line], prefix: str, detail: _Detail) -> Iterator[_Part]:
    for line in lines:
        for number, piece in enumerate(pieces(_with_short_labels(line, detail.title), TEXT_LIMIT - 90)):
            if piece.strip():
                yield _Part((prefix if number == 0 or prefix == "-# " else "") + piece.strip())


def _with_short_labels(line: Line, limit: int) -> Line:
    return tuple(replace(span, text=shorten(span.text, limit)) if isinstance(span, Link) else span for span in line)


def _item(item: Item, detail: _Detail) -> _Part:
    title = markdown((Link(shorten(item.title.text, detail.title), item.title.url, "bold"),))
    reason = f" — {markdown((Text(shorten(item.reason, detail.reason), 'italic'),))}" if item.reason.strip() else ""
    point = escaped(shorten(item.point, detail.point)) if detail.point else ""
    text = "\n".join(filter(None, (title, point.strip(), f"-# {markdown(item.facts).strip()}{reason}")))
    main = _button(item.buttons[0]) if item.buttons and detail.buttons else None
    if main:
        return _Part(component=_section(text, {**main, "style": 2 if "custom_id" in main else 5}), paper=item.paper_id)
    return _Part(text, joins=detail.joined, paper=item.paper_id)


def _beside(lines: list[_Part], button: Button) -> Iterator[_Part]:
    drawn = _button(button)
    *above, last = lines or [_Part(escaped(button.label))]
    yield from above
    yield _Part(component=_section(last.text, drawn)) if drawn else last


def _section(text: str, button: Json) -> Json:
    return {"type": SECTION, "components": [_text(text)], "accessory": button}


def _text(text: str) -> Json:
    return {"type": TEXT, "content": text}


def _row(buttons: list[Button]) -> Json:
    return {"type": ACTION_ROW, "components": [drawn for button in buttons if (drawn := _button(button))]}


def _button(button: Button) -> Json | None:
    """None where it can't be drawn: no address, or a command too long to travel in a custom_id (people type that)."""
    label = fitting(" ".join(button.label.split()), LABEL_LIMIT) or "Open"
    if button.url:
        url = safe_url(button.url)
        return {"type": BUTTON, "style": 5, "label": label, "url": url} if url else None
    carried = custom_id(button)
    style = 1 if button.primary else 2
    return {"type": BUTTON, "style": style, "label": label, "custom_id": carried} if carried else None


def _count(component: Json) -> int:
    return sum(1 for _ in walk([component]))

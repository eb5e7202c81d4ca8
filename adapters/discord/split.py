"""Grouping of a card's parts into messages: as few as Discord's limits allow, numbered if there are several. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from adapters.discord.custom_ids import copied, takes_key, walk
from adapters.discord.markup import length
from bot.domain.card import Picture

Json = dict[str, Any]

COMPONENTS_LIMIT = 40
"""Limit of a message, including nested ones: https://discord.com/developers/docs/components/reference"""
TEXT_LIMIT = 4000
"""Limit of all text displays of a message: https://discord.com/developers/docs/components/reference#text-display"""
MESSAGES_LIMIT = 10
"""Our limit: nobody reads more of one answer; the last message counts what is cut."""
MARGIN = 80
"""Characters reserved in each of several messages for its number."""

ACTION_ROW, BUTTON, SELECT, SECTION, TEXT, SEPARATOR, CONTAINER = 1, 2, 3, 9, 10, 14, 17


@dataclass(frozen=True)
class Part:
    """An indivisible part: either `text`, which joins the text above it if allowed, or a component.

    `picture` is an optional replacement.
    """

    text: str = ""
    component: Json | None = None
    joins: bool = True
    paper: str = ""
    picture: Picture | None = None

    @cached_property
    def cost(self) -> tuple[int, int]:
        """Return the counts of components and characters without joining."""
        if self.component is None:
            return 1, length(self.text)
        inside = list(walk([self.component]))
        return len(inside), sum(length(c["content"]) for c in inside if c["type"] == TEXT)

    @property
    def is_rule(self) -> bool:
        """Return True if it is a line between other parts."""
        return self.component is not None and self.component["type"] == SEPARATOR

    def joined_to(self, above: "Part | None") -> bool:
        """Return True if both parts form one text display."""
        return bool(above and above.component is None and self.component is None and above.joins and self.joins)


Messages = list[list[Part]]


def text_display(content: str) -> Json:
    """Return text in Discord's Markdown as a component."""
    return {"type": TEXT, "content": content}


def packed(parts: Iterable[Part], carrier: Part | None) -> Messages:
    """Return the parts in as few messages as possible. Add `carrier` if no button has room for a key."""
    glued = _glued(parts)
    whole = _filled(glued, COMPONENTS_LIMIT, TEXT_LIMIT)
    roomy = _filled(glued, COMPONENTS_LIMIT - 2, TEXT_LIMIT)
    if len(roomy) == 1 or (len(whole) == 1 and (not carrier or _takes_key(glued))):
        return whole
    return _filled(glued, COMPONENTS_LIMIT - 3, TEXT_LIMIT - MARGIN)


def within_limits(messages: Messages) -> bool:
    """Return True if no single part is too long for a message."""
    return all(part.cost[1] <= TEXT_LIMIT - MARGIN for parts in messages for part in parts)


def closed(messages: Messages, carrier: Part | None) -> Messages:
    """Number several messages, count what is cut, and give each a button with room for the key."""
    shown, cut = messages[:MESSAGES_LIMIT], messages[MESSAGES_LIMIT:]
    for number, parts in enumerate(shown, 1):
        if carrier and not _takes_key(parts):
            parts.append(carrier)
        if len(shown) > 1:
            parts.append(Part(f"-# Part {number} of {len(shown)}"))
    if cut:
        shown[-1].append(Part(f"-# … and {sum(len(parts) for parts in cut):,} more than fit here"))
    return shown


def components(parts: Iterable[Part]) -> list[Json]:
    """Return the components in the container of a message."""
    drawn: list[Json] = []
    above: Part | None = None
    for part in _without_loose_rules(parts):
        if part.joined_to(above):
            drawn[-1]["content"] += f"\n{part.text}"
        else:
            drawn.append(copied(part.component) if part.component else text_display(part.text))
        above = part
    return _distinct(drawn)


def _filled(parts: list[Part], components_limit: int, text_limit: int) -> Messages:
    messages: Messages = [[]]
    used, written = 1, 0
    for part in parts:
        above = messages[-1][-1] if messages[-1] else None
        more, longer = part.cost
        if part.joined_to(above):
            more, longer = 0, longer + 1
        if above and (used + more > components_limit or written + longer > text_limit):
            messages.append([])
            used, written = 1, 0
            more, longer = part.cost
        messages[-1].append(part)
        used, written = used + more, written + longer
    return messages


def _takes_key(parts: Iterable[Part]) -> bool:
    return takes_key(part.component for part in parts if part.component)


def _glued(parts: Iterable[Part]) -> list[Part]:
    """Keep each heading with the line under it."""
    glued: list[Part] = []
    for part in parts:
        above = glued[-1] if glued else None
        if above and part.joined_to(above) and above.text.rpartition("\n")[2].startswith("#"):
            both = replace(above, text=f"{above.text}\n{part.text}", paper=part.paper)
            if both.cost[1] <= TEXT_LIMIT - MARGIN:
                glued[-1] = both
                continue
        glued.append(part)
    return glued


def _without_loose_rules(parts: Iterable[Part]) -> list[Part]:
    """Remove rules at the top, at the bottom, or next to another rule."""
    kept: list[Part] = []
    for part in parts:
        if not part.is_rule or (kept and not kept[-1].is_rule):
            kept.append(part)
    return kept[:-1] if kept and kept[-1].is_rule else kept


def _distinct(components: list[Json]) -> list[Json]:
    """Remove duplicate buttons: Discord refuses a custom_id that occurs twice."""
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

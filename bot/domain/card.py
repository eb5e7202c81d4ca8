"""The view that every platform draws: typed spans and blocks, never markup.

A Card holds what is to be said. How bold looks, what must be escaped and how long a message may be is known only to
the `render.py` of each adapter.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.plot import Plot

Style = Literal["plain", "bold", "italic", "code"]
Tone = Literal["plain", "good", "bad"]


@dataclass(frozen=True, slots=True)
class Text:
    """A run of words in one style."""

    text: str
    style: Style = "plain"


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to `url`, which is always one that we built, never one that somebody typed."""

    text: str
    url: str
    style: Style = "plain"


Span = Text | Link
Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """Either runs `command` (the same text a person could type) or opens `url`.

    `panel`: the answer is long and for the presser alone; a platform that has modals shows it in one.
    """

    label: str
    command: str = ""
    url: str = ""
    primary: bool = False
    panel: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of the card or of a section; level 1 is the card's."""

    line: Line
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of running text, under each other."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Fine:
    """Small print: facts, sources, footers."""

    line: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, a line each."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """One paper in a list: its title, one plain line, quiet facts, why it is here, what can be done.

    The first of `buttons` is the main one; `more` leads to all of them, where there is room for one alone. A platform
    short of room may drop `point`, then buttons; never the title or `facts`, which hold the paper's id. `number` is
    its place in the list, from 1; 0 where places mean nothing.
    """

    title: Link
    point: str
    facts: Line
    reason: str
    buttons: tuple[Button, ...]
    paper_id: str
    more: Button | None = None
    number: int = 0

    @property
    def place(self) -> str:
        """The number as it stands before the title: "3. "; empty where there is none."""
        return f"{self.number}. " if self.number else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line with a button beside it, as in a list of follows."""

    line: Line
    button: Button


@dataclass(frozen=True, slots=True)
class Actions:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line between parts."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A plot to be drawn, `alt` the same in words; `instead` says it where no picture can be shown."""

    plot: Plot
    alt: str
    instead: Bullets


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text file, such as a bibliography, to be kept or copied; where a platform takes no file, its text is shown.

    `name` is ours, never anybody else's; `text` may hold what third parties wrote, in lines.
    """

    name: str
    media_type: str
    text: str


Block = Heading | Paragraph | Fine | Bullets | Item | Row | Actions | Rule | Picture | Attachment


@dataclass(frozen=True, slots=True)
class Card:
    """One answer or message.

    `kind` names it for programs; `text` is the whole of it in a sentence or two, for notifications and screen
    readers; `private`: only the asker sees it; `data`: the same answer as JSON values, for `ask --json`; `title` is
    what it is called where it stands as a page of its own.
    """

    kind: str
    text: str
    blocks: tuple[Block, ...] = ()
    tone: Tone = "plain"
    private: bool = False
    data: Mapping[str, object] = field(default_factory=dict)
    title: str = ""


def line(*spans: Span | str) -> Line:
    """A line of spans; a bare string is plain text."""
    return tuple(Text(span) if isinstance(span, str) else span for span in spans)


def bold(text: str) -> Text:
    """Words in bold."""
    return Text(text, "bold")


def code(text: str) -> Text:
    """Words as they are to be typed."""
    return Text(text, "code")


def italic(text: str) -> Text:
    """Words in italics."""
    return Text(text, "italic")

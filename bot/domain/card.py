"""A card: an answer or message as typed spans and blocks, without markup.

Only each adapter's `render.py` knows what bold looks like, what to escape and how long a message may be.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import field, replace
from datetime import datetime
from functools import cached_property
from typing import Literal, TypeVar

from bot.domain.event import Event
from bot.domain.form import Form
from bot.domain.frozen import frozen
from bot.domain.plot import Plot

T = TypeVar("T")

Style = Literal["plain", "bold", "italic", "code"]
Tone = Literal["plain", "good", "bad"]


@frozen
class Text:
    """A run of words in one style."""

    text: str
    style: Style = "plain"


@frozen
class Typed(Text):
    """A command of ours as people type it, such as "/digest on 09:00"; never what a paper or a person said.

    A platform may draw it in its own form, such as one to press.
    """

    style: Style = "code"


@frozen
class Instant(Text):
    """Words for the instant `at`, with its zone; a platform may draw it in each reader's own zone instead."""

    at: datetime = field(kw_only=True)


@frozen
class Link:
    """Words that link to `url`. The URL is always one that we built, never one that somebody typed."""

    text: str
    url: str
    style: Style = "plain"


Span = Text | Link
Line = tuple[Span, ...]


@frozen
class Button:
    """Runs `command` (text that a person could type too) or opens `url`.

    `panel`: the answer is long and only for the person who pressed; platforms with modals show it in one.
    """

    label: str
    command: str = ""
    url: str = ""
    primary: bool = False
    panel: bool = False


@frozen
class Heading:
    """The title of the card or of a section; level 1 is the card's."""

    line: Line
    level: int = 1


@frozen
class Paragraph:
    """Lines of running text."""

    lines: tuple[Line, ...]


@frozen
class Fine:
    """Small print: facts, sources, footers."""

    line: Line


@frozen
class Bullets:
    """A bulleted list."""

    lines: tuple[Line, ...]


@frozen
class Item:
    """One paper in a list: title, one sentence, facts, reason and buttons.

    The first of `buttons` is the main one. `more` is the one button on platforms without room for all: it opens the
    paper's card, or does what the list is for. A platform short of room may drop `point`, then buttons, but never the
    title, whose link holds the paper's id, or `facts`.
    `number` is the position in the list, from 1; 0 if positions mean nothing.
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
        """The number as shown before the title: "3. "; empty if there is none."""
        return f"{self.number}. " if self.number else ""


@frozen
class Row:
    """A line with a button beside it."""

    line: Line
    button: Button


@frozen
class Actions:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@frozen
class Rule:
    """A divider."""


@frozen
class Picture:
    """A plot to draw; `alt` describes it; platforms without pictures show `instead`."""

    plot: Plot
    alt: str
    instead: Bullets


@frozen
class Attachment:
    """A text file, such as a bibliography; platforms that take no file show its text.

    We choose `name`; `text` may hold third-party text.
    """

    name: str
    media_type: str
    text: str


Block = Heading | Paragraph | Fine | Bullets | Item | Row | Actions | Rule | Picture | Attachment


@frozen
class Card:
    """One answer or message.

    `kind` names it for programs. `text` sums it up in a sentence or two, for notifications and screen readers.
    `private`: only the asker sees it. `data` is the same answer as JSON values, for `ask --json`. `title` is used if
    the card is shown as a page of its own, such as a modal. Platforms with forms show `form` in place of the blocks.
    Platforms with a calendar put `event` there when the card is posted.
    """

    kind: str
    text: str
    blocks: tuple[Block, ...] = ()
    tone: Tone = "plain"
    private: bool = False
    data: Mapping[str, object] = field(default_factory=dict)
    title: str = ""
    form: Form | None = None
    event: Event | None = None


class DataOnDemand(Mapping[str, object]):
    """A card's data, made when a program asks for it: a message has no use for it."""

    def __init__(self, make: Callable[[], Mapping[str, object]]) -> None:
        self._make = make

    def __getitem__(self, name: str) -> object:
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    @cached_property
    def _made(self) -> Mapping[str, object]:
        return self._make()


def line(*spans: Span | str) -> Line:
    """Return a line of spans; a bare string is plain text."""
    return tuple([Text(span) if isinstance(span, str) else span for span in spans])


def fewest(ways: Iterable[list[T]]) -> list[T]:
    """Return the first of the shortest of several ways to draw a card; those after a single message aren't tried."""
    found: list[T] | None = None
    for way in ways:
        if found is None or len(way) < len(found):
            found = way
        if len(found) == 1:
            break
    if found is None:
        raise ValueError("no way to draw it")
    return found


def with_opener(card: Card) -> Card:
    """Return the card with a button that opens its form, for where a form can't open by itself."""
    if card.form is None:
        return card
    command = card.form.opener or f"/paperlark {card.form.command}"
    opener = Button(card.form.title, command, primary=True, panel=True)
    return replace(card, blocks=(*card.blocks, Actions((opener,))))


def bold(text: str) -> Text:
    """Words in bold."""
    return Text(text, "bold")


def code(text: str) -> Text:
    """Words as people type them."""
    return Text(text, "code")


def typed(text: str) -> Typed:
    """A command of ours as people type it."""
    return Typed(text)


def words_of(line: Line) -> str:
    """Return the line's words alone."""
    return "".join(span.text for span in line)


def italic(text: str) -> Text:
    """Words in italics."""
    return Text(text, "italic")

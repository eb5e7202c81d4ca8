"""Conversion of cards to rich renderables and plain text: wrapped, calm, and safe for any content."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import field
from functools import partial
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.constrain import Constrain
from rich.style import Style
from rich.text import Text as Words

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
    Span,
)
from bot.domain.card import Text as Said
from bot.domain.card import line as line_of
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean

WIDTH_LIMIT = 100
"""Columns; longer lines are hard to read, however wide the window is."""

WIDTH_LEAST = 20
SPAN_LIMIT = 4000
"""Characters of one span, twice the longest abstract on arXiv (https://info.arxiv.org/help/prep.html)."""

_URL = re.compile(r"https?://[\x21-\x7e]{1,2000}")
# Remove whole terminal sequences, so that no "[31m" remains of them: CSI, strings such as OSC and DCS with their end,
# and the two-character ones; in the 7-bit and the 8-bit form (ECMA-48, section 5). No string contains the beginning of
# another; otherwise each beginning in a text of beginnings alone would cause a search to its end.
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x90\x98\x9c-\x9f]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]"
)
_STYLES = {
    "plain": Style(),
    "bold": Style(bold=True),
    "italic": Style(italic=True),
    "code": Style(color="cyan"),
}
_TONES = {"plain": Style(), "good": Style(color="green"), "bad": Style(color="red")}
_QUIET = Style(dim=True)
_TITLE = Style(bold=True)
_CLOSE = {
    (Heading, Paragraph), (Heading, Fine), (Heading, Bullets), (Heading, Picture), (Heading, Row),
    (Paragraph, Paragraph),
    (Paragraph, Fine), (Paragraph, Row), (Row, Row), (Row, Fine), (Fine, Fine), (Fine, Rule), (Actions, Fine),
    (Rule, Heading), (Rule, Paragraph), (Rule, Fine), (Rule, Bullets), (Rule, Item), (Rule, Row), (Rule, Actions),
}  # fmt: skip
"""Blocks that belong together; an empty line separates all others."""

_console = partial(Console, markup=False, emoji=False, highlight=False)
"""A console that doesn't interpret any text."""


def draw(card: Card, width: int) -> RenderableType:
    """Return the card for a terminal of `width` columns; buttons show the next commands, and links open pages."""
    room = max(WIDTH_LEAST, min(width, WIDTH_LIMIT))
    blocks = card.blocks or (Paragraph((line_of(card.text),)),)
    parts: list[RenderableType] = []
    for number, block in enumerate(blocks):
        if number and (type(blocks[number - 1]), type(block)) not in _CLOSE:
            parts.append("")
        parts += _drawn(block, room, _TONES[card.tone])
    return Constrain(Group(*parts), room)


def as_text(card: Card, width: int = WIDTH_LIMIT) -> str:
    """Return the card as plain text without the final newline, colors or escape sequences."""
    stream = io.StringIO()
    plain = _console(file=stream, width=width, color_system=None, force_terminal=False)
    plain.print(draw(card, width))
    return stream.getvalue().rstrip("\n")


def styled_lines(card: Card, width: int) -> list[list[list[str]]]:
    """Return the card as JSON values for `restyled`: lines of pairs of a text and rich's name of its style."""
    inked = _console(file=io.StringIO(), width=width, color_system="256", force_terminal=True)
    lines = inked.render_lines(draw(card, width), inked.options, pad=False)
    return [[[part.text, str(part.style or "")] for part in parts] for parts in lines]


def restyled(lines: Iterable[Iterable[Sequence[str]]]) -> RenderableType:
    """Return the lines of `styled_lines` as a renderable."""
    return Group(*(Words.assemble(*((text, Style.parse(style)) for text, style in parts)) for parts in lines))


def console_on(stream: TextIO) -> Console:
    """Return a console on `stream`: in color on a terminal that has it, else plain and as wide as the limit.

    It prints a question mark for each character that the encoding lacks, instead of raising an exception.
    """
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    return _console(file=stream, width=None if stream.isatty() else WIDTH_LIMIT)


def _drawn(block: Block, room: int, tone: Style) -> Sequence[RenderableType]:
    """Return one block's lines."""
    match block:
        case Heading() | Paragraph() | Fine() | Bullets() | Row():
            return _prose(block, tone)
        case Actions(buttons):
            return _choices(buttons, room)
        case Item():
            return _item(block, room)
        case Rule():
            return [_ThinLine()]
        case Picture():
            return _drawn(block.instead, room, tone)
        case Attachment(_, _, text):
            return [_Verbatim(_printable(line)) for line in text.splitlines()]


def _prose(block: Heading | Paragraph | Fine | Bullets | Row, tone: Style) -> Sequence[RenderableType]:
    """Return the lines of a text block, and any choice after them."""
    match block:
        case Heading(line, level):
            return [_Prose(line, _TITLE + tone if level == 1 else _TITLE)]
        case Paragraph(lines):
            return [_Prose(line, Style()) for line in lines]
        case Fine(line):
            return [_Prose(line, _QUIET)]
        case Bullets(lines):
            return [_Prose(line, Style(), mark="• ") for line in lines]
        case Row(line, button):
            return [_Prose(line, Style(), after=_choice(button))]


def _item(item: Item, room: int) -> list[RenderableType]:
    """Return title, point, facts, reason and main button only: ten items must fit on one screen."""
    parts: list[RenderableType] = [_Prose(line_of(item.place, item.title), _TITLE)]
    if item.point:
        parts.append(_Prose(line_of(item.point), Style()))
    why = (Said(f" — {item.reason}", "italic"),) if item.reason else ()
    parts.append(_Prose((*item.facts, *why), _QUIET))
    return parts + _choices((item.more,) if item.more else item.buttons[:1], room)


def _choices(buttons: Sequence[Button], room: int) -> list[RenderableType]:
    """Return `label → command` in dim lines, wrapped only if necessary: people copy them."""
    lines: list[Words] = []
    for choice in map(_choice, buttons):
        if lines and cell_len(lines[-1].plain) + 3 + cell_len(choice.plain) <= room:
            lines[-1].append(" · ", _QUIET).append_text(choice)
        else:
            lines.append(choice)
    return list(lines)


def _choice(button: Button) -> Words:
    label, command, url = _safe(button.label), _safe(button.command), _address(button.url)
    words = Words(overflow="fold")
    if label and label != command:
        words.append(label, _QUIET)
    if command or url:
        words.append(" → " if words else "", _QUIET)
    if command:
        return words.append(command, Style(color="cyan", dim=True))
    return words.append(url, Style(dim=True, link=url)) if url else words


@frozen
class _Prose:
    """One wrapped line of spans; later lines are indented to the text behind `mark`.

    `after` follows, on the same line if there is room.
    """

    line: Line
    style: Style
    mark: str = ""
    after: Words = field(default_factory=Words)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        words = _words(self.line, self.style)
        if self.after:
            fits = cell_len(words.plain) + 3 + cell_len(self.after.plain) <= options.max_width
            words = words.append(" · " if fits else "\n", _QUIET).append_text(self.after)
        for number, part in enumerate(words.wrap(console, max(options.max_width - len(self.mark), 1))):
            part.rstrip()
            yield Words.assemble((" " * len(self.mark) if number else self.mark, _QUIET), part)


@frozen
class _Verbatim:
    """A line for copying: with its indentation, and wrapped only at the edge of a terminal."""

    line: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Words(
            self.line, overflow="ignore" if not console.is_terminal else "fold", no_wrap=not console.is_terminal
        )


class _ThinLine:
    """A dim rule, made of plain dashes outside a terminal."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        fine = console.is_terminal and not options.ascii_only
        yield Words(("─" if fine else "-") * options.max_width, _QUIET)


def _words(line: Line, style: Style) -> Words:
    """Join the spans. Put code in backticks: color alone wouldn't distinguish two neighbors."""
    words = Words(style=style, overflow="fold")
    for span in line:
        text = _safe(span.text)
        words.append(f"`{text}`" if span.style == "code" and text.strip() else text, _span_style(span))
    return words


def _span_style(span: Span) -> Style:
    match span:
        case Link(_, url, style):
            return _STYLES[style] + Style(link=_address(url) or None)
        case Said(_, style):
            return _STYLES[style]


def _address(url: str) -> str:
    """Return the address if it can't end the sequence that contains it, else an empty string."""
    return url if _URL.fullmatch(url) else ""


def _printable(line: str) -> str:
    """Return a file's line without terminal control sequences, at full length and with its indentation."""
    return "".join(filter(str.isprintable, _ESCAPES.sub("", line)))


def _safe(text: str) -> str:
    """Return `text` without terminal control sequences, on one line, bounded; keep a space at either end."""
    bare = _ESCAPES.sub("", text[: SPAN_LIMIT * 4])
    inner = clean(bare, SPAN_LIMIT)
    if not inner:
        return " " if bare.isspace() else ""
    return (" " if bare[0].isspace() else "") + inner + (" " if bare[-1].isspace() else "")

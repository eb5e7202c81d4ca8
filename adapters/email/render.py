"""Cards as letters: HTML for eyes, light or dark, wide or narrow, and the whole of it as plain text too.

What a card says is escaped here and nowhere else. No picture is fetched and no link is ours to count: nobody is told
that a letter was opened.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

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
from bot.domain.card import line as line_of
from bot.domain.text.clean import clean

SPAN_LIMIT = 4000
FILE_LINES = 2000
"""Characters of one span, twice the longest abstract on arXiv (https://info.arxiv.org/help/prep.html)."""
SUBJECT_LIMIT = 150
"""Characters; mail programs show some 60 of them."""

_URL = re.compile(r"https?://[\x21-\x7e]{1,2000}")
_IN_CHAT = "In the chat:"
_TAGS = {"plain": ("", ""), "bold": ("<b>", "</b>"), "italic": ("<i>", "</i>"), "code": ("<code>", "</code>")}


@dataclass(frozen=True, slots=True)
class Letter:
    """What a card is as a letter: its subject on one line, and both of its bodies, without beginning and end."""

    subject: str
    text: str
    html: str
    papers: tuple[str, ...]


def draw(card: Card) -> Letter:
    """The whole card in one letter. Pure."""
    blocks = card.blocks or (Paragraph((line_of(card.text),)),)
    text = "\n\n".join(filter(None, map(_plain, blocks)))
    html = "\n".join(filter(None, map(_marked_up, blocks)))
    papers = tuple(block.paper_id for block in blocks if isinstance(block, Item))
    return Letter(clean(card.title or card.text, SUBJECT_LIMIT) or "Paperlark", text, html, papers)


def _marked_up(block: Block) -> str:  # noqa: C901, PLR0911 - one line a kind
    match block:
        case Heading(line, level):
            return f"<h{min(level, 2)}>{_spans(line)}</h{min(level, 2)}>"
        case Paragraph(lines):
            return "<p>" + "<br>\n".join(map(_spans, lines)) + "</p>"
        case Fine(line):
            return f'<p class="fine">{_spans(line)}</p>'
        case Bullets(lines):
            return "<ul>" + "\n".join(f"<li>{_spans(line)}</li>" for line in lines) + "</ul>"
        case Item():
            return _item(block)
        case Row(line, button):
            return f"<p>{_spans(line)}{_beside(button)}</p>"
        case Actions(buttons):
            said = " · ".join(filter(None, (_button(button).removeprefix(" · ") for button in buttons)))
            return f'<p class="fine">{_IN_CHAT} {said}</p>' if said else ""
        case Rule():
            return "<hr>"
        case Picture():
            return _marked_up(block.instead)
        case Attachment(_, _, text):
            return f"<pre>{escape(_lines(text))}</pre>"


def _item(item: Item) -> str:
    """A paper: title, a plain line where there is one, facts, why it is here."""
    point = f"<div>{_said(item.point)}</div>" if item.point else ""
    why = f" — <i>{_said(item.reason)}</i>" if item.reason else ""
    title = f'<div class="title">{_said(item.place)}{_spans(line_of(item.title))}</div>'
    return f'<div class="paper">{title}\n{point}\n<div class="fine">{_spans(item.facts)}{why}</div></div>'


def _button(button: Button) -> str:
    """What can be pressed in the chat can be typed there; a letter holds no button."""
    if button.url and _URL.fullmatch(button.url):
        return f' · <a href="{escape(button.url)}">{_said(button.label)}</a>'
    return f" · {_said(button.label)}: <code>{_said(button.command)}</code>" if _typed(button) else ""


def _beside(button: Button) -> str:
    """Where the one button of a line is pressed isn't plain from a letter, and is said."""
    drawn = _button(button)
    return drawn if button.url or not drawn else f" {_IN_CHAT}{drawn.removeprefix(' ·')}"


def _spans(line: Line) -> str:
    return "".join(map(_span, line))


def _span(span: Span) -> str:
    begin, end = _TAGS[span.style]
    words = f"{begin}{_said(span.text)}{end}"
    if isinstance(span, Link) and _URL.fullmatch(span.url):
        return f'<a href="{escape(span.url)}">{words}</a>'
    return words


def _plain(block: Block) -> str:  # noqa: C901, PLR0911 - one line a kind
    match block:
        case Heading(line, level):
            words = _words(line)
            return f"{words}\n{('=' if level == 1 else '-') * min(len(words), 72)}"
        case Paragraph(lines):
            return "\n".join(map(_words, lines))
        case Fine(line):
            return _words(line)
        case Bullets(lines):
            return "\n".join(f"- {_words(line)}" for line in lines)
        case Item():
            return _plain_item(block)
        case Row(line, button):
            drawn = _plain_buttons((button,))
            return "\n".join((_words(line), *([_IN_CHAT] if drawn and not button.url else []), *drawn))
        case Actions(buttons):
            said = "\n".join(_plain_buttons(buttons))
            return f"{_IN_CHAT}\n{said}" if said else ""
        case Rule():
            return ""
        case Picture():
            return _plain(block.instead)
        case Attachment(_, _, text):
            return _lines(text)


def _plain_item(item: Item) -> str:
    why = f" — {_clean(item.reason)}" if item.reason else ""
    lines = (f"{item.place}{_clean(item.title.text)}", _clean(item.point), f"{_words(item.facts)}{why}", item.title.url)
    return "\n".join(filter(None, lines))


def _plain_buttons(buttons: Sequence[Button]) -> list[str]:
    pressed = [button for button in buttons if button.url or _typed(button)]
    return [f"{_clean(button.label)}: {button.url or _clean(button.command)}" for button in pressed]


def _typed(button: Button) -> bool:
    return button.command.startswith("/") and not button.command.startswith(("/readmore", "/peek"))


def _words(line: Line) -> str:
    """The spans as plain text, each link followed by where it leads."""
    return "".join(f"{_clean(s.text)} <{s.url}>" if isinstance(s, Link) else _clean(s.text) for s in line).strip()


def _lines(text: str) -> str:
    """A file's text, line by line, each as any other words; a letter has room for the first of them."""
    return "\n".join(clean(one, SPAN_LIMIT) for one in text.splitlines()[:FILE_LINES])


def _said(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """`text` on one line, harmless and bounded; a space at either end is kept."""
    inner = clean(text, SPAN_LIMIT)
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")

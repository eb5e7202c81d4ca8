"""Conversion of cards to e-mails: responsive HTML for light and dark, and the whole content as plain text.

Only this module escapes a card's content. E-mails load no pictures and contain no tracking links: nobody learns that
an e-mail was opened.
"""

import re
from collections.abc import Sequence
from functools import singledispatch
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
from bot.domain.frozen import frozen
from bot.domain.text.clean import clean

SPAN_LIMIT = 4000
"""Characters of one span, twice the longest abstract on arXiv (https://info.arxiv.org/help/prep.html)."""
FILE_LINES = 2000
SUBJECT_LIMIT = 150
"""Limit in characters; mail programs show some 60 of them."""

_URL = re.compile(r"https?://[\x21-\x7e]{1,2000}")
_IN_CHAT = "In the chat:"
_TAGS = {"plain": ("", ""), "bold": ("<b>", "</b>"), "italic": ("<i>", "</i>"), "code": ("<code>", "</code>")}


@frozen
class Letter:
    """A card as an e-mail: its subject on one line, and both bodies without beginning and end."""

    subject: str
    text: str
    html: str
    papers: tuple[str, ...]


def draw(card: Card) -> Letter:
    """Return the whole card as one e-mail. Pure."""
    blocks = card.blocks or (Paragraph((line_of(card.text),)),)
    text = "\n\n".join(filter(None, map(_plain, blocks)))
    html = "\n".join(filter(None, map(_marked_up, blocks)))
    papers = tuple(block.paper_id for block in blocks if isinstance(block, Item))
    return Letter(clean(card.title or card.text, SUBJECT_LIMIT) or "Paperlark", text, html, papers)


@singledispatch
def _marked_up(block: Block) -> str:
    """Return a block as HTML; one function for each kind of block."""
    raise TypeError(type(block))


@_marked_up.register
def _(block: Heading) -> str:
    return f"<h{min(block.level, 2)}>{_spans(block.line)}</h{min(block.level, 2)}>"


@_marked_up.register
def _(block: Paragraph) -> str:
    return "<p>" + "<br>\n".join(map(_spans, block.lines)) + "</p>"


@_marked_up.register
def _(block: Fine) -> str:
    return f'<p class="fine">{_spans(block.line)}</p>'


@_marked_up.register
def _(block: Bullets) -> str:
    return "<ul>" + "\n".join(f"<li>{_spans(line)}</li>" for line in block.lines) + "</ul>"


@_marked_up.register
def _(block: Row) -> str:
    return f"<p>{_spans(block.line)}{_beside(block.button)}</p>"


@_marked_up.register
def _(block: Actions) -> str:
    said = " · ".join(filter(None, (_button(button).removeprefix(" · ") for button in block.buttons)))
    return f'<p class="fine">{_IN_CHAT} {said}</p>' if said else ""


@_marked_up.register
def _(_: Rule) -> str:
    return "<hr>"


@_marked_up.register
def _(block: Picture) -> str:
    return _marked_up(block.instead)


@_marked_up.register
def _(block: Attachment) -> str:
    return f"<pre>{escape(_lines(block.text))}</pre>"


@_marked_up.register
def _item(item: Item) -> str:
    """Return a paper: title, a plain line if there is one, facts, the reason it is here."""
    point = f"<div>{_said(item.point)}</div>" if item.point else ""
    why = f" — <i>{_said(item.reason)}</i>" if item.reason else ""
    title = f'<div class="title">{_said(item.place)}{_spans(line_of(item.title))}</div>'
    return f'<div class="paper">{title}\n{point}\n<div class="fine">{_spans(item.facts)}{why}</div></div>'


def _button(button: Button) -> str:
    """Return the command to type in the chat: an e-mail has no buttons."""
    if button.url and _URL.fullmatch(button.url):
        return f' · <a href="{escape(button.url)}">{_said(button.label)}</a>'
    return f" · {_said(button.label)}: <code>{_said(button.command)}</code>" if _typed(button) else ""


def _beside(button: Button) -> str:
    """Say where to use the one button of a line: an e-mail doesn't make that clear."""
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


@singledispatch
def _plain(block: Block) -> str:
    """Return a block as plain text; one function for each kind of block."""
    raise TypeError(type(block))


@_plain.register
def _(block: Heading) -> str:
    words = _words(block.line)
    return f"{words}\n{('=' if block.level == 1 else '-') * min(len(words), 72)}"


@_plain.register
def _(block: Paragraph) -> str:
    return "\n".join(map(_words, block.lines))


@_plain.register
def _(block: Fine) -> str:
    return _words(block.line)


@_plain.register
def _(block: Bullets) -> str:
    return "\n".join(f"- {_words(line)}" for line in block.lines)


@_plain.register
def _(block: Row) -> str:
    drawn = _plain_buttons((block.button,))
    return "\n".join((_words(block.line), *([_IN_CHAT] if drawn and not block.button.url else []), *drawn))


@_plain.register
def _(block: Actions) -> str:
    said = "\n".join(_plain_buttons(block.buttons))
    return f"{_IN_CHAT}\n{said}" if said else ""


@_plain.register
def _(_: Rule) -> str:
    return ""


@_plain.register
def _(block: Picture) -> str:
    return _plain(block.instead)


@_plain.register
def _(block: Attachment) -> str:
    return _lines(block.text)


@_plain.register
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
    """Return the spans as plain text, each link followed by its address."""
    return "".join(f"{_clean(s.text)} <{s.url}>" if isinstance(s, Link) else _clean(s.text) for s in line).strip()


def _lines(text: str) -> str:
    """Return a file's text line by line, each escaped like other text; an e-mail has room for the first lines only."""
    return "\n".join(clean(one, SPAN_LIMIT) for one in text.splitlines()[:FILE_LINES])


def _said(text: str) -> str:
    return escape(_clean(text))


def _clean(text: str) -> str:
    """Return `text` on one line, harmless and bounded; keep a space at either end."""
    inner = clean(text, SPAN_LIMIT)
    if not inner:
        return " " if text else ""
    return (" " if text[0].isspace() else "") + inner + (" " if text[-1].isspace() else "")

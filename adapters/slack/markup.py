"""Conversion of lines to Slack's text: rich_text elements, mrkdwn and plain text, all safe for third-party text.

Slack requires two forms. Running text is rich_text: its elements are typed and their text is literal, so nothing in it
can format, link or ping (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block). Only a section takes a
menu or a button beside it, and it takes only mrkdwn or plain text, so items and rows are mrkdwn: escaped as Slack asks
(https://docs.slack.dev/messaging/formatting-message-text#escaping), `verbatim` against automatic links
(https://docs.slack.dev/reference/block-kit/composition-objects/text-object), and with look-alikes for the characters
that format, since mrkdwn has no escape for them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from bot.domain.card import Line, Link, Span, Style
from bot.domain.text.clean import shorten

Json = dict[str, Any]

URL_LIMIT = 3000
"""https://docs.slack.dev/reference/block-kit/block-elements/button-element"""

MRKDWN_URL_LIMIT = 500
"""Leaves room for text in a section's link; our addresses have 32 characters, those of code seldom 100."""

KEPT = 4096
"""Texts drawn last, some hundred bytes each; a week's digests show some thousand papers."""

JOINER = "\u2060"
"""WORD JOINER: no width, no line break. Third-party text is free of it
(bot/domain/text/clean.py); this module inserts it between
characters that would have a meaning to Slack together."""

_LIVE = re.compile(
    r"(?<=:)(?=//)|(?<=:)(?=[\w+'-]{1,100}:)|(?<=@)(?=channel|here|everyone)|(?<=<)(?=\S)", re.IGNORECASE
)
_LINK = re.compile(r"(<[^<>]*>)")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LOOK_ALIKES = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_OPENING_UNDERSCORE = re.compile(r"(?<![A-Za-z0-9])_")
_MARKS: Mapping[Style, str] = {"plain": "", "bold": "*", "italic": "_", "code": "`"}


# A paper stands in the digests of many channels: what is drawn of its texts is kept.
@lru_cache(maxsize=KEPT)
def harmless(text: str) -> str:
    """Return `text` on one line, with addresses, emoji codes and mentions of everyone broken up invisibly."""
    return _LIVE.sub(JOINER, " ".join(text.split("\n")))


def plain(line: Line) -> str:
    """Return the text alone."""
    return harmless("".join(span.text for span in line))


def escaped(text: str) -> str:
    """Return text for a message's top-level `text`, which notifications and screen readers use."""
    return harmless(text).translate(_ENTITIES)


@lru_cache(maxsize=KEPT)
def mrkdwn(line: Line) -> str:
    """Return the line in mrkdwn; use it with `verbatim` only."""
    parts = _LINK.split("".join(_mrkdwn_span(span) for span in line))
    return "".join(part if part.startswith("<") else _broken_up(part) for part in parts)


def fitted(line: Line, limit: int) -> str:
    """Return the line in mrkdwn within `limit` characters; if it is longer, return its text alone, cut."""
    text, words = mrkdwn(line), "".join(span.text for span in line)
    while len(text) > limit:
        words = shorten(words, len(words) * 4 // 5)
        text = _inert(words)
    return text


def rich(line: Line) -> list[Json]:
    """Return the line as elements of a rich_text_section; return none if it is empty."""
    return [_rich_span(span) for span in line if span.text or isinstance(span, Link)]


@lru_cache(maxsize=KEPT)
def safe_url(url: str) -> str:
    """Return `url` for use between `<` and `|`, or an empty string if it is no web address or too long for Slack."""
    encoded = quote(url, safe="%:/?#[]@!$&'()*+,;=~-._")
    return encoded if encoded.startswith(("https://", "http://")) and len(encoded) <= URL_LIMIT else ""


def pieces(line: Line, limit: int) -> Iterator[Line]:
    """Yield the line in parts of at most `limit` characters, cut between words if possible."""
    part: list[Span] = []
    room = limit
    for span in line:
        rest = span
        while len(rest.text) > room:
            cut = rest.text.rfind(" ", room // 2, room) + 1 or room
            yield (*part, _with_text(rest, rest.text[:cut]))
            rest, part, room = _with_text(rest, rest.text[cut:]), [], limit
        part.append(rest)
        room -= len(rest.text)
    if part:
        yield tuple(part)


def _with_text(span: Span, text: str) -> Span:
    return replace(span, text=text)


def _rich_span(span: Span) -> Json:
    element: Json = {"type": "text", "text": harmless(_words(span))}
    if isinstance(span, Link) and (url := safe_url(span.url)):
        element |= {"type": "link", "url": url}
    if span.style != "plain":
        element["style"] = {span.style: True}
    return element


def _mrkdwn_span(span: Span) -> str:
    text = _inert(_words(span))
    if isinstance(span, Link) and (url := safe_url(span.url)) and len(url) <= MRKDWN_URL_LIMIT:
        text = f"<{url.replace('&', '&amp;')}|{text.replace('|', '∣')}>"
    words = text.strip()
    if not words:
        return text
    mark = _MARKS[span.style]
    return text.replace(words, f"{mark}{words}{mark}", 1)


def _words(span: Span) -> str:
    """Return the visible text; a link without text shows its address, since Slack accepts no empty label."""
    if isinstance(span, Link) and not span.text.strip():
        return span.url.partition("://")[2] or span.url or "link"
    return span.text


@lru_cache(maxsize=KEPT)
def _broken_up(text: str) -> str:
    return _LIVE.sub(JOINER, text)


@lru_cache(maxsize=KEPT)
def _inert(text: str) -> str:
    """Return text that mrkdwn shows unchanged. A leading `>` would quote, even if escaped."""
    unmarked = harmless(_OPENING_UNDERSCORE.sub("\u02cd", text.translate(_LOOK_ALIKES)))
    shielded = JOINER + unmarked if unmarked.lstrip().startswith(">") else unmarked
    return shielded.translate(_ENTITIES)

"""Conversion of lines to Discord's Markdown, in which third-party text can't format, link or ping.

A backslash escapes every character that formats, as Discord's own escaping does. An address, a mention of everyone and
an emoji code have no such escape: an invisible joiner breaks them up without changing how they look
(https://discord.com/developers/docs/reference#message-formatting). Only `Link` spans become links.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote

from adapters.discord.command_mentions import mention, spoken
from bot.domain.card import Instant, Line, Link, Span, Text, Typed
from bot.domain.text.clean import shorten

URL_LIMIT = 512
"""Limit of a button: https://discord.com/developers/docs/components/reference#button"""

LABEL_LIMIT = 300
"""Limit of a link's text; no title on arXiv is longer."""

KEPT = 4096
"""Texts drawn last, some hundred bytes each; a week's digests show some thousand papers."""

JOINER = "\u2060"
"""WORD JOINER: no width, no line break. Third-party text is free of it (bot/domain/text/clean.py)."""

_BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
# Discord links any `scheme://`, shows invitations to discord.gg/… without one, and draws `:smile:` in bots' messages.
_LIVE = re.compile(
    r"(?<=:)(?=//)|(?<=@)(?=everyone|here)|(?<=:)(?=[\w+'~-]{1,100}:)"
    r"|(?<=discord\.)(?=gg|gift|com)|(?<=discordapp\.)(?=com)",
    re.IGNORECASE,
)
_MARKS = re.compile(r"[\\*_~`|\[\](<]")
_OPENING = re.compile(r"^(\s*)([#>+-])|^(\s*\d+)(?=\.(?:\s|$))")


def length(text: str) -> int:
    """Return the length in UTF-16 units, which the strictest of Discord's clients counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def fitting(text: str, limit: int) -> str:
    """Return `text` shortened to at most `limit` of these characters."""
    room = limit
    while length(short := shorten(text, room)) > limit:
        room -= length(short) - limit
    return short


# A paper stands in the digests of many channels: what is drawn of its texts is kept.
@lru_cache(maxsize=KEPT)
def harmless(text: str) -> str:
    """Return `text` on one line, with addresses, emoji codes and mentions of everyone broken up invisibly."""
    return _LIVE.sub(JOINER, _BREAKS.sub(" ", text))


@lru_cache(maxsize=KEPT)
def escaped(text: str) -> str:
    """Return `text` escaped so that Discord shows it unchanged anywhere on a line."""
    return _OPENING.sub(_held_down, _MARKS.sub(r"\\\g<0>", harmless(text)))


def markdown(line: Line) -> str:
    """Return the line in Markdown."""
    drawn = ""
    for part in filter(None, map(_span, line)):
        touching = drawn[-1:] in {"*", "_", "`"} and part[0] in {"*", "_", "`"}
        drawn += (JOINER if touching else "") + part
    return drawn


@lru_cache(maxsize=KEPT)
def safe_url(url: str) -> str:
    """Return `url` for use in a link or a button, or an empty string if it is no web address or too long."""
    encoded = quote(url, safe="%:/?#@!$&'*+,;=~-._")
    return encoded if encoded.startswith(("https://", "http://")) and len(encoded) <= URL_LIMIT else ""


def pieces(line: Line, limit: int) -> Iterator[str]:
    """Yield the line in Markdown in parts of at most `limit` (over 1,000) characters, cut between words if possible."""
    whole = markdown(line)
    if length(whole) <= limit:
        yield whole
        return
    part: list[Span] = []
    room = limit
    for span in _short_spans(line, limit // 8):
        cost = length(_span(span)) + len(JOINER)
        if part and cost > room:
            yield markdown(tuple(part))
            part, room = [], limit
        part.append(span)
        room -= cost
    yield markdown(tuple(part))


def _held_down(opening: re.Match[str]) -> str:
    """Escape a character that would open a heading, a quotation or a list at the start of a line."""
    return f"{opening[3]}\\" if opening[3] is not None else f"{opening[1]}\\{opening[2]}"


def _span(span: Span) -> str:
    text = span.text if isinstance(span, Text) else shorten(span.text, LABEL_LIMIT)
    words = text.strip()
    if not words:
        return " " if text else ""
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return _BREAKS.sub(" ", before) + _styled(span, words) + _BREAKS.sub(" ", after)


def _styled(span: Span, words: str) -> str:
    if isinstance(span, Typed):
        return _typed(words)
    if isinstance(span, Instant):
        return _instant(span)
    url = safe_url(span.url) if isinstance(span, Link) else ""
    if span.style == "code" and not url:
        return _code(words)
    inner = f"[{escaped(_label(words))}]({url})" if url else escaped(words)
    # Underscores instead of asterisks: between single asterisks Discord ignores escapes.
    return {"bold": f"**{inner}**", "italic": f"_{inner}_"}.get(span.style, inner)


def _typed(words: str) -> str:
    """Return a command as Discord shows and takes it. It is ours, and people copy it: nothing invisible is in it."""
    name, options = (part.replace("`", "ˋ") for part in spoken(_BREAKS.sub(" ", words)))
    pressable = mention(name)
    if not pressable:
        return "`" + f"/{name} {options}".strip() + "`"
    return f"{pressable} `{options}`" if options else pressable


def _instant(span: Instant) -> str:
    """Return the instant in each reader's own zone and language, and how far away it is."""
    at = int(span.at.timestamp())
    return f"<t:{at}:f> (<t:{at}:R>)"


def _code(words: str) -> str:
    return f"`{harmless(words).replace('`', 'ˋ')}`"


def _label(words: str) -> str:
    """Turn all brackets into parentheses if any is unpaired: a link ends at an unpaired one, even if escaped."""
    if "[" not in words and "]" not in words:
        return words
    depth = 0
    for character in words:
        depth += {"[": 1, "]": -1}.get(character, 0)
        if depth not in {0, 1}:
            break
    return words if depth == 0 else words.translate(str.maketrans("[]", "()"))


def _short_spans(line: Line, limit: int) -> Iterator[Span]:
    for span in line:
        if isinstance(span, Link | Typed | Instant):
            yield span
            continue
        rest = span.text
        while len(rest) > limit:
            cut = rest.rfind(" ", limit // 2, limit) + 1 or limit
            yield Text(rest[:cut], span.style)
            rest = rest[cut:]
        yield Text(rest, span.style)

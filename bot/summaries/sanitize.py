"""Removal of links, addresses, mentions and markup from a model's text, whatever a prompt injection made it write.

LaTeX is drawn as in titles and abstracts.
"""

import re

from bot.domain.text.clean import clean, shorten
from bot.domain.text.latex import draw
from bot.summaries.sentences import sentences

_MOST_READ = 6000
_MOST_PASSES = 12
_DOUBLED_BACKSLASH = re.compile(r"\\{2,}(?=[A-Za-z()\[\]{}$%&#_,;!])")
_WRITTEN_BREAK = re.compile(r"\\n(?=[A-Z])|\\[nrt](?=[\s\d*•-]|$)")
_ALL_THAT_LINKS = re.compile(r"[\[\]<>@:/.]+")

# Each pattern has its replacement. They are applied until nothing matches, since one removal can create a new match.
_TAKEN_AWAY: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), kept)
    for pattern, kept in (
        (r"!?\[([^\[\]]*)\]\(\s*<?(?:[a-z][a-z0-9+.-]{0,15}:|//|/|#|www\.)(?:[^()]|\([^()]*\))*\)?", r"\1"),
        (r"\[([^\[\]]*)\]\(\s*\)", r"\1"),
        (r"<[a-z][a-z0-9+.-]{0,15}:[^<>|]*\|([^<>]*)>", r"\1"),
        (r"<[!@#:/][^<>\s]*>?", " "),
        (r"\b[a-z][a-z0-9+.-]{0,15}://[^\s<>|]*[^\s<>|.,;:!?)\]]", " "),
        (r"://", " "),
        (r"\b(?:www\.|mailto:|javascript:)[^\s<>|]*", " "),
        (r"[\w.+-]{0,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,}", " "),
        (r"\b(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}/[^\s<>|]*", " "),
        (r"\b(?:[\w-]{1,63}\.){1,8}(?:com|org|info|biz|xyz|ru|cn|gg|ly|link|site|top|app|edu|gov|zip)\b", " "),
        (r"@(?:everyone|here|channel)", " "),
        (r"(?<!\w)@(?=[^\W\d])[\w.-]*", " "),  # keeps "precision@5" and "accuracy @10"
        (r"\*\*([^*]+)\*\*", r"\1"),
        (r"`([^`]*)`", r"\1"),
        (r"(?<=\s)\(\s*\)", ""),
        (r"\s+([.,;:!?)])", r"\1"),
        (r"^\s*(?:[-*•–#>]+|\(?\d{1,2}[.)])\s+", ""),
    )
)


def plain(text: str, limit: int) -> str:
    """Return `text` as one line of plain words, at most `limit` characters."""
    words = _without_links(_drawn(clean(text, _MOST_READ)))
    return shorten(clean(words, _MOST_READ), limit)


def _drawn(words: str) -> str:
    """Draw LaTeX, also where its backslashes were escaped once too often."""
    if "\\" not in words and "$" not in words:
        return words
    return draw(_WRITTEN_BREAK.sub(" ", _DOUBLED_BACKSLASH.sub(r"\\", words)))


def _without_links(words: str) -> str:
    for _ in range(_MOST_PASSES):
        before = words
        for pattern, kept in _TAKEN_AWAY:
            words = pattern.sub(kept, words)
        if words == before:
            return words
    return _ALL_THAT_LINKS.sub(" ", words)  # text nested this deeply was never meant to be read


def plain_passage(text: str, limit: int) -> str:
    """Return `text` as `plain` does, but cut after the last sentence that fits."""
    kept = ""
    for sentence in sentences(plain(text, _MOST_READ)):
        longer = f"{kept} {sentence}".strip()
        if len(longer) > limit:
            return kept or shorten(sentence, limit)
        kept = longer
    return kept

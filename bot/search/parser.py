"""Parses the text of a search: words, phrases, filters and excluded words. Pure.

Any text gives a `Wording` or raises BadInput with a hint.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.domain.categories import is_category, nearest_categories, read_category
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.text import fuzzy
from bot.domain.text.clean import clean, shorten
from bot.domain.text.normalize import fold
from bot.domain.text.pattern import later
from bot.search.dates import nearest_day, read_days
from bot.search.terms import Part, Term, Wording

EXAMPLE = 'Try words and filters: /papers state space models author:"Albert Gu" cat:cs.LG from:2026-07 has:code.'
FILTERS = 'Filters: author:"Yann LeCun", cat:cs.LG, from:2026-07, to:2026-07-31 and has:code.'
MAX_QUERY_LENGTH = 600
"""Maximum characters, as of any command."""


def read_search(text: str, today: date) -> Wording:
    """Parse `text`; dates are relative to `today` (UTC). Raises BadInput if it is empty or invalid."""
    plain = _normalized(text)
    notes: list[str] = []
    terms = tuple(dict.fromkeys(_terms(plain, today, notes)))
    if not terms:
        raise BadInput("What should I search for?", EXAMPLE)
    return _in_order(Wording(terms, tuple(dict.fromkeys(notes))))


_FILTERS = {
    "author": Part.AUTHOR, "authors": Part.AUTHOR, "au": Part.AUTHOR, "by": Part.AUTHOR,
    "cat": Part.CATEGORY, "category": Part.CATEGORY, "categories": Part.CATEGORY,
    "from": Part.FIRST, "since": Part.FIRST,
    "to": Part.LAST, "until": Part.LAST,
    "has": Part.CODE,
}  # fmt: skip
_MIN_SIMILARITY = 70.0
"""Minimum similarity (rapidfuzz, of 100) of a filter's name and an unknown one to suggest it."""
_MAX_PHRASE_LENGTH, _MAX_NAME_LENGTH, _MAX_WORD_LENGTH = 200, 100, 80

_TOKEN = later(r'(?P<minus>-)?(?:(?P<name>[A-Za-z]{2,12}):(?=[^\s/]))?(?:"(?P<quoted>[^"]*)"?|(?P<bare>[^\s"]+))')
_LATER_FILTER = later(rf"\s-?(?:{'|'.join(_FILTERS)}):", re.IGNORECASE)
_SPACED_FILTER = later(rf"(?<!\S)({'|'.join(_FILTERS)}):[ ]+(?=(\"?[^\s\"]+))", re.IGNORECASE)
_NAME = later(
    r"[ ]+((?:(?:van|von|de|del|der|den|di|da|la|le|el|al|bin|ten)[ ]+)*[A-Z](?:\.|[a-zA-Z'’-]*[a-z])\.?)(?=\s|$)"
)
_QUOTE_MARKS = later("[“”„‟«»＂″]")
_DASHES = later("(?<!\\S)[–—−‐‑](?=\\S)")
_JOINS = {"AND", "OR", "&", "|", "||", "&&"}


def _normalized(text: str) -> str:
    """Unify quotation marks and minus signs, and drop the space in `author: Name` unless it may be part of a title."""
    plain = _DASHES.sub("-", _QUOTE_MARKS.sub('"', clean(text, MAX_QUERY_LENGTH)))
    return _SPACED_FILTER.sub(lambda found: found[1] + (":" if _may_be(found[1], found[2]) else ": "), plain)


def _may_be(name: str, value: str) -> bool:
    """Return True if a filter's value follows: "Schrödinger's cat: a review" has no category in it."""
    match _FILTERS[name.lower()]:
        case Part.AUTHOR:
            return value[0] == '"' or value[0].isupper()
        case Part.CATEGORY:
            return is_category(value) is not None
        case Part.CODE:
            return value.lower() == "code"
        case _:
            return value[:4].isdigit()


def _terms(plain: str, today: date, notes: list[str]) -> Iterator[Term]:
    at = 0
    while found := _TOKEN.search(plain, at):
        token, at = _Token.of(found, plain), found.end()
        if found["quoted"] is not None and found[0].count('"') == 1:
            token, at = _unclosed(token, plain, found, notes)
        if token.filter is Part.AUTHOR and found["bare"] and (more := _NAME.match(plain, at)):
            token, at = replace(token, value=f"{token.value} {more[1]}", end=more.end()), more.end()
            notes.append(f'I read {token.name}:"{token.value}" as one name.')
        yield from _read(token, today, notes)


@frozen
class _Token:
    """A piece of the text `all`, from `start` to `end`; `name` as in name:value, else empty."""

    minus: bool
    name: str
    value: str
    quoted: bool
    start: int
    end: int
    all: str

    @classmethod
    def of(cls, found: re.Match[str], text: str) -> "_Token":
        quoted = found["quoted"] is not None
        value = found["quoted"] if quoted else found["bare"]
        return cls(bool(found["minus"]), (found["name"] or "").lower(), value, quoted, found.start(), found.end(), text)

    @property
    def filter(self) -> Part | None:
        return _FILTERS.get(self.name)

    def instead(self, typed: str) -> tuple[str, ...]:
        """Return the command with this piece replaced by `typed`; empty if `typed` is."""
        text = f"{self.all[: self.start]}{typed}{self.all[self.end :]}".strip()
        return (f"/papers {text}",) if typed and text else ()


def _unclosed(token: _Token, plain: str, found: re.Match[str], notes: list[str]) -> tuple[_Token, int]:
    """Extend an unclosed quotation to the next filter or to the end."""
    later = _LATER_FILTER.search(plain, found.start("quoted"))
    end = later.start() if later else len(plain)
    value = plain[found.start("quoted") : end].strip()
    if fold(value):
        notes.append(f"A closing quotation mark is missing, so I searched for the phrase “{shorten(value, 60)}”.")
    return replace(token, value=value, end=end), end


def _read(token: _Token, today: date, notes: list[str]) -> Iterator[Term]:
    if token.name and token.filter is None and (token.quoted or token.all[token.start :].lstrip("-")[:1].islower()):
        raise _no_filter(token)
    if token.filter is None:
        yield from _words(token, notes)
        return
    if token.minus:
        raise BadInput(
            f"I can't exclude by filter: “-{token.name}:”.",
            'A minus excludes words: -survey or -"a survey of".',
            token.instead(token.all[token.start + 1 : token.end]),
        )
    yield from _filtered(token, token.filter, today)


def _words(token: _Token, notes: list[str]) -> Iterator[Term]:
    """Yield a word or a phrase, or one to exclude."""
    value = " ".join(f"{token.name}:{token.value}".removeprefix(":").split())
    if value in _JOINS and not token.quoted:
        if value in {"OR", "|", "||"}:
            notes.append("I don't know OR: papers with all words come first, then those with some.")
        return
    if not fold(value):
        return
    if not token.quoted and value[-1] == ":" and value[:-1].lower() in _FILTERS:
        if token.end == len(token.all):
            raise BadInput(f"“{value}” needs a value.", FILTERS)
        value = value[:-1]  # "Schrödinger's cat: a review": a word, and no filter when the query is typed again
    if token.minus:
        yield Term(Part.WITHOUT, shorten(value.lstrip("-"), _MAX_PHRASE_LENGTH))
    elif token.quoted:
        yield Term(Part.PHRASE, shorten(value, _MAX_PHRASE_LENGTH))
    else:
        yield Term(Part.WORD, shorten(value, _MAX_WORD_LENGTH))


def _filtered(token: _Token, part: Part, today: date) -> Iterator[Term]:
    match part:
        case Part.AUTHOR:
            yield _author(token)
        case Part.CATEGORY:
            for value in filter(None, re.split(r"[,;|\s]+", token.value)):
                yield Term(Part.CATEGORY, _category(token, value))
        case Part.CODE:
            yield _code(token)
        case _:
            yield _day(token, part, today)


def _author(token: _Token) -> Term:
    name = token.value if token.quoted else token.value.replace("_", " ").replace("+", " ").rstrip(",;")
    if not fold(name):
        raise BadInput("Which author?", 'Put a name after author:, such as author:"Yann LeCun".')
    return Term(Part.AUTHOR, shorten(" ".join(name.split()), _MAX_NAME_LENGTH))


def _category(token: _Token, value: str) -> str:
    try:
        return read_category(value, "Try a category such as cat:cs.LG or an archive such as cat:cs.")
    except BadInput as unknown:
        near = (token.value.replace(value, category) for category in nearest_categories(value))
        offers = tuple(offer for corrected in near for offer in token.instead(f"cat:{corrected}"))
        raise BadInput(unknown.sentence, unknown.hint, offers) from unknown


def _code(token: _Token) -> Term:
    if fold(token.value) not in {"code", "codes", "github"}:
        shown = shorten(token.value, 40)
        raise BadInput(f"I can't search for “has:{shown}”.", "Try has:code.", token.instead("has:code"))
    return Term(Part.CODE, "code")


def _day(token: _Token, part: Part, today: date) -> Term:
    days = read_days(token.value, today)
    if days is None:
        near = nearest_day(token.value)
        raise BadInput(
            f"I couldn't read “{shorten(token.value, 40)}” as a date.",
            f"Did you mean {token.name}:{near}?" if near else f"Try a day, a month or a year: {token.name}:2026-07-01.",
            token.instead(f"{token.name}:{near}" if near else ""),
        )
    return Term(part, (days.first if part is Part.FIRST else days.last).isoformat())


def _no_filter(token: _Token) -> BadInput:
    near = max(_FILTERS, key=lambda name: fuzzy.ratio(token.name, name))
    close = fuzzy.ratio(token.name, near) >= _MIN_SIMILARITY
    value = f'"{token.value}"' if token.quoted else token.value
    offers = token.instead(f"{near}:{value}") if close else ()
    return BadInput(f"I don't know the filter “{token.name}:”.", FILTERS, (*offers, *token.instead(value)))


def _in_order(wording: Wording) -> Wording:
    """Swap the dates if the later one comes first, and add a note on it."""
    query = wording.query
    if query.first is None or query.last is None or query.first <= query.last:
        return wording
    others = wording.less(term for term in wording.terms if term.part in {Part.FIRST, Part.LAST})
    days = (Term(Part.FIRST, query.last.isoformat()), Term(Part.LAST, query.first.isoformat()))
    note = f"I swapped the dates: from {query.last.isoformat()} to {query.first.isoformat()}."
    return Wording((*others.terms, *days), (*wording.notes, note))

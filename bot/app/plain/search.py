"""Searches in plain words, with authors, days, categories and code as filters: "papers by Albert Gu since July". Pure.

The days stay as they were said ("from:july"); the search reads them relative to today.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from bot.domain.categories import is_category
from bot.domain.frozen import frozen
from bot.domain.text.pattern import later
from bot.search.dates import read_days

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"(?:19|20)\d\d"
_DAY = (
    rf"(?:{_YEAR}-\d\d?(?:-\d\d?)?|{_YEAR}|(?:the )?\d\d?(?:st|nd|rd|th)? (?:of )?{_MONTH}(?:,? {_YEAR})?"
    rf"|(?:last |this )?{_MONTH}(?: \d\d?(?:st|nd|rd|th)?)?(?:,? {_YEAR})?"
    r"|(?:last )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|yesterday|today|(?:last|this) (?:week|month|year))"
)
_PAPERS = (
    r"(?:papers?|articles?|preprints?|publications?|work|works|stuff|anything|something|everything|research|results?)"
)
_NUMBERS = {"few": "3", "couple": "2", "couple of": "2", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
_NAME = (
    r"[^\W\d_][\w.'’-]*(?: (?!(?:on|about|with|in|since|from|for|and|or|that|which|lately"
    r"|recently)\b)[^\W\d_][\w.'’-]*){0,3}"
)

_SOME_DAY = date(2024, 12, 31)
TODAY = "4d"
"""How far back "today" reaches: arXiv announces on Monday what was submitted from Thursday on."""
LATELY = "7d"
FRESH = "New papers appear up to four days after their submission, so I searched the last four days."


@dataclass(slots=True)
class _Filters:
    """What was taken out of the text so far."""

    authors: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    code: bool = False
    without: str = ""
    note: str = ""

    def typed(self) -> Iterator[str]:
        yield from (f'author:"{name}"' for name in self.authors)
        yield from (f"cat:{code}" for code in self.categories)
        yield from (f"{name}:{_quoted(day)}" for name, day in (("from", self.first), ("to", self.last)) if day)
        yield from (["has:code"] if self.code else [])
        yield from ([f"-{_quoted(self.without)}"] if self.without else [])


@frozen
class SpokenSearch:
    """A search in the words of `/papers`; `note` says how it was read. `filtered`: it has more than words.

    `led`: the text asks for papers. `author` is the name if there is nothing else. `has_subject`: it names an author
    or a category.
    """

    query: str
    words: str
    filtered: bool
    led: bool
    note: str = ""
    author: str = ""
    has_subject: bool = False


def search_in(text: str) -> SpokenSearch:
    """Return the search that `text` is, whatever it says."""
    found, rest = _Filters(), f" {' '.join(text.replace('’', chr(39)).split())} "
    for pattern, take in _CLAUSES:
        rest = _taken_out(rest, pattern, take, found)
    words, led, news = _without_leads(rest)
    if news and not found.first and (words or found.categories):
        found.first = LATELY
    filters = list(found.typed())
    query = " ".join([*filter(None, [_harmless(words)]), *filters])
    author = found.authors[0] if found.authors and not words and len(filters) == 1 else ""
    subject = bool(found.authors or found.categories)
    return SpokenSearch(query, words, bool(filters), led or bool(found.authors), found.note, author, subject)


def _taken_out(text: str, pattern: re.Pattern[str], take: "Take", found: _Filters) -> str:
    """Return the text without the clauses of one kind, which `take` put into `found`."""
    at = 0
    while clause := pattern.search(text, at):
        kept = None if _impossible(clause) else take(found, clause)
        at = clause.end() if kept is None else 0
        text = text if kept is None else f"{text[: clause.start()]} {kept} {text[clause.end() :]}"
    return text


def _impossible(clause: re.Match[str]) -> bool:
    """Return True if a day of the clause isn't in the calendar: "since July 45"."""
    named = (day for name, day in clause.groupdict().items() if name in {"day", "end"})
    return any(read_days(_plain_day(day.lower()), _SOME_DAY) is None for day in named if day)


def _quoted(text: str) -> str:
    return f'"{text}"' if " " in text else text


def _harmless(words: str) -> str:
    """Return words that hold no filter, no minus and no open quotation by accident: "re: models" and "-ish"."""
    even = words.count('"') % 2 == 0
    plain = re.sub(r"(?<=\w):(?=\S)|(?<!\S)[-–—]+(?=\w)", " ", words if even else words.replace('"', " "))
    return " ".join(plain.split())


def _since(found: _Filters, clause: re.Match[str]) -> str:
    day = clause["day"].lower()
    strictly = clause["how"].lower() in {"after", "newer than", "later than"} and re.fullmatch(_YEAR, day)
    found.first = str(int(day) + 1) if strictly else _plain_day(day)
    return ""


def _until(found: _Filters, clause: re.Match[str]) -> str:
    day = clause["day"].lower()
    strictly = clause["how"].lower() in {"before", "older than", "earlier than"} and re.fullmatch(_YEAR, day)
    found.last = f"{int(day) - 1}-12-31" if strictly else _plain_day(day)
    return ""


def _between(found: _Filters, clause: re.Match[str]) -> str:
    found.first, found.last = _plain_day(clause["day"].lower()), _plain_day(clause["end"].lower())
    return ""


def _ago(found: _Filters, clause: re.Match[str]) -> str:
    number = (clause["number"] or "1").lower()
    found.first = f"{_NUMBERS.get(number, number)}{clause['unit'][0].lower()}"
    return ""


def _fresh(found: _Filters, _: re.Match[str]) -> str:
    found.first, found.note = TODAY, FRESH
    return ""


def _during(found: _Filters, clause: re.Match[str]) -> str:
    day = _plain_day(clause["day"].lower())
    found.first = day
    found.last = "" if day.startswith("this ") or day == "today" else day
    return ""


def _category(found: _Filters, clause: re.Match[str]) -> str | None:
    code = is_category(clause["code"])
    if code is None:
        return None
    found.categories.append(code)
    return "papers" if clause["noun"] else ""


def _code(found: _Filters, _: re.Match[str]) -> str:
    found.code = True
    return ""


def _without(found: _Filters, clause: re.Match[str]) -> str:
    found.without = clause["what"].strip()
    return "papers"


def _author(found: _Filters, clause: re.Match[str]) -> str:
    found.authors.append(clause["name"].strip(" .,'"))
    return "papers" if clause["noun"] else ""


def _plain_day(day: str) -> str:
    return day.removeprefix("the ").rstrip(".")


Take = Callable[[_Filters, re.Match[str]], str | None]
_CLAUSES: tuple[tuple[re.Pattern[str], Take], ...] = tuple(
    (later(rf"(?<=\s){pattern}(?=[\s,.?!])", re.IGNORECASE), take)
    for pattern, take in (
        (rf"(?:from|between) (?P<day>{_DAY}) (?:to|and|until|till|through|-|–) (?P<end>{_DAY})", _between),
        (rf"(?:(?:published|posted|submitted|out) )?(?P<how>since|after|starting(?: from| in)?|newer than|later than)"
         rf" (?P<day>{_DAY})(?: onwards?)?", _since),
        (rf"(?P<how>from) (?P<day>{_DAY}) (?:on|onwards?)", _since),
        (rf"(?:(?:published|posted|submitted) )?(?P<how>before|until|till|up to|older than"
         rf"|earlier than) (?P<day>{_DAY})",
         _until),
        (r"(?:(?:in|during|from|over|of|for|within) )?(?:the )?(?:last|past|previous) (?:(?P<number>\d{1,3}|a? ?few"
         r"|a? ?couple"
         r"(?: of)?|two|three|four|five|six) )(?P<unit>day|week|month|year)s?", _ago),
        (r"(?:(?:in|during|from|over|of|for|within) )the (?:last|past) (?P<number>)(?P<unit>day|week|month"
         r"|year)", _ago),
        (r"(?:from |of |for |since )?(?:today'?s?|this morning|yesterday'?s?|right now|tonight)", _fresh),
        (rf"(?:(?:in|from|of|during|published in) )(?P<day>{_DAY})", _during),
        (r"(?:(?:in|from|of|during) )?(?P<day>(?:last|this) (?:week|month|year))", _during),
        (r"(?:in |from |on |under |of |the )*(?P<code>[a-z]{2,8}[-.][A-Za-z-]{2,18}|[a-z]{2,5}-(?:ph|th|ex|lat))"
         r"(?P<noun> papers?)?", _category),
        (r"(?:with|that ha(?:s|ve)|having|has|including) (?:open |source |public |available |the |an? )*(?:code|github|"
         r"implementations?|repo)(?: available)?", _code),
        (rf"{_PAPERS} (?:without|excluding|except|but not) (?P<what>[\w-]+(?: [\w-]+)?)", _without),
        (r"(?P<noun>)(?:excluding|but not|not about|except) (?P<what>[\w-]+)", _without),
        (rf"(?P<noun>(?:{_PAPERS}|new|latest)(?: (?:written|published|authored|posted))?) (?:by|from) (?:the )?"
         rf"(?:author )?(?P<name>{_NAME})", _author),
        (r"(?P<noun>)by (?P<name>(?-i:[A-ZÀ-ÞŁŚŻČŠŽ])[\w.'’-]*(?: (?-i:[A-ZÀ-ÞŁŚŻČŠŽ])[\w.'’-]*){0,3})", _author),
    )
)  # fmt: skip

_LEAD = later(
    r"(?:(?P<news>what'?s new|whats new|what is new|anything new|something new|any news|news|what'?s the latest"
    r"|the latest)"
    rf"|(?P<ask>(?:(?:i'?m|we'?re|i am|we are) )?(?:looking|searching|hunting|asking) for|{_PAPERS}(?=\s|$)"
    r"|find(?: out)?|search(?: for)?|show|get|give|gimme|list|recommend|suggest|look (?:for|up)|fetch|bring|see|need"
    r"|read|"
    r"(?:do|have) (?:you|we|u) (?:have|got|know)(?: of)?|got|who (?:works?|is working|publishes) on|"
    r"tell (?:me|us)(?: more)? (?:about|of)|(?:i'?d like|i want|we want) to (?:read|see|know|learn|find)(?: more)?)"
    r"|what (?:is|are|was|about)|what'?s|whats|is there|are there|how (?:do|does|can|is|are|to)|why (?:do|does|is|are)|"
    r"who (?:is|are)|where (?:is|are|can i find)|explain|define|does|do|can|could|would|please|pls|plz|me|us|you|some"
    r"|any|a|an"
    r"|the|all|few|more|new|newest|recent|latest|good|best|great|interesting|relevant|other|top|nice|cool|decent|on"
    r"|about|"
    r"for|regarding|concerning|related to|around|in|with|of|covering|there|out there|hey|hi|sup|yo|bot|so|ok|also|and"
    r"|by|from|to)"
    r"(?=[\s,.:?!]|$)[\s,:]*",
    re.IGNORECASE,
)
_TRAIL = later(
    r"[\s,]+(?:(?P<noun>papers?|articles?|preprints?|publications?|literature|research|studies)|on arxiv|in arxiv"
    r"|out there|"
    r"there|please|pls|plz|thanks|thx|lately|recently|these days|nowadays|today|now|for (?:me|us)|here|or something"
    r"|asap|real quick|quick|"
    r"and so on|etc|on|about|in|by|from|and|with|out|yet|work)$",
    re.IGNORECASE,
)
_NOISE = " \t.,;:!?…。？！、，"


def _without_leads(text: str) -> tuple[str, bool, bool]:
    """Return the words that are searched for, and whether the text asks for papers, and for new ones."""
    rest, led, news = text.strip(_NOISE), False, False
    while lead := _LEAD.match(rest):
        led, news = led or bool(lead["ask"] or lead["news"]), news or bool(lead["news"])
        rest = rest[lead.end() :].strip(_NOISE)
    while trail := _TRAIL.search(f" {rest}"):
        led = led or bool(trail["noun"])
        rest = f" {rest}"[: trail.start()].strip(_NOISE)
    return " ".join(rest.split()), led, news

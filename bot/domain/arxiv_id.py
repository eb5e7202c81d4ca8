"""arXiv identifiers: distinguished from titles, checked, and normalized without a version.

For an identifier that is all of a text; `arxiv_mention` finds those within any text.
"""

import re
from datetime import date

from bot.domain.text.clean import clean

_LONGEST = 1000
"""Characters of a pasted link, with its query string; anything longer is no identifier."""

# Archives that issued identifiers until March 2007; several were later merged into others
# (https://info.arxiv.org/help/arxiv_identifier.html, https://arxiv.org/archive).
OLD_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|cond-mat|cs|dg-ga"
    "|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|nucl-ex|nucl-th|patt-sol|physics|plasm-ph"
    "|q-alg|q-bio|quant-ph|solv-int|supr-con"
)

_PAGES = {
    r"(?:(?:www|export|browse)\.)?arxiv\.org": "abs|pdf|html|src|e-print|format|ps|tb",
    r"ar5iv(?:\.labs\.arxiv)?\.org": "abs|html|pdf",
    r"(?:www\.)?alphaxiv\.org": "abs|overview|pdf|html|audio",
    r"(?:huggingface|hf)\.co": "papers",
}
"""Hosts, and the first path segment of addresses with an identifier."""

ID = (
    r"(?P<id>(?P<month>[0-9]{4})\.(?P<number>[0-9]{4,5})"
    rf"|(?P<archive>{OLD_ARCHIVES})(?:\.[a-z]{{2,8}}(?:-[a-z]{{2,8}})?)?(?:/|%2f)(?P<old_month>[0-9]{{4}})(?P<old_number>[0-9]{{3}}))"
    r"(?:v(?P<version>[1-9][0-9]{0,3}))?"
)
# The stamp on the margin of every PDF: "arXiv:1706.03762v7 [cs.CL] 2 Aug 2023".
_STAMP = r"(?:\s*\[[a-z.-]{2,20}\](?:\s+[0-9]{1,2}\s+[a-z]{3}\s+[0-9]{4})?)?"
_BARE = re.compile(rf"(?:arxiv\s*[:.]?\s*)?{ID}(?:\.pdf)?{_STAMP}", re.IGNORECASE)
_ADDRESSES = tuple(
    re.compile(rf"(?:https?://)?{host}/(?:{pages})/{ID}(?:\.pdf)?(?:[/?#]\S*)?", re.IGNORECASE)
    for host, pages in _PAGES.items()
)
_DOI = re.compile(
    rf"(?:(?:https?://)?(?:(?:www|dx)\.)?doi\.org/|doi\s*:\s*)?10\.48550/arxiv\.{ID}(?:[?#]\S*)?", re.IGNORECASE
)
_FORMS = (_BARE, *_ADDRESSES, _DOI)

# Slack sends a pasted address as <url> or <url|label>; another person chose the label.
WRAPPED = re.compile(r"<([^<>|\s]+)(?:\|[^<>]*)?>")
_QUOTES = "\"'`“”‘’«»*_()[]{}<>"
_AFTER = _QUOTES + ".,;:!?"

_MEANT_AS_ID = re.compile(
    r"arxiv\s*[:.]\s*\S+"  # called one
    r"|(?:doi\s*:\s*)?10\.[0-9]{4,9}/\S+"  # another DOI
    r"|[a-z]+://\S+"  # an address, which is never a title
    r"|(?:[a-z0-9-]+\.)+[a-z]{2,10}/\S*"  # the same without its scheme
    r"|[a-z-]{2,12}(?:\.[a-z]{2})?/[0-9]+(?:v[0-9]*)?"  # cs/123
    r"|[0-9]{3,6}[.,:/_-][0-9]{2,}(?:\.[0-9]+)?(?:v[0-9a-z]*)?(?:\.pdf)?"  # 2605.059711111, 2605-05971, 2613.00001
    r"|[0-9]{7,12}(?:v[0-9]+)?",  # 260505971
    re.IGNORECASE,
)


def find_id(text: str) -> str | None:
    """Return the versionless arXiv id if all of `text` is one: bare, a link, a DOI, or in Slack's form; else None.

    A subject class isn't part of an old id: `math.GT/0309136` is `math/0309136`, as arXiv itself answers.
    """
    found = _match(text)
    return canonical(found) if found else None


def version_of(text: str) -> int | None:
    """Return the version in an identifier; None if it names none or `text` isn't one."""
    found = _match(text)
    return int(found["version"]) if found and found["version"] else None


def month_of(text: str) -> date | None:
    """Return the first day of the month in which arXiv issued an identifier; None if `text` isn't one."""
    found = _match(text)
    return date(*_month(found), 1) if found else None


def is_id(text: str) -> bool:
    """Return True if `text` is exactly an id in the form that `find_id` returns and that papers carry."""
    return find_id(text) == text


def looks_like_id(text: str) -> bool:
    """Return True if `text` was meant as an identifier or address, well-formed or not, rather than a title."""
    return find_id(text) is not None or _MEANT_AS_ID.fullmatch(unwrapped(text)) is not None


def canonical(found: re.Match[str]) -> str | None:
    """Return the id that a match of `ID` means, without version and subject class; None if arXiv issued none such."""
    if not _dated(found):
        return None
    if found["month"]:
        return f"{found['month']}.{found['number']}"
    return f"{found['archive'].lower()}/{found['old_month']}{found['old_number']}"


def _match(text: str) -> re.Match[str] | None:
    bare = unwrapped(text)
    found = next(filter(None, (form.fullmatch(bare) for form in _FORMS)), None)
    return found if found and canonical(found) else None


def unwrapped(text: str) -> str:
    """Return what a person typed or pasted, without surrounding quotes, brackets, points and Slack's link markup."""
    bare = clean(text, _LONGEST)
    wrapped = WRAPPED.fullmatch(bare)
    bare = wrapped[1] if wrapped else bare
    # The stamp's final bracket belongs to it.
    return bare.lstrip(_QUOTES).rstrip(_AFTER.replace("]", "") if "[" in bare.lstrip(_QUOTES) else _AFTER)


def _dated(found: re.Match[str]) -> bool:
    """Return True if the month exists and fits the form: 0704-1412 have four digits after it, 1501 on five."""
    when = _month(found)
    if not 1 <= when[1] <= 12:
        return False
    if found["old_month"]:
        return (1991, 7) <= when <= (2007, 3)
    return when >= (2015, 1) if len(found["number"]) == 5 else (2007, 4) <= when <= (2014, 12)


def _month(found: re.Match[str]) -> tuple[int, int]:
    month = found["month"] or found["old_month"]
    year = 2000 + int(month[:2]) if found["month"] or month < "91" else 1900 + int(month[:2])
    return year, int(month[2:])

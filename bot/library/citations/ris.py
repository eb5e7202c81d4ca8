"""RIS, as EndNote, Mendeley and Zotero read it. Pure.

Each tag has its own line; only a line's beginning has a meaning, and no text of ours begins a line.
https://en.wikipedia.org/wiki/RIS_(file_format)
"""

from collections.abc import Iterator, Sequence

from bot.library.citations.names import Name
from bot.library.citations.reference import Reference, citation_keys


def write_ris(references: Sequence[Reference]) -> str:
    """Return a record for each reference, in order, separated by an empty line."""
    keys = citation_keys(references)
    records = ("".join(_lines(key, reference)) for key, reference in zip(keys, references, strict=True))
    return "\r\n".join(records)


def _lines(key: str, reference: Reference) -> Iterator[str]:
    for tag, value in _tags(key, reference):
        if value:
            yield f"{tag}  - {value}\r\n"
    yield "ER  - \r\n"


def _tags(key: str, reference: Reference) -> Iterator[tuple[str, str]]:
    paper, day = reference.paper, reference.day
    yield "TY", "UNPB"
    yield "ID", key
    yield "TI", reference.title
    yield from (("AU", _author(name)) for name in reference.names)
    yield "PY", str(day[0]) if day else ""
    yield "DA", "/".join(f"{part:02}" for part in day)
    yield "AB", reference.abstract
    yield from (("KW", category) for category in (*paper.categories, *paper.cross_listed))
    yield "PB", reference.publisher
    yield "M1", reference.number
    yield "DO", reference.doi
    yield "UR", paper.abs_url
    yield "N1", reference.journal
    yield "N1", reference.noted


def _author(name: Name) -> str:
    """Return family name, given names and suffix; a group as it is."""
    return name.whole or ", ".join(filter(None, (name.last, name.given, name.suffix)))

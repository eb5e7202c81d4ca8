"""A paper as a Zotero item, with names that are the same in every attempt. Pure.

Fields: https://api.zotero.org/items/new?itemType=preprint, filled as Zotero's own translator for arXiv fills them.
"""

import hashlib
from typing import Any

from bot.domain.paper import Paper
from bot.domain.paper_source import doi, source_of
from bot.domain.zotero import Library
from bot.library.citations.names import Name
from bot.library.citations.reference import Reference

_ALPHABET = "23456789ABCDEFGHIJKLMNPQRSTUVWXYZ"
"""Characters of a key, without those that look alike
(https://www.zotero.org/support/dev/web_api/v3/write_requests#object_keys)."""
_KEY_LENGTH = 8


def zotero_item(paper: Paper, library: Library, note: str = "") -> dict[str, Any]:
    """Return the item to create. Its key and version 0 have Zotero refuse it where it exists already."""
    reference = Reference(paper, note)
    item = {
        "itemType": "preprint",
        "key": item_key(library, paper.id),
        "version": 0,
        "title": reference.title,
        "creators": [_creator(name) for name in reference.names],
        "abstractNote": reference.abstract,
        "repository": reference.publisher,
        "archiveID": reference.number,
        "date": "-".join(f"{part:02}" for part in reference.day),
        "DOI": doi(paper.id),
        "url": paper.abs_url,
        "libraryCatalog": source_of(paper.id).name,
        "extra": "\n".join(filter(None, (reference.journal, reference.noted and f"Note: {reference.noted}"))),
        "tags": [{"tag": name, "type": 1} for name in (*paper.categories, *paper.cross_listed)],
    }
    return {name: value for name, value in item.items() if value != ""}


def item_key(library: Library, paper_id: str) -> str:
    """Return the key of the paper's item in that library."""
    number = int.from_bytes(_digest(library, paper_id)[:8])
    found = ""
    for _ in range(_KEY_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        found += _ALPHABET[place]
    return found


def write_token(library: Library, paper_id: str) -> str:
    """Return the token with which Zotero takes the item once in 12 hours
    (https://www.zotero.org/support/dev/web_api/v3/write_requests#zotero-write-token)."""
    return _digest(library, paper_id).hex()[:32]


def _digest(library: Library, paper_id: str) -> bytes:
    return hashlib.sha256(f"paperlark|{library.path}|{paper_id}".encode()).digest()


def _creator(name: Name) -> dict[str, str]:
    if name.whole:
        return {"creatorType": "author", "name": name.whole}
    given = " ".join(filter(None, (name.given, name.suffix)))
    return {"creatorType": "author", "firstName": given, "lastName": name.last}

"""CSL-JSON, as Zotero, pandoc and every citeproc read it. Pure.

https://docs.citationstyles.org/en/stable/specification.html#appendix-iii-types: a preprint is an "article".
"""

import json
from collections.abc import Sequence

from bot.library.citations.names import Name
from bot.library.citations.reference import Reference, citation_keys


def write_csl(references: Sequence[Reference]) -> str:
    """Return an array with one object a reference, in order."""
    keys = citation_keys(references)
    items = [_item(key, reference) for key, reference in zip(keys, references, strict=True)]
    return json.dumps(items, ensure_ascii=False, indent=1) + "\n"


def _item(key: str, reference: Reference) -> dict[str, object]:
    paper, day = reference.paper, reference.day
    item: dict[str, object] = {
        "id": key,
        "type": "article",
        "title": reference.title,
        "author": [_author(name) for name in reference.names],
        "issued": {"date-parts": [list(day)]} if day else None,
        "publisher": reference.publisher,
        "number": reference.number,
        "DOI": reference.doi,
        "URL": paper.abs_url,
        "abstract": reference.abstract,
        "keyword": ", ".join((*paper.categories, *paper.cross_listed)),
        "note": "; ".join(filter(None, (reference.journal, reference.noted))),
    }
    return {name: value for name, value in item.items() if value}


def _author(name: Name) -> dict[str, str]:
    if name.whole:
        return {"literal": name.whole}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}

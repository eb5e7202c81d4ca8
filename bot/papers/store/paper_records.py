"""Serialization of papers, and merging of two reports of one paper."""

import zlib
from dataclasses import fields, replace
from typing import Any

from bot.domain.paper import Paper
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType

# Measured over 10,000 real papers: 1675 bytes as JSON, 914 at level 1, 892 at level 9; reading takes 22 µs a paper.
_LEVEL = 1
_PAPER: RecordType[Paper] = RecordType(Paper)
_TOGETHER = frozenset({"categories", "cross_listed", "unnamed_authors"})
"""Fields that depend on others, so their emptiness alone says nothing."""


def write_paper(paper: Paper) -> bytes:
    """Serialize a paper."""
    return zlib.compress(write_json(_PAPER, paper), _LEVEL)


def read_paper(record: bytes) -> Paper:
    """Deserialize a paper, ignoring fields of later releases. Raises ValueError or zlib.error for anything else."""
    return _PAPER.validate_json(zlib.decompress(record))


def merge(known: Paper, found: Paper) -> Paper:
    """Merge reports of a paper: the newer version counts, or the later report of the same version.

    Empty fields are filled from the other report: an announcement has no dates or comment and must not erase them.
    Across versions, the version's date and lack of files aren't carried over, nor text that would mark it withdrawn: a
    later version revokes a withdrawal. Categories stay those of the first report: later ones are cross-lists.
    """
    newer, older = (found, known) if found.version >= known.version else (known, found)
    names = (field.name for field in fields(Paper) if field.name not in _TOGETHER)
    missing: dict[str, Any] = {name: getattr(older, name) for name in names if not getattr(newer, name)}
    if "authors" in missing:
        missing["unnamed_authors"] = older.unnamed_authors
    if newer.version != older.version:
        missing = {name: value for name, value in missing.items() if name not in {"updated", "without_files"}}
        if not newer.withdrawn and replace(newer, **missing).withdrawn:
            missing = {name: value for name, value in missing.items() if name not in {"comment", "abstract"}}
    return replace(newer, **missing, **_merge_categories(known, found))


def _merge_categories(known: Paper, found: Paper) -> dict[str, Any]:
    first = known.categories or found.categories
    later = (*known.cross_listed, *found.cross_listed, *known.categories, *found.categories)
    return {"categories": first, "cross_listed": tuple(dict.fromkeys(one for one in later if one not in first))}

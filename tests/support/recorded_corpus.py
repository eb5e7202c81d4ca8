"""The recorded papers beside the repository, as Papers; tests that need them are skipped if they are absent."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from itertools import islice
from pathlib import Path

from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.papers.code_links import code_link

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
CORPUS_MISSING = "" if (CORPUS / "papers.jsonl.gz").is_file() else "the recorded corpus is not beside this checkout"
"""Reason to skip a test that needs the corpus; empty if the corpus is there."""

RECENT = "papers.jsonl.gz"
"""34,631 papers, announced 2026-05-01 to 07-18."""
HISTORY = "papers_history.jsonl.gz"
"""42,379 papers of 2025-05 to 2026-04."""


def corpus_records(name: str = RECENT, holding: str = "", every: int = 1) -> Iterator[dict[str, object]]:
    """Read the raw records, including LaTeX; only every `every`-th one, and only those that contain `holding`."""
    with gzip.open(CORPUS / name, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line) for line in islice(lines, 0, None, every) if holding in line)


def some_papers(name: str = RECENT, every: int = 1) -> Iterator[Paper]:
    """Read every `every`-th paper, one by one: a few take no time, all of a file take 7 s."""
    return map(_paper, corpus_records(name, every=every))


@cache
def papers_of_day(day: date) -> list[Paper]:
    """Read one day of `corpus_days`, in a fraction of the time."""
    return [_paper(record) for record in corpus_records(holding=day.isoformat()) if _day(record) == day]


@cache
def corpus_papers(name: str = RECENT) -> tuple[Paper, ...]:
    """Return all papers of a file, in its order."""
    return tuple(paper for paper, _ in _dated(name))


@cache
def corpus_days(name: str = RECENT) -> dict[date, list[Paper]]:
    """Return the papers by the day they were listed, or else submitted; days are in order."""
    days: defaultdict[date, list[Paper]] = defaultdict(list)
    for paper, day in _dated(name):
        if day:
            days[day].append(paper)
    return dict(sorted(days.items()))


@cache
def _dated(name: str) -> tuple[tuple[Paper, date | None], ...]:
    return tuple((_paper(record), _day(record)) for record in corpus_records(name))


def _day(record: dict) -> date | None:
    day = record["listed"] or record["day"]
    return date.fromisoformat(day) if day else None


def _paper(record: dict) -> Paper:
    abstract, comment = _plain(record["summary"], 6000), _plain(record["comment"], 1000)
    categories = record["categories"] or []
    return Paper(
        id=record["id"],
        version=record["version"] or 1,
        title=_plain(record["title"], 500),
        abstract=abstract,
        authors=tuple(
            name for name in (_plain(name, 100) for name in record["authors"]) if any(map(str.isalnum, name))
        ),
        categories=tuple(dict.fromkeys(filter(None, (record["primary_category"], *categories)))),
        published=in_utc(record["published"]),
        updated=in_utc(record["updated"]),
        comment=comment,
        journal_ref=_plain(record["journal_ref"], 300),
        doi=record["doi"] or "",
        code_url=code_link(abstract, comment),
    )


def _plain(text: str | None, limit: int) -> str:
    drawn = draw(text or "")
    # Cleaning goes character by character; most texts are clean, which a quick check can tell.
    clear = drawn.isprintable() and "  " not in drawn and len(drawn) <= limit
    return drawn.strip() if clear else clean(drawn, limit)


def in_utc(text: str | None) -> datetime | None:
    """Some of the sources had a day and no time."""
    instant = datetime.fromisoformat(text) if text else None
    return instant if instant is None or instant.tzinfo else instant.replace(tzinfo=UTC)

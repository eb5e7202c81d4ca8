"""Teams simulated as authors: each case is one author, what she wrote before, and a paper she announces on a day.

Names are compared folded and as they are, so that some "authors" are several people of one name; that is noise for
every recipe alike. Nothing of a case is known to a recipe but `Case.known`, the day's papers and those of the days
before: neither the author's later papers nor which paper is hers.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.ranking.similarity_model import TRAINING_WINDOW
from support.recorded_corpus import HISTORY, RECENT, corpus_days, corpus_records

FEWEST, MOST = 4, 40
"""Earlier papers of an author: fewer say little, and more is mostly several people of one name."""
BACKGROUND_DAYS = 5
"""Announcement days before the case's that serve as background, as the product has the week's papers."""

MEASURED = tuple(date(2026, 7, day) for day in (1, 2, 3, 7, 8, 9, 10, 13, 14, 15, 16, 17))
"""Every announcement of July that the corpus holds whole."""
TUNED = tuple(date(2026, 6, day) for day in (16, 17, 18, 19, 23, 24, 26, 29, 30))
"""Those of June on which constants were chosen, by authors none of whom is in a measured case."""


@dataclass(frozen=True)
class Case:
    """Is `wanted`, announced on `day` by `author`, among the ten? `known` are her earlier papers, `later` those after.

    `author` is her folded name.
    """

    author: str
    wanted: Paper
    day: date
    known: tuple[Paper, ...]
    later: tuple[Paper, ...]

    @property
    def surely_hers(self) -> bool:
        """Whether somebody else is an author of the wanted paper and of one of hers: then she is one person."""
        others = set(folded_names(self.wanted)) - {self.author}
        return any(others & set(folded_names(paper)) for paper in self.known)


class Cases:
    """The corpus read as cases; each author and each paper is in one of them at most, in an order drawn by hash."""

    def __init__(self) -> None:
        listed = {record["id"] for record in corpus_records() if record["listed"]}
        dated = [pair for name in (HISTORY, RECENT) for pair in _dated(name)]
        self._every: defaultdict[date, list[Paper]] = defaultdict(list)
        self._by_author: defaultdict[str, list[tuple[date, Paper]]] = defaultdict(list)
        self.days: defaultdict[date, list[Paper]] = defaultdict(list)
        for day, paper in dated:
            self._every[day].append(paper)
            for name in folded_names(paper):
                self._by_author[name].append((day, paper))
            if paper.id in listed:
                self.days[day].append(paper)

    @cached_property
    def measured(self) -> list[Case]:
        return self._drawn(MEASURED, frozenset())

    @cached_property
    def tuned(self) -> list[Case]:
        return self._drawn(TUNED, {case.author for case in self.measured})

    def before(self, day: date) -> list[date]:
        """The last announcement days before `day`, the latest first; the crumbs of a Saturday are none."""
        return sorted((one for one in self.days if one < day and len(self.days[one]) > 100), reverse=True)[
            :BACKGROUND_DAYS
        ]

    def background(self, day: date) -> list[Paper]:
        return [paper for one in self.before(day) for paper in self.days[one]]

    def taught(self, day: date) -> list[Paper]:
        """The papers of the 400 days before `day`, as the product keeps them, the latest last."""
        some = sorted(one for one in self._every if day - TRAINING_WINDOW <= one < day)
        return list({paper.id: paper for one in some for paper in self._every[one]}.values())

    def _drawn(self, days: Collection[date], barred: Collection[str]) -> list[Case]:
        every = [case for day in days for case in self._of_day(day) if case.author not in barred]
        authors: set[str] = set()
        papers: set[str] = set()
        drawn = []
        for case in sorted(every, key=_lot):
            if case.author not in authors and case.wanted.id not in papers:
                drawn.append(case)
                authors.add(case.author)
                papers.add(case.wanted.id)
        return drawn

    def _of_day(self, day: date) -> Iterable[Case]:
        for paper in self.days[day]:
            for name in folded_names(paper):
                others = [(when, other) for when, other in self._by_author[name] if other.id != paper.id]
                known = tuple(other for when, other in others if when < day)
                if FEWEST <= len(known) <= MOST:
                    yield Case(name, paper, day, known, tuple(other for when, other in others if when > day))


def folded_names(paper: Paper) -> list[str]:
    return list(dict.fromkeys(filter(None, map(fold, paper.authors))))


def without(name: str, papers: Iterable[Paper]) -> list[Paper]:
    """The papers without this author's name, so that nobody is found by her own."""
    return [replace(paper, authors=tuple(one for one in paper.authors if fold(one) != name)) for paper in papers]


def _dated(file: str) -> Iterable[tuple[date, Paper]]:
    return ((day, paper) for day, papers in corpus_days(file).items() for paper in papers)


def _lot(case: Case) -> str:
    return hashlib.sha256(f"{case.author}|{case.wanted.id}".encode()).hexdigest()

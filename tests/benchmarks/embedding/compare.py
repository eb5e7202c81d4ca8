"""`python -m benchmarks.embedding.compare FILE.npz …`: what ranking finds with the vectors of each model.

A file holds `ids` of papers and their `rows` by one model, at unit length. Cases are those of `benchmarks.ranking`
whose day is given whole in every file, with what their author wrote before and 300 papers of the week before the first
of these days: see `papers`. What makes papers alike is learned by words alone, from the 50,000 papers before.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

from benchmarks.ranking import recipes
from benchmarks.ranking.cases import Case, Cases
from benchmarks.ranking.recipes import Day, Scores, drawn
from benchmarks.ranking.run import MEASURED, found, gain, share
from bot.domain.paper import Paper
from bot.ranking.learning.train import train
from support.recorded_corpus import CORPUS_MISSING

DAYS = (date(2026, 7, 8), date(2026, 7, 9), date(2026, 7, 10))
ROWS: Mapping[str, Callable[[Case, Day], Scores]] = {
    "words alone, nothing learned": recipes.ours_at_first_without_model,
    "words alone, learned": recipes.ours_without_model,
    "centroid": recipes.centroid,
    "nearest": recipes.nearest,
    "logistic regression": recipes.logistic,
    "ours, nothing learned": recipes.ours_at_first,
    "ours, learned by words": recipes.ours,
}
FIRST = "ours, nothing learned"

Vectors = Mapping[str, np.ndarray]


def chosen(cases: Cases) -> list[Case]:
    return [case for case in cases.measured[:MEASURED] if case.day in DAYS]


def others(cases: Cases) -> list[Paper]:
    return drawn(cases.background(DAYS[0]), str(DAYS[0]))


def papers(cases: Cases) -> list[Paper]:
    """The papers to embed, day by day, so that a file may end early."""
    some = [*others(cases)]
    for day in DAYS:
        some += [*cases.days[day], *(one for case in chosen(cases) if case.day == day for one in case.known)]
    return list({paper.id: paper for paper in some}.values())


def read(path: str) -> Vectors:
    with np.load(path) as file:
        return dict(zip(file["ids"].tolist(), file["rows"].astype(np.float32), strict=True))


def main(paths: Sequence[str]) -> None:
    if CORPUS_MISSING or not paths:
        sys.exit(CORPUS_MISSING or __doc__)
    cases, models = Cases(), {Path(path).stem: read(path) for path in paths}
    whole = set.intersection(*(set(vectors) for vectors in models.values()))
    days = {case.day for case in chosen(cases) if {paper.id for paper in cases.days[case.day]} <= whole}
    some = [case for case in chosen(cases) if case.day in days and {paper.id for paper in case.known} <= whole]
    learned = train(cases.taught(DAYS[0]))
    print(f"{len(some)} cases on {len(days)} days\n\n| vectors | recipe | among the ten |\n| --- | --- | --- |")
    hits: dict[tuple[str, str], list[float]] = {}
    for name, vectors in models.items():
        by_day = {day: Day(cases.days[day], others(cases), (), vectors, (), learned) for day in days}
        for what, recipe in ROWS.items():
            hits[name, what] = [found(case, by_day[case.day], recipe) for case in some]
            print(f"| {name} | {what} | {share(hits[name, what])} |", flush=True)
        print(f"| {name} | … gained by learning | {gain(hits[name, FIRST], hits[name, 'ours, learned by words'])} |")
    base = next(iter(models))
    for name in list(models)[1:]:
        for what in list(ROWS)[2:]:
            print(f"| {name} | {what}, gained over {base} | {gain(hits[base, what], hits[name, what])} |")


if __name__ == "__main__":
    main(sys.argv[1:])

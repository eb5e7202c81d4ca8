"""`python -m benchmarks.ranking.run [cases]`: is the paper that an author announces among our ten of that day's?

Teams are simulated as authors of the recorded corpus: what they wrote before is what they like, and the question is
whether the paper that they announce on a day of July 2026 is among the ten best of that day's. See `cases.py` for what
a case is and `recipes.py` for each row. Writes RESULTS.md.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic

import numpy as np

from benchmarks.ranking import feedback as verdicts
from benchmarks.ranking import recipes
from benchmarks.ranking.cases import Case, Cases, folded_names
from benchmarks.ranking.recipes import Day, Scores, drawn
from benchmarks.report import machine
from benchmarks.vectors import vectors_of
from bot.domain.paper import Paper
from bot.papers.bag_of_authors import MAX_AUTHORS
from bot.ranking.learning.train import MAX_PAPERS, train
from support.recorded_corpus import CORPUS_MISSING

TABLE = Path(__file__).with_name("RESULTS.md")
MEASURED, TEN, RESAMPLED = 1020, 10, 2000
SANITY, SUM = "arxiv-sanity: TF-IDF 1–2-grams, linear SVM", "the sum of the last two"
OURS = "ours, words and meaning"
SAID = """\
Share of cases whose paper is among the ten best of its day (95 % by resampling cases); time a case.
Constants were chosen on days of May and June (ranking/learning/preference_score.py), by 4,645 cases of 2,140 papers.
What makes papers alike ("kin") is learned once, from the 50,000 papers before July; "at first" is without it.
Nobody's name is used by any row but those with co-authors; categories count among the words.

The cases are authors by their names as they are written, so that some are several people. Names tell afterwards whether
a case is surely one person: where the paper in question shares a co-author with one of hers. Two rows are of these.
On June, where these are two thirds of all, ours found .47 of them and .19 of the others.

Verdicts: she was shown the ten best of each of the three days before, by us, who don't know her last three papers, and
gives More to the five that a judge puts first and Less to the five it puts last; the paper in question and its day are
never shown to her. What she knows, the judges model each in its way. Two know the paper she is about to announce, as
relevance feedback is simulated where the need that is judged by is the one that is evaluated; they say how well ours
follows what it is told, and share a measure with it: MiniLM's vectors, and TF-IDF. The others never see that paper,
and lots say nothing: by them ours should lose nothing. What a verdict weighs was chosen on 1,200 cases of June, where
it gained .010, .083, .100 and .011 by four of the judges in this order (people weren't tried) and -.003 by lots.

These cases of July have been looked at six times, this table included; no constant was chosen by them. Before this
recipe More and Less gained -.017, .113, .168, -.008 and -.016 by the judges in this order and -.017 by lots.
"""
ROWS: dict[str, tuple[Callable[[Case, Day], Scores], str]] = {
    "centroid of the embeddings": (recipes.centroid, ""),
    "nearest embedding": (recipes.nearest, ""),
    "logistic regression on MiniLM": (recipes.logistic, ""),
    SANITY: (recipes.sanity, ""),
    SUM: (recipes.both, ""),
    "ours at first, words alone": (recipes.ours_at_first_without_model, ""),
    "ours at first, words and meaning": (recipes.ours_at_first, ""),
    "ours, words alone (no model on the machine)": (recipes.ours_without_model, ""),
    OURS: (recipes.ours, "0.47"),
    "ours, with co-authors": (recipes.ours_with_co_authors, "0.65"),
    "ours, with co-authors, the three closest followed": (recipes.ours_with_follows, "0.65"),
}
ENOUGH = 7
"""Earlier papers where three of them are hidden, so that four are left."""


def found(case: Case, day: Day, recipe: Callable[[Case, Day], Scores]) -> float:
    """Whether it is among the ten: ties count as so many draws."""
    scores = recipe(case, day)
    own = scores[[paper.id for paper in day.papers].index(case.wanted.id)]
    above, equal = int((scores > own).sum()), int((scores == own).sum())
    return min(max((TEN - above) / equal, 0.0), 1.0)


def share(values: Sequence[float]) -> str:
    """The mean with its 95 % interval: cases resampled, each of another author."""
    drawn_again = np.random.default_rng(0).choice(np.array(values), (RESAMPLED, len(values))).mean(axis=1)
    low, high = np.percentile(drawn_again, (2.5, 97.5))
    return (
        f"{np.mean(values):.3f} ({low:.3f} to {high:.3f})"
        if low < 0
        else f"{np.mean(values):.3f} ({low:.3f}–{high:.3f})"
    )


def days_of(cases: Cases, chosen: Sequence[Case]) -> dict:
    """Each day of these cases, with the words of all that their authors wrote."""
    papers = [one for case in chosen for one in (*case.known, *case.later, *cases.days[case.day])]
    befores = {day: drawn(cases.background(day), str(day)) for day in {case.day for case in chosen}}
    vectors = vectors_of([*papers, *(one for day in befores for one in cases.background(day))])
    known = {day: [one for case in chosen if case.day == day for one in case.known] for day in befores}
    taught = cases.taught(min(befores))
    model, co_authors = train(taught, vectors_of(taught[-MAX_PAPERS:])), co_authors_of(taught)
    digests = {day: [cases.days[one] for one in cases.before(day)] for day in befores}
    return {
        day: Day(cases.days[day], befores[day], known[day], vectors, digests[day], model, co_authors) for day in befores
    }


def co_authors_of(papers: Sequence[Paper]) -> dict[str, frozenset[str]]:
    """Of each folded name, those who wrote with it; crowds are left out."""
    known: defaultdict[str, set[str]] = defaultdict(set)
    for paper in papers:
        if len(paper.authors) <= MAX_AUTHORS:
            names = folded_names(paper)
            for name in names:
                known[name].update(names)
    return {name: frozenset(others) for name, others in known.items()}


def rows_of_recipes(chosen: Sequence[Case], days: dict) -> list[tuple[str, str, str, str]]:
    rows = [("chance", share([TEN / len(days[case.day].papers) for case in chosen]), "–", "–")]
    hits: dict[str, list[float]] = {}
    for what, (recipe, goal) in ROWS.items():
        begun = monotonic()
        hits[what] = [found(case, days[case.day], recipe) for case in chosen]
        rows.append((what, share(hits[what]), goal or "–", f"{1000 * (monotonic() - begun) / len(chosen):.0f} ms"))
        print(*rows[-1], file=sys.stderr, flush=True)
    rows.append(("… gained over arxiv-sanity, case by case", gain(hits[SANITY], hits[OURS]), "> 0", "–"))
    rows.append(("… gained over the sum, case by case", gain(hits[SUM], hits[OURS]), "> 0", "–"))
    sure = [n for n, case in enumerate(chosen) if case.surely_hers]
    for what in (SANITY, SUM, OURS):
        values = [hits[what][n] for n in sure]
        rows.append((f"{what}, the {len(sure)} cases that share a co-author", share(values), "–", "–"))
    return rows


def rows_of_verdicts(some: Sequence[Case], days: dict) -> list[tuple[str, str, str, str]]:
    shown = [verdicts.shown_to(case, days[case.day]) for case in some]
    before = [found(case, days[case.day], verdicts.before) for case in some]
    rows = [(f"ours, words and meaning, her last three papers hidden ({len(some)} cases)", share(before), "–", "–")]
    for who, judge in verdicts.JUDGES.items():
        after = [
            found(case, days[case.day], partial(verdicts.after, judge=judge, shown=hers))
            for case, hers in zip(some, shown, strict=True)
        ]
        rows.append((f"… after five More and five Less by {who}", share(after), "–", "–"))
        goal = "–" if judge is verdicts.lots else "> 0"
        rows.append(("… … gained by them, case by case", gain(before, after), goal, "–"))
        print(*rows[-2:], file=sys.stderr, flush=True)
    return rows


def gain(before: Sequence[float], after: Sequence[float]) -> str:
    return share([b - a for a, b in zip(before, after, strict=True)])


def main(arguments: Sequence[str]) -> None:
    if CORPUS_MISSING:
        sys.exit(f"This needs the recorded papers, and {CORPUS_MISSING}.")
    cases = Cases()
    drawn_cases = cases.measured[: int(arguments[0]) if arguments else MEASURED]
    chosen = sorted(drawn_cases, key=lambda case: case.day)  # what is read of a day's papers is kept
    days = days_of(cases, chosen)
    size = sum(len(days[case.day].papers) for case in chosen) / len(chosen)
    said = (
        f"{len(chosen):,} cases, each of another author, on {len(days)} days of July 2026"
        f" of {size:.0f} papers on average.\n{SAID}"
    )
    judged = [case for case in chosen if len(case.known) >= ENOUGH]
    rows = [*rows_of_recipes(chosen, days), *rows_of_verdicts(judged, days)]
    lines = [("recipe", "among the ten", "goal", "time"), ("---",) * 4, *rows]
    drawn_table = "\n".join(f"| {' | '.join(row)} |" for row in lines)
    text = f"# Ranking\n\nWritten by `python -m benchmarks.ranking.run`.\n\n{machine()}\n\n{said}\n{drawn_table}\n"
    print(text)
    if not arguments:
        TABLE.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])

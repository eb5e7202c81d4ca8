"""What following a topic by meaning adds, and how much of it is on the topic: `python -m benchmarks.topics.run`.

Of recorded papers, those that don't say a topic's phrase and lie near it are what meaning adds. One counts as on the
topic where it says any of the topic's other words (`known_topics.py`), which nothing but the judge is told of. That
is a lower bound: a paper may be on a topic and say none of them.
"""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic

import numpy as np

from benchmarks.topics.known_topics import chosen_on, held_out
from bot.papers.candidate import Candidate, speaks_of
from bot.papers.clients.minilm import MiniLm
from bot.ranking.centering import centered
from bot.ranking.match import MIN_COSINE
from support.embedding_models import NO_MODEL, folders
from support.recorded_corpus import CORPUS_MISSING, corpus_days

FORTNIGHT, LATER = (date(2026, 6, 1), date(2026, 6, 14)), (date(2026, 7, 7), date(2026, 7, 17))
COUNTS = (100, 200, 400, 800)
BOUNDS = (0.38, 0.40, MIN_COSINE, 0.45, 0.48)

Topics = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Pool:
    """Papers with a unit vector each."""

    candidates: Sequence[Candidate]
    rows: np.ndarray

    @property
    def apart(self) -> np.ndarray:
        """What sets each paper apart, as the bot has it."""
        return np.stack(list(centered({str(n): row for n, row in enumerate(self.rows)}).values()))


@dataclass(frozen=True)
class Judged:
    """A row a topic, a column a paper: whether it says the phrase, and whether it says any word of the topic's."""

    says: np.ndarray
    right: np.ndarray


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


async def pool(model: MiniLm, span: tuple[date, date]) -> Pool:
    papers = [paper for day, some in corpus_days().items() if span[0] <= day <= span[1] for paper in some]
    began = monotonic()
    rows = await model.embed([f"{paper.title}. {paper.abstract}" for paper in papers])
    seconds = monotonic() - began
    print(
        f"{len(papers):,} papers of {span[0]} to {span[1]}: {1000 * seconds / len(papers):.0f} ms a paper", flush=True
    )
    return Pool([Candidate(paper) for paper in papers], rows)


def judged(topics: Topics, among: Pool) -> Judged:
    says = np.array([[speaks_of(topic, one) for one in among.candidates] for topic in topics])
    others = [[any(speaks_of(word, one) for word in words) for one in among.candidates] for words in topics.values()]
    return Judged(says, says | np.array(others))


def ways(meant: np.ndarray, among: Pool, by: Judged) -> dict[str, np.ndarray]:
    """Scores, a row a topic: each way to tell how near a paper is."""
    plain, apart = meant @ among.rows.T, meant @ among.apart.T
    return {
        "cosine to the topic": plain,
        "cosine in spreads above the topic's mean": (plain - plain.mean(1, keepdims=True))
        / plain.std(1, keepdims=True),
        "cosine to topic + mean of the 20 best that say it": _with_those_that_say_it(meant, among.rows, plain, by),
        "cosine to what sets the paper apart": apart,
        "the last two together": _with_those_that_say_it(meant, among.apart, apart, by),
    }


def _with_those_that_say_it(meant: np.ndarray, rows: np.ndarray, scores: np.ndarray, by: Judged) -> np.ndarray:
    """Topics that fewer than three papers say stay as they are."""
    best = [np.flatnonzero(says)[np.argsort(-score[says])[:20]] for says, score in zip(by.says, scores, strict=True)]
    centres = [
        topic if len(at) < 3 else topic + unit(rows[at].mean(0)[None])[0] for topic, at in zip(meant, best, strict=True)
    ]
    return unit(np.array(centres)) @ rows.T


def of_the_nearest(scores: np.ndarray, by: Judged) -> list[str]:
    """The share on the topic among the nearest of what meaning adds, over all topics."""
    order = np.argsort(-np.where(by.says, -np.inf, scores).ravel())
    return [f"{by.right.ravel()[order[:count]].mean():.2f}" for count in COUNTS]


def within(bound: float, scores: np.ndarray, by: Judged, days: int) -> list[str]:
    """What a bound adds: papers a topic and day, the share on the topic with its interval over topics, and by topic."""
    added = (scores >= bound) & ~by.says
    number, right = added.sum(1), (added & by.right).sum(1)
    draws = np.random.default_rng(0).integers(0, len(number), (2000, len(number)))
    low, high = np.percentile(right[draws].sum(1) / np.maximum(number[draws].sum(1), 1), (2.5, 97.5))
    some = number > 0
    return [
        f"{bound:.2f}",
        f"{added.sum():,}",
        f"{added.sum() / len(number) / days:.2f}",
        f"{right.sum() / max(number.sum(), 1):.2f} ({low:.2f}–{high:.2f})",
        f"{(right[some] / number[some]).mean():.2f}",
        f"{some.sum()} of {len(number)}",
    ]


def table(rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(
        [
            "| " + " | ".join(rows[0]) + " |",
            "|---" * len(rows[0]) + "|",
            *("| " + " | ".join(r) + " |" for r in rows[1:]),
        ]
    )


async def main() -> None:
    """Prints Markdown: the ways to tell nearness, then the bounds of the one that the bot takes, by both sets."""
    if CORPUS_MISSING or not folders():
        sys.exit(CORPUS_MISSING or NO_MODEL)
    model = MiniLm(folders()[0])
    sets: list[tuple[str, Topics, tuple[date, date]]] = [
        ("chosen on", chosen_on(), FORTNIGHT),
        ("held out, on later papers", held_out(), LATER),
    ]
    for name, topics, span in sets:
        among = await pool(model, span)
        meant, by = await model.embed(list(topics)), judged(topics, among)
        days = len({day for day in corpus_days() if span[0] <= day <= span[1]})
        print(f"\n{len(topics)} topics {name}, over {days} days. On the topic, of the nearest so many:\n")
        compared = [[way, *of_the_nearest(scores, by)] for way, scores in ways(meant, among, by).items()]
        print(table([["way", *(f"{count:,}" for count in COUNTS)], *compared]))
        print("\nBy what sets the paper apart, from a bound on:\n")
        heads = ["bound", "added", "a topic and day", "on the topic (95 %)", "mean over topics", "topics that get any"]
        print(table([heads, *(within(bound, meant @ among.apart.T, by, days) for bound in BOUNDS)]), "\n", flush=True)


if __name__ == "__main__":
    asyncio.run(main())

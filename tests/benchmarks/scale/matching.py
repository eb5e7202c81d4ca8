"""1,000 papers against a million follows in 10,000 channels, beside asking each follow about each paper.

Each measurement is a process of its own, so that its memory is its own.
"""

import json
import resource
import subprocess
import sys
from array import array
from collections.abc import Iterator
from itertools import islice
from time import perf_counter, process_time

from benchmarks.corpus import many
from benchmarks.report import Figures, Row
from bot.domain.channel import Kind
from bot.papers.candidate import Candidate
from bot.ranking.follow_index import FollowIndex, Wanted, wanted_of
from bot.ranking.match import wants
from support.bot_process import REPOSITORY, environment
from support.corpus_follows import follows_of_papers

CHANNELS, FOLLOWS, PAPERS = 10_000, 1_000_000, 1_000
SAMPLE_PAPERS, SAMPLE_FOLLOWS = 100, 2_000
RUNS = 3
LONGEST_SECONDS, MOST_MB, MOST_MORE = 5.0, 600.0, 1.1
Told = dict[str, float]


def measure() -> list[Row]:
    """Rows of all matches, of the index itself, and of as many follows more that match nothing."""
    plain, more = ([_apart(extra) for _ in range(RUNS)] for extra in (0, FOLLOWS))
    about = f"{PAPERS:,} papers against {FOLLOWS:,} follows in {CHANNELS:,} channels"
    base = Figures.s([plain[0]["one by one"]])
    seconds = [_figures(told, "matching") for told in (plain, more)]
    pairs = f"{plain[0]['matches']:,.0f} matches"
    return [
        Row(f"{about}: {pairs}", seconds[0], base, "asking each follow, extrapolated", LONGEST_SECONDS),
        Row("… memory at its peak", _mb(plain), goal=MOST_MB),
        Row("… building the index, once", _figures(plain, "building")),
        Row(f"… {FOLLOWS:,} more that match nothing", seconds[1], seconds[0], "without", MOST_MORE * seconds[0].median),
        Row("… memory at its peak with these", _mb(more)),
    ]


def _figures(told: list[Told], what: str) -> Figures:
    return Figures.s(one[what] for one in told)


def _mb(told: list[Told]) -> Figures:
    return Figures(tuple(one["MB"] for one in told), "MB")


def _apart(extra: int) -> Told:
    code = f"import json; from benchmarks.scale.matching import run; print(json.dumps(run({extra})))"
    ended = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=environment({}), capture_output=True, check=True, text=True
    )
    return json.loads(ended.stdout)


def run(extra: int) -> Told:
    """Seconds, matches and megabytes of one process; `extra` follows that match nothing come on top."""
    known = many().papers
    papers = known[:: max(len(known) // PAPERS, 1)][:PAPERS]
    index, channels, before = FollowIndex(), [], _peak_mb()
    began = perf_counter()
    for number, wanted in enumerate(islice(_wanted(), FOLLOWS)):
        _subscribe(index, channels, wanted, number % CHANNELS)
    for number in range(extra):
        _subscribe(index, channels, _unmatched(number), number % CHANNELS)
    built, busy = perf_counter(), process_time()
    matches = 0
    for found, rows in index.match([Candidate(paper) for paper in papers]).items():
        matches += len(rows) * len(channels[found])
    taken = process_time() - busy
    one_by_one = _one_by_one() if not extra else 0.0
    return {
        "building": built - began,
        "matching": taken,
        "matches": matches,
        "MB": _peak_mb() - before,
        "one by one": one_by_one,
    }


def _subscribe(index: FollowIndex, channels: list["array[int]"], wanted: Wanted, channel: int) -> None:
    number = index.add(wanted)
    if number == len(channels):
        channels.append(array("I"))
    channels[number].append(channel)


def _wanted() -> Iterator[Wanted]:
    return (wanted_of(follow) for follow in follows_of_papers(many().papers))


def _unmatched(number: int) -> Wanted:
    """A name or a phrase of usual words that no paper has."""
    if number % 2:
        return Kind.AUTHOR, (f"Wei{number} Nobody{number % 1000}",)
    return Kind.TOPIC, (f"deep learning of unobtainium {number}",)


def _one_by_one() -> float:
    """Seconds for all pairs, from those of a sample."""
    candidates = [Candidate(paper) for paper in many().papers[:SAMPLE_PAPERS]]
    follows = list(islice(follows_of_papers(many().papers), SAMPLE_FOLLOWS))
    began = process_time()
    for follow in follows:
        for candidate in candidates:
            wants(follow, candidate)
    pairs = SAMPLE_FOLLOWS * SAMPLE_PAPERS
    return (process_time() - began) / pairs * FOLLOWS * PAPERS


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024

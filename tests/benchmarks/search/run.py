"""`python -m benchmarks.search.run [quality | speed]`: is what is looked for the first, and how soon is it there?

Over the 77,000 recorded papers, and over 100,000 made of them. Each half prints its table; RESULTS.md holds
both. What is measured here chose no constant: see `bot/search/index/fusion.py` and `fields.py` for what did.
"""

import sys
import tempfile
from pathlib import Path

from benchmarks.report import machine
from benchmarks.search.quality import Compared, filled
from benchmarks.search.speed import A_DAY, PAPERS, QUESTIONS, everything, step
from benchmarks.vectors import kept
from support.recorded_corpus import CORPUS_MISSING

TABLE = Path(__file__).with_name("RESULTS.md")
HEAD = "# Search\n\nWritten by `python -m benchmarks.search.run`.\n\n"
BETWEEN = "\n\n---\n\n"


def quality(home: Path) -> str:
    papers, vectors = everything(), kept()
    known = sum(paper.id in vectors for paper in papers)
    lines = Compared(filled(home / "search", papers, vectors), papers, vectors).lines(papers)
    return "\n".join(
        (
            "## Is it the first?",
            "",
            machine(),
            "",
            f"{len(papers):,} papers, {known:,} of them with a vector. Share of questions whose paper is the",
            "first, and mean reciprocal rank (0 behind the first 1,000; meaning alone compares all vectors exactly).",
            "Constants were chosen on other questions and papers; that meaning must not override words that are",
            "certain, and that inflections must meet, was learned from an earlier state of this table.",
            "",
            *lines,
            "",
            "The page called logit was answered to another question: 85 of its 119 papers say space and 40 logit,",
            "and the first four say logit space. Of all papers here 643 say logit.",
        )
    )


def speed(home: Path) -> str:
    about = machine()
    filled = step("fill", home)
    build, cold, ask = step("build", home), step("open_cold", home), step("ask", home)
    size = sum(path.stat().st_size for path in (home / "search").rglob("*") if path.is_file()) / 1e6
    add = step("add", home)
    rows = (
        (f"{QUESTIONS:,} questions of 12 kinds: median", f"{ask['find_median']:.1f} ms", "≤ 20 ms"),
        ("… 99th percentile", f"{ask['find_p99']:.1f} ms", "≤ 50 ms"),
        ("… of processor alone: median", f"{ask['busy_median']:.1f} ms", "–"),
        ("… 99th percentile", f"{ask['busy_p99']:.1f} ms", "–"),
        ("… slowest", f"{ask['find_max']:.1f} ms", "–"),
        ("… counting all that answer them: median", f"{ask['count_median']:.1f} ms", "–"),
        ("… 99th percentile", f"{ask['count_p99']:.1f} ms", "–"),
        ("cold start: a new process opens it and answers", f"{cold['seconds']:.2f} s", "≤ 3 s"),
        ("memory of that process after one question", f"{cold['megabytes']:.0f} MB", "–"),
        ("… after all of them, at most (files of the index that are mapped count)", f"{ask['megabytes']:.0f} MB", "–"),
        (f"a day's {A_DAY} papers taken in", f"{add['words']:.1f} s", "–"),
        ("… and their vectors, later", f"{add['vectors']:.1f} s", "–"),
        ("made from nothing, out of Redis, in the background", f"{build['seconds']:.0f} s", "–"),
        ("memory of the process that makes it, at most", f"{build['megabytes']:.0f} MB", "–"),
        ("on disk", f"{size:.0f} MB", "–"),
    )
    return "\n".join(
        (
            "## How soon?",
            "",
            about,
            "",
            f"{PAPERS:,} papers, {filled['vectors']:,} with a vector: the recorded ones, and copies of some with",
            "their sentences in another order. One question after the other in one process, Redis asked each time for",
            "what is new. The question's own vector, some 10 ms, is not in it.",
            "",
            "| what | figure | goal |",
            "| --- | --- | --- |",
            *(f"| {' | '.join(row)} |" for row in rows),
        )
    )


def main() -> None:
    if CORPUS_MISSING:
        sys.exit(f"This needs the recorded papers: {CORPUS_MISSING}.")
    parts = {"quality": quality, "speed": speed}
    for name in sys.argv[1:] or parts:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            found = parts[name](Path(folder)).strip()
        print(found, flush=True)
        old = TABLE.read_text("utf-8").removeprefix(HEAD).strip().split(BETWEEN) if TABLE.exists() else []
        said = dict(zip(parts, [*old, "", ""], strict=False)) | {name: found}
        TABLE.write_text(HEAD + BETWEEN.join(said.values()).strip() + "\n", "utf-8")


if __name__ == "__main__":
    main()

"""`make bench`: measures, prints a table, and judges nothing by its exit code."""

import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from time import monotonic

from benchmarks import corpus as papers
from benchmarks.report import Row, drawn, machine, notes
from benchmarks.speed import a_day, footprint, stages, under_load
from benchmarks.speed import commands as answers
from support.recorded_corpus import CORPUS_MISSING
from support.servers.arxiv_server import ArxivServer
from support.servers.model_server import ModelServer

NOT_COMPARED = 200
"""Papers that the sentence model compares before the bot rests: all ten thousand would take a quarter of an hour."""


async def main(home: Path) -> None:
    """All rows, one after the other, so that none disturbs another."""
    header, rows, began = machine(), [], monotonic()
    day, many = papers.the_day(), papers.many()
    stocked, hungry = home / "stocked", home / "hungry"
    await papers.stock(stocked, many.papers)
    await papers.stock(hungry, many.papers, fetched=False)
    await papers.compare(hungry, many.papers[:-NOT_COMPARED])
    paper_id = many.papers[0].id
    async with ArxivServer() as arxiv, ModelServer() as model:
        arxiv.announce(papers.THE_DAY, day.papers)
        sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0}
        sources |= {
            "ARXIV_OAI_URL": arxiv.oai_url,
            "DATACITE_URL": "http://127.0.0.1:1",
            "HUGGINGFACE_URL": "http://127.0.0.1:1",
        }
        modelled = {"OPENAI_API_KEY": "none", "OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        measurements: dict[str, Callable[[], Awaitable[list[Row]]]] = {
            "answers": lambda: answers.measure(home / "answers", {**sources, **modelled}, day.papers[0].id),
            "commands under load": lambda: under_load.main(home / "load"),
            "a day": lambda: a_day.measure(home, day),
            "memory": lambda: footprint.memory(hungry, many.what, {**sources, **modelled}, paper_id),
            "start": lambda: footprint.start(stocked, many.what, sources, modelled),
            "commands": lambda: footprint.commands(stocked, sources, paper_id),
            "fetching": lambda: stages.fetching(home, day),
            "digests": lambda: stages.digests(stocked, many),
            "follows": lambda: stages.examples(stocked, many, sources),
        }
        for name, measure in measurements.items():
            print(f"measuring {name} …", file=sys.stderr, flush=True)
            rows += await measure()
    print(f"{header}\n\n{drawn(rows)}\n\n{notes(CORPUS_MISSING)}")
    print(f"The whole took {monotonic() - began:.0f} s; load {os.getloadavg()[0]:.1f} after the last measurement.")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="paperlark-bench-", ignore_cleanup_errors=True) as folder:
        asyncio.run(main(Path(folder)))

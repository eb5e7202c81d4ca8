"""`make bench`: measures, prints a table, and judges nothing by its exit code."""

import asyncio
import sys
import tempfile
from pathlib import Path

from servers.arxiv_server import ArxivServer
from servers.model_server import ModelServer

from benchmarks import answers, papers
from benchmarks.table import Row, drawn, machine


async def main(home: Path) -> None:
    rows: list[Row] = []
    day = papers.the_day()
    async with ArxivServer() as arxiv, ModelServer() as model:
        arxiv.announce(papers.THE_DAY, day.papers)
        sources = {"ARXIV_API_URL": arxiv.api_url, "ARXIV_RSS_URL": arxiv.rss_url, "ARXIV_MIN_INTERVAL_SECONDS": 0, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": model.base_url}
        rows += await answers.measure(home / "answers", sources, day.papers[0].id)
    print(machine()); print(drawn(rows))

if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="paperlark-bench-") as folder:
        asyncio.run(main(Path(folder)))

"""How quick it is over 100,000 papers: in processes of their own, on the embedded Valkey, as the bot runs it."""

import asyncio
import json
import pickle
import random
import resource
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic, process_time

import numpy as np
from numpy.typing import NDArray

from benchmarks.search.questions import everyday
from benchmarks.vectors import kept
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.clock import SystemClock
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.search.index.maintain import DiskSearchIndex
from support.recorded_corpus import HISTORY, RECENT, corpus_papers

MODEL = "all-MiniLM-L6-v2"
PAPERS, QUESTIONS, A_DAY = 100_000, 1_200, 500
_AT_A_TIME = 5_000


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[tuple[DiskSearchIndex, PaperStore, EmbeddingStore]]:
    async with embedded_valkey(home) as url:
        client = open_redis(url)
        papers, vectors = PaperStore(client, SystemClock()), EmbeddingStore(client)
        index = DiskSearchIndex(home, PaperChangeLog(client), papers, vectors, SystemClock(), MODEL)
        try:
            yield index, papers, vectors
        finally:
            await index.aclose()
            await client.aclose()


def everything() -> list[Paper]:
    """All that is recorded, once."""
    return list({paper.id: paper for name in (HISTORY, RECENT) for paper in corpus_papers(name)}.values())


def copies(papers: Sequence[Paper], number: int, month: str) -> dict[Paper, Paper]:
    """Others like them, with their sentences in another order; by each the one that it is made of."""
    drawn = random.Random(month)
    made = {}
    for n, paper in enumerate(drawn.choices(papers, k=number)):
        said = paper.abstract.split(". ")
        drawn.shuffle(said)
        later = paper.published and paper.published + timedelta(days=drawn.randint(-30, 30))
        made[replace(paper, id=f"{month}.{n:05}", abstract=". ".join(said), published=later)] = paper
    return made


def _like(vector: NDArray[np.float32], seed: int) -> NDArray[np.float32]:
    other = vector + np.random.default_rng(seed).normal(scale=0.02, size=vector.shape).astype(np.float32)
    return other / np.linalg.norm(other)


async def fill(home: Path) -> dict[str, float]:
    """The stores alone, as if all had been fetched before there was an index."""
    real, vectors = everything(), kept()
    made = copies(real, PAPERS - len(real), "2499")
    vectors |= {new.id: _like(vectors[old.id], n) for n, (new, old) in enumerate(made.items()) if old.id in vectors}
    async with opened(home) as (_, papers, store):
        every = [*real, *made]
        for start in range(0, len(every), _AT_A_TIME):
            await papers.keep(every[start : start + _AT_A_TIME])
            await store.keep(MODEL, every[start : start + _AT_A_TIME], vectors)
    some = random.Random("ask").sample([paper for paper in real if paper.id in vectors], QUESTIONS)
    asked = [
        (query, _like(vectors[paper.id], n) if query.text else None)
        for n, (query, paper) in enumerate(everyday(some, QUESTIONS))
    ]
    (home / "questions").write_bytes(pickle.dumps(asked))
    (home / "day").write_bytes(pickle.dumps(list(copies(real, A_DAY, "2498"))))
    return {"papers": len(every), "vectors": len(vectors.keys() & {paper.id for paper in every})}


async def build(home: Path) -> dict[str, float]:
    async with opened(home) as (index, _, _):
        began = monotonic()
        await index.catch_up()
        taken = monotonic() - began
        state = await index.state()
    return {"seconds": taken, "papers": state.papers, "meant": state.meant} | _memory()


async def open_cold(home: Path) -> dict[str, float]:
    """From nothing read to the first answer; Python and the server are there already."""
    async with opened(home) as (index, _, _):
        vector = _like(np.ones(384, np.float32), 1)
        began = monotonic()
        found = await index.find(SearchQuery("state space models"), vector, 10)
        return {"seconds": monotonic() - began, "found": len(found)} | _memory()


async def ask(home: Path) -> dict[str, float]:
    """One question after the other. Its vector is near to that of the paper it was drawn from, as a real one's is."""
    async with opened(home) as (index, _, _):
        await index.find(SearchQuery("warm"), None, 10)
        taken, worked, counted = [], [], []
        for query, vector in pickle.loads((home / "questions").read_bytes()):
            began, busy = monotonic(), process_time()
            await index.find(query, vector, 10)
            taken.append(monotonic() - began)
            worked.append(process_time() - busy)
            began = monotonic()
            await index.count(query)
            counted.append(monotonic() - began)
    return _spread("find", taken) | _spread("busy", worked) | _spread("count", counted) | _memory()


async def add(home: Path) -> dict[str, float]:
    """A day's papers, kept by the stores before the clock starts; then their vectors."""
    async with opened(home) as (index, papers, store):
        await index.catch_up()
        new: list[Paper] = pickle.loads((home / "day").read_bytes())
        await papers.keep(new)
        began = monotonic()
        await index.catch_up()
        words = monotonic() - began
        await store.keep(MODEL, new, {p.id: _like(np.ones(384, np.float32), n) for n, p in enumerate(new)})
        began = monotonic()
        await index.catch_up()
    return {"words": words, "vectors": monotonic() - began} | _memory()


def _spread(name: str, seconds: Sequence[float]) -> dict[str, float]:
    median, last = np.percentile(np.array(seconds) * 1000, (50, 99))
    return {f"{name}_median": float(median), f"{name}_p99": float(last), f"{name}_max": max(seconds) * 1000}


def _memory() -> dict[str, float]:
    """What this process had at most, in MB."""
    return {"megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


STEPS = {step.__name__: step for step in (fill, build, open_cold, ask, add)}


def step(name: str, home: Path) -> Mapping[str, float]:
    """One of `STEPS` in a process of its own."""
    said = subprocess.run([sys.executable, "-m", __name__, name, str(home)], stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(asyncio.run(STEPS[sys.argv[1]](Path(sys.argv[2])))))

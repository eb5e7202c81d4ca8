"""`python -m benchmarks.speed.digest_summaries`: time of a digest's summaries beside the model's own pace.

    PYTHONPATH=.:tests python -m benchmarks.speed.digest_summaries > tests/benchmarks/speed/RESULTS.md

100 papers, a loopback model that takes 1.0 s a call, the real client, budget and Redis. Ideal: as many rounds of calls
as the concurrency needs. Each run is a process of its own that makes two digests: the first loads the client's library
too, which takes about a second of processor; the second is how it goes on. Then the client asks alone, as a baseline.
"""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from math import ceil
from pathlib import Path
from time import monotonic

from benchmarks.corpus import the_day
from benchmarks.report import Figures, Row, drawn, machine
from bot.app.settings import Settings
from bot.domain.paper import Paper
from bot.infra.clock import SystemClock
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.prompt import messages_for
from bot.summaries.service import Summaries
from bot.summaries.store.budget import RedisTokenBudget
from bot.summaries.store.summaries import RedisSummaryStore
from support.bot_process import REPOSITORY, environment
from support.servers.model_server import ModelServer

PAPERS, ROUNDS, CALL_SECONDS, RUNS = 100, 3, 1.0, 3
SHARE = 1.2
"""Of the ideal: the goal."""
CONCURRENCIES = (Settings.model_fields["openai_concurrency"].default, 16)


async def one_run(redis_url: str, model_url: str, concurrency: int) -> list[float]:
    """Seconds to the summaries of a digest and of the next in this process, and to the next one's bare answers."""
    papers, clock, settings = the_day().papers, SystemClock(), Settings.model_construct()
    redis = open_redis(redis_url)
    async with DeferredModel(
        "", model_url, "loopback-1", token_budget=RedisTokenBudget(redis, clock, settings.budget)
    ) as model:
        summaries = Summaries(RedisSummaryStore(redis), model, ExtractiveSummarizer(), clock, concurrency)
        taken = [await seconds_for(papers[:PAPERS], summaries)]
        taken.append(await seconds_for(papers[PAPERS : 2 * PAPERS], summaries))
    await redis.aclose()
    return [*taken, await bare(papers[PAPERS : 2 * PAPERS], model_url, concurrency)]


async def bare(papers: Sequence[Paper], model_url: str, concurrency: int) -> float:
    """The client alone with the same questions: nothing claimed, counted, checked or kept."""
    from openai import AsyncOpenAI  # noqa: PLC0415 - the first digest is to load it

    from bot.summaries.clients.openai_client import Way  # noqa: PLC0415

    lane = asyncio.Semaphore(concurrency)
    async with AsyncOpenAI(api_key="none", base_url=model_url) as client:

        async def ask(paper: Paper) -> None:
            async with lane:
                await client.chat.completions.create(
                    model="loopback-1", messages=messages_for(paper, "en"), **Way().fields()
                )

        began = monotonic()
        await asyncio.gather(*map(ask, papers))
        return monotonic() - began


async def seconds_for(papers: Sequence[Paper], summaries: Summaries) -> float:
    began = monotonic()
    made, said = await summaries.of_many(papers)
    seconds = monotonic() - began
    if said or len(made) != PAPERS or any(summary.extracted for summary in made.values()):
        raise RuntimeError(f"Not all summaries were made: {len(made)}, {said}")
    return seconds


async def in_a_process(*arguments: str) -> list[float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.speed.digest_summaries",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        cwd=REPOSITORY,
        env=environment({"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"}),
    )
    out, _ = await process.communicate()
    return [float(seconds) for seconds in out.split()]


async def measured(concurrency: int, home: Path) -> list[Row]:
    ideal = ceil(PAPERS / concurrency) * CALL_SECONDS
    taken = []
    for run in range(RUNS):
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(embedded_valkey(home / f"{concurrency}-{run}"))
            model = await stack.enter_async_context(ModelServer(levers=(f"slow:{CALL_SECONDS}",)))
            taken.append(await in_a_process(url, model.base_url, str(concurrency)))
            if model.calls.total() != ROUNDS * PAPERS or model.most_at_once > concurrency:
                raise RuntimeError(f"{model.calls.total()} calls, {model.most_at_once} at once")
    what = f"{PAPERS} papers, {concurrency} at a time, {CALL_SECONDS:.1f} s a call"
    first, second, alone = (Figures.s(each) for each in zip(*taken, strict=True))
    ideally = f"ideal {ideal:.1f} s; client alone"
    return [
        Row(f"{what}: a process's first digest", first, alone, ideally, SHARE * ideal),
        Row(f"{what}: its next one", second, alone, ideally, SHARE * ideal),
    ]


async def main(arguments: list[str]) -> None:
    """The table; or one run where addresses are given."""
    if arguments:
        redis_url, model_url, concurrency = arguments
        print(*await one_run(redis_url, model_url, int(concurrency)))
        return
    header = machine()
    with tempfile.TemporaryDirectory(prefix="paperlark-speed-", ignore_cleanup_errors=True) as home:
        rows = [row for concurrency in CONCURRENCIES for row in await measured(concurrency, Path(home))]
    print("# How long a digest's summaries take\n\nWritten by `python -m benchmarks.speed.digest_summaries`.\n")
    print(f"{header}\n\n{drawn(rows)}\n\nThe first rows have the default of `OPENAI_CONCURRENCY`. A first digest loads")
    print("the client's library, about a second of processor. The model server shares this machine's cores.")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))

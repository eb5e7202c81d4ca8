"""One person who asks for everything at once: what it costs the others, the digests, the machine and the model.

The figures "before" are those of the same tests on the code before fair shares.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from pathlib import Path
from statistics import quantiles

import psutil
import pytest

from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.domain.paper import Paper
from bot.infra.clock import SystemClock
from bot.papers.store.papers import PaperStore
from support.bot_process import Running, running
from support.drivers.slack_driver import seen_exchange
from support.loopback_world import World, a_world, at, paper
from support.servers.model_server import ModelServer
from support.servers.slack_workspace import Exchange

pytestmark = pytest.mark.slow

TUESDAY = date(2026, 9, 1)
KNOWN, MANY, A_WEEKS = "2608.00001", 300, 4000
TOKENS_A_CALL = 900
"""Counted by the loopback model in each answer."""
PERSON_TOKENS = 30_000
BUSY, OTHER = "U-busy", "U-other"


@dataclass(frozen=True)
class Bot:
    """A running bot, its model, and people who ask it on Slack."""

    world: World
    model: ModelServer
    process: Running

    async def answer(self, text: str, user: str, channel: str = "C1", seconds: float = 300.0) -> Exchange:
        exchange = await self.world.slack.says(text, channel, user, wait=False)
        await self.world.slack.until(lambda: exchange.done, f"an answer to {text!r}", seconds)
        return exchange

    def flood(self, texts: Sequence[str]) -> "list[asyncio.Task[Exchange]]":
        """Let one person send all of them at once, from many channels."""
        return [asyncio.create_task(self.answer(text, BUSY, f"C{n % 20}")) for n, text in enumerate(texts)]

    def megabytes(self) -> float:
        return psutil.Process(self.process.process.pid).memory_info().rss / 1e6


@asynccontextmanager
async def a_bot(home: Path, **settings: object) -> AsyncIterator[Bot]:
    async with a_world(home) as world, ModelServer() as model:
        nowhere = "http://127.0.0.1:1"
        world.settings |= {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model}
        world.settings |= {"OPENALEX_URL": nowhere, "SEMANTIC_SCHOLAR_URL": nowhere, **settings}
        world.announces(TUESDAY, [paper(f"2608.{n:05}", TUESDAY) for n in range(1, MANY + 1)])
        async with running("--only", "slack", settings=world.settings) as process:
            yield Bot(world, model, process)


def heavy() -> list[str]:
    papers = [f"/paper 2608.{n:05}" for n in range(2, MANY // 2)]
    names = [f"/author Nobody Known{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(MANY // 4)]
    searches = [f"/papers everywhere matter number {n}" for n in range(MANY - len(papers) - len(names))]
    return [text for each in zip(papers, [*names, *searches], strict=False) for text in each] + papers[-4:]


async def seconds_of_another(bot: Bot, busy: "list[asyncio.Task[Exchange]]", least: int = 20) -> list[float]:
    """Ask for a stored paper again and again while the flood lasts, at least some times; return each answer's time."""
    took: list[float] = []
    while len(took) < least or not all(task.done() for task in busy):
        begun = time.monotonic()
        exchange = await bot.answer(f"/paper {KNOWN}", OTHER)
        took.append(time.monotonic() - begun)
        assert KNOWN in str(exchange.answers)
        await asyncio.sleep(0.1)
    return took


async def test_three_hundred_heavy_commands_of_one_person_harm_nobody_else(tmp_path: Path) -> None:
    async with a_bot(tmp_path, ARXIV_MIN_INTERVAL_SECONDS=0.05, OPENAI_PERSON_DAILY_TOKENS=PERSON_TOKENS) as bot:
        before = bot.megabytes()  # from cold: nothing is loaded yet that the commands need
        for text in (f"/paper {KNOWN}", "/papers everywhere matter", "/author Nobody Known"):
            await bot.answer(text, OTHER)
        calls = bot.model.calls.total()
        busy = bot.flood(heavy())
        took = await seconds_of_another(bot, busy)
        said = [seen_exchange(task.result()) for task in busy]
        grown, tokens = bot.megabytes() - before, (bot.model.calls.total() - calls) * TOKENS_A_CALL
        stored = await bot.answer(f"/paper {KNOWN}", BUSY)
    p95 = quantiles(took, n=20)[-1]
    print(f"another's stored paper: p95 {p95:.2f} s of {len(took)}; memory +{grown:.0f} MB; {tokens:,} tokens")
    assert len(said) == MANY
    assert p95 <= 5
    assert grown <= 300
    assert tokens <= PERSON_TOKENS
    held_back = [one for one in said if "Try again in" in one.text]
    spent = [one for one in said if "share of the model for one person is used up" in one.text]
    assert held_back
    assert spent
    assert all(one.private for one in (*held_back, *spent))
    assert KNOWN in str(stored.answers), "what is stored is never held back"


async def test_a_hundred_follows_of_one_person_keep_nobody_waiting(tmp_path: Path) -> None:
    async with a_bot(tmp_path, ARXIV_MIN_INTERVAL_SECONDS=0.05) as bot:
        await _announced_yesterday(tmp_path, [paper(f"2609.{n:05}", TUESDAY) for n in range(1, A_WEEKS + 1)])
        await bot.answer(f"/paper {KNOWN}", OTHER)
        took = await seconds_of_another(bot, bot.flood([f"/follow topic: matter of number {n}" for n in range(100)]))
    print(f"another's stored paper beside 100 /follow: the longest of {len(took)} took {max(took):.2f} s")
    assert max(took) <= 5


async def test_a_due_digest_and_another_person_get_their_turns_beside_sixty_unknown_ids(tmp_path: Path) -> None:
    """Count turns of arXiv, which take 3 s each at arXiv itself, instead of seconds."""
    async with a_bot(tmp_path, ARXIV_MIN_INTERVAL_SECONDS=0.15) as bot:
        room = bot.world.room("slack", "C-digest")
        await room.says("/digest on 09:00 UTC cs.LG", at("2026-08-31 12:00"))
        async with _outstanding(bot, [f"/paper 2607.{n:05}" for n in range(60)]):
            begun = len(bot.world.arxiv.requests)
            once = asyncio.create_task(bot.world.once(at("2026-09-01 09:00")))
            waited = await _turns_until(bot, "2606.00001", lambda: bot.answer("/paper 2606.00001", OTHER, "C-other"))
            assert (await once).code == 0
        requests = bot.world.arxiv.requests[begun:]
    # The digest waits for its own category; the rest of arXiv is read behind it, when nobody else asks.
    own = [n for n, asked in enumerate(requests) if "cs.LG" in f"{asked.path} {asked.params.get('search_query')}"]
    assert len(own) == 2
    between = own[-1] - own[0] + 1 - len(own)
    print(f"the digest's {len(own)} requests waited {between} turns; another person's question {waited}")
    assert len(room.papers) > 0
    assert between * 3 <= 30
    assert between <= ceil(len(own) / 2) + 1
    assert waited <= 3


async def _announced_yesterday(home: Path, papers: Sequence[Paper]) -> None:
    """Store what a `/follow` forecasts from."""
    async with opened_redis(Settings.model_construct(paperlark_home=home)) as redis:
        store, yesterday = PaperStore(redis, SystemClock()), SystemClock().now() - timedelta(days=1)
        await store.keep(papers)
        await store.announce({one.id: yesterday for one in papers})


@asynccontextmanager
async def _outstanding(bot: Bot, texts: Sequence[str]) -> AsyncIterator[None]:
    """Let one person ask all of these without end: a question that is answered, or held back, is asked again."""

    async def insists(text: str, channel: str) -> None:
        while True:
            await bot.answer(text, BUSY, channel)
            await asyncio.sleep(1)

    tasks = [asyncio.create_task(insists(text, f"C{n % 20}")) for n, text in enumerate(texts)]
    await bot.world.slack.until(lambda: len(bot.world.arxiv.requests) > 2, "arXiv is asked")
    yield
    for task in tasks:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*tasks)


async def _turns_until(bot: Bot, paper_id: str, asks: Callable[[], Awaitable[Exchange]]) -> int:
    """Return how many requests of others arXiv got after the one under way, and before the one about this paper."""
    before = len(bot.world.arxiv.requests)
    await asks()
    asked = [request.params.get("id_list", "") for request in bot.world.arxiv.requests[before:]]
    return max(asked.index(paper_id) - 1, 0)

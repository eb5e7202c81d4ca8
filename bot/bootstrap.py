"""The composition root: with `outside.py` it names who fulfils the ports, and it opens and closes everything."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

from redis.asyncio import Redis

from bot.announcements import Announcements
from bot.backup.file import Backup
from bot.clockcheck import ClockWatch
from bot.core import Core
from bot.digesting import Newsstand
from bot.embeddings.folder import model_folder
from bot.embeddings.minilm import MiniLm
from bot.everywhere import Everywhere
from bot.health import Health
from bot.indexing import Indexing
from bot.jobs import Jobs
from bot.kinships import Kinships
from bot.mailbox import MAIL
from bot.measuring import Measures
from bot.metrics import Read, Reading
from bot.outbox import Outbox
from bot.outside import Outside, asked_of
from bot.paper import Paper
from bot.pipeline import Pipeline
from bot.planning import Planner
from bot.plotter import MatplotlibPlotter
from bot.ports import (
    NO_METER,
    Clock,
    Embedder,
    Failures,
    FullTexts,
    Ledger,
    Messenger,
    Meter,
    Purse,
    SearchIndex,
    Summarizer,
)
from bot.recapping import Recaps
from bot.rounds import Rounds
from bot.search.keeping import KeptIndex
from bot.settings import Settings
from bot.spare_memory import spare_bytes
from bot.standing import spending, standing
from bot.stores.channels import RedisChannels
from bot.stores.connection import check, open_redis
from bot.stores.embedded import embedded_valkey
from bot.stores.failures import RedisFailures
from bot.stores.fetches import RedisFetches
from bot.stores.kinship import RedisKinship
from bot.stores.ledger import RedisLedger
from bot.stores.optins import RedisOptIns
from bot.stores.pace import RedisPace
from bot.stores.paper_log import RedisPaperLog
from bot.stores.papers import RedisPapers
from bot.stores.purse import RedisPurse
from bot.stores.servers import times
from bot.stores.summaries import RedisSummaries
from bot.stores.taste import RedisTaste
from bot.stores.upvotes import RedisUpvotes
from bot.stores.vectors import RedisVectors
from bot.summarizers.deferred import DeferredModel
from bot.summarizers.extractive import ExtractiveSummarizer
from bot.summarizers.full_text import FullTextReader
from bot.summarizers.topics import topics_of
from bot.summarizing import Summaries
from bot.tasting import Tastes
from bot.trending import Trends
from bot.trends import DailyTrends
from bot.upvotes import Upvotes
from bot.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Application:
    """What the command line starts: the door for commands, `rounds` for all that is due now, for `paperlark run` a
    planner, the jobs that it finds and the address of the Redis that holds their queues, and what others watch it by.

    `page` is the text of `/metrics`, empty where no port is set.
    """

    core: Core
    rounds: Rounds
    planner: Planner
    jobs: Jobs
    redis_url: str
    health: Health
    watch: ClockWatch
    page: Callable[[], Awaitable[bytes]]
    index: SearchIndex


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock, messengers: Mapping[str, Messenger], outside: Outside | None = None
) -> AsyncIterator[Application]:
    """Everything connected and checked; closed again at the end. `outside` replaces the real one. Raises StoreDown."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(located_redis(settings))
        redis = await stack.enter_async_context(_connected(url))
        meter, draw = _meter(settings)
        sources = outside or await asked_of(settings, redis, stack, meter)
        purse = RedisPurse(redis, clock, settings.budget)
        model = await _model(settings, stack, meter, purse, sources.full_texts)
        papers, channels = RedisPapers(redis, clock), RedisChannels(redis)
        fetches, ledger, failures = RedisFetches(redis), RedisLedger(redis), RedisFailures(redis)
        embedder = _embedder(settings)
        vectors = Vectors(embedder, RedisVectors(redis))
        kept_vectors = partial(vectors.of, budget_seconds=0.0)
        kinships = Kinships(papers, RedisKinship(redis), clock, kept_vectors, spare_bytes)
        tastes = Tastes(papers, RedisTaste(redis), vectors.of, kinships)
        extract = ExtractiveSummarizer(embedder)
        summaries = Summaries(RedisSummaries(redis), model, extract, clock, settings.openai_concurrency, meter)
        news = Announcements(sources.catalogue, sources.feed, papers, fetches, clock, sources.harvest, channels, meter)
        outbox = Outbox(ledger, messengers, clock, RedisPace(redis), failures, meter, MatplotlibPlotter())
        recaps = Recaps(papers, ledger, tastes.store, _topics_of)
        newsstand = Newsstand(papers, fetches, vectors)
        kept = KeptIndex(settings.paperlark_home, RedisPaperLog(redis), papers, vectors.store, clock, vectors.model)
        index = await stack.enter_async_context(aclosing(kept))
        indexing = Indexing(index, papers, vectors)
        upvotes = Upvotes(sources.popular, RedisUpvotes(redis), papers)
        trends = Trends(upvotes, channels, tastes.store, papers, messengers)
        daily = DailyTrends(trends) if upvotes.asks else None
        pipeline = Pipeline(
            news, newsstand, channels, tastes, summaries, ledger, outbox, clock, recaps, indexing, upvotes, daily
        )
        jobs = Jobs(pipeline, failures, meter)

        async def read() -> list[Reading]:
            costs = await spending(purse) if model else []
            return [*await standing(ledger, channels, failures, fetches, clock.now()), *costs]

        stores = (papers, channels, ledger, failures, fetches)
        yield Application(
            Core(
                *stores,
                sources.urgent,
                tastes,
                summaries,
                vectors,
                clock,
                recaps,
                upvotes,
                trends,
                daily,
                Everywhere(sources.urgent, sources.finder, clock),
                _topics_of,
                meter,
                sources.registry,
                purse,
                sources.bibliography,
                sources.people,
                Measures(index, vectors, papers, clock, RedisUpvotes(redis)),
                second=sources.second,
                search=index,
                optins=RedisOptIns(redis),
                letters=messengers.get(MAIL),
                listings=sources.listings,
            ),
            Rounds(pipeline, jobs, failures),
            Planner(pipeline, ledger, failures, clock),
            jobs,
            url,
            Health(lambda: check(redis)),
            ClockWatch(lambda: times(redis), clock, meter),
            lambda: draw(read),
            index,
        )


@asynccontextmanager
async def opened_backup(settings: Settings) -> AsyncIterator[Backup]:
    """The stores alone, for what people made; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield Backup(RedisChannels(redis), RedisLedger(redis), RedisTaste(redis))


@asynccontextmanager
async def opened_record(settings: Settings) -> AsyncIterator[tuple[Failures, Ledger]]:
    """What failed and was given up, and the ledger; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield RedisFailures(redis), RedisLedger(redis)


@asynccontextmanager
async def opened_purse(settings: Settings, clock: Clock) -> AsyncIterator[Purse]:
    """Who pays for the model; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield RedisPurse(redis, clock, settings.budget)


@asynccontextmanager
async def opened_redis(settings: Settings) -> AsyncIterator[Redis]:
    """The Redis of `REDIS_URL`, else the embedded Valkey of `PAPERLARK_HOME`; raises StoreDown."""
    async with located_redis(settings) as url, _connected(url) as client:
        yield client


@asynccontextmanager
async def located_redis(settings: Settings) -> AsyncIterator[str]:
    """The address of that Redis, which may hold a password; raises StoreDown."""
    if settings.redis_url:
        yield settings.redis_url.get_secret_value()
        return
    async with embedded_valkey(settings.paperlark_home) as url:
        yield url


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Redis]:
    client = open_redis(url)
    try:
        await check(client)
        yield client
    finally:
        await client.aclose()


def _meter(settings: Settings) -> tuple[Meter, Callable[[Read], Awaitable[bytes]]]:
    """Who counts, and what draws the page: Prometheus' library where it may be asked for, as it takes 0.1 s to load."""
    if settings.paperlark_port is None:
        return NO_METER, _no_page
    from bot.meters.prometheus import PrometheusMeter  # noqa: PLC0415 - slow to import, and optional

    meter = PrometheusMeter(version("paperlark"))
    return meter, meter.page


async def _no_page(_: Read) -> bytes:
    return b""


async def _model(
    settings: Settings, stack: AsyncExitStack, meter: Meter, purse: Purse, full_texts: FullTexts | None
) -> Summarizer | None:
    """The model where one is set; without one, everything is extracted."""
    if not settings.model_configured:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    model = DeferredModel(key, settings.openai_base_url, settings.openai_model, meter, purse)
    await stack.enter_async_context(model)
    return FullTextReader(model, full_texts, settings.paperlark_full_text_tokens) if full_texts else model


def _embedder(settings: Settings) -> Embedder | None:
    """The local embedding model where there is one; it is read when it is first asked."""
    folder = model_folder(settings.paperlark_model, settings.paperlark_home)
    return MiniLm(folder) if folder else None


def _topics_of(paper: Paper) -> tuple[str, ...]:
    """By words and categories alone: a recap sorts thousands of papers."""
    return topics_of(paper.title, paper.abstract, paper.categories)

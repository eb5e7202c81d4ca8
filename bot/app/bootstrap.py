"""The composition root: with `outside.py` it names who fulfils the ports, and it opens and closes everything."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

from bot.app.backup.archive import Backup
from bot.app.gauges import spending, standing
from bot.app.health import Health
from bot.app.jobs.once import OnceRunner
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.app.pipeline import Pipeline
from bot.app.router import CommandRouter
from bot.app.services import ExternalServices, open_services
from bot.app.settings import Settings
from bot.authors.metrics import PaperMetrics
from bot.delivery.messenger import Messenger
from bot.delivery.outbox import Outbox
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.digests.build import Newsstand
from bot.digests.cards.issue import issue_card
from bot.digests.clients.recap_plot import MatplotlibPlotter
from bot.digests.recap import Recaps
from bot.domain.mailbox import MAIL
from bot.domain.paper import Paper
from bot.infra.clock_check import ClockWatch
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import Read, Reading
from bot.infra.redis.connection import Redis, check, open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.infra.redis.servers import times
from bot.infra.spare_memory import spare_bytes
from bot.papers.clients.arxiv.html import ArxivFullText
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.papers.embedding_port import Embedder
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.ingest import Announcements
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore
from bot.papers.upvotes import Upvotes
from bot.ranking.preferences import Preferences
from bot.ranking.similarity_model import SimilarityTrainer
from bot.ranking.store.feedback import FeedbackStore
from bot.ranking.store.similarity import SimilarityStore
from bot.search.backfill import Indexing
from bot.search.federated import FederatedSearch
from bot.search.index.maintain import DiskSearchIndex
from bot.summaries.budget_port import TokenBudget
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.full_text import FullTextReader
from bot.summaries.port import Summarizer
from bot.summaries.service import Summaries
from bot.summaries.store.budget import RedisTokenBudget
from bot.summaries.store.summaries import RedisSummaryStore
from bot.summaries.topics import topics_of
from bot.trending.daily import DailyTrends
from bot.trending.service import Trends


@dataclass(frozen=True, slots=True)
class Application:
    """What the command line starts: the door for commands, `rounds` for all that is due now, for `paperlark run` a
    planner, the jobs that it finds and the address of the Redis that holds their queues, and what others watch it by.

    `page` is the text of `/metrics`, empty where no port is set.
    """

    core: CommandRouter
    rounds: OnceRunner
    planner: Planner
    jobs: Jobs
    redis_url: str
    health: Health
    watch: ClockWatch
    page: Callable[[], Awaitable[bytes]]
    index: SearchIndex


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock, messengers: Mapping[str, Messenger], outside: ExternalServices | None = None
) -> AsyncIterator[Application]:
    """Everything connected and checked; closed again at the end. `outside` replaces the real one. Raises StoreDown."""
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(located_redis(settings))
        redis = await stack.enter_async_context(_connected(url))
        meter, draw = _meter(settings)
        sources = outside or await open_services(settings, redis, stack, meter)
        purse = RedisTokenBudget(redis, clock, settings.budget)
        model = await _model(settings, stack, meter, purse, sources.full_texts)
        papers, channels = PaperStore(redis, clock), ChannelStore(redis)
        fetches, ledger, failures = FetchLog(redis), Ledger(redis), FailureStore(redis)
        embedder = _embedder(settings)
        vectors = Vectors(embedder, EmbeddingStore(redis))
        kept_vectors = partial(vectors.of, budget_seconds=0.0)
        kinships = SimilarityTrainer(papers, SimilarityStore(redis), clock, kept_vectors, spare_bytes)
        tastes = Preferences(papers, FeedbackStore(redis), vectors.of, kinships)
        extract = ExtractiveSummarizer(embedder)
        summaries = Summaries(RedisSummaryStore(redis), model, extract, clock, settings.openai_concurrency, meter)
        news = Announcements(
            sources.catalogue, sources.feed, papers, fetches, clock, sources.harvest, channels.all, meter
        )
        outbox = Outbox(
            ledger, messengers, clock, RateLimitStore(redis), failures, issue_card, meter, MatplotlibPlotter()
        )
        recaps = Recaps(papers, ledger, tastes.store, _topics_of)
        newsstand = Newsstand(papers, fetches, vectors)
        kept = DiskSearchIndex(
            settings.paperlark_home, PaperChangeLog(redis), papers, vectors.store, clock, vectors.model
        )
        index = await stack.enter_async_context(aclosing(kept))
        indexing = Indexing(index, papers, vectors)
        upvotes = Upvotes(sources.popular, UpvoteStore(redis), papers)
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
            CommandRouter(
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
                FederatedSearch(sources.urgent, sources.finder, clock),
                _topics_of,
                meter,
                sources.registry,
                purse,
                sources.bibliography,
                sources.people,
                PaperMetrics(index, vectors, papers, clock, UpvoteStore(redis)),
                second=sources.second,
                search=index,
                optins=ConfirmationStore(redis),
                letters=messengers.get(MAIL),
                listings=sources.listings,
            ),
            OnceRunner(pipeline, jobs, failures),
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
        yield Backup(ChannelStore(redis), Ledger(redis), FeedbackStore(redis))


@asynccontextmanager
async def opened_record(settings: Settings) -> AsyncIterator[tuple[FailureStore, Ledger]]:
    """What failed and was given up, and the ledger; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield FailureStore(redis), Ledger(redis)


@asynccontextmanager
async def opened_purse(settings: Settings, clock: Clock) -> AsyncIterator[TokenBudget]:
    """Who pays for the model; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield RedisTokenBudget(redis, clock, settings.budget)


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
    from bot.infra.prometheus import PrometheusMeter  # noqa: PLC0415 - slow to import, and optional

    meter = PrometheusMeter(version("paperlark"))
    return meter, meter.page


async def _no_page(_: Read) -> bytes:
    return b""


async def _model(
    settings: Settings, stack: AsyncExitStack, meter: Meter, purse: TokenBudget, full_texts: ArxivFullText | None
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

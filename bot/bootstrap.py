"""The composition root: the only file that names who fulfils the ports, and where everything is opened and closed."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version

import httpx
from redis.asyncio import Redis

from bot.announcements import Announcements
from bot.backup.file import Backup
from bot.core import Core
from bot.embeddings.folder import model_folder
from bot.embeddings.minilm import MiniLm
from bot.outbox import Outbox
from bot.pipeline import Pipeline
from bot.ports import AnnouncementFeed, Catalogue, Clock, Embedder, Messenger, Summarizer
from bot.settings import Settings
from bot.stores.channels import RedisChannels
from bot.stores.connection import check, open_redis
from bot.stores.embedded import embedded_valkey
from bot.stores.fetches import RedisFetches
from bot.stores.ledger import RedisLedger
from bot.stores.papers import RedisPapers
from bot.stores.summaries import RedisSummaries
from bot.stores.turn import RedisTurn
from bot.summarizers.deferred import DeferredModel
from bot.summarizers.extractive import ExtractiveSummarizer
from bot.summarizing import Summaries

USER_AGENT = f"paperlark/{version('paperlark')} (self-hosted arXiv digest bot)"


@dataclass(frozen=True, slots=True)
class Arxiv:
    """arXiv's two sides, and the catalogue once more for questions that a person waits for."""

    catalogue: Catalogue
    urgent: Catalogue
    feed: AnnouncementFeed


@dataclass(frozen=True, slots=True)
class Application:
    """What the command line starts: the door for commands, and the pipeline for digests."""

    core: Core
    pipeline: Pipeline


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock, messengers: Mapping[str, Messenger], arxiv: Arxiv | None = None
) -> AsyncIterator[Application]:
    """Everything connected and checked; closed again at the end. `arxiv` replaces the real one. Raises StoreDown."""
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(opened_redis(settings))
        sources = arxiv or await _arxiv(settings, redis, stack)
        model = await _model(settings, stack)
        papers, channels = RedisPapers(redis, clock), RedisChannels(redis)
        fetches, ledger = RedisFetches(redis), RedisLedger(redis)
        summaries = Summaries(RedisSummaries(redis), model, ExtractiveSummarizer(_embedder(settings)), clock)
        news = Announcements(sources.catalogue, sources.feed, papers, fetches, clock)
        outbox = Outbox(ledger, messengers, clock)
        yield Application(
            Core(papers, channels, ledger, fetches, sources.urgent, summaries, clock),
            Pipeline(news, papers, channels, summaries, ledger, outbox, clock),
        )


@asynccontextmanager
async def opened_backup(settings: Settings) -> AsyncIterator[Backup]:
    """The stores alone, for what people made; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield Backup(RedisChannels(redis), RedisLedger(redis))


@asynccontextmanager
async def opened_redis(settings: Settings) -> AsyncIterator[Redis]:
    """The Redis of `REDIS_URL`, else the embedded Valkey of `PAPERLARK_HOME`; raises StoreDown."""
    async with AsyncExitStack() as stack:
        if settings.redis_url:
            url = settings.redis_url.get_secret_value()
        else:
            url = await stack.enter_async_context(embedded_valkey(settings.paperlark_home))
        client = open_redis(url)
        stack.push_async_callback(client.aclose)
        await check(client)
        yield client


async def _arxiv(settings: Settings, redis: Redis, stack: AsyncExitStack) -> Arxiv:
    from bot.sources.arxiv_announcements import ArxivAnnouncements  # noqa: PLC0415 - the demo does without
    from bot.sources.arxiv_api import ArxivCatalogue  # noqa: PLC0415

    http = await stack.enter_async_context(httpx.AsyncClient(headers={"User-Agent": USER_AGENT}, timeout=30.0))
    interval = settings.arxiv_min_interval_seconds
    turn, urgent = RedisTurn(redis, interval), RedisTurn(redis, interval, urgent=True)
    return Arxiv(
        ArxivCatalogue(http, turn, settings.arxiv_api_url),
        ArxivCatalogue(http, urgent, settings.arxiv_api_url, attempts=2, backoff_seconds=1.0, request_seconds=15.0),
        ArxivAnnouncements(http, turn, settings.arxiv_rss_url),
    )


async def _model(settings: Settings, stack: AsyncExitStack) -> Summarizer | None:
    """The model where one is set; without one, everything is extracted."""
    if not settings.model_configured:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return await stack.enter_async_context(DeferredModel(key, settings.openai_base_url, settings.openai_model))


def _embedder(settings: Settings) -> Embedder | None:
    """The local embedding model where there is one; it is read when it is first asked."""
    folder = model_folder(settings.paperlark_model, settings.paperlark_home)
    return MiniLm(folder) if folder else None

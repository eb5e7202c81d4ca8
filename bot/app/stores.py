"""The Redis stores, opened together or in part for a tool."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.backup.archive import Backup
from bot.app.settings import Settings
from bot.app.store_address import located_redis
from bot.delivery.store.answered import AnsweredRequests
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.installations import InstallationStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.store.rate_limits import RateLimitStore
from bot.digests.store.votes import VoteStore
from bot.domain.errors import BotError
from bot.infra.clock_port import Clock
from bot.infra.redis.connection import Redis, open_redis
from bot.infra.redis.servers import eviction_fault, usable_servers
from bot.infra.redis.shares import RedisShares
from bot.infra.redis.together import together
from bot.infra.shares import HourlyShares
from bot.library.store.zotero import ZoteroStore
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.papers.store.upvotes import UpvoteStore
from bot.ranking.store.feedback import FeedbackStore
from bot.ranking.store.similarity import SimilarityStore
from bot.summaries.budget import Budget
from bot.summaries.budget_port import TokenBudget
from bot.summaries.store.answers import AnswerStore
from bot.summaries.store.budget import RedisTokenBudget
from bot.summaries.store.summaries import RedisSummaryStore
from bot.summaries.store.ways import RedisWays

log = logging.getLogger(__name__)


class Stores:
    """The stores by their content, on one client."""

    def __init__(self, redis: Redis, clock: Clock, budget: Budget, hourly: HourlyShares) -> None:
        self.answered = AnsweredRequests(redis)
        self.paper_answers = AnswerStore(redis)
        self.channels = ChannelStore(redis)
        self.confirmations = ConfirmationStore(redis)
        self.due_places = DuePlaces(redis)
        self.failures = FailureStore(redis)
        self.feedback = FeedbackStore(redis)
        self.fetches = FetchLog(redis)
        self.similarity = SimilarityStore(redis)
        self.ledger = Ledger(redis)
        self.rate_limits = RateLimitStore(redis)
        self.paper_log = PaperChangeLog(redis)
        self.papers = PaperStore(redis, clock)
        self.shares = RedisShares(redis, hourly)
        self.token_budget = RedisTokenBudget(redis, clock, budget)
        self.summaries = RedisSummaryStore(redis)
        self.upvotes = UpvoteStore(redis)
        self.vectors = EmbeddingStore(redis)
        self.votes = VoteStore(redis)
        self.ways = RedisWays(redis)
        self.zotero = ZoteroStore(redis)


@asynccontextmanager
async def opened_backup(settings: Settings) -> AsyncIterator[Backup]:
    """Yield the stores of what people made; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield Backup(ChannelStore(redis), Ledger(redis), FeedbackStore(redis))


@asynccontextmanager
async def opened_channels(settings: Settings) -> AsyncIterator[ChannelStore]:
    """Yield the store of channels; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield ChannelStore(redis)


@asynccontextmanager
async def opened_record(settings: Settings) -> AsyncIterator[tuple[FailureStore, Ledger]]:
    """Yield the store of failures, given up or not, and the ledger; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield FailureStore(redis), Ledger(redis)


@asynccontextmanager
async def opened_installations(settings: Settings, platform: str) -> AsyncIterator[InstallationStore]:
    """Yield the store of a platform's installations, unchecked: `opened_redis` says what is wrong with Redis.

    Raises StoreDown if it can't be located, and BotError if the keys that encrypt it can't be had.
    """
    try:
        box = settings.secret_box
    except OSError as error:
        raise BotError(f"I can't keep the key that encrypts tokens in {settings.paperlark_home}: {error}.") from error
    async with located_redis(settings) as url:
        client = open_redis(url)
        try:
            yield InstallationStore(client, box, platform)
        finally:
            await client.aclose()


@asynccontextmanager
async def opened_token_budget(settings: Settings, clock: Clock) -> AsyncIterator[TokenBudget]:
    """Yield the model's token budget; raises StoreDown."""
    async with opened_redis(settings) as redis:
        yield RedisTokenBudget(redis, clock, settings.budget)


@asynccontextmanager
async def opened_redis(settings: Settings) -> AsyncIterator[Redis]:
    """Yield the Redis of `REDIS_URL`, else the embedded Valkey of `PAPERLARK_HOME`; raises StoreDown."""
    async with located_redis(settings) as url, connected(url) as client:
        yield client


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Redis]:
    """Yield a client of the Redis at `url`; raises StoreDown if that doesn't answer or can't do what is needed."""
    client = open_redis(url)
    try:
        if fault := eviction_fault(await usable_servers(client)):
            log.warning("%s", fault)
        yield client
    finally:
        await together(client).aclose()
        await client.aclose()

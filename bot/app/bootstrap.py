"""The composition root: opens, connects and closes everything, with `app.stores`, `app.services` and `external`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from bot.app.agenda import AgendaReader
from bot.app.chooser import CommandChooser
from bot.app.commands import COMMANDS
from bot.app.completions import Completions
from bot.app.external import ExternalServices
from bot.app.gauges import spending, standing
from bot.app.health import Health
from bot.app.inject import bind_routes
from bot.app.jobs.once import OnceRunner
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.app.pipeline import Pipeline
from bot.app.router import CommandRouter
from bot.app.services import Services, Shared, completions_of, paper_topics, services_of
from bot.app.settings import Settings
from bot.app.stores import Stores, connected, located_redis
from bot.app.zotero import pusher_of, zotero_of
from bot.delivery.double_watch import DoubleWatch
from bot.delivery.mail_copies import MailCopier
from bot.delivery.messenger import Messenger
from bot.delivery.outbox import Outbox
from bot.delivery.wrong_slots import WrongSlots
from bot.digests.build import DigestBuilder
from bot.digests.cards.issue import issue_card
from bot.digests.clients.recap_plot import MatplotlibPlotter
from bot.digests.club import ReadingClub
from bot.digests.recap import Recaps
from bot.infra.clock_check import ClockWatch
from bot.infra.clock_port import Clock
from bot.infra.http.session import http_session
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import Read, Reading
from bot.infra.redis.connection import Redis, check
from bot.infra.redis.erasure import erase, erase_at_end
from bot.infra.redis.servers import times
from bot.infra.redis.short_lived import end_overlong
from bot.infra.shares import Charge
from bot.infra.spare_memory import spare_bytes
from bot.library.zotero.push import ZoteroPusher
from bot.papers.backfill import Backfill
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.papers.embedding_port import Embedder
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.ingest import Announcements
from bot.papers.sources import OtherAnnouncements
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.preferences import Preferences
from bot.ranking.scorer import PaperScorer
from bot.ranking.similarity_model import SimilarityTrainer
from bot.search.backfill import SearchBackfill
from bot.search.index.maintain import DiskSearchIndex
from bot.search.link_preview import LinkPreviews
from bot.summaries.answers.service import PaperAnswers
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.full_text import FullTextReader
from bot.summaries.port import Summarizer
from bot.summaries.service import Summaries
from bot.trending.daily import DailyTrends
from bot.trending.service import Trends

if TYPE_CHECKING:  # its HTTP library takes 0.2 s to load
    from bot.papers.clients.arxiv.html import ArxivFullText


@dataclass(frozen=True, slots=True)
class Application:
    """Everything that the command line starts.

    `core` answers commands, `rounds` does all that is due now. `paperlark run` also uses a planner, the jobs that it
    finds and the address of the Redis that holds their queues. `page` returns the text of `/metrics`, empty without a
    port. `services` are those of the command handlers. `end_overlong` ends what a clock that was ahead has left locked,
    `erase` takes off the disk what people deleted.
    """

    core: CommandRouter
    rounds: OnceRunner
    planner: Planner
    jobs: Jobs
    redis_url: str
    health: Health
    watch: ClockWatch
    end_overlong: Callable[[], Awaitable[int]]
    erase: Callable[[bool], Awaitable[bool]]
    page: Callable[[], Awaitable[bytes]]
    index: SearchIndex
    services: Services
    doubles: DoubleWatch


@asynccontextmanager
async def opened(
    settings: Settings, clock: Clock, messengers: Mapping[str, Messenger], outside: ExternalServices | None = None
) -> AsyncIterator[Application]:
    """Yield the application, connected and checked, and close it.

    `outside` replaces the real services. Raises StoreDown.
    """
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(located_redis(settings))
        redis = await stack.enter_async_context(connected(url))
        stack.push_async_callback(erase_at_end, redis)
        meter, draw = _meter(settings)
        stores = Stores(redis, clock, settings.budget, settings.hourly_shares)
        sources = outside or await _external(settings, redis, stack, meter, stores.shares.charge)
        model = await _model(settings, stack, meter, stores)
        shared = await _shared(settings, clock, stack, stores, sources, model, meter, messengers)
        services = services_of(stores, sources, shared, clock, messengers)
        pusher = pusher_of(settings, clock, stores, services, messengers)
        pipeline = _pipeline(stores, sources, shared, clock, messengers, meter, pusher)
        jobs = Jobs(pipeline, stores.failures, meter)
        yield Application(
            core=_router(stores, services, completions_of(stores, clock, shared.index), meter, model),
            rounds=OnceRunner(pipeline, jobs, stores.failures),
            planner=Planner(pipeline, stores.ledger, stores.failures, clock),
            jobs=jobs,
            redis_url=url,
            health=Health(lambda: check(redis)),
            watch=ClockWatch(lambda: times(redis), clock, meter, partial(end_overlong, redis)),
            end_overlong=partial(end_overlong, redis),
            erase=partial(erase, redis),
            page=partial(draw, partial(_gauges, stores, clock, model is not None)),
            index=shared.index,
            services=services,
            doubles=DoubleWatch(stores.channels, stores.ledger, messengers),
        )


def _router(
    stores: Stores, services: Services, completions: Completions, meter: Meter, model: DeferredModel | None
) -> CommandRouter:
    """Return the router with every handler bound to the services that it names."""
    routes = bind_routes(COMMANDS, services)
    chooser = CommandChooser(model, stores.shares.charge) if model else None
    links = LinkPreviews(
        services.lookup, stores.ledger, stores.feedback, stores.channels, services.gists, services.clock
    )
    return CommandRouter(
        routes,
        stores.channels,
        completions,
        meter,
        services.postings,
        answered=stores.answered,
        links=links,
        club=services.club,
        rate_limits=stores.rate_limits,
        chooser=chooser,
    )


async def _external(
    settings: Settings, redis: Redis, stack: AsyncExitStack, meter: Meter, charge: Charge
) -> ExternalServices:
    """Return the clients of all external services; the demo, which needs none, doesn't load their libraries."""
    from bot.app.external_clients import open_external  # noqa: PLC0415

    return open_external(settings, redis, await stack.enter_async_context(http_session()), meter, charge)


async def _shared(
    settings: Settings,
    clock: Clock,
    stack: AsyncExitStack,
    stores: Stores,
    sources: ExternalServices,
    model: DeferredModel | None,
    meter: Meter,
    messengers: Mapping[str, Messenger],
) -> Shared:
    """Return what commands and deliveries share; `stack` closes it."""
    embedder = _embedder(settings)
    charge = stores.shares.charge
    vectors = Vectors(embedder, stores.vectors, charge)
    kept_vectors = partial(vectors.of, budget_seconds=0.0)
    similarity_trainer = SimilarityTrainer(stores.papers, stores.similarity, clock, kept_vectors, spare_bytes)
    announcements = AnnouncementCache(stores.papers, stores.fetches, vectors)
    stack.push_async_callback(announcements.aclose)
    preferences = Preferences(stores.papers, stores.feedback, vectors, announcements, similarity_trainer)
    upvotes = Upvotes(sources.popular, stores.upvotes, stores.papers)
    trends = Trends(upvotes, stores.channels, stores.feedback, stores.papers, messengers)
    scorer = PaperScorer(stores.channels, announcements, preferences, vectors, upvotes, clock)
    extract = ExtractiveSummarizer(embedder, stored=vectors)
    summarizer = _summarizer(settings, model, sources.full_texts)
    summaries = Summaries(stores.summaries, summarizer, extract, clock, settings.openai_concurrency, meter, charge)
    index = _index(settings, stores, vectors, clock)
    daily = DailyTrends(trends) if upvotes.asks else None
    return Shared(
        announcements=announcements,
        answers=PaperAnswers(
            stores.paper_answers, model, vectors, charge, sources.full_texts, settings.paperlark_full_text_tokens
        ),
        digests=DigestBuilder(announcements, scorer, stores.ledger, summaries, daily),
        scorer=scorer,
        vectors=vectors,
        preferences=preferences,
        summaries=summaries,
        recaps=Recaps(stores.papers, stores.ledger, stores.feedback, paper_topics, summaries.gists),
        upvotes=upvotes,
        trends=trends,
        index=await stack.enter_async_context(aclosing(index)),
        zotero=zotero_of(settings, stores, clock),
        club=ReadingClub(stores.votes, stores.ledger, stores.feedback, stores.papers, summaries.gists, clock),
    )


def _index(settings: Settings, stores: Stores, vectors: Vectors, clock: Clock) -> DiskSearchIndex:
    home, log = settings.paperlark_home, stores.paper_log
    return DiskSearchIndex(home, log, stores.papers, vectors.store, clock, vectors.model)


def _pipeline(
    stores: Stores,
    sources: ExternalServices,
    shared: Shared,
    clock: Clock,
    messengers: Mapping[str, Messenger],
    meter: Meter,
    pusher: ZoteroPusher,
) -> Pipeline:
    """Return the steps from arXiv to delivered digests."""
    papers, channels, fetches, ledger = stores.papers, stores.channels, stores.fetches, stores.ledger
    backfill = Backfill(sources.harvest, sources.catalogue, papers, fetches, channels.all)
    others = OtherAnnouncements(sources.others, papers, fetches)
    return Pipeline(
        announcements=Announcements(sources.catalogue, sources.feed, papers, fetches, clock, backfill, meter, others),
        cache=shared.announcements,
        digests=shared.digests,
        channels=channels,
        preferences=shared.preferences,
        summaries=shared.summaries,
        ledger=ledger,
        outbox=Outbox(
            ledger, messengers, clock, stores.rate_limits, stores.failures, issue_card, meter, MatplotlibPlotter()
        ),
        mail_copier=MailCopier(channels, ledger, messengers),
        clock=clock,
        recaps=shared.recaps,
        club=shared.club,
        search_backfill=SearchBackfill(shared.index, papers, shared.vectors),
        upvotes=shared.upvotes,
        papers=papers,
        agenda_reader=AgendaReader(channels, stores.due_places, WrongSlots(channels, ledger)),
        pusher=pusher,
    )


async def _gauges(stores: Stores, clock: Clock, with_costs: bool) -> list[Reading]:
    """Return the readings that the metrics page shows."""
    costs = await spending(stores.token_budget) if with_costs else []
    return [*await standing(stores.ledger, stores.due_places, stores.failures, stores.fetches, clock.now()), *costs]


def _meter(settings: Settings) -> tuple[Meter, Callable[[Read], Awaitable[bytes]]]:
    """Return the meter and the function that renders its page.

    Prometheus' library takes 0.1 s; only a port loads it.
    """
    if settings.paperlark_port is None:
        return NO_METER, _no_page
    from bot.infra.prometheus import PrometheusMeter  # noqa: PLC0415 - slow to import, and optional

    meter = PrometheusMeter(version("paperlark"))
    return meter, meter.page


async def _no_page(_: Read) -> bytes:
    return b""


async def _model(settings: Settings, stack: AsyncExitStack, meter: Meter, stores: Stores) -> DeferredModel | None:
    """Return the language model if one is set; without one, all key points are extracted."""
    if not settings.model_configured:
        return None
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    timeout_seconds = settings.openai_timeout_seconds
    model = DeferredModel(
        key, settings.openai_base_url, settings.openai_model, meter, stores.token_budget, timeout_seconds, stores.ways
    )
    return await stack.enter_async_context(model)


def _summarizer(
    settings: Settings, model: DeferredModel | None, full_texts: "ArxivFullText | None"
) -> Summarizer | None:
    """Return the model, which reads full texts if the settings allow it."""
    if model is None or full_texts is None:
        return model
    return FullTextReader(model, full_texts, settings.paperlark_full_text_tokens)


def _embedder(settings: Settings) -> Embedder | None:
    """Return the local embedding model if there is one; it is loaded on first use."""
    folder = model_folder(settings.paperlark_model, settings.paperlark_home)
    return MiniLm(folder) if folder else None

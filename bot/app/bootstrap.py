"""The composition root: opens, connects and closes everything, with `app.stores`, `app.services` and `external`."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
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
from bot.app.services import Services, completions_of, services_of
from bot.app.settings import Settings
from bot.app.shared import Shared, shared_of
from bot.app.stores import Stores, connected, located_redis
from bot.app.zotero import pusher_of
from bot.delivery.double_watch import DoubleWatch
from bot.delivery.mail_copies import MailCopier
from bot.delivery.messenger import Messenger
from bot.delivery.outbox import Outbox
from bot.delivery.wrong_slots import WrongSlots
from bot.digests.cards.issue import issue_card
from bot.digests.clients.recap_plot import MatplotlibPlotter
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
from bot.library.zotero.push import ZoteroPusher
from bot.papers.backfill import Backfill
from bot.papers.index_port import SearchIndex
from bot.papers.ingest import Announcements
from bot.papers.sources import OtherAnnouncements
from bot.search.backfill import SearchBackfill
from bot.search.link_preview import LinkPreviews
from bot.summaries.clients.deferred import DeferredModel

if TYPE_CHECKING:  # its HTTP library takes 0.2 s to load
    pass


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
        shared = await shared_of(settings, clock, stack, stores, sources, model, meter, messengers)
        services = services_of(stores, sources, shared, clock, messengers)
        pusher = pusher_of(settings, clock, stores, services.zotero, services.lookup, messengers)
        pipeline = _pipeline(stores, sources, shared, clock, messengers, meter, pusher)
        if model:
            pipeline = replace(pipeline, connect_model=model.connect)
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

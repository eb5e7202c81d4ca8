"""The composition root: opens, connects and closes everything, with `app.answering` and what runs beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from bot.app.agenda import AgendaReader
from bot.app.answering import Answering, opened_answering
from bot.app.external import ExternalServices
from bot.app.gauges import spending, standing
from bot.app.health import Health
from bot.app.jobs.once import OnceRunner
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.app.pipeline import Pipeline, nothing
from bot.app.router import CommandRouter
from bot.app.services import Services
from bot.app.settings import Settings
from bot.app.stores import Stores
from bot.app.zotero import pusher_of
from bot.delivery.double_watch import DoubleWatch
from bot.delivery.mail_copies import MailCopier
from bot.delivery.messenger import Messenger
from bot.delivery.outbox import Outbox
from bot.delivery.wrong_slots import WrongSlots
from bot.digests.cards.issue import issue_card
from bot.digests.clients.recap_plot import MatplotlibPlotter
from bot.domain.frozen import frozen
from bot.infra.clock_check import ClockWatch
from bot.infra.clock_port import Clock
from bot.infra.metrics import Reading
from bot.infra.redis.connection import check
from bot.infra.redis.erasure import erase
from bot.infra.redis.servers import times
from bot.infra.redis.short_lived import end_overlong
from bot.library.zotero.push import ZoteroPusher
from bot.papers.backfill import Backfill
from bot.papers.index_port import SearchIndex
from bot.papers.ingest import Announcements
from bot.papers.sources import OtherAnnouncements
from bot.search.backfill import SearchBackfill


@frozen
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
    async with opened_answering(settings, clock, messengers, outside) as answering:
        stores, shared, services, redis = answering.stores, answering.shared, answering.services, answering.redis
        pusher = pusher_of(settings, clock, stores, services.zotero, services.lookup, messengers)
        pipeline = _pipeline(answering, clock, messengers, pusher)
        jobs = Jobs(pipeline, stores.failures, answering.meter)
        yield Application(
            core=answering.core,
            rounds=OnceRunner(pipeline, jobs, stores.failures),
            planner=Planner(pipeline, stores.ledger, stores.failures, clock),
            jobs=jobs,
            redis_url=answering.redis_url,
            health=Health(lambda: check(redis)),
            watch=ClockWatch(lambda: times(redis), clock, answering.meter, partial(end_overlong, redis)),
            end_overlong=partial(end_overlong, redis),
            erase=partial(erase, redis),
            page=partial(answering.draw, partial(_gauges, stores, clock, answering.model is not None)),
            index=shared.index,
            services=services,
            doubles=DoubleWatch(stores.channels, stores.ledger, messengers),
        )


def _pipeline(
    answering: Answering, clock: Clock, messengers: Mapping[str, Messenger], pusher: ZoteroPusher
) -> Pipeline:
    """Return the steps from arXiv to delivered digests."""
    stores, sources, shared, meter = answering.stores, answering.sources, answering.shared, answering.meter
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
        connect_model=answering.model.connect if answering.model else nothing,
    )


async def _gauges(stores: Stores, clock: Clock, with_costs: bool) -> list[Reading]:
    """Return the readings that the metrics page shows."""
    costs = await spending(stores.token_budget) if with_costs else []
    return [*await standing(stores.ledger, stores.due_places, stores.failures, stores.fetches, clock.now()), *costs]

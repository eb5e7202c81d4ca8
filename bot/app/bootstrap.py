"""The whole composition root: what answers commands, what makes digests, and what `paperlark run` does beside them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from bot.app.answering import opened_answering
from bot.app.external import ExternalServices
from bot.app.gauges import spending, standing
from bot.app.health import Health
from bot.app.jobs.once import OnceRunner
from bot.app.jobs.planner import Planner
from bot.app.jobs.runner import Jobs
from bot.app.rounds import pipeline_of
from bot.app.router import CommandRouter
from bot.app.services import Services
from bot.app.settings import Settings
from bot.app.stores import Stores
from bot.delivery.double_watch import DoubleWatch
from bot.delivery.messenger import Messenger
from bot.domain.frozen import frozen
from bot.infra.clock_check import ClockWatch
from bot.infra.clock_port import Clock
from bot.infra.metrics import Reading
from bot.infra.redis.connection import check
from bot.infra.redis.erasure import erase
from bot.infra.redis.servers import times
from bot.infra.redis.short_lived import end_overlong
from bot.papers.index_port import SearchIndex


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
        opened, services = answering.opened, answering.services
        stores, redis = opened.stores, opened.redis
        pipeline = pipeline_of(settings, opened, clock, messengers)
        jobs = Jobs(pipeline, stores.failures, opened.meter)
        yield Application(
            core=answering.core,
            rounds=OnceRunner(pipeline, jobs, stores.failures),
            planner=Planner(pipeline, stores.ledger, stores.failures, clock),
            jobs=jobs,
            redis_url=opened.redis_url,
            health=Health(lambda: check(redis)),
            watch=ClockWatch(lambda: times(redis), clock, opened.meter, partial(end_overlong, redis)),
            end_overlong=partial(end_overlong, redis),
            erase=partial(erase, redis),
            page=partial(opened.draw, partial(_gauges, stores, clock, opened.model is not None)),
            index=opened.shared.index,
            services=services,
            doubles=DoubleWatch(stores.channels, stores.ledger, messengers),
        )


async def _gauges(stores: Stores, clock: Clock, with_costs: bool) -> list[Reading]:
    """Return the readings that the metrics page shows."""
    costs = await spending(stores.token_budget) if with_costs else []
    return [*await standing(stores.ledger, stores.due_places, stores.failures, stores.fetches, clock.now()), *costs]

"""The first part of the composition root: opens, connects and closes what commands and deliveries share.

`app.answering` adds what answers commands, `app.rounds` what digests need. Each command line loads what it needs alone.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache

from bot.app.deferred_clients import deferred_clients
from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.app.shared import Shared, shared_of
from bot.app.store_address import located_redis
from bot.app.stores import Stores, connected
from bot.delivery.messenger import Messenger
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.infra.meter import NO_METER, Meter
from bot.infra.metrics import Read
from bot.infra.redis.connection import Redis
from bot.infra.redis.erasure import erase_at_end
from bot.infra.shares import Charge
from bot.summaries.clients.deferred import DeferredModel


@frozen
class Opened:
    """The services that commands and deliveries share, and what they are made of.

    `draw` returns the text of `/metrics`.
    """

    shared: Shared
    stores: Stores
    sources: ExternalServices
    redis: Redis
    redis_url: str
    meter: Meter
    draw: Callable[[Read], Awaitable[bytes]]
    model: DeferredModel | None


@asynccontextmanager
async def opening(
    settings: Settings,
    clock: Clock,
    messengers: Mapping[str, Messenger],
    outside: ExternalServices | None = None,
    defer: bool = False,
) -> AsyncIterator[Opened]:
    """Yield it, connected and checked, and close it.

    `outside` replaces the real services; `defer` opens those when one is first used. Raises StoreDown.
    """
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(located_redis(settings))
        redis = await stack.enter_async_context(connected(url))
        stack.push_async_callback(erase_at_end, redis)
        meter, draw = _meter(settings)
        stores = Stores(redis, clock, settings.budget, settings.hourly_shares)
        sources = outside or _external(settings, redis, stack, meter, stores.shares.charge, defer)
        model = await _model(settings, stack, meter, stores)
        shared = await shared_of(settings, clock, stack, stores, sources, model, meter, messengers)
        yield Opened(shared, stores, sources, redis, url, meter, draw, model)


def _external(
    settings: Settings, redis: Redis, stack: AsyncExitStack, meter: Meter, charge: Charge, defer: bool
) -> ExternalServices:
    """Return the clients of all external services; the demo, which needs none, doesn't load their libraries."""

    @cache
    def opened() -> ExternalServices:
        from bot.app.external_clients import open_external  # noqa: PLC0415 - see `deferred_clients`
        from bot.infra.http.session import http_session  # noqa: PLC0415

        session = http_session()
        stack.push_async_callback(session.aclose)
        return open_external(settings, redis, session, meter, charge)

    return deferred_clients(settings, opened) if defer else opened()


def _meter(settings: Settings) -> tuple[Meter, Callable[[Read], Awaitable[bytes]]]:
    """Return the meter and the function that renders its page.

    Prometheus' library takes 0.1 s; only a port loads it.
    """
    if settings.paperlark_port is None:
        return NO_METER, _no_page
    from importlib.metadata import version  # noqa: PLC0415 - slow to import, and optional

    from bot.infra.prometheus import PrometheusMeter  # noqa: PLC0415

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

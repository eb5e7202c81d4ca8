"""The part of the composition root that commands take: what answers them, over what `app.opening` opened."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from bot.app.chooser import CommandChooser
from bot.app.commands import COMMANDS
from bot.app.external import ExternalServices
from bot.app.inject import bind_routes
from bot.app.opening import Opened, opening
from bot.app.router import CommandRouter
from bot.app.services import Services, completions_of, services_of
from bot.app.settings import Settings
from bot.delivery.messenger import Messenger
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.search.link_preview import LinkPreviews


@frozen
class Answering:
    """Everything that answers commands: `core` does, with the `services` of its handlers."""

    core: CommandRouter
    services: Services
    opened: Opened


@asynccontextmanager
async def opened_answering(
    settings: Settings,
    clock: Clock,
    messengers: Mapping[str, Messenger],
    outside: ExternalServices | None = None,
    defer: bool = False,
) -> AsyncIterator[Answering]:
    """Yield what answers commands, as `opening` does."""
    async with opening(settings, clock, messengers, outside, defer) as opened:
        services = services_of(opened.stores, opened.sources, opened.shared, clock, messengers)
        yield Answering(_router(opened, services, clock), services, opened)


def _router(opened: Opened, services: Services, clock: Clock) -> CommandRouter:
    """Return the router with every handler bound to the services that it names."""
    stores, model = opened.stores, opened.model
    routes = bind_routes(COMMANDS, services)
    chooser = CommandChooser(model, stores.shares.charge) if model else None
    links = LinkPreviews(
        services.lookup, stores.ledger, stores.feedback, stores.channels, services.gists, services.clock
    )
    return CommandRouter(
        routes,
        stores.channels,
        completions_of(stores, clock, opened.shared.index),
        opened.meter,
        services.postings,
        answered=stores.answered,
        links=links,
        club=services.club,
        rate_limits=stores.rate_limits,
        chooser=chooser,
    )

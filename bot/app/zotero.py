"""The services around Zotero, made of the settings and the stores."""

from collections.abc import Mapping

from bot.app.services import Services
from bot.app.settings import Settings
from bot.app.stores import Stores
from bot.delivery.messenger import Messenger
from bot.delivery.rate_limiter import RateLimiter
from bot.infra.clock_port import Clock
from bot.library.clients.zotero import ZoteroClient
from bot.library.zotero.push import ZoteroPusher
from bot.library.zotero.service import ZoteroLibraries


def zotero_of(settings: Settings, stores: Stores, clock: Clock) -> ZoteroLibraries:
    """Return what commands use. The encryption is opened when it is first used, since it may write to the disk."""
    client = ZoteroClient(settings.zotero_url)
    return ZoteroLibraries(stores.zotero, client, stores.feedback, lambda: settings.secret_box, clock)


def pusher_of(
    settings: Settings, clock: Clock, stores: Stores, services: Services, messengers: Mapping[str, Messenger]
) -> ZoteroPusher:
    """Return what jobs use."""
    return ZoteroPusher(
        stores.zotero,
        services.zotero.client,
        stores.feedback,
        services.lookup,
        lambda: settings.secret_box,
        clock,
        messengers,
        RateLimiter(stores.rate_limits, clock),
    )

"""The services around Zotero, made of the settings and the stores."""

from collections.abc import Mapping

from bot.app.settings import Settings
from bot.app.stores import Stores
from bot.delivery.messenger import Messenger
from bot.delivery.rate_limiter import RateLimiter
from bot.infra.clock_port import Clock
from bot.library.clients.zotero import ZoteroClient
from bot.library.zotero.push import ZoteroPusher
from bot.library.zotero.service import ZoteroLibraries
from bot.papers.lookup import PaperLookup


def zotero_of(settings: Settings, stores: Stores, clock: Clock) -> ZoteroLibraries:
    """Return what commands use. The encryption is opened when it is first used, since it may write to the disk."""
    client = ZoteroClient(settings.zotero_url)
    return ZoteroLibraries(stores.zotero, client, stores.feedback, lambda: settings.secret_box, clock)


def pusher_of(
    settings: Settings,
    clock: Clock,
    stores: Stores,
    zotero: ZoteroLibraries,
    lookup: PaperLookup,
    messengers: Mapping[str, Messenger],
) -> ZoteroPusher:
    """Return what jobs use, with the client that commands use."""
    return ZoteroPusher(
        stores.zotero,
        zotero.client,
        stores.feedback,
        lookup,
        lambda: settings.secret_box,
        clock,
        messengers,
        RateLimiter(stores.rate_limits, clock),
    )

"""Where the store is: apart from the stores, so that a server starts while their code loads."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app.settings import Settings
from bot.infra.private_files import make_private
from bot.infra.redis.embedded import embedded_valkey


@asynccontextmanager
async def located_redis(settings: Settings) -> AsyncIterator[str]:
    """Yield the address of `REDIS_URL`, else of the embedded Valkey of `PAPERLARK_HOME`; raises StoreDown.

    The address may hold a password.
    """
    if settings.redis_url:
        make_private(settings.paperlark_home)
        yield settings.redis_url.get_secret_value()
        return
    async with embedded_valkey(settings.paperlark_home) as url:
        yield url

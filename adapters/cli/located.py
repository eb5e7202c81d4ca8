"""Starts the store while the code of a command loads, and reads certificates: all of it takes as long as the code."""

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack, suppress
from importlib import import_module

from pydantic import SecretStr

from bot.app.settings import Settings
from bot.app.store_address import located_redis
from bot.domain.errors import BotError
from bot.infra.spare_memory import loading
from bot.infra.tls import tls_context


async def located(settings: Settings, stack: AsyncExitStack, module: str, online: bool = False) -> Settings:
    """Load a module and return the settings with the address of the store; raises StoreDown.

    A command that is `online` asks a service at once. Its certificates then take their 0.05 s beside the rest.
    """
    with loading():
        beside: list[Awaitable[object]] = [asyncio.to_thread(import_module, module)]
        beside += [asyncio.to_thread(_certificates)] if online else []
        url, _ = await asyncio.gather(stack.enter_async_context(located_redis(settings)), asyncio.gather(*beside))
    return settings.model_copy(update={"redis_url": SecretStr(url)})


def _certificates() -> None:
    with suppress(BotError):  # said by the first connection
        tls_context()

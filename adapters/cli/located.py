"""Starts the store while the code of a command loads: each takes half of the time."""

import asyncio
from contextlib import AsyncExitStack
from importlib import import_module

from pydantic import SecretStr

from bot.app.settings import Settings
from bot.app.store_address import located_redis
from bot.infra.spare_memory import loading


async def located(settings: Settings, stack: AsyncExitStack, module: str) -> Settings:
    """Load a module and return the settings with the address of the store; raises StoreDown."""
    with loading():
        code = asyncio.to_thread(import_module, module)
        url, _ = await asyncio.gather(stack.enter_async_context(located_redis(settings)), code)
    return settings.model_copy(update={"redis_url": SecretStr(url)})

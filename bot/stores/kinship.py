"""What was learned of how papers are alike, in Redis: fulfils `KinshipStore`."""

from functools import partial

from redis.asyncio import Redis

from bot.stores import keys
from bot.stores.connection import redis_faults, twice


class RedisKinship:
    """One value for the whole installation, and one that is there while nobody is to learn it again."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self) -> bytes | None:
        """See `ports.KinshipStore.get`."""
        with redis_faults():
            kept = await twice(partial(self._client.execute_command, "GET", keys.KINSHIP, NEVER_DECODE=True))
        return bytes(kept) if kept is not None else None

    async def claim(self) -> bool:
        """See `ports.KinshipStore.claim`."""
        with redis_faults():
            return bool(await self._client.set(keys.KINSHIP_CLAIM, "1", nx=True, ex=keys.KINSHIP_CLAIM_SECONDS))

    async def keep(self, written: bytes) -> None:
        """See `ports.KinshipStore.keep`."""
        with redis_faults():
            await self._client.set(keys.KINSHIP, written, ex=keys.KINSHIP_SECONDS)
            await self._client.set(keys.KINSHIP_CLAIM, "1", ex=keys.KINSHIP_FRESH_SECONDS)

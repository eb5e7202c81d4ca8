"""What was learned of how papers are alike, in Redis: fulfils `SimilarityStore`."""

from functools import partial

from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice


class SimilarityStore:
    """One value for the whole installation, and one that is there while nobody is to learn it again."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self) -> bytes | None:
        """None where nothing was learned in the last two months."""
        with redis_faults():
            kept = await twice(partial(self._client.execute_command, "GET", keys.KINSHIP, NEVER_DECODE=True))
        return bytes(kept) if kept is not None else None

    async def claim(self) -> bool:
        """Whether it is time to learn, for this process alone: not where another began an hour ago or less."""
        with redis_faults():
            return bool(await self._client.set(keys.KINSHIP_CLAIM, "1", nx=True, ex=keys.KINSHIP_CLAIM_SECONDS))

    async def keep(self, written: bytes) -> None:
        """In place of the last one; it will be time again after a week."""
        with redis_faults():
            await self._client.set(keys.KINSHIP, written, ex=keys.SIMILARITY_SECONDS)
            await self._client.set(keys.KINSHIP_CLAIM, "1", ex=keys.KINSHIP_FRESH_SECONDS)

"""The trained similarity model in Redis."""

from functools import partial

from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice


class SimilarityStore:
    """One model for the whole installation, and a claim that expires when training is due."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self) -> bytes | None:
        """Return the serialized model; None if none was trained in the last two months."""
        with redis_faults():
            stored = await twice(partial(self._client.execute_command, "GET", keys.SIMILARITY_MODEL, NEVER_DECODE=True))
        return bytes(stored) if stored is not None else None

    async def claim(self) -> bool:
        """Claim the training; return False if it isn't due or another process began within the last hour."""
        with redis_faults():
            return bool(await self._client.set(keys.SIMILARITY_CLAIM, "1", nx=True, ex=keys.SIMILARITY_CLAIM_SECONDS))

    async def keep(self, written: bytes) -> None:
        """Replace the model; training is due again after a week."""
        with redis_faults():
            await self._client.set(keys.SIMILARITY_MODEL, written, ex=keys.SIMILARITY_SECONDS)
            await self._client.set(keys.SIMILARITY_CLAIM, "1", ex=keys.SIMILARITY_FRESH_SECONDS)

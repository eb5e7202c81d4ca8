"""Requests of platforms that were answered lately, in Redis, so that no process answers one twice."""

import hashlib

from redis.asyncio import Redis

from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults


class AnsweredRequests:
    """A memory of ten minutes, by the platform's own ids or signatures; it holds only their hashes."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def is_new(self, request: str) -> bool:
        """Remember the request; return False if it was there. Raises StoreDown."""
        name = keys.asked(hashlib.sha256(request.encode(errors="surrogatepass")).hexdigest()[:32])
        with redis_faults():
            return bool(await self._client.set(name, "1", nx=True, ex=keys.ANSWERED_SECONDS))

"""What works for each model's endpoint, in Redis, so that every process learns from the first one."""

from redis.asyncio import Redis

from bot.infra.fingerprint import fingerprint
from bot.infra.redis import keys
from bot.infra.redis.json_records import read_compressed, write_compressed
from bot.infra.redis.record_type import RecordType
from bot.summaries.way import Way

_WAY: RecordType[Way] = RecordType(Way)


class RedisWays:
    """One record for an address and a model. An unreadable one counts as absent.

    The address is kept as a fingerprint: it may hold a password.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self, base_url: str, model: str) -> Way | None:
        return await read_compressed(self._client, keys.way(fingerprint(base_url), model), _WAY)

    async def keep(self, base_url: str, model: str, way: Way) -> None:
        await write_compressed(self._client, keys.way(fingerprint(base_url), model), _WAY, way, keys.WAY_SECONDS)

"""The summaries that models made, in Redis: fulfils `SummaryStore`; and one model call a paper over all processes."""

from secrets import token_hex

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults
from bot.infra.redis.json_records import keep_compressed, read_compressed

_SUMMARY = TypeAdapter(Summary)
_RELEASE = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"


class RedisSummaryStore:
    """One summary a paper, version and language. A record that can't be read counts as absent."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._token = token_hex(8)

    async def get(self, paper: Paper, lang: str) -> Summary | None:
        key = keys.summary(paper.id, paper.version, lang)
        return await read_compressed(self._client, key, _SUMMARY)

    async def keep(self, paper: Paper, summary: Summary) -> None:
        key = keys.summary(paper.id, paper.version, summary.lang)
        await keep_compressed(self._client, key, _SUMMARY, summary, keys.SUMMARY_SECONDS)

    async def claim(self, paper: Paper, lang: str) -> bool:
        """True for the one store, over all processes, that may ask a model for this summary now.

        The others look for the result with `get`, or go on without it. The claim ends with `release`, or by itself
        90 s later, so that a killed process holds nobody up. Claiming again what one holds gives False.
        """
        key = keys.summarizing(paper.id, paper.version, lang)
        with redis_faults():
            return bool(await self._client.set(key, self._token, nx=True, px=keys.SUMMARIZING_SECONDS * 1000))

    async def release(self, paper: Paper, lang: str) -> None:
        """Ends a claim of this store; without a word where it has none (any more)."""
        key = keys.summarizing(paper.id, paper.version, lang)
        with redis_faults():
            await self._client.eval(_RELEASE, 1, key, self._token)

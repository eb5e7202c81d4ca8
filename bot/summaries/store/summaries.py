"""Summaries by models in Redis, and a claim that allows one model call a paper over all processes."""

from collections.abc import Sequence
from functools import lru_cache
from secrets import token_hex

from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults
from bot.infra.redis.json_records import decompress, read_record, write_compressed
from bot.infra.redis.own_key import RELEASE, RENEW
from bot.infra.redis.record_type import RecordType
from bot.infra.redis.together import together

_SUMMARY: RecordType[Summary] = RecordType(Summary)


class RedisSummaryStore:
    """One summary a paper, version and language. An unreadable record counts as absent."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = together(client)
        self._token = token_hex(8)

    async def get(self, paper: Paper, lang: str) -> Summary | None:
        return (await self.get_all([paper], lang)).get(paper.id)

    async def get_all(self, papers: Sequence[Paper], lang: str) -> dict[str, Summary]:
        names = [keys.summary(paper.id, paper.version, lang) for paper in papers]
        if not names:
            return {}
        with redis_faults():
            records = await self._together.run("MGET", *names, NEVER_DECODE=True)
        found = [read_record(name, record, _read) for name, record in zip(names, records, strict=True)]
        return {paper.id: summary for paper, summary in zip(papers, found, strict=True) if summary}

    async def keep(self, paper: Paper, summary: Summary) -> None:
        key = keys.summary(paper.id, paper.version, summary.lang)
        await write_compressed(self._client, key, _SUMMARY, summary, keys.SUMMARY_SECONDS)

    async def is_unusable(self, model: str, paper: Paper, lang: str) -> bool:
        with redis_faults():
            return bool(await self._client.exists(keys.unusable(model, paper.id, paper.version, lang)))

    async def keep_unusable(self, model: str, paper: Paper, lang: str) -> None:
        with redis_faults():
            key = keys.unusable(model, paper.id, paper.version, lang)
            await self._client.set(key, "1", ex=keys.UNUSABLE_SECONDS)

    async def claim(self, paper: Paper, lang: str) -> bool:
        """Claim the model call for this summary; return True for one store over all processes.

        The others look for the result with `get`, or proceed without it. The claim ends with `release`, or by itself
        15 s after the last `renew`, so a killed process blocks nobody for long. A second claim by its holder returns
        False.
        """
        key = keys.summarizing(paper.id, paper.version, lang)
        with redis_faults():
            return bool(await self._client.set(key, self._token, nx=True, ex=keys.SUMMARIZING_SECONDS))

    async def renew(self, paper: Paper, lang: str) -> None:
        """Begin this store's claim anew, if it still has one."""
        key = keys.summarizing(paper.id, paper.version, lang)
        with redis_faults():
            await self._client.eval(RENEW, 1, key, self._token, keys.SUMMARIZING_SECONDS)

    async def release(self, paper: Paper, lang: str) -> None:
        """End this store's claim, if it has one."""
        key = keys.summarizing(paper.id, paper.version, lang)
        with redis_faults():
            await self._client.eval(RELEASE, 1, key, self._token)


@lru_cache(maxsize=4096)  # some 3 KB each; a day's papers stand in the digests of many channels
def _read(record: bytes) -> Summary:
    return decompress(_SUMMARY, record)

"""What channels think of papers, in Redis: fulfils `FeedbackStore`."""

import logging
from collections.abc import Sequence

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.json_records import write_json
from bot.ranking.feedback_port import MOST_FEEDBACK, MOST_SAVED

log = logging.getLogger(__name__)

_OPINION = TypeAdapter(Feedback)


class FeedbackStore:
    """One hash a channel. Every write first names the place and the key, as `ChannelStore` does, for its reason."""

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def opinions(self, place: Place) -> tuple[Feedback, ...]:
        """The channel's, the oldest first."""
        name = keys.taste(place)
        with redis_faults():
            kept = await twice(lambda: self._client.hgetall(name))
        found = [opinion for written in kept.values() if (opinion := _read(name, str(written)))]
        return tuple(sorted(found, key=lambda opinion: (opinion.since, opinion.key)))

    async def keep(self, place: Place, opinions: Sequence[Feedback]) -> None:
        """Adds them; one of the same key takes the place of an older one, and makes room as said above."""
        name = keys.taste(place)
        written = {opinion.key: write_json(_OPINION, opinion).decode() for opinion in opinions}
        if not written:
            return
        with redis_faults():
            await twice(lambda: self._client.sadd(keys.PLACES, keys.write_place(place)))
            pipe = self._client.pipeline()
            pipe.zadd(keys.team_keys(place.tag), {name: "+inf"})
            pipe.hset(name, items=[part for pair in written.items() for part in pair])
            await pipe.execute()
        await self.drop(place, _too_many(await self.opinions(place)))

    async def drop(self, place: Place, keys_of: Sequence[str]) -> bool:
        """Takes those opinions back; False where there was none of them."""
        if not keys_of:
            return False
        with redis_faults():
            return bool(await self._client.hdel(keys.taste(place), *keys_of))

    async def places(self) -> list[Place]:
        """Every place that has an opinion, over all teams, in an order that stays."""
        with redis_faults():
            named = [_place(str(member)) for member in await twice(lambda: self._client.smembers(keys.PLACES))]
            known = sorted((place for place in named if place), key=str)
            pipe = self._client.pipeline(transaction=False)
            for place in known:
                pipe.exists(keys.taste(place))
            there = await pipe.execute() if known else []
        return [place for place, is_there in zip(known, there, strict=True) if is_there]


def _too_many(opinions: Sequence[Feedback]) -> list[str]:
    saved = [opinion.key for opinion in opinions if opinion.verdict is FeedbackKind.SAVED]
    others = [opinion.key for opinion in opinions if opinion.verdict is not FeedbackKind.SAVED]
    return [*saved[:-MOST_SAVED], *others[:-MOST_FEEDBACK]]


def _read(name: str, written: str) -> Feedback | None:
    try:
        return _OPINION.validate_json(written)
    except ValueError:
        log.warning("A record can't be read and is set aside: key=%s record=%.60r", name, written)
        return None


def _place(member: str) -> Place | None:
    try:
        return keys.read_place(member)
    except ValueError:
        return None  # `ChannelStore` names it in the log

"""Channels' feedback on papers in Redis."""

import logging
from collections.abc import Sequence

from redis.asyncio import Redis

from bot.domain.channel import Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.erasure import mark_deleted
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType
from bot.infra.redis.together import together

log = logging.getLogger(__name__)

MAX_FEEDBACK = 500
"""Maximum of More and Less; beyond it the oldest is deleted. Saved papers have their own limit, `MAX_SAVED`."""
MAX_SAVED = 5000

_FEEDBACK: RecordType[Feedback] = RecordType(Feedback)


class FeedbackStore:
    """Feedback, one hash a channel. A write first registers place and key, for the reason given at `ChannelStore`."""

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = together(client)

    async def feedback(self, place: Place) -> tuple[Feedback, ...]:
        """Return the channel's feedback, oldest first."""
        name = keys.feedback(place)
        with redis_faults():
            stored = await self._together.run("HGETALL", name)
        found = [item for written in stored.values() if (item := _read(name, str(written)))]
        return tuple(sorted(found, key=lambda item: (item.since, item.key)))

    async def keep(self, place: Place, feedback: Sequence[Feedback]) -> None:
        """Store feedback; it replaces older feedback of the same key, and the oldest beyond the limits is deleted."""
        name = keys.feedback(place)
        written = {item.key: write_json(_FEEDBACK, item).decode() for item in feedback}
        if not written:
            return
        with redis_faults():
            await twice(lambda: self._client.sadd(keys.PLACES, keys.write_place(place)))
            pipe = self._client.pipeline()
            pipe.zadd(keys.team_keys(place.tag), {name: "+inf"})
            pipe.hset(name, items=[part for pair in written.items() for part in pair])
            await pipe.execute()
        await self.drop(place, _over_limit(await self.feedback(place)))

    async def drop(self, place: Place, item_keys: Sequence[str]) -> bool:
        """Delete feedback by key; return False if there was none."""
        if not item_keys:
            return False
        with redis_faults():
            forgotten = bool(await self._client.hdel(keys.feedback(place), *item_keys))
            if forgotten:
                await mark_deleted(self._client)
        return forgotten

    async def places(self) -> list[Place]:
        """Return every place with feedback, over all teams, in a stable order."""
        with redis_faults():
            named = [_place(str(member)) for member in await twice(lambda: self._client.smembers(keys.PLACES))]
            known = sorted((place for place in named if place), key=str)
            pipe = self._client.pipeline(transaction=False)
            for place in known:
                pipe.exists(keys.feedback(place))
            there = await pipe.execute() if known else []
        return [place for place, is_there in zip(known, there, strict=True) if is_there]


def _over_limit(feedback: Sequence[Feedback]) -> list[str]:
    saved = [item.key for item in feedback if item.verdict is FeedbackKind.SAVED]
    others = [item.key for item in feedback if item.verdict is not FeedbackKind.SAVED]
    return [*saved[:-MAX_SAVED], *others[:-MAX_FEEDBACK]]


def _read(name: str, written: str) -> Feedback | None:
    try:
        return _FEEDBACK.validate_json(written)
    except ValueError:
        log.warning("A record can't be read and is set aside: key=%s record=%.60r", name, written)
        return None


def _place(member: str) -> Place | None:
    try:
        return keys.read_place(member)
    except ValueError:
        return None  # `ChannelStore` logs it

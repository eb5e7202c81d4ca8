"""What people set, a record a channel, in Redis: fulfils `ChannelStore`."""

import logging
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.stores import keys
from bot.stores.channel_records import SETTINGS, read_channel, write_follow, write_mute, write_settings
from bot.stores.connection import redis_faults, twice
from bot.subscription import Channel, Follow, Mute, Place

log = logging.getLogger(__name__)

_CHUNK = 200
# Deletes what the index of a team's keys names, and the index, in one step: nothing can be written in between.
_FORGET = """
for _, name in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do redis.call('DEL', name) end
return redis.call('DEL', KEYS[1])
"""


class RedisChannels:
    """Follows, mutes and timetables of every channel.

    Every write first names the place in the index of all places and its keys in the team's, in the same breath:
    wherever it breaks off, nothing is ever out of reach of `all` or `forget_team`. Durable when the call returns as
    far as the server is: the embedded one syncs its log to disk before it answers.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self, place: Place) -> Channel:
        with redis_faults():
            return (await self._read([place]))[0]

    async def all(self) -> list[Channel]:
        found: list[Channel] = []
        with redis_faults():
            places = await self._places()
            for start in range(0, len(places), _CHUNK):
                found += await self._read(places[start : start + _CHUNK])
        return [channel for channel in found if channel != Channel(channel.place)]

    async def follow(self, place: Place, follow: Follow) -> bool:
        pipe = self._writing(place, keys.follows(place))
        pipe.hsetnx(keys.follows(place), follow.key, write_follow(follow))
        with redis_faults():
            return bool((await pipe.execute())[-1])

    async def unfollow(self, place: Place, key: str) -> bool:
        pipe = self._client.pipeline()
        pipe.hdel(keys.follows(place), key)
        pipe.hdel(keys.mutes(place), key)
        with redis_faults():
            return any(await pipe.execute())

    async def mute(self, place: Place, mute: Mute) -> bool:
        pipe = self._writing(place, keys.mutes(place))
        pipe.hsetnx(keys.mutes(place), mute.key, write_mute(mute))
        with redis_faults():
            return bool((await pipe.execute())[-1])

    async def set(self, channel: Channel) -> None:
        name = keys.channel(channel.place)
        settings = write_settings(channel)
        absent = [field for field in SETTINGS if field not in settings]
        with redis_faults():
            await self._writing(channel.place, name).execute()
            pipe = self._client.pipeline()
            if settings:
                pipe.hset(name, items=[part for pair in settings.items() for part in pair])
            if absent:
                pipe.hdel(name, *absent)
            await pipe.execute()

    async def forget_team(self, platform: str, team: str) -> None:
        """Deletes every key of the team that `keys.team_keys` names, then its places. Calling it again is harmless."""
        index = keys.team_keys(Place(platform, team, "").tag)
        with redis_faults():
            await self._client.eval(_FORGET, 1, index)
            theirs = [place for place in await self._places() if (place.platform, place.team) == (platform, team)]
            if theirs:
                await self._client.srem(keys.PLACES, *(keys.write_place(place) for place in theirs))

    def _writing(self, place: Place, key: str) -> Pipeline:
        """The beginning of a write to `key`: the indexes, in an order that leaves nothing out of reach."""
        pipe = self._client.pipeline(transaction=False)
        pipe.sadd(keys.PLACES, keys.write_place(place))
        pipe.zadd(keys.team_keys(place.tag), {key: "+inf"})
        return pipe

    async def _places(self) -> list[Place]:
        places = []
        for member in await twice(lambda: self._client.smembers(keys.PLACES)):
            try:
                places.append(keys.read_place(str(member)))
            except ValueError:
                log.warning("A record can't be read and is set aside: key=%s member=%r", keys.PLACES, member)
        return sorted(places, key=str)

    async def _read(self, places: Sequence[Place]) -> list[Channel]:
        names = [key(place) for place in places for key in (keys.channel, keys.follows, keys.mutes)]
        hashes = await twice(lambda: self._hashes(names))
        return [read_channel(place, *hashes[3 * i : 3 * i + 3]) for i, place in enumerate(places)]

    async def _hashes(self, names: Sequence[str]) -> list[dict[str, str]]:
        pipe = self._client.pipeline(transaction=False)
        for name in names:
            pipe.hgetall(name)
        found = await pipe.execute(raise_on_error=False)
        for name, value in zip(names, found, strict=True):
            if not isinstance(value, dict):
                log.warning("A record can't be read and is set aside: key=%s cause=%s", name, value)
        return [value if isinstance(value, dict) else {} for value in found]

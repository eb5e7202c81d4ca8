"""Follows, mutes and settings of channels in Redis, one record a channel."""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bot.delivery.store import channel_scripts
from bot.delivery.store.busy_teams import BusyTeams
from bot.delivery.store.channel_records import (
    DIRECT,
    LOCKED,
    SET_UP_BY,
    SETTINGS,
    read_channel,
    write_direct,
    write_follow,
    write_mute,
    write_settings,
)
from bot.delivery.store.due_places import mark_changed, unmark
from bot.domain.channel import MAX_FOLLOWS, MAX_MUTES, Channel, Follow, Mute, Place
from bot.domain.errors import ListFull
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.erasure import mark_deleted
from bot.infra.redis.instants import write_instant
from bot.infra.redis.servers import times
from bot.infra.redis.together import together

log = logging.getLogger(__name__)

_CHUNK = 200


class ChannelStore:
    """Follows, mutes and timetables of every channel.

    Every write first adds the place to the index of all places, which may be on another node of a cluster. Then it
    writes the key and its name in the team's key index in one step. Wherever it breaks off, `all` and `forget_team`
    reach everything. Data is as durable as the server when a call returns: the embedded server syncs its log to disk
    before it answers.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client
        self._together = together(client)

    async def get(self, place: Place) -> Channel:
        """Return the channel, empty if nothing was ever set."""
        with redis_faults():
            return (await self._read([place]))[0]

    async def all(self) -> list[Channel]:
        """Return every channel that has anything set, over all teams."""
        return [channel for channel in await self.some(await self.places()) if channel.has_anything]

    async def places(self) -> list[Place]:
        """Return every place that may have anything set."""
        with redis_faults():
            return await self._places()

    async def some(self, places: Iterable[Place]) -> list[Channel]:
        """Return these channels, in the places' order."""
        with redis_faults():
            return [channel for some in in_chunks(list(places), _CHUNK) for channel in await self._read(some)]

    async def mark_busy(self, places: Iterable[Place]) -> None:
        """Have planners ask the teams of these places for messages to send and failed tasks."""
        with redis_faults():
            await BusyTeams(self._client).mark(*sorted({place.tag for place in places}))

    async def of_team(self, platform: str, team: str) -> list[Channel]:
        """Return every channel of one team that has anything set."""
        return await self.of_teams([(platform, team)])

    async def of_teams(self, teams: Iterable[tuple[str, str]]) -> list[Channel]:
        """Return every channel of these platforms and teams that has anything set."""
        named = list(teams)
        pipe = self._client.pipeline(transaction=False)
        for platform, team in named:
            pipe.zrange(keys.team_keys(Place(platform, team, "").tag), 0, -1)
        with redis_faults():
            names = await pipe.execute() if named else []
        placed = {place for team, found in zip(named, names, strict=True) for place in _named(found, *team)}
        return [channel for channel in await self.some(sorted(placed, key=str)) if channel.has_anything]

    async def follow(self, place: Place, follow: Follow, instead_of: str = "") -> bool:
        """Add a follow and end that of key `instead_of`, in one step; return False if the channel had it already.

        Raises ListFull.
        """
        with redis_faults():
            pipe = await self._begin_write(place, keys.follows(place))
            if instead_of:
                pipe.hdel(keys.follows(place), instead_of)
            pipe.eval(channel_scripts.ADD, 1, keys.follows(place), follow.key, write_follow(follow), MAX_FOLLOWS)
            return _added((await pipe.execute())[-1], f"follow {MAX_FOLLOWS} things")

    async def refine(self, place: Place, follow: Follow) -> None:
        """Replace the follow of that key by one that identifies its author better; do nothing if it has ended."""
        with redis_faults():
            await self._client.eval(channel_scripts.REFINE, 1, keys.follows(place), follow.key, write_follow(follow))

    async def unfollow(self, place: Place, key: str) -> bool:
        """End the follow or mute of that key; return False if there was none."""
        pipe = self._client.pipeline()
        pipe.hdel(keys.follows(place), key)
        pipe.hdel(keys.mutes(place), key)
        with redis_faults():
            ended = any(await pipe.execute())
            if ended:
                await mark_deleted(self._client)
        return ended

    async def mute(self, place: Place, mute: Mute) -> bool:
        """Add a mute; return False if the channel had it already. Raises ListFull."""
        with redis_faults():
            pipe = await self._begin_write(place, keys.mutes(place))
            pipe.eval(channel_scripts.ADD, 1, keys.mutes(place), mute.key, write_mute(mute), MAX_MUTES)
            return _added((await pipe.execute())[-1], f"mute {MAX_MUTES} things")

    async def set(self, channel: Channel) -> None:
        """Store the record without follows, mutes, `direct`, `locked` (they have their own calls) and `last_slot`.

        `set_up_by` is stored once: a later one changes nothing.
        """
        name = keys.channel(channel.place)
        settings = write_settings(channel)
        absent = [field for field in SETTINGS if field not in settings]
        with redis_faults():
            pipe = await self._begin_write(channel.place, name)
            if settings:
                pipe.hset(name, items=[part for pair in settings.items() for part in pair])
            if absent:
                pipe.hdel(name, *absent)
            if channel.set_up_by:
                pipe.hsetnx(name, SET_UP_BY, channel.set_up_by)
            await pipe.execute()

    async def lock(self, place: Place, user: str) -> None:
        """Let only admins change what the channel gets; `user` set it up if nobody did before."""
        name = keys.channel(place)
        with redis_faults():
            pipe = await self._begin_write(place, name)
            pipe.hset(name, LOCKED, "1")
            if user:
                pipe.hsetnx(name, SET_UP_BY, user)
            await pipe.execute()

    async def unlock(self, place: Place) -> None:
        """Let everybody change what the channel gets."""
        with redis_faults():
            await self._client.hdel(keys.channel(place), LOCKED)

    async def note_direct(self, place: Place, direct: bool) -> None:
        """Record if the channel is a direct message; change no setting."""
        name, written = keys.channel(place), write_direct(direct)
        with redis_faults():
            if await twice(lambda: self._client.hget(name, DIRECT)) != written:
                pipe = await self._begin_write(place, name)
                pipe.hset(name, DIRECT, written)
                await pipe.execute()

    async def begin_welcome(self, place: Place) -> bool:
        """Record that the bot says hello there; return False if it did before."""
        name, index = keys.welcomed(place), keys.team_keys(place.tag)
        with redis_faults():
            return bool(await self._client.eval(channel_scripts.WELCOME, 2, name, index, keys.WELCOMED_SECONDS))

    async def correct(self, place: Place, field: str, wrong: datetime, right: datetime | None) -> bool:
        """Replace an instant from the future; return False if it is no longer `wrong`.

        `field` is `keys.LAST_SLOT`, whose wrong value is kept as `Channel.ahead`, `keys.LAST_RECAP` or `keys.SINCE`.
        """
        args = (field, write_instant(wrong), write_instant(right) if right else "")
        with redis_faults():
            await mark_changed(self._client, place)
            return bool(await self._client.eval(channel_scripts.CORRECT, 1, keys.channel(place), *args))

    async def server_time(self) -> datetime:
        """Return the latest time (UTC) of the servers, which `once --at` doesn't change."""
        return max(await times(self._client))

    async def resume(self, place: Place) -> bool:
        """End the channel's pause; return False if there was none."""
        with redis_faults():
            await mark_changed(self._client, place)
            return bool(await self._client.hdel(keys.channel(place), "paused"))

    async def restore(self, channel: Channel, told: Mapping[str, datetime]) -> None:
        """Restore a channel in one step: replace its settings; add its follows, mutes and delivered papers with slots.

        An existing follow or mute stays as it is; of two last slots, or two times of one paper, the later counts.
        """
        place = channel.place
        names = [name(place) for name in (keys.channel, keys.follows, keys.mutes, keys.delivered)]
        written = _write_channel(channel, told)
        with redis_faults():
            await self._announce(place)
            await twice(
                lambda: self._client.eval(
                    channel_scripts.RESTORE, 5, *names, keys.team_keys(place.tag), written, str(keys.DELIVERED_SECONDS)
                )
            )

    async def forget_team(self, platform: str, team: str) -> None:
        """Delete every key in the team's key index, then the team's places. Calling it again is harmless."""
        tag = Place(platform, team, "").tag
        index = keys.team_keys(tag)
        with redis_faults():
            await BusyTeams(self._client).forget(tag)
            while names := await twice(lambda: self._client.zrange(index, 0, _CHUNK - 1)):
                await twice(partial(self._client.eval, channel_scripts.FORGET, 1 + len(names), index, *names))
            places = [place for place in await self._places() if (place.platform, place.team) == (platform, team)]
            if members := [keys.write_place(place) for place in places]:
                await unmark(self._client, *places)
                await self._client.zrem(keys.ZOTERO, *members)
                await self._client.srem(keys.PLACES, *members)

    async def note_deleted(self) -> None:
        """Have what `forget_team` deleted taken off the disk; the other deletions here see to it themselves."""
        with redis_faults():
            await mark_deleted(self._client)

    async def forget(self, place: Place) -> None:
        """Delete the place's keys in the team's key index, then its other entries, and its name last."""
        index = keys.team_keys(place.tag)
        with redis_faults():
            members = [str(member) for member in await twice(lambda: self._client.zrange(index, 0, -1))]
            if names := [name for name in members if keys.is_of(name, place)]:
                await twice(lambda: self._client.eval(channel_scripts.FORGET, 1 + len(names), index, *names))
            await self._forget_open(place)
            await unmark(self._client, place)
            await twice(lambda: self._client.zrem(keys.ZOTERO, keys.write_place(place)))
            await twice(lambda: self._client.srem(keys.PLACES, keys.write_place(place)))
            await mark_deleted(self._client)

    async def _forget_open(self, place: Place) -> None:
        """Delete what is pending or failed there."""
        entries, failed = keys.open_entries(place.tag), keys.failures(place.tag)
        members = [str(member) for member in await twice(lambda: self._client.zrange(entries, 0, -1))]
        if waiting := [member for member in members if member.startswith(f"{keys.write_place(place)}:")]:
            await twice(lambda: self._client.zrem(entries, *waiting))
        tasks = [str(task) for task in await twice(lambda: self._client.hkeys(failed))]
        if failed_here := [task for task in tasks if f":{place}:" in f"{task}:"]:
            await twice(lambda: self._client.hdel(failed, *failed_here))

    async def _begin_write(self, place: Place, key: str) -> Pipeline:
        """Register the place and return the start of a transaction that writes to `key`."""
        await self._announce(place)
        pipe = self._client.pipeline()
        pipe.zadd(keys.team_keys(place.tag), {key: "+inf"})
        return pipe

    async def _announce(self, place: Place) -> None:
        """Add the place to the index of all places, and have planners look at it from before it changes."""
        await twice(lambda: self._client.sadd(keys.PLACES, keys.write_place(place)))
        await mark_changed(self._client, place)

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
        hashes = await self._hashes(names)
        return [read_channel(place, *hashes[3 * i : 3 * i + 3]) for i, place in enumerate(places)]

    async def _hashes(self, names: Sequence[str]) -> list[dict[str, str]]:
        found = await self._together.run_all(*(("HGETALL", name) for name in names))
        for name, value in zip(names, found, strict=True):
            if not isinstance(value, dict):
                log.warning("A record can't be read and is set aside: key=%s cause=%s", name, value)
        return [value if isinstance(value, dict) else {} for value in found]


def _named(names: Iterable[str], platform: str, team: str) -> Iterator[Place]:
    """Yield the channels whose keys are among those of a team."""
    return (place for name in names if (place := keys.place_of(str(name), platform, team)))


def _write_channel(channel: Channel, told: Mapping[str, datetime]) -> str:
    """Return the JSON that `channel_scripts.RESTORE` reads; an absent setting is empty."""
    direct = {} if channel.direct is None else {DIRECT: write_direct(channel.direct)}
    rights = {LOCKED: "1" if channel.locked else "", SET_UP_BY: channel.set_up_by}
    return json.dumps({
        "settings": dict.fromkeys(SETTINGS, "") | write_settings(channel) | direct | rights,
        "slots": {
            keys.LAST_SLOT: _whole_seconds(channel.last_slot),
            keys.LAST_RECAP: _whole_seconds(channel.last_recap),
            keys.LAST_CLUB: _whole_seconds(channel.last_club),
        },
        "follows": {follow.key: write_follow(follow) for follow in channel.follows},
        "mutes": {mute.key: write_mute(mute) for mute in channel.mutes},
        "told": {paper_id: str(int(at.timestamp())) for paper_id, at in told.items()},
    })  # fmt: skip


def _whole_seconds(slot: datetime | None) -> str:
    return write_instant(slot.replace(microsecond=0)) if slot else ""


def _added(outcome: int, do: str) -> bool:
    if outcome < 0:
        raise ListFull(do)
    return bool(outcome)

"""Failed tasks and dead letters in Redis: one hash a team, and one for tasks of all channels."""

import logging
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.delivery.store.busy_teams import BusyTeams
from bot.domain.channel import Place
from bot.domain.issue_key import IssueKey
from bot.domain.task import Failure, Task
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType
from bot.infra.redis.together import together

log = logging.getLogger(__name__)

_CHUNK = 500

FIRST_PAUSE_SECONDS = 5.0
MAX_PAUSE_SECONDS = 600.0

_FAILURE: RecordType[Failure] = RecordType(Failure)

# Write a record, and its name in the team's key index if it belongs to a team, in one step.
_NOTE = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[3])
if KEYS[2] then redis.call('ZADD', KEYS[2], redis.call('TIME')[1] + ARGV[3], KEYS[1]) end
return 1
"""


class FailureStore:
    """Failed tasks and dead letters. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._busy = BusyTeams(client)
        self._together = together(client)

    async def note(self, task: Task, why: str, max_tries: int | None = None) -> Failure:
        """Count a failure; the `max_tries`th makes the task a dead letter, None never does.

        Before that the task is due again after a pause that doubles with each try, with jitter, up to ten minutes.
        """
        name = _name(task.place)
        with redis_faults():
            (stored,) = await twice(lambda: self._redis.hmget(name, [task.key]))
            before = _read(name, task.key, str(stored) if stored else None)
            failure = _next(task, why, before, await self._now(), max_tries)
            await self._keep(failure)
        return failure

    async def clear(self, task: Task) -> None:
        """Delete the task's failures, if any: it succeeded."""
        with redis_faults():
            await self._together.run("HDEL", _name(task.place), task.key)

    async def all(self) -> list[Failure]:
        """Return every failure, over all teams; log and skip records that can't be read."""
        with redis_faults():
            names = [keys.FAILURES, *(keys.failures(tag) for tag in await self._busy.tags())]
        return [failure for some in in_chunks(names, _CHUNK) for failure in await self._in(*some)]

    async def of(self, place: Place) -> list[Failure]:
        """Return the failures of one place."""
        return [failure for failure in await self._in(_name(place)) if failure.task.place == place]

    async def resting(self, place: Place | None = None) -> set[str]:
        """Return the keys of tasks, of `place` or all, not to be tried now: given up, or not due again yet."""
        found = await (self.all() if place is None else self.of(place))
        with redis_faults():
            now = await self._now() if found else datetime.now(UTC)
        # A pause longer than any was begun by a clock ahead of ours.
        longest = now + timedelta(seconds=MAX_PAUSE_SECONDS)
        return {one.task.key for one in found if one.again_at is None or now < one.again_at <= longest}

    async def retry(self, place: Place | None = None, day: IssueKey | None = None) -> list[Task]:
        """Delete the dead letters of `place` and `day`, or all of them, and return their tasks."""
        found = await (self.all() if place is None else self.of(place))
        dead = [failure for failure in found if failure.dead and day in {None, failure.task.day}]
        for failure in dead:
            await self.clear(failure.task)
        return [failure.task for failure in dead]

    async def _in(self, *names: str) -> list[Failure]:
        """Return the failures of these hashes, read in one go: of thousands of teams, hardly any has one."""
        with redis_faults():
            hashes = await twice(lambda: self._hashes(names))
        found: list[Failure] = []
        for name, stored in zip(names, hashes, strict=True):
            read = (_read(name, str(key), str(text)) for key, text in stored.items())
            found += sorted(filter(None, read), key=lambda failure: failure.task.key)
        return found

    async def _hashes(self, names: Sequence[str]) -> list[dict[str, str]]:
        pipe = self._redis.pipeline(transaction=False)
        for name in names:
            pipe.hgetall(name)
        return list(await pipe.execute())

    async def _keep(self, failure: Failure) -> None:
        place, name = failure.task.place, _name(failure.task.place)
        names = [name, keys.team_keys(place.tag)] if place else [name]
        written = write_json(_FAILURE, failure).decode()
        args = (failure.task.key, written, keys.FAILURE_SECONDS)
        if place:
            await self._busy.mark(place.tag)
        await twice(lambda: self._redis.eval(_NOTE, len(names), *names, *args))

    async def _now(self) -> datetime:
        seconds, microseconds = await twice(self._redis.time)
        return datetime.fromtimestamp(int(seconds), UTC) + timedelta(microseconds=int(microseconds))


def pause_after(tries: int) -> timedelta:
    """Return the pause after so many failures: doubled each time, with jitter."""
    seconds = min(FIRST_PAUSE_SECONDS * 2.0 ** min(tries - 1, 20), MAX_PAUSE_SECONDS)
    return timedelta(seconds=seconds * random.uniform(0.5, 1.0))


def _next(task: Task, why: str, before: Failure | None, now: datetime, max_tries: int | None) -> Failure:
    tries = before.tries + 1 if before else 1
    dead = max_tries is not None and tries >= max_tries
    return Failure(task, why, tries, now, None if dead else now + pause_after(tries))


def _name(place: Place | None) -> str:
    return keys.failures(place.tag) if place else keys.FAILURES


def _read(name: str, key: str, text: str | None) -> Failure | None:
    if not text:
        return None
    try:
        failure = _FAILURE.validate_json(text)
        if failure.last.tzinfo is None or (failure.again_at and failure.again_at.tzinfo is None):
            raise ValueError("an instant without a zone")
    except ValueError as error:
        log.warning(
            "A record can't be read and is set aside: key=%s field=%r cause=%s", name, key, type(error).__name__
        )
        return None
    return failure

"""Access that teams gave the bot by installing it, in Redis: one encrypted text a team or organization.

What the text says is the platform's business. A team's access lies under its own tag, so `forget_team` deletes it. A
team that an organization installed for holds the organization's name instead; its data stays its own.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from redis.asyncio import Redis

from bot.delivery.installations import Installation
from bot.domain.channel import Place
from bot.domain.errors import BotError
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.own_key import RELEASE
from bot.infra.secret_box import SecretBox

SECRET, ORGANIZATION, LOST = "secret", "org", "lost"

# KEYS: the access, the team's key index. ARGV: the encrypted text; "1" to write it only over an older one.
_SAVE = """
if ARGV[2] == '1' and redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'secret', ARGV[1])
redis.call('ZADD', KEYS[2], '+inf', KEYS[1])
return 1
"""
# KEYS: the access, the team's key index. ARGV: the organization. A team's own access is never replaced.
_LINK = """
if redis.call('HEXISTS', KEYS[1], 'secret') == 1 then return 0 end
redis.call('HSET', KEYS[1], 'org', ARGV[1])
redis.call('ZADD', KEYS[2], '+inf', KEYS[1])
return 1
"""
# KEYS: the organization's access, its workspaces, its key index. ARGV: the team.
_JOIN = """
if redis.call('HEXISTS', KEYS[1], 'secret') == 0 then return 0 end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('ZADD', KEYS[3], '+inf', KEYS[2])
return 1
"""
_LOSE = "if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HSET', KEYS[1], 'lost', '1') end return 0"


class InstallationStore:
    """Implements `Installations` for one platform."""

    def __init__(self, client: Redis, box: SecretBox, platform: str) -> None:
        self._client = client
        self._box = box
        self._platform = platform

    async def save(self, holder: str, text: str) -> None:
        await self.part(holder)
        with redis_faults():
            await twice(lambda: self._client.sadd(keys.installed(self._platform), holder))
            await self._write(holder, text, only_over=False)

    async def renew(self, holder: str, text: str) -> bool:
        with redis_faults():
            return await self._write(holder, text, only_over=True)

    async def read(self, team: str) -> Installation | None:
        with redis_faults():
            found = await twice(lambda: self._client.hgetall(keys.access(self._tag(team))))
            holder = str(found.get(ORGANIZATION) or "") or team
            if holder != team:
                found = await twice(lambda: self._client.hgetall(keys.access(self._tag(holder))))
        secret = str(found.get(SECRET) or "")
        return Installation(holder, self._box.open(secret), LOST in found) if secret else None

    async def join(self, team: str, organization: str) -> bool:
        ours, theirs = self._tag(team), self._tag(organization)
        names = (keys.access(theirs), keys.workspaces(theirs), keys.team_keys(theirs))
        with redis_faults():
            if not await twice(lambda: self._client.eval(_JOIN, 3, *names, team)):
                return False
            await twice(lambda: self._client.eval(_LINK, 2, keys.access(ours), keys.team_keys(ours), organization))
        return True

    async def admitted(self, team: str, token: str) -> None:
        with redis_faults():
            await twice(lambda: self._client.delete(keys.rate_limit(self._platform, "away", team, token)))

    async def part(self, team: str) -> None:
        with redis_faults():
            organization = await twice(lambda: self._client.hget(keys.access(self._tag(team)), ORGANIZATION))
            if organization:
                await twice(lambda: self._client.srem(keys.workspaces(self._tag(str(organization))), team))

    async def members(self, organization: str) -> list[str]:
        with redis_faults():
            found = await twice(lambda: self._client.smembers(keys.workspaces(self._tag(organization))))
            linked = sorted(map(str, found))
            return [team for team in linked if await self._is_linked(team, organization)]

    async def forget(self, holder: str) -> None:
        tag, index = self._tag(holder), keys.team_keys(self._tag(holder))
        with redis_faults():
            for name in (keys.access(tag), keys.workspaces(tag), keys.renewing(tag)):
                await twice(partial(self._client.delete, name))
                await twice(partial(self._client.zrem, index, name))
            await twice(lambda: self._client.srem(keys.installed(self._platform), holder))

    async def all(self) -> list[str]:
        with redis_faults():
            return sorted(map(str, await twice(lambda: self._client.smembers(keys.installed(self._platform)))))

    async def lose(self, holder: str) -> None:
        with redis_faults():
            await twice(lambda: self._client.eval(_LOSE, 1, keys.access(self._tag(holder))))

    @asynccontextmanager
    async def renewing(self, holder: str) -> AsyncIterator[bool]:
        name, token = keys.renewing(self._tag(holder)), secrets.token_hex(8)
        with redis_faults():
            held = bool(await self._client.set(name, token, nx=True, ex=keys.RENEWING_SECONDS))
        try:
            yield held
        finally:
            if held:
                await self._release(name, token)

    async def begin(self) -> str:
        state = secrets.token_urlsafe(24)
        with redis_faults():
            await twice(lambda: self._client.set(_state_key(state), "1", ex=keys.INSTALL_SECONDS))
        return state

    async def end(self, state: str) -> bool:
        with redis_faults():
            return bool(await self._client.getdel(_state_key(state)))

    async def lost(self) -> list[str]:
        holders = await self.all()
        with redis_faults():
            pipe = self._client.pipeline(transaction=False)
            for holder in holders:
                pipe.hexists(keys.access(self._tag(holder)), LOST)
            return [holder for holder, is_lost in zip(holders, await pipe.execute(), strict=True) if is_lost]

    async def _write(self, holder: str, text: str, only_over: bool) -> bool:
        tag, closed = self._tag(holder), self._box.close(text)
        names, flag = (keys.access(tag), keys.team_keys(tag)), "1" if only_over else ""
        return bool(await twice(lambda: self._client.eval(_SAVE, 2, *names, closed, flag)))

    async def _is_linked(self, team: str, organization: str) -> bool:
        return await twice(lambda: self._client.hget(keys.access(self._tag(team)), ORGANIZATION)) == organization

    async def _release(self, name: str, token: str) -> None:
        try:
            with redis_faults():
                await twice(lambda: self._client.eval(RELEASE, 1, name, token))
        except BotError:
            pass  # the lease ends by itself

    def _tag(self, team: str) -> str:
        return Place(self._platform, team, "").tag


def _state_key(state: str) -> str:
    return keys.install_state(hashlib.sha256(state.encode(errors="surrogatepass")).hexdigest()[:32])

"""A store as portable data: every key with its type and value, and loading into another server.

Values that depend on chance or the wall clock are the same in every dump: receipts, codes, tokens, the times of writes
and retries. So two recordings of the same story are equal, byte for byte.
"""

import base64
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from redis.asyncio import Redis

Stored = dict[str, Any]
"""`type`, `value`, and `days`: lifetime, rounded up; None if unlimited. Bytes that aren't text are {"b64": …}."""

LATER = 4_102_444_800
"""The year 2100, as the epoch at which the team's index drops a key that expires."""

_DAY = 24 * 3600
_SHORTEST_SECONDS = 1200
"""Locks, rate limits and pauses with shorter lifetimes are temporary; the dump omits them."""
_INDEX, _SAY, _FAILURES = re.compile(r"lark:t:.*:keys"), re.compile(r"lark:t:.*:say:"), re.compile(r"lark:.*failures")
_RECEIPT = re.compile(r"p(\d+)receipt")


async def dump(client: Redis, now_epoch: int) -> dict[str, Stored]:
    """Return all lasting keys, in order; `now_epoch` replaces every instant of the wall clock."""
    found: dict[str, Stored] = {}
    async for name, kind, seconds in _names(client):
        is_gone = kind == "none"  # a running bot deleted it since its name was read
        if not is_gone and (seconds is None or seconds > _SHORTEST_SECONDS):
            days = None if seconds is None else -(-seconds // _DAY)
            value = _steady(name, kind, await _READ[kind](client, name), now_epoch)
            found[name] = {"type": kind, "days": days, "value": value}
    return dict(sorted(found.items()))


async def load(client: Redis, dumped: Mapping[str, Stored]) -> None:
    """Write all of a dump into an empty store."""
    for name, stored in dumped.items():
        await _WRITE[stored["type"]](client, name, stored["value"])
        if stored["days"] is not None:
            await client.expire(name, stored["days"] * _DAY)


async def _names(client: Redis) -> AsyncIterator[tuple[str, str, int | None]]:
    async for raw in client.scan_iter("*"):
        left = await client.ttl(raw)
        yield raw.decode(), (await client.type(raw)).decode(), None if left < 0 else left


async def _read_string(client: Redis, name: str) -> Any:
    return _written(await client.get(name))


async def _read_hash(client: Redis, name: str) -> Any:
    found = {field.decode(): _written(value) for field, value in (await client.hgetall(name)).items()}
    return dict(sorted(found.items()))


async def _read_set(client: Redis, name: str) -> Any:
    return sorted(member.decode() for member in await client.smembers(name))


async def _read_sorted(client: Redis, name: str) -> Any:
    pairs = await client.zrange(name, 0, -1, withscores=True)
    return [[_written(member), "inf" if score == float("inf") else score] for member, score in pairs]


async def _read_stream(client: Redis, name: str) -> Any:
    entries = await client.xrange(name)
    return [{field.decode(): value.decode() for field, value in fields.items()} for _, fields in entries]


_READ = {
    "string": _read_string,
    "hash": _read_hash,
    "set": _read_set,
    "zset": _read_sorted,
    "stream": _read_stream,
}


async def _write_string(client: Redis, name: str, value: Any) -> None:
    await client.set(name, _read(value))


async def _write_hash(client: Redis, name: str, value: Any) -> None:
    await client.hset(name, mapping={field: _read(one) for field, one in value.items()})


async def _write_set(client: Redis, name: str, value: Any) -> None:
    await client.sadd(name, *value)


async def _write_sorted(client: Redis, name: str, value: Any) -> None:
    await client.zadd(name, {_read(member): float(score) for member, score in value})


async def _write_stream(client: Redis, name: str, value: Any) -> None:
    for number, fields in enumerate(value, 1):
        await client.xadd(name, fields, id=f"{number}-0")


_WRITE = {
    "string": _write_string,
    "hash": _write_hash,
    "set": _write_set,
    "zset": _write_sorted,
    "stream": _write_stream,
}


def _steady(name: str, kind: str, value: Any, now_epoch: int) -> Any:
    """Return the value with fixed replacements for the parts that differ between recordings."""
    if _INDEX.fullmatch(name):
        return sorted([member, score if score == "inf" else LATER] for member, score in value)
    if _SAY.match(name):
        lasting = (field for field in value if not field.endswith(("until", "owner")))
        steady = {field: _receipt(name, field, value[field]) for field in lasting}
        return steady | {"opened": str(now_epoch)}
    if _FAILURES.fullmatch(name) and kind == "hash":
        return {field: _failure(one, now_epoch) for field, one in value.items()}
    if name == "lark:papers:origin":
        return "0123456789abcdef"
    if ":optin:" in name:
        return value | {"code": "123456"}
    if name.endswith(":says"):
        return sorted(value)
    return value


def _receipt(name: str, field: str, value: Any) -> Any:
    """Return a receipt in the platform's own format, made from its message."""
    part = _RECEIPT.fullmatch(field)
    if not part or not value:
        return value
    number = int(part[1]) + sum(name.encode()) % 9000 * 100
    if name.startswith("lark:t:{slack:"):
        return f"1795500000.{number:06}"
    return f"1444{number:015}" if str(value).isdigit() else value


def _failure(text: str, now_epoch: int) -> str:
    told = json.loads(text)
    instant = datetime.fromtimestamp(now_epoch, UTC).isoformat().replace("+00:00", "Z")
    told |= {name: instant for name in ("last", "again_at") if told.get(name)}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _written(value: bytes) -> Any:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(value).decode()}


def _read(value: Any) -> Any:
    return base64.b64decode(value["b64"]) if isinstance(value, dict) else value

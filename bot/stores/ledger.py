"""The ledger in Redis: each step is one script on one team's slot, so that no crash leaves half of it."""

import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from bot.digest import Digest
from bot.edition import Edition, Week, order, read_edition
from bot.ports import Claim, Message, Say
from bot.recap import Recap
from bot.stores import keys
from bot.stores.channel_records import write_instant
from bot.stores.connection import redis_faults, twice
from bot.stores.json_records import write_json
from bot.stores.ledger_scripts import (
    AGAIN,
    CANCEL,
    CLAIM,
    CLOSE,
    DROP,
    HOLD,
    OPEN,
    OPEN_RECAP,
    REFUSED,
    REVIVE,
    SENT,
    TRIED,
    UNSENT,
)
from bot.subscription import Place

_MAY_STAND = frozenset({"sent", "uncertain", "sending", "unseen"})

_SOON_SECONDS = 30
"""What is wanted later than that isn't worth waiting for."""

_DIGEST = TypeAdapter(Digest)
_RECAP = TypeAdapter(Recap)
_MESSAGES = TypeAdapter(list[Message])


class RedisLedger:
    """Fulfils `ports.Ledger`. One instance is one owner of claims."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._owner = secrets.token_hex(8)

    async def open(self, digest: Digest, served: datetime | None) -> bool:
        """See `ports.Ledger.open`."""
        place = digest.place
        slot = write_instant(digest.slot)
        before = write_instant(served) if served else ""
        written = write_json(_DIGEST, digest).decode()
        epoch = int(digest.slot.timestamp())
        about = (written, slot, before, epoch, keys.LEDGER_SECONDS, *digest.paper_ids)
        return bool(await self._run(OPEN, place, digest.day, *about))

    async def open_recap(self, recap: Recap, last: datetime | None) -> bool:
        """See `ports.Ledger.open_recap`."""
        slot, before = write_instant(recap.slot), write_instant(last) if last else ""
        written = write_json(_RECAP, recap).decode()
        about = (written, slot, before, int(recap.slot.timestamp()), keys.LEDGER_SECONDS)
        return bool(await self._run(OPEN_RECAP, recap.place, recap.edition, *about))

    async def delivered(self, place: Place) -> set[str]:
        """See `ports.Ledger.delivered`."""
        with redis_faults():
            return {str(one) for one in await twice(lambda: self._redis.zrange(keys.delivered(place), 0, -1))}

    async def told(self, place: Place) -> dict[str, datetime]:
        """See `ports.Ledger.told`."""
        with redis_faults():
            scored: list[tuple[str, float]] = [
                *await twice(lambda: self._redis.zrange(keys.delivered(place), 0, -1, withscores=True))
            ]
            members = [str(one) for one in await twice(lambda: self._redis.zrange(keys.open_says(place.tag), 0, -1))]
        unsaid: set[str] = set()
        for where, edition in map(_read_waiting, members):
            if where == place:
                unsaid |= _unsaid(await self._fields(place, edition), _MAY_STAND)
        return {one: datetime.fromtimestamp(score, UTC) for one, score in scored if one not in unsaid}

    async def find(self, place: Place, edition: Edition) -> Say | None:
        """See `ports.Ledger.find`; a record that can't be read counts as none."""
        found = await self._fields(place, edition)
        if "digest" not in found:
            return None
        shape: TypeAdapter[Digest] | TypeAdapter[Recap] = _RECAP if isinstance(edition, Week) else _DIGEST
        try:
            digest = shape.validate_json(found["digest"])
        except ValidationError:
            return None
        opened = datetime.fromtimestamp(float(found.get("opened", 0)), UTC)
        parts = sorted(int(name[1:-7]) for name in found if name.startswith("p") and name.endswith("receipt"))
        receipts = tuple(found[f"p{part}receipt"] for part in parts)
        return Say(digest, found.get("state", "open"), opened, receipts)

    async def waiting(self) -> list[tuple[Place, Edition]]:
        """See `ports.Ledger.waiting`."""
        with redis_faults():
            members = await twice(lambda: self._redis.smembers(keys.PLACES))
            found: list[str] = []
            for tag in sorted({keys.read_place(str(member)).tag for member in members}):
                found += [str(one) for one in await self._redis.zrange(keys.open_says(tag), 0, -1)]
        return [_read_waiting(member) for member in found]

    async def editions(self, place: Place) -> list[Edition]:
        """See `ports.Ledger.editions`."""
        with redis_faults():
            members = await twice(lambda: self._redis.zrange(keys.open_says(place.tag), 0, -1))
        waiting = (_read_waiting(str(member)) for member in members)
        return sorted((edition for where, edition in waiting if where == place), key=order)

    async def uncertain(self, place: Place) -> list[Edition]:
        """See `ports.Ledger.uncertain`."""
        with redis_faults():
            found = await twice(lambda: self._redis.smembers(keys.uncertain(place)))
        return sorted((read_edition(str(edition)) for edition in found), key=order)

    async def messages(self, place: Place, edition: Edition, drawn: Sequence[Message]) -> list[Message]:
        """See `ports.Ledger.messages`."""
        name, written = keys.say(place, edition.isoformat()), write_json(_MESSAGES, list(drawn)).decode()
        with redis_faults():
            await twice(lambda: self._redis.hsetnx(name, "messages", written))
            stored = await twice(lambda: self._redis.hget(name, "messages"))
        return _MESSAGES.validate_json(stored or written)

    async def claim(self, place: Place, edition: Edition, part: int) -> Claim:
        """See `ports.Ledger.claim`. Time is the server's own, whatever the clocks of processes say."""
        return await self._claim(place, edition, part, "sending")

    async def queue(self, place: Place, edition: Edition, part: int) -> Claim:
        """See `ports.Ledger.queue`."""
        return await self._claim(place, edition, part, "queued")

    async def hold(self, place: Place, edition: Edition, part: int) -> bool:
        """See `ports.Ledger.hold`."""
        return bool(await self._run(HOLD, place, edition, part, self._owner, keys.CLAIM_SECONDS))

    async def sent(self, place: Place, edition: Edition, part: int, receipt: str) -> None:
        """See `ports.Ledger.sent`."""
        await self._run(SENT, place, edition, part, "sent", receipt)

    async def unsent(self, place: Place, edition: Edition, part: int, wait_seconds: float = 0) -> None:
        """See `ports.Ledger.unsent`."""
        await self._run(UNSENT, place, edition, part, self._owner, "later", math.ceil(wait_seconds))

    async def unseen(self, place: Place, edition: Edition, part: int, wait_seconds: float) -> None:
        """See `ports.Ledger.unseen`."""
        await self._run(UNSENT, place, edition, part, self._owner, "unseen", math.ceil(wait_seconds))

    async def tried(self, place: Place, edition: Edition) -> int:
        """See `ports.Ledger.tried`."""
        return int(str(await self._run(TRIED, place, edition)))

    async def doubt(self, place: Place, edition: Edition, part: int) -> None:
        """See `ports.Ledger.doubt`."""
        await self._run(SENT, place, edition, part, "uncertain", "")

    async def again(self, place: Place, edition: Edition) -> bool:
        """See `ports.Ledger.again`."""
        return bool(await self._run(AGAIN, place, edition))

    async def refused(self, place: Place, edition: Edition) -> int:
        """See `ports.Ledger.refused`."""
        return int(str(await self._run(REFUSED, place, edition)))

    async def close(self, place: Place, edition: Edition) -> None:
        """See `ports.Ledger.close`."""
        await self._run(CLOSE, place, edition)

    async def cancel(self, place: Place, edition: Edition, why: str) -> str:
        """See `ports.Ledger.cancel`."""
        fields = await self._fields(place, edition)
        unsaid = _unsaid(fields, _MAY_STAND)
        return str(await self._run(CANCEL, place, edition, why, _parts(fields), *sorted(unsaid)))

    async def drop(self, place: Place, edition: Edition) -> None:
        """See `ports.Ledger.drop`."""
        await self._run(DROP, place, edition)

    async def revive(self, place: Place, edition: Edition) -> bool:
        """See `ports.Ledger.revive`."""
        return bool(await self._run(REVIVE, place, edition))

    async def _claim(self, place: Place, edition: Edition, part: int, state: str) -> Claim:
        about = (self._owner, keys.CLAIM_SECONDS, _SOON_SECONDS, state)
        return Claim(str(await self._run(CLAIM, place, edition, part, *about)))

    async def _fields(self, place: Place, edition: Edition) -> dict[str, str]:
        with redis_faults():
            stored = await twice(lambda: self._redis.hgetall(keys.say(place, edition.isoformat())))
        return {str(name): str(value) for name, value in stored.items()}

    async def _run(self, script: str, place: Place, edition: Edition, *args: object) -> object:
        """Runs one of the scripts; each leaves the same behind when it runs twice, but for what is counted."""
        names = [
            keys.say(place, edition.isoformat()),
            keys.open_says(place.tag),
            keys.delivered(place),
            keys.channel(place),
            keys.uncertain(place),
            keys.team_keys(place.tag),
        ]
        member = f"{keys.write_place(place)}:{edition.isoformat()}"
        with redis_faults():
            return await twice(lambda: self._redis.eval(script, len(names), *names, member, *args))  # type: ignore[arg-type]


def _read_waiting(member: str) -> tuple[Place, Edition]:
    place, _, edition = member.rpartition(":")
    return keys.read_place(place), read_edition(edition)


def _parts(fields: Mapping[str, str]) -> int:
    """How many messages a digest has; 0 where none was drawn yet, or they can't be read."""
    try:
        return len(_MESSAGES.validate_json(fields.get("messages", "[]")))
    except ValidationError:
        return 0


def _unsaid(fields: Mapping[str, str], said: frozenset[str]) -> set[str]:
    """The papers of a digest that are in no message whose state counts as `said`; a recap has none."""
    try:
        digest = _DIGEST.validate_json(fields.get("digest", ""))
        messages = _MESSAGES.validate_json(fields.get("messages", "[]"))
    except ValidationError:
        return set()
    begun = [m for part, m in enumerate(messages) if fields.get(f"p{part}state") in said]
    if messages and len(begun) == len(messages):
        return set()
    return set(digest.paper_ids) - {paper_id for message in begun for paper_id in message.papers}

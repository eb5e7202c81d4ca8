"""The ledger in Redis: each step is one script on one team's slot, so that no crash leaves half of it."""

import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from bot.delivery.messenger import Claim, LedgerEntry, Message
from bot.delivery.store.ledger_scripts import (
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
from bot.domain.channel import Place
from bot.domain.digest import Digest
from bot.domain.issue_key import IssueKey, Week, order, read_issue_key
from bot.domain.recap import Recap
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.instants import write_instant
from bot.infra.redis.json_records import write_json

_MAY_STAND = frozenset({"sent", "uncertain", "sending", "unseen"})

_SOON_SECONDS = 30
"""What is wanted later than that isn't worth waiting for."""

_DIGEST = TypeAdapter(Digest)
_RECAP = TypeAdapter(Recap)
_MESSAGES = TypeAdapter(list[Message])


class Ledger:
    """Fulfils `ports.Ledger`. One instance is one owner of claims."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._owner = secrets.token_hex(8)

    async def open(self, digest: Digest, served: datetime | None) -> bool:
        """Writes the digest, its papers as delivered (the hidden too) and the slot as served, all or nothing.

        False, and nothing written, where that day has a digest or the channel's last slot isn't `served` any more.
        """
        place = digest.place
        slot = write_instant(digest.slot)
        before = write_instant(served) if served else ""
        written = write_json(_DIGEST, digest).decode()
        epoch = int(digest.slot.timestamp())
        about = (written, slot, before, epoch, keys.LEDGER_SECONDS, *digest.paper_ids)
        return bool(await self._run(OPEN, place, digest.day, *about))

    async def open_recap(self, recap: Recap, last: datetime | None) -> bool:
        """Writes the recap and its slot as that of the channel's last one; it delivers no paper.

        False, and nothing written, where that week has a recap or the channel's last one isn't `last` any more.
        """
        slot, before = write_instant(recap.slot), write_instant(last) if last else ""
        written = write_json(_RECAP, recap).decode()
        about = (written, slot, before, int(recap.slot.timestamp()), keys.LEDGER_SECONDS)
        return bool(await self._run(OPEN_RECAP, recap.place, recap.edition, *about))

    async def delivered(self, place: Place) -> set[str]:
        """The ids that this channel was told of, or is being told of, within the last 40 days."""
        with redis_faults():
            return {str(one) for one in await twice(lambda: self._redis.zrange(keys.delivered(place), 0, -1))}

    async def told(self, place: Place) -> dict[str, datetime]:
        """As `delivered`, each with its digest's slot, but without what surely wasn't said yet."""
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

    async def find(self, place: Place, edition: IssueKey) -> LedgerEntry | None:
        """The digest of that day or the recap of that week, if there was one."""
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
        return LedgerEntry(digest, found.get("state", "open"), opened, receipts)

    async def waiting(self) -> list[tuple[Place, IssueKey]]:
        """All editions that aren't wholly sent, over all teams."""
        with redis_faults():
            members = await twice(lambda: self._redis.smembers(keys.PLACES))
            found: list[str] = []
            for tag in sorted({keys.read_place(str(member)).tag for member in members}):
                found += [str(one) for one in await self._redis.zrange(keys.open_says(tag), 0, -1)]
        return [_read_waiting(member) for member in found]

    async def editions(self, place: Place) -> list[IssueKey]:
        """Those for that place that aren't wholly sent, oldest first, a recap after the digests of its week."""
        with redis_faults():
            members = await twice(lambda: self._redis.zrange(keys.open_says(place.tag), 0, -1))
        waiting = (_read_waiting(str(member)) for member in members)
        return sorted((edition for where, edition in waiting if where == place), key=order)

    async def uncertain(self, place: Place) -> list[IssueKey]:
        """Those with a message whose arrival can't be told."""
        with redis_faults():
            found = await twice(lambda: self._redis.smembers(keys.uncertain(place)))
        return sorted((read_issue_key(str(edition)) for edition in found), key=order)

    async def messages(self, place: Place, edition: IssueKey, drawn: Sequence[Message]) -> list[Message]:
        """The messages of the edition as first drawn: `drawn` where it is the first, else what was stored then."""
        name, written = keys.say(place, edition.isoformat()), write_json(_MESSAGES, list(drawn)).decode()
        with redis_faults():
            await twice(lambda: self._redis.hsetnx(name, "messages", written))
            stored = await twice(lambda: self._redis.hget(name, "messages"))
        return _MESSAGES.validate_json(stored or written)

    async def claim(self, place: Place, edition: IssueKey, part: int) -> Claim:
        """Takes the right to post one message, until it is settled or `hold` isn't called for 15 s."""
        return await self._claim(place, edition, part, "sending")

    async def queue(self, place: Place, edition: IssueKey, part: int) -> Claim:
        """As `claim`, for who has to wait before it posts: a claim that isn't `LOOK` and runs out leaves no doubt.

        `claim` has to follow right before it is posted.
        """
        return await self._claim(place, edition, part, "queued")

    async def hold(self, place: Place, edition: IssueKey, part: int) -> bool:
        """Keeps a claim alive; False where it is ours no more."""
        return bool(await self._run(HOLD, place, edition, part, self._owner, keys.CLAIM_SECONDS))

    async def sent(self, place: Place, edition: IssueKey, part: int, receipt: str) -> None:
        """Records where it stands."""
        await self._run(SENT, place, edition, part, "sent", receipt)

    async def unsent(self, place: Place, edition: IssueKey, part: int, wait_seconds: float = 0) -> None:
        """Gives the claim back: the message was surely not taken, and isn't wanted by anybody for `wait_seconds`."""
        await self._run(UNSENT, place, edition, part, self._owner, "later", math.ceil(wait_seconds))

    async def unseen(self, place: Place, edition: IssueKey, part: int, wait_seconds: float) -> None:
        """As `unsent`, but it may have been taken, which can't be looked up now: who claims it next looks first."""
        await self._run(UNSENT, place, edition, part, self._owner, "unseen", math.ceil(wait_seconds))

    async def tried(self, place: Place, edition: IssueKey) -> int:
        """Counts an attempt that failed for the time being, and returns how many there were since the last success."""
        return int(str(await self._run(TRIED, place, edition)))

    async def doubt(self, place: Place, edition: IssueKey, part: int) -> None:
        """Marks the message uncertain; it isn't posted again unless `again` is called."""
        await self._run(SENT, place, edition, part, "uncertain", "")

    async def again(self, place: Place, edition: IssueKey) -> bool:
        """Somebody wants its uncertain messages posted; False where there are none."""
        return bool(await self._run(AGAIN, place, edition))

    async def refused(self, place: Place, edition: IssueKey) -> int:
        """Counts a refusal and returns how many there were."""
        return int(str(await self._run(REFUSED, place, edition)))

    async def close(self, place: Place, edition: IssueKey) -> None:
        """All its messages are sent or uncertain."""
        await self._run(CLOSE, place, edition)

    async def cancel(self, place: Place, edition: IssueKey, why: str) -> str:
        """Gives up: the channel is paused with this sentence, and papers surely not said count as undelivered again.

        Returns `Channel.by` where this is what paused the channel; empty where it was paused already.
        """
        fields = await self._fields(place, edition)
        unsaid = _unsaid(fields, _MAY_STAND)
        return str(await self._run(CANCEL, place, edition, why, _parts(fields), *sorted(unsaid)))

    async def drop(self, place: Place, edition: IssueKey) -> None:
        """Gives up this edition alone: it waits no more, unless it is revived."""
        await self._run(DROP, place, edition)

    async def revive(self, place: Place, edition: IssueKey) -> bool:
        """Has a dropped edition wait again; False where it wasn't dropped."""
        return bool(await self._run(REVIVE, place, edition))

    async def _claim(self, place: Place, edition: IssueKey, part: int, state: str) -> Claim:
        about = (self._owner, keys.CLAIM_SECONDS, _SOON_SECONDS, state)
        return Claim(str(await self._run(CLAIM, place, edition, part, *about)))

    async def _fields(self, place: Place, edition: IssueKey) -> dict[str, str]:
        with redis_faults():
            stored = await twice(lambda: self._redis.hgetall(keys.say(place, edition.isoformat())))
        return {str(name): str(value) for name, value in stored.items()}

    async def _run(self, script: str, place: Place, edition: IssueKey, *args: object) -> object:
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


def _read_waiting(member: str) -> tuple[Place, IssueKey]:
    place, _, edition = member.rpartition(":")
    return keys.read_place(place), read_issue_key(edition)


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

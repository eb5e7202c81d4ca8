"""Delivery ledger in Redis. Each step is one script on one team's slot: no crash leaves half a step."""

import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.delivery.messenger import Claim, LedgerEntry, Message
from bot.delivery.store.busy_teams import BusyTeams
from bot.delivery.store.ledger_scripts import (
    CANCEL,
    CLAIM,
    CLOSE,
    COUNT_FAILURE,
    COUNT_REFUSAL,
    DROP,
    HOLD,
    OPEN,
    OPEN_CLUB,
    OPEN_RECAP,
    RELEASE,
    RESEND_UNKNOWN,
    REVIVE,
    SETTLE,
)
from bot.domain.channel import Place
from bot.domain.club import Ballot, Pick
from bot.domain.digest import Digest
from bot.domain.issue_key import ClubDay, IssueKey, Week, order, read_issue_key
from bot.domain.recap import Recap
from bot.domain.schedule import LONGEST_PAUSE, is_ahead
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults, twice
from bot.infra.redis.instants import write_instant
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType
from bot.infra.redis.together import together

QUIET = "quiet"
"""State of a digest that is never sent: a later one said everything before."""

_POSSIBLY_SENT = frozenset({"sent", "uncertain", "sending", "unseen"})

_CHUNK = 500
_MAX_WAIT_SECONDS = 30
"""Wait for retries due within this time; leave later ones to a later run."""

_LOOK_BACK_DAYS = 11

_DIGEST: RecordType[Digest] = RecordType(Digest)
_RECAP: RecordType[Recap] = RecordType(Recap)
_CLUB: RecordType[Ballot | Pick] = RecordType(Ballot | Pick)
_MESSAGES: RecordType[list[Message]] = RecordType(list[Message])
_SHAPES: dict[type, RecordType[Any]] = {Week: _RECAP, ClubDay: _CLUB}

_OPENING = frozenset({OPEN, OPEN_CLUB, OPEN_RECAP, RESEND_UNKNOWN, REVIVE})
"""The scripts that add an open entry."""


class Ledger:
    """Delivery ledger of digests and recaps. One instance is one owner of claims. Methods raise StoreDown."""

    def __init__(self, client: Redis) -> None:
        self._redis = client
        self._owner = secrets.token_hex(8)
        self._busy = BusyTeams(client)
        self._together = together(client)

    async def open(self, digest: Digest, served: datetime | None, quiet: bool = False) -> bool:
        """Write the digest, its papers as delivered (hidden ones too) and the slot as served, all or nothing.

        Return False, without a digest written, if that day has one or the channel's last slot is no longer `served`.
        A `quiet` digest is never sent.
        """
        place = digest.place
        slot = write_instant(digest.slot)
        before = write_instant(served) if served else ""
        written = write_json(_DIGEST, digest).decode()
        epoch = int(digest.slot.timestamp())
        # A slot far from the last one may be a wrong clock's: papers are forgotten as if it were near.
        known_until = min(digest.slot, served + LONGEST_PAUSE).timestamp() if served else 0
        forgotten, state = int(known_until) - keys.LEDGER_SECONDS, QUIET if quiet else "open"
        lives = (keys.LEDGER_SECONDS, keys.DELIVERED_SECONDS)
        about = (written, slot, before, epoch, *lives, state, forgotten, "\n".join(digest.paper_ids))
        return bool(await self._run(OPEN, place, digest.day, *about))

    async def open_recap(self, recap: Recap, last: datetime | None) -> bool:
        """Write the recap and its slot as the channel's last recap; it delivers no paper.

        Return False, with nothing written, if that week has a recap or the channel's last one is no longer `last`.
        """
        slot, before = write_instant(recap.slot), write_instant(last) if last else ""
        written = write_json(_RECAP, recap).decode()
        about = (written, slot, before, int(recap.slot.timestamp()), keys.LEDGER_SECONDS)
        return bool(await self._run(OPEN_RECAP, recap.place, recap.issue_key, *about))

    async def open_club(
        self, place: Place, key: ClubDay, slot: datetime, issue: Ballot | Pick | None, last: datetime | None
    ) -> bool:
        """Write a ballot or pick, or None if there is nothing to say, as `open_recap` does a recap."""
        written = write_json(_CLUB, issue).decode() if issue else "{}"
        about = (written, write_instant(slot), write_instant(last) if last else "", int(slot.timestamp()))
        lives_and_state = (keys.LEDGER_SECONDS, "open" if issue else QUIET)
        return bool(await self._run(OPEN_CLUB, place, key, *about, *lives_and_state))

    async def latest(self, place: Place, now: datetime, weekly: bool = False) -> datetime | None:
        """Return the slot of the place's latest digest, or recap if `weekly`, that isn't ahead of `now`.

        Looks back ten days, which is more than a digest or a late recap covers; None if there is none.
        """
        days = [(now + timedelta(days=1 - back)).date() for back in range(_LOOK_BACK_DAYS)]
        for issue_key in dict.fromkeys(map(Week.of, days)) if weekly else days:
            entry = await self.find(place, issue_key)
            if entry and not is_ahead(entry.digest.slot, now):
                return entry.digest.slot
        return None

    async def delivered(self, place: Place) -> set[str]:
        """Return the ids of papers delivered to this channel, or in delivery, within the last 40 days."""
        with redis_faults():
            members: list[str] = await self._together.run("ZRANGE", keys.delivered(place), 0, -1)
        return set(members)

    async def delivered_at(self, place: Place) -> dict[str, datetime]:
        """Return the papers as `delivered` does, without those surely not sent yet, each with its digest's slot."""
        with redis_faults():
            scored: list[tuple[str, float]] = [
                *await twice(lambda: self._redis.zrange(keys.delivered(place), 0, -1, withscores=True))
            ]
            members = [
                str(member) for member in await twice(lambda: self._redis.zrange(keys.open_entries(place.tag), 0, -1))
            ]
        unsent_papers: set[str] = set()
        for where, issue_key in map(_read_waiting, members):
            if where == place:
                unsent_papers |= _unsent_papers(await self._fields(place, issue_key), _POSSIBLY_SENT)
        return {
            paper_id: datetime.fromtimestamp(score, UTC) for paper_id, score in scored if paper_id not in unsent_papers
        }

    async def find(self, place: Place, issue_key: IssueKey) -> LedgerEntry | None:
        """Return the digest of that day or the recap of that week; None if there is none or it can't be read."""
        found = await self._fields(place, issue_key)
        if "digest" not in found:
            return None
        shape: RecordType[Any] = _SHAPES.get(type(issue_key), _DIGEST)
        try:
            digest = shape.validate_json(found["digest"])
        except ValidationError:
            return None
        opened = datetime.fromtimestamp(float(found.get("opened", 0)), UTC)
        parts = sorted(int(name[1:-7]) for name in found if name.startswith("p") and name.endswith("receipt"))
        receipts = tuple(found[f"p{part}receipt"] for part in parts)
        return LedgerEntry(digest, found.get("state", "open"), opened, receipts)

    async def waiting(self) -> list[tuple[Place, IssueKey]]:
        """Return all issues not completely sent, over all teams."""
        with redis_faults():
            tags = in_chunks(await self._busy.tags(), _CHUNK)
            found = [one for some in tags for one in await twice(partial(self._open_in, some))]
        return [_read_waiting(member) for member in found]

    async def _open_in(self, tags: Sequence[str]) -> list[str]:
        """Return the open entries of these teams; take off the index those that have none and no failures."""
        pipe = self._redis.pipeline(transaction=False)
        for tag in tags:
            pipe.zrange(keys.open_entries(tag), 0, -1)
            pipe.hlen(keys.failures(tag))
        answers = await pipe.execute()
        open_entries, failed = answers[::2], answers[1::2]
        await self._busy.settle([tag for tag, *has in zip(tags, open_entries, failed, strict=True) if not any(has)])
        return [str(member) for members in open_entries for member in members]

    async def pending_in(self, place: Place) -> list[IssueKey]:
        """Return the place's issues not completely sent, oldest first; a recap follows the digests of its week."""
        with redis_faults():
            members = await twice(lambda: self._redis.zrange(keys.open_entries(place.tag), 0, -1))
        waiting = (_read_waiting(str(member)) for member in members)
        return sorted((issue_key for where, issue_key in waiting if where == place), key=order)

    async def uncertain(self, place: Place) -> list[IssueKey]:
        """Return the place's issues that have a message whose arrival is unknown."""
        with redis_faults():
            found = await self._together.run("SMEMBERS", keys.uncertain(place))
        return sorted((read_issue_key(str(issue_key)) for issue_key in found), key=order)

    async def messages(self, place: Place, issue_key: IssueKey, drawn: Sequence[Message]) -> list[Message]:
        """Store the issue's messages if none are stored yet; return the stored ones."""
        name, written = keys.ledger_entry(place, issue_key.isoformat()), write_json(_MESSAGES, list(drawn)).decode()
        with redis_faults():
            await twice(lambda: self._redis.hsetnx(name, "messages", written))
            stored = await twice(lambda: self._redis.hget(name, "messages"))
        return _MESSAGES.validate_json(stored or written)

    async def claim(self, place: Place, issue_key: IssueKey, part: int) -> Claim:
        """Claim the right to post one message until it is settled or `hold` isn't called for 15 s."""
        return await self._claim(place, issue_key, part, "sending")

    async def queue(self, place: Place, issue_key: IssueKey, part: int) -> Claim:
        """Claim as `claim` does, before a wait for the rate limiter.

        An expired claim other than `LOOK` counts as not posted. Call `claim` again right before posting.
        """
        return await self._claim(place, issue_key, part, "queued")

    async def hold(self, place: Place, issue_key: IssueKey, part: int) -> bool:
        """Extend a claim; return False if it is no longer ours."""
        return bool(await self._run(HOLD, place, issue_key, part, self._owner, keys.CLAIM_SECONDS))

    async def mark_sent(self, place: Place, issue_key: IssueKey, part: int, receipt: str) -> None:
        """Record the message as sent, with its receipt."""
        await self._run(SETTLE, place, issue_key, part, "sent", receipt)

    async def release(
        self, place: Place, issue_key: IssueKey, part: int, wait_seconds: float = 0, verify_first: bool = False
    ) -> None:
        """Release the claim: the message was surely not taken; no worker retries for `wait_seconds`.

        With `verify_first` it may have been taken, and the next worker looks for it before it posts.
        """
        state = "unseen" if verify_first else "later"
        await self._run(RELEASE, place, issue_key, part, self._owner, state, math.ceil(wait_seconds))

    async def count_failure(self, place: Place, issue_key: IssueKey) -> int:
        """Count a transient failure; return the number since the last success."""
        return int(str(await self._run(COUNT_FAILURE, place, issue_key)))

    async def mark_unknown(self, place: Place, issue_key: IssueKey, part: int) -> None:
        """Mark the message's arrival unknown; it isn't posted again unless `resend_unknown` is called."""
        await self._run(SETTLE, place, issue_key, part, "uncertain", "")

    async def resend_unknown(self, place: Place, issue_key: IssueKey) -> bool:
        """Requeue the issue's messages whose arrival is unknown; return False if there are none."""
        return bool(await self._run(RESEND_UNKNOWN, place, issue_key))

    async def count_refusal(self, place: Place, issue_key: IssueKey) -> int:
        """Count a refusal; return the number so far."""
        return int(str(await self._run(COUNT_REFUSAL, place, issue_key)))

    async def close(self, place: Place, issue_key: IssueKey) -> None:
        """Close the issue: all its messages are sent, or their arrival is unknown."""
        await self._run(CLOSE, place, issue_key)

    async def cancel(self, place: Place, issue_key: IssueKey, why: str) -> str:
        """Cancel the issue and pause the channel for the reason `why`; papers surely not sent become undelivered again.

        Return `Channel.by` if this call paused the channel; empty if it was paused already.
        """
        fields = await self._fields(place, issue_key)
        unsent_papers = _unsent_papers(fields, _POSSIBLY_SENT)
        return str(await self._run(CANCEL, place, issue_key, why, _parts(fields), *sorted(unsent_papers)))

    async def drop(self, place: Place, issue_key: IssueKey) -> None:
        """Give up this issue alone; it stays so unless it is revived."""
        await self._run(DROP, place, issue_key)

    async def revive(self, place: Place, issue_key: IssueKey) -> bool:
        """Requeue a dropped issue; return False if it wasn't dropped."""
        return bool(await self._run(REVIVE, place, issue_key))

    async def _claim(self, place: Place, issue_key: IssueKey, part: int, state: str) -> Claim:
        about = (self._owner, keys.CLAIM_SECONDS, _MAX_WAIT_SECONDS, state, keys.REJECTED_SECONDS)
        return Claim(str(await self._run(CLAIM, place, issue_key, part, *about)))

    async def _fields(self, place: Place, issue_key: IssueKey) -> dict[str, str]:
        with redis_faults():
            stored = await twice(lambda: self._redis.hgetall(keys.ledger_entry(place, issue_key.isoformat())))
        return {str(name): str(value) for name, value in stored.items()}

    async def _run(self, script: str, place: Place, issue_key: IssueKey, *args: object) -> object:
        """Run a script; running it twice has the same effect, except for counters."""
        names = [
            keys.ledger_entry(place, issue_key.isoformat()),
            keys.open_entries(place.tag),
            keys.delivered(place),
            keys.channel(place),
            keys.uncertain(place),
            keys.team_keys(place.tag),
        ]
        member = f"{keys.write_place(place)}:{issue_key.isoformat()}"
        with redis_faults():
            if script in _OPENING:
                await self._busy.mark(place.tag)
            return await self._together.run("EVAL", script, len(names), *names, member, *args)


def _read_waiting(member: str) -> tuple[Place, IssueKey]:
    place, _, issue_key = member.rpartition(":")
    return keys.read_place(place), read_issue_key(issue_key)


def _parts(fields: Mapping[str, str]) -> int:
    """Return the number of a digest's messages; 0 if none were drawn yet or they can't be read."""
    try:
        return len(_MESSAGES.validate_json(fields.get("messages", "[]")))
    except ValidationError:
        return 0


def _unsent_papers(fields: Mapping[str, str], sent_states: frozenset[str]) -> set[str]:
    """Return the digest's papers that are in no message with a state in `sent_states`; a recap has none."""
    try:
        digest = _DIGEST.validate_json(fields.get("digest", ""))
        messages = _MESSAGES.validate_json(fields.get("messages", "[]"))
    except ValidationError:
        return set()
    begun = [m for part, m in enumerate(messages) if fields.get(f"p{part}state") in sent_states]
    if messages and len(begun) == len(messages):
        return set()
    return set(digest.paper_ids) - {paper_id for message in begun for paper_id in message.papers}

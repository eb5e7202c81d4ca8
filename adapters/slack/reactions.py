"""Reactions on messages of ours: which sign was meant, and which papers the message names.

The message itself tells, as Slack gives it back: its titles lead to the papers, in the order of the numbers. So
nothing has to be kept, and answers count as digests do.
"""

import json
import logging
import re
from collections.abc import Mapping

from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import Identities
from bot.app.command_service import CommandService
from bot.domain.command import Caller
from bot.domain.paper_source import paper_at

log = logging.getLogger(__name__)

SIGNS: Mapping[str, str] = {
    "+1": "more",
    "thumbsup": "more",
    "-1": "less",
    "thumbsdown": "less",
    "bookmark": "save",
    "star": "save",
    "keycap_ten": "10",
    **{
        name: str(number)
        for number, name in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], start=1)
    },
}
"""By Slack's names of the emoji (https://docs.slack.dev/reference/methods/reactions.add)."""

_SHOWS_PAPERS = re.compile(r'"value": "(?:[a-z]+:)?/(?:readmore |digest \d)')
"""In the buttons of papers' cards and of digests, and of nothing else that names papers."""

_ADDRESS = re.compile(r"https?://[^\s\"\\<>|]+")


class Reactions:
    """Hands them to the core."""

    def __init__(self, door: CommandService, client_for: ClientFor, identities: Identities) -> None:
        self._door = door
        self._client_for = client_for
        self._identities = identities

    async def take(self, event: Json, caller: Caller) -> None:
        """One `reaction_added` or `reaction_removed`; where Slack doesn't tell of the message, it is passed over."""
        try:
            await self._take(event, caller)
        except CallFailed as failure:
            log.warning("A reaction in Slack was not understood: place=%s why=%s", caller.place, failure)

    async def _take(self, event: Json, caller: Caller) -> None:
        sign, item = sign_of(str(event.get("reaction", ""))), event.get("item") or {}
        if not sign or item.get("type") != "message":
            return
        team = caller.place.team
        me, author = await self._identities.of(team), event.get("item_user")
        if caller.user == me.user or (author and author != me.user):
            return
        message = await self._read(team, str(item.get("channel", "")), str(item.get("ts", "")))
        if message.get("user") != me.user and message.get("bot_id") != me.bot:
            return
        added = event.get("type") == "reaction_added"
        if added or not still_said(message, sign):
            await self._door.reacted(sign, papers_of(message), caller, added)

    async def _read(self, team: str, channel: str, ts: str) -> Json:
        """The message, wherever it stands; empty where it isn't there any more."""
        web = await self._client_for(team)
        about = {"channel": channel, "latest": ts, "oldest": ts, "inclusive": True, "limit": 1}
        for method, where in (("conversations.history", {}), ("conversations.replies", {"ts": ts})):
            try:
                page = await call(web, method, **about, **where)
            except CallFailed as failure:
                if failure.error != "thread_not_found":
                    raise
                continue
            for message in page.get("messages") or ():
                if message.get("ts") == ts:
                    return dict(message)
        return {}


def sign_of(name: str) -> str:
    """What the emoji of that name says, whatever its skin's colour; empty where it says nothing to us."""
    return SIGNS.get(name.partition("::")[0], "")


def papers_of(message: Json) -> list[str]:
    """The ids of the papers that a card or a digest of ours names by their titles, each once, in its order.

    Only words that we made a link hold such an address: in all others it is broken up (see `markup`).
    """
    written = json.dumps(message.get("blocks") or [])
    if not _SHOWS_PAPERS.search(written):
        return []
    return list(dict.fromkeys(filter(None, map(paper_at, _ADDRESS.findall(written)))))


def still_said(message: Json, sign: str) -> bool:
    """Whether somebody else's reaction says the same."""
    return any(sign_of(str(one.get("name", ""))) == sign for one in message.get("reactions") or ())

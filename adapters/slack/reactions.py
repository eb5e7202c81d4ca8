"""Reactions on our messages: the sign that an emoji means, and the papers that the message names.

Slack returns the message: its titles link to the papers, in the order of the numbers. So nothing has to be stored, and
reactions to answers count as those to digests do.
"""

import json
import logging
import re
from collections.abc import Mapping

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import Identities, Identity
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
"""Signs by Slack's names of the emoji (https://docs.slack.dev/reference/methods/reactions.add)."""

_SHOWS_PAPERS = re.compile(r'"value": "(?:[a-z]+:)?/(?:peek |readmore |digest \d)')
"""Buttons in papers' cards and digests, and in nothing else that names papers."""

_ADDRESS = re.compile(r"https?://[^\s\"\\<>|]+")


class Reactions:
    """Conversion of reactions for the command service."""

    def __init__(self, door: CommandService, client_for: ClientFor, identities: Identities) -> None:
        self._door = door
        self._client_for = client_for
        self._identities = identities

    async def take(self, event: Json, caller: Caller) -> None:
        """Handle one `reaction_added` or `reaction_removed`; ignore it if Slack doesn't return the message."""
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
        message = await read_message(
            await self._client_for(team), str(item.get("channel", "")), str(item.get("ts", ""))
        )
        if not is_by(me, message):
            return
        added = event.get("type") == "reaction_added"
        await self._door.reacted(sign, papers_of(message), caller, added, still_said(message, sign))


async def read_message(web: AsyncWebClient, channel: str, ts: str) -> Json:
    """Return the message from the channel or a thread, or an empty dict if it no longer exists."""
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


def is_by(me: Identity, message: Json) -> bool:
    """Return True if the bot wrote the message."""
    return bool(message) and (message.get("user") == me.user or message.get("bot_id") == me.bot)


def sign_of(name: str) -> str:
    """Return the meaning of the named emoji in any skin tone, or an empty string if it has none here."""
    return SIGNS.get(name.partition("::")[0], "")


def papers_of(message: Json) -> list[str]:
    """Return the ids of the papers that titles in our card or digest name, each once, in order.

    Only text that we linked contains such an address: elsewhere it is broken up (see `markup`).
    """
    written = json.dumps(message.get("blocks") or [])
    if not _SHOWS_PAPERS.search(written):
        return []
    return list(dict.fromkeys(filter(None, map(paper_at, _ADDRESS.findall(written)))))


def still_said(message: Json, sign: str) -> bool:
    """Return True if the message still has a reaction with the same meaning."""
    return any(sign_of(str(one.get("name", ""))) == sign for one in message.get("reactions") or ())

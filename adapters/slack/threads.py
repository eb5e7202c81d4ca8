"""The papers that a thread is about: those of the message it began with, or of our last card in it."""

import logging

from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import Identities, Identity
from adapters.slack.reactions import is_by, papers_of, read_message
from bot.domain.command import Caller
from bot.domain.paper_source import find_ids

log = logging.getLogger(__name__)

MOST_REPLIES = 100


class Threads:
    """Finder of a thread's papers; nothing has to be stored, since Slack returns the messages."""

    def __init__(self, client_for: ClientFor, identities: Identities) -> None:
        self._client_for = client_for
        self._identities = identities

    async def papers(self, caller: Caller, thread: str) -> tuple[str, ...]:
        """Return the ids in order; empty if the thread names none or Slack doesn't return it."""
        try:
            return await self._papers(caller, thread)
        except CallFailed as failure:
            log.warning("A thread in Slack could not be read: place=%s why=%s", caller.place, failure)
            return ()

    async def _papers(self, caller: Caller, thread: str) -> tuple[str, ...]:
        team, channel = caller.place.team, caller.place.channel
        web, me = await self._client_for(team), await self._identities.of(team)
        if found := named_in(await read_message(web, channel, thread), me):
            return found
        page = await call(web, "conversations.replies", channel=channel, ts=thread, limit=MOST_REPLIES)
        cards = [
            found for message in page.get("messages") or () if is_by(me, message) and (found := named_in(message, me))
        ]
        return cards[-1] if cards else ()


def named_in(message: Json, me: Identity) -> tuple[str, ...]:
    """Return the papers of our card or digest, or those that a person linked."""
    if is_by(me, message):
        return tuple(papers_of(message))
    return tuple(find_ids(str(message.get("text") or "")))

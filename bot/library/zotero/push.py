"""Send reading lists to Zotero: each paper once, however often a process ends, a reply is lost or two do it at once."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.messenger import Messenger
from bot.delivery.rate_limiter import RateLimiter
from bot.domain.channel import Place
from bot.domain.errors import DeliveryFailed, SourceBusy
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.paper_source import label
from bot.domain.reading_list import saved_of
from bot.domain.zotero import Connection, Link
from bot.infra.clock_port import Clock
from bot.infra.http.errors import Rejected
from bot.infra.secret_box import NoKey, SecretBox
from bot.library.clients.zotero import NotAllowed, ZoteroClient
from bot.library.store.zotero import ZoteroStore
from bot.library.zotero.cards import zotero_paused_card
from bot.library.zotero.item import item_key, write_token, zotero_item
from bot.library.zotero.service import REFUSED, to_send
from bot.papers.lookup import PaperLookup
from bot.ranking.store.feedback import FeedbackStore

log = logging.getLogger(__name__)

AT_ONCE = 50
"""Papers sent in one job; the next one goes on."""
TAKEN_UP = timedelta(minutes=2)
"""Time after which a list is looked at again, if the process that sends it ended."""
LOOK_AGAIN = timedelta(hours=1)
"""How often every list is looked at, for a save that no process announced."""

_REVOKED = "Zotero no longer accepts the key, or it may no longer add papers there."


class ZoteroPusher:
    """Sender of reading lists. Any number may send one list at once."""

    def __init__(
        self,
        store: ZoteroStore,
        client: ZoteroClient,
        feedback: FeedbackStore,
        lookup: PaperLookup,
        box: Callable[[], SecretBox],
        clock: Clock,
        messengers: Mapping[str, Messenger],
        limiter: RateLimiter,
    ) -> None:
        self._store = store
        self._client = client
        self._feedback = feedback
        self._lookup = lookup
        self._box = box
        self._clock = clock
        self._messengers = messengers
        self._limiter = limiter

    async def due(self) -> list[Place]:
        """Return the places whose lists are to be looked at now. Raises StoreDown."""
        return await self._store.due(self._clock.now())

    async def push(self, place: Place) -> None:
        """Send what a list's library lacks. Raises SourceDown if Zotero or arXiv doesn't answer, and StoreDown."""
        now = self._clock.now()
        begun = await self._store.begin(place, now + TAKEN_UP)
        again = now
        try:
            again = await self._pushed(place)
        finally:
            await self._store.settle(place, begun, again)

    async def _pushed(self, place: Place) -> datetime:
        """Send, and return when to look at the list again."""
        now, link = self._clock.now(), await self._store.link(place)
        connection = await self._store.connection(link.tag, link.user) if link else None
        if link is None or connection is None or link.library.path in connection.paused:
            return now + LOOK_AGAIN
        if connection.rest_until and now < connection.rest_until <= now + LOOK_AGAIN:
            return connection.rest_until
        missing = to_send(saved_of(await self._feedback.feedback(place)), await self._store.sent(place), link)
        if not missing:
            return now + LOOK_AGAIN
        try:
            connection = await self._renewed(link, connection)
            return await self._send(link, connection, missing[:AT_ONCE])
        except (NotAllowed, NoKey) as refusal:
            why = refusal.sentence if isinstance(refusal, NoKey) else _REVOKED
            await self._pause(link, connection, why)
            return now + LOOK_AGAIN
        except SourceBusy as busy:
            return await self._rest(link, connection, busy.retry_after_seconds)

    async def _send(self, link: Link, connection: Connection, missing: Sequence[Feedback]) -> datetime:
        key = self._box().open(connection.closed_key)
        known = await self._papers([one.paper_id for one in missing])
        for one in missing:
            path, token = link.library.path, write_token(link.library, one.paper_id)
            item = zotero_item(known[one.paper_id], link.library, one.note)
            rest_seconds = 0.0
            try:
                rest_seconds = await self._client.add(key, link.library, item, token)
            except Rejected:
                path = REFUSED + path
            await self._store.note_sent(link.place, one.paper_id, path)
            log.info("A saved paper went to Zotero: place=%s paper=%s library=%s", link.place, one.paper_id, path)
            if rest_seconds:
                return await self._rest(link, connection, rest_seconds)
        return self._clock.now()

    async def _papers(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Return the papers; one that its source doesn't know has its id alone. Raises SourceDown."""
        known = await self._lookup.papers.get(ids)
        if unknown := [paper_id for paper_id in ids if paper_id not in known]:
            known |= {paper.id: paper for paper in await self._lookup.find_papers(unknown)}
        return {paper_id: known.get(paper_id) or Paper(paper_id, label(paper_id), "", (), ()) for paper_id in ids}

    async def _renewed(self, link: Link, connection: Connection) -> Connection:
        """Return the connection, encrypted with the newest of our own keys. Raises NoKey."""
        if self._box().is_current(connection.closed_key):
            return connection
        renewed = self._box().renew(connection.closed_key)
        await self._store.renew_key(link, connection.closed_key, renewed)
        return replace(connection, closed_key=renewed)

    async def _rest(self, link: Link, connection: Connection, seconds: float) -> datetime:
        until = self._clock.now() + timedelta(seconds=seconds)
        log.info("Zotero asked to wait: place=%s seconds=%d", link.place, seconds)
        await self._store.rest(link, connection.closed_key, until)
        return until

    async def _pause(self, link: Link, connection: Connection, why: str) -> None:
        """Stop sending to the library, and tell the person whose key it is, once."""
        if not await self._store.pause(link, connection.closed_key, why):
            return
        log.warning("A reading list no longer goes to Zotero: place=%s library=%s", link.place, link.library.path)
        if (messenger := self._messengers.get(link.place.platform)) is None:
            log.warning("Nobody could be told of a pause from here: place=%s", link.place)
            return
        try:
            async with self._limiter.request(messenger, link.place):
                card = zotero_paused_card(link.library, why)
                await messenger.tell(link.place, link.user, card, item_key(link.library, str(link.place)))
        except DeliveryFailed as failure:
            log.warning("Nobody could be told of a pause: place=%s why=%s", link.place, failure)

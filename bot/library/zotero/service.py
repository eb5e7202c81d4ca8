"""Connect people's Zotero libraries, and link reading lists to them."""

from collections.abc import Callable
from dataclasses import replace

from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.errors import BadInput
from bot.domain.feedback import Feedback
from bot.domain.frozen import frozen
from bot.domain.reading_list import saved_of
from bot.domain.zotero import EVERYTHING, Connection, KeyRights, Library, Link
from bot.infra.clock_port import Clock
from bot.infra.secret_box import SecretBox
from bot.library.clients.zotero import ZoteroClient
from bot.library.store.zotero import ZoteroStore
from bot.ranking.store.feedback import FeedbackStore

REFUSED = "!"
"""Before a library's path in the record of sent papers: Zotero refused the paper."""


@frozen
class ZoteroStatus:
    """Where a list goes: how many papers are there, wait, were refused, or were saved before the link."""

    link: Link
    sent: int
    waiting: int
    refused: int
    earlier: int
    paused: str = ""


class ZoteroLibraries:
    """People's connections, and the links of reading lists. Methods raise StoreDown."""

    def __init__(
        self,
        store: ZoteroStore,
        client: ZoteroClient,
        feedback: FeedbackStore,
        box: Callable[[], SecretBox],
        clock: Clock,
    ) -> None:
        self._store = store
        self.client = client
        self._feedback = feedback
        self._box = box
        self._clock = clock

    async def connection(self, caller: Caller) -> Connection | None:
        """Return the person's connection."""
        return await self._store.connection(caller.home_tag, caller.user)

    async def connect(self, caller: Caller, key: str, group: int | None) -> Library:
        """Check the person's key, store it encrypted, and link the list of their direct messages.

        `group` is None for their own library. Raises BadInput, SourceDown and NotAllowed.
        """
        rights = await self.client.rights(key)
        library = await self._library(key, rights, group)
        await self._store.connect(caller.home_tag, caller.user, self._box().close(key), library)
        await self._link(caller, library)
        return library

    async def switch(self, caller: Caller, connection: Connection, group: int) -> Library:
        """Choose a group's library for the key that is stored. Raises as `connect` does, and NoKey."""
        return await self.connect(caller, self._box().open(connection.closed_key), group)

    async def link(self, caller: Caller, connection: Connection) -> Link:
        """Link the list of the caller's place to the library they connected."""
        return await self._link(caller, connection.library)

    async def include_earlier(self, link: Link) -> None:
        """Also send what was saved before the link."""
        await self._store.set_link(replace(link, since=EVERYTHING), self._clock.now())

    async def unlink(self, caller: Caller) -> None:
        """End the link of the caller's place; in a direct message, delete the person's key too."""
        if caller.direct:
            await self._store.disconnect(caller.home_tag, caller.user)
        await self._store.unlink(caller.place)

    async def linked(self, place: Place) -> Link | None:
        """Return where a place's list goes."""
        return await self._store.link(place)

    async def saved(self, place: Place) -> Link | None:
        """Have a place's list looked at, since something was saved; return where it goes."""
        await self._store.wake(place, self._clock.now())
        return await self._store.link(place)

    async def status(self, link: Link) -> ZoteroStatus:
        """Return how far a list has come."""
        connection = await self._store.connection(link.tag, link.user)
        paused = connection.paused.get(link.library.path, "") if connection else "Its key was removed."
        saved = saved_of(await self._feedback.feedback(link.place))
        there = await self._store.sent(link.place)
        missing = to_send(saved, there, link)
        return ZoteroStatus(
            link,
            sent=sum(path == link.library.path for path in there.values()),
            waiting=len(missing),
            refused=sum(path == REFUSED + link.library.path for path in there.values()),
            earlier=len(to_send(saved, there, replace(link, since=EVERYTHING))) - len(missing),
            paused=paused,
        )

    async def _link(self, caller: Caller, library: Library) -> Link:
        """Store the link. One to the same library keeps its start, so that nothing saved meanwhile is left out."""
        before, now = await self._store.link(caller.place), self._clock.now()
        since = before.since if before and before.library == library else now
        link = Link(caller.place, caller.home_tag, caller.user, library, since)
        await self._store.set_link(link, now)
        return link

    async def _library(self, key: str, rights: KeyRights, group: int | None) -> Library:
        """Return the library, if the key may write to it. Raises BadInput."""
        if group is None:
            library = Library("user", rights.user_id, f"{rights.user_name}’s library" if rights.user_name else "")
            needed = "tick “Allow library access” and “Allow write access”"
        else:
            name = await self.client.group_name(key, rights.user_id, group)
            library = Library("group", group, name or f"group {group}")
            needed = f"under “Group Permissions”, choose “Read/Write” for group {group}"
        if not rights.may_write(library):
            raise BadInput("This key can't add papers there.", f"Edit it on zotero.org/settings/keys: {needed}.")
        return library


def to_send(saved: list[Feedback], sent: dict[str, str], link: Link) -> list[Feedback]:
    """Return the saved papers that belong in the link's library and aren't there, oldest first."""
    settled = {paper_id for paper_id, path in sent.items() if path.removeprefix(REFUSED) == link.library.path}
    return [one for one in saved if one.since >= link.since and one.paper_id not in settled]

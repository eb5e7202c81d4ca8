"""What is remembered. Errors: `StoreDown`."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from bot.paper import Paper
from bot.subscription import Channel, Follow, Mute, Place


class PaperStore(Protocol):
    """Every paper ever fetched, and when each was announced."""

    async def keep(self, papers: Sequence[Paper]) -> None:
        """Stores or refreshes them; an older version never replaces a newer one."""
        ...

    async def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        """Those that are known, by id."""
        ...

    async def announce(self, when: Mapping[str, datetime]) -> None:
        """Notes the announcement of each id; one announced before keeps its first time."""
        ...

    async def announced(self, after: datetime, until: datetime) -> dict[str, datetime]:
        """The ids announced in (after, until], with their times."""
        ...

    async def announced_at(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When those of `ids` that were announced, were."""
        ...

    async def names_like(self, name: str, limit: int) -> list[str]:
        """Authors known here with names near to `name`, nearest first, as they write themselves."""
        ...

    async def names_from(self, prefix: str, limit: int) -> list[str]:
        """Authors known here one of whose names starts with `prefix`, for autocompletion."""
        ...


class ChannelStore(Protocol):
    """What people set, a record a channel. A change is durable when the call returns."""

    async def get(self, place: Place) -> Channel:
        """The channel, empty where nothing was ever set."""
        ...

    async def all(self) -> list[Channel]:
        """Every channel that has anything set, over all teams."""
        ...

    async def follow(self, place: Place, follow: Follow, instead_of: str = "") -> bool:
        """Adds it; False where the channel had it already. In the same step the follow of key `instead_of` ends."""
        ...

    async def refine(self, place: Place, follow: Follow) -> None:
        """Replaces the follow of that key by what more is known of whom it means; nothing where it has ended."""
        ...

    async def unfollow(self, place: Place, key: str) -> bool:
        """Ends the follow or mute of that key; False where there was none."""
        ...

    async def mute(self, place: Place, mute: Mute) -> bool:
        """Adds it; False where the channel had it already."""
        ...

    async def forget_team(self, platform: str, team: str) -> None:
        """Deletes all that a team made, its past digests too."""
        ...

    async def of_team(self, platform: str, team: str) -> list[Channel]:
        """Every channel of one team that has anything set."""
        ...

    async def forget(self, place: Place) -> None:
        """Deletes all that is kept of one place: its settings, its follows, what it was told and is to be told."""
        ...

    async def note_direct(self, place: Place, direct: bool) -> None:
        """Keeps with the channel whether it is one person's alone; nothing else is said of it by that."""
        ...

    async def set(self, channel: Channel) -> None:
        """Stores all of the record but follows, mutes and `direct`, which have their own calls, and `last_slot`."""
        ...

    async def resume(self, place: Place) -> bool:
        """Ends the channel's pause; False where there was none."""
        ...

    async def restore(self, channel: Channel, told: Mapping[str, datetime]) -> None:
        """Puts a channel back in one step: settings replaced, follows, mutes and the papers it was `told` of added.

        A follow or mute that is there stays as it is; of two last slots, or two times of one paper, the later counts.
        """
        ...


class FetchLog(Protocol):
    """When each archive was last asked, source by source, so that what was missed can be told."""

    async def last(self, source: str) -> dict[str, datetime]:
        """The last complete answer of `source` (feed or api) for each archive. Of level: until when none is missing."""
        ...

    async def done(self, source: str, archive: str, now: datetime) -> None:
        """Notes a complete answer."""
        ...

    async def failed(self, source: str, archive: str, now: datetime) -> None:
        """Notes that no complete answer came; the next complete one ends it."""
        ...

    async def unanswered(self, source: str) -> dict[str, datetime]:
        """The archives that `source` gave no complete answer for when it was last asked, and when that was."""
        ...

    async def under_way(self) -> bool:
        """Whether somebody holds the place of `alone` now."""
        ...

    def alone(self) -> AbstractAsyncContextManager[None]:
        """Holds the one place of who fetches, over all processes; one that was killed frees it within 20 s."""
        ...

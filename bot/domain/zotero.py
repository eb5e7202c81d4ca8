"""A Zotero library, who may write to it, and which reading lists go there."""

from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime
from typing import Literal

from bot.domain.channel import Place
from bot.domain.frozen import frozen

KEYS_PAGE = "https://www.zotero.org/settings/keys"
NEW_KEY_PAGE = f"{KEYS_PAGE}/new"
"""Where people make and revoke keys (https://www.zotero.org/support/dev/web_api/v3/basics#authentication)."""

EVERYTHING = datetime(1970, 1, 1, tzinfo=UTC)
"""The start of a link that also takes what was saved before it."""


@frozen
class Library:
    """A personal library or a group's. `name` is for people."""

    kind: Literal["user", "group"]
    id: int
    name: str = field(default="", compare=False)

    @property
    def path(self) -> str:
        """Return what Zotero's addresses call it, which also identifies it: "users/12" or "groups/345"."""
        return f"{self.kind}s/{self.id}"


@frozen
class KeyRights:
    """What a key may write to: the person's own library, and groups by id; `all_groups` is for the others."""

    user_id: int
    user_name: str
    own: bool
    groups: Mapping[int, bool] = field(default_factory=dict)
    all_groups: bool = False

    def may_write(self, library: Library) -> bool:
        """Return True if the key may add items to the library."""
        if library.kind == "user":
            return self.own and library.id == self.user_id
        return self.groups.get(library.id, self.all_groups)


@frozen
class Connection:
    """A person's key, encrypted, and the library they chose.

    `paused` are the sentences that explain why nothing is sent to a library, by its path. Zotero asked for a pause
    until `rest_until` (UTC).
    """

    closed_key: str = field(repr=False)
    library: Library
    paused: Mapping[str, str] = field(default_factory=dict)
    rest_until: datetime | None = None


@frozen
class Link:
    """A reading list that goes to a library: what is saved from `since` (UTC) on.

    The key is that of the person `user`; `tag` is the `Place.tag` of their direct messages.
    """

    place: Place
    tag: str
    user: str
    library: Library
    since: datetime

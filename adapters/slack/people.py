"""What Slack tells of a person: time zone, name, role; and whether they may still read a channel."""

import asyncio
import time
from collections import OrderedDict

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import is_direct, remember
from bot.domain.command import Caller, Role
from bot.domain.frozen import frozen

ASK_SECONDS = 1.0
KEPT_SECONDS = 60.0
"""How long a lost role still counts: Slack allows 100 of these questions a minute."""
MEMBERS_PAGE, MEMBERS_PAGES = 1000, 50
"""Slack's limit of a page, and ours (https://docs.slack.dev/reference/methods/conversations.members)."""

_HIDDEN = frozenset({"missing_scope", "channel_not_found", "not_in_channel", "user_not_found", "user_not_visible"})
"""Slack doesn't tell the bot, now or later; anything else may change."""


@frozen
class Person:
    """A user (https://docs.slack.dev/reference/objects/user-object); the role is of the whole workspace."""

    zone: str = ""
    name: str = ""
    role: Role = Role.UNKNOWN
    is_guest: bool = False
    is_gone: bool = False


class People:
    """A cache of what Slack tells of people, for a minute. Without users:read it tells nothing."""

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for
        self._known: OrderedDict[str, tuple[float, Person]] = OrderedDict()

    async def of(self, caller: Caller) -> Person:
        """Return the caller, empty if Slack doesn't tell within a second. Never raises."""
        key = f"{caller.place.team}:{caller.user}"
        asked_at, person = self._known.get(key, (-KEPT_SECONDS, Person()))
        if time.monotonic() - asked_at < KEPT_SECONDS:
            return person
        try:
            web = await self._client_for(caller.place.team)
            person = await asyncio.wait_for(read_person(web, caller.user), ASK_SECONDS)
        except (CallFailed, TimeoutError):
            return Person()
        self._known.pop(key, None)
        remember(self._known, key, (time.monotonic(), person))
        return person


async def read_person(web: AsyncWebClient, user: str) -> Person:
    """Return what Slack tells of a user. Raise CallFailed."""
    told: Json = (await call(web, "users.info", user=user)).get("user") or {}
    profile: Json = told.get("profile") or {}
    is_admin = bool(told.get("is_admin") or told.get("is_owner")) and not told.get("is_stranger")
    names = (profile.get("display_name"), profile.get("real_name"), told.get("real_name"), told.get("name"))
    return Person(
        zone=str(told.get("tz") or ""),
        name=str(next(filter(None, names), "")),
        role=Role.ADMIN if is_admin else Role.UNKNOWN,
        is_guest=bool(told.get("is_restricted") or told.get("is_ultra_restricted") or told.get("is_stranger")),
        is_gone=bool(told.get("deleted")),
    )


async def may_read(web: AsyncWebClient, channel: str, user: str) -> bool | None:
    """Tell if a person may read a channel; None if Slack hides it from the bot. Raise CallFailed if it may tell later.

    Everybody but a guest may read a public channel; a private one only its members.
    """
    try:
        person = await read_person(web, user)
    except CallFailed as failure:
        _raise_unless_hidden(failure)
        person = Person()
    if person.is_gone:
        return False
    if is_direct(channel):
        return True
    try:
        told: Json = (await call(web, "conversations.info", channel=channel)).get("channel") or {}
        private = told.get("is_private") or told.get("is_group") or told.get("is_mpim")
        return await _is_member(web, channel, user) if private or person.is_guest else True
    except CallFailed as failure:
        _raise_unless_hidden(failure)
        return None


async def _is_member(web: AsyncWebClient, channel: str, user: str) -> bool | None:
    asked: Json = {"channel": channel, "limit": MEMBERS_PAGE}
    for _ in range(MEMBERS_PAGES):
        page = await call(web, "conversations.members", **asked)
        if user in (page.get("members") or ()):
            return True
        asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
        if not asked["cursor"]:
            return False
    return None


def _raise_unless_hidden(failure: CallFailed) -> None:
    if failure.error not in _HIDDEN:
        raise failure

"""Delivery of digests to Slack's channels: post once, classify each failure, and search the history if that helps."""

import logging
import re
import time
from collections.abc import Mapping
from contextlib import aclosing
from datetime import datetime
from urllib.parse import urlencode

from adapters.slack import people, posting, uploads
from adapters.slack.client import CallFailed, ClientFor, Json, call
from adapters.slack.identity import is_direct
from adapters.slack.render import Drawn, draw
from bot.delivery.messenger import Message
from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.errors import (
    DeliveryFailed,
    HistoryUnreadable,
    NotLetIn,
    Refused,
    Revoked,
    Scope,
    StoreDown,
    TryLater,
    Unknown,
)
from bot.domain.posting import UNKNOWN, PostingCheck
from bot.infra.secret_box import NoKey

TOKEN = "SLACK_BOT_TOKEN"  # noqa: S105 - the setting's name

EVENT_TYPE = "paperlark"
"""The event type of a message's key (https://docs.slack.dev/messaging/message-metadata); anybody may read it."""

PAGE = 200
PAGES = 10
"""Limit of pages searched for one message: conversations.history gives up to 999 messages a page to an internal app."""

LIMITS = (Limit("channel", 1, 1.02), Limit("team", 5, 1.02))
"""A message a second in a channel, and "several hundred" a minute in a workspace, interpreted as 300: 2 % less,
since messages take time to arrive (https://docs.slack.dev/apis/web-api/rate-limits)."""

CHANNELS_OWN_SECONDS = 5.0
"""Slack doesn't name the limit's scope. A channel's own limit, a message a second, never requires so long a wait."""

TWO_AT_ONCE_SECONDS = 10.0
"""If two channels reach a limit within this time, the limit is that of their workspace."""

_OUTSIDE = "I'm not in that channel any more."
_REMOVED = "The app was removed from the workspace: install it again, and set SLACK_BOT_TOKEN if that is in use."
_FORBIDDEN = "I may not post there: a permission is missing, or the workspace forbids it."
_UNFIT = "Slack refused the message itself."

REFUSALS: Mapping[str, str] = {
    "is_archived": "The channel is archived.",
    "channel_not_found": _OUTSIDE,
    "not_in_channel": _OUTSIDE,
    "user_not_found": "That person isn't in the workspace any more.",
    "user_disabled": "The person's account is deactivated.",
    "team_access_not_granted": _REMOVED,
    "access_denied": _FORBIDDEN,
    "ekm_access_denied": _FORBIDDEN,
    "enterprise_is_restricted": _FORBIDDEN,
    "messages_tab_disabled": _FORBIDDEN,
    "missing_scope": _FORBIDDEN,
    "no_permission": _FORBIDDEN,
    "org_login_required": _FORBIDDEN,
    "restricted_action": _FORBIDDEN,
    "restricted_action_read_only_channel": _FORBIDDEN,
    "channel_is_limited_access": _FORBIDDEN,
    "invalid_arguments": _UNFIT,
    "invalid_blocks": _UNFIT,
    "invalid_blocks_format": _UNFIT,
    "invalid_metadata_format": _UNFIT,
    "metadata_too_large": _UNFIT,
    "msg_blocks_too_long": _UNFIT,
    "msg_too_long": _UNFIT,
    "no_text": _UNFIT,
}
"""Permanent failures, as sentences for the channel's people
(https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""


_HINTS: Mapping[str, str] = {
    "The channel is archived.": "Unarchive it, then type /invite @Paperlark there.",
    _OUTSIDE: "Type /invite @Paperlark there.",
    _REMOVED: "Whoever runs the bot can install it again.",
    _FORBIDDEN: "An admin of the workspace can allow it.",
}
_WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "token_expired", "unreadable_token"})
_TOKEN_GONE = frozenset({"account_inactive", "token_revoked", "not_installed"})
_PERSON = re.compile(r"[UW][A-Z0-9]{1,30}")

QUIETLY: Json = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""Disables previews, and links and mentions in the words of `text`."""


log = logging.getLogger(__name__)


class SlackMessenger:
    """An implementation of `Messenger` in bot/ports.py; the key travels as message metadata."""

    platform = "slack"
    limits = LIMITS

    def __init__(self, client_for: ClientFor, token_mark: str, token_name: str = TOKEN) -> None:
        self._client_for = client_for
        self._token_name = token_name
        self._token_mark = token_mark
        self._limited: dict[str, tuple[str, float]] = {}

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:  # noqa: ARG002 - travels beside the payload
        return tuple(_kept(drawn) for drawn in draw(card))

    async def post(self, place: Place, message: Message, key: str) -> str:
        return await self._send(place, place.channel, message, key)

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:
        if not _PERSON.fullmatch(user):
            raise Refused("I can't write to that person.")
        for message in self.draw(card, key):
            await self._send(place, user, message, key)

    def address(self, place: Place) -> str:
        return f"https://slack.com/app_redirect?{urlencode({'team': place.team, 'channel': place.channel})}"

    def direct(self, place: Place) -> bool:
        return is_direct(place.channel)

    async def can_post(self, place: Place) -> PostingCheck:
        if self.direct(place):
            return PostingCheck()
        try:
            web = await self._client_for(place.team)
        except (CallFailed, StoreDown):
            return UNKNOWN
        return await posting.can_post(web, place.channel)

    async def may_read(self, place: Place, user: str) -> bool | None:
        try:
            return await people.may_read(await self._client_for(place.team), place.channel, user)
        except CallFailed as failure:
            raise _token_refused(failure, self._token_name) or TryLater(
                _retry_sentence(failure), failure.retry_after
            ) from failure

    def token(self, place: Place) -> str:  # noqa: ARG002 - kept for each team
        return self._token_mark

    async def _send(self, place: Place, channel: str, message: Message, key: str) -> str:
        try:
            web = await self._client_for(place.team)
        except CallFailed as failure:
            raise self._unposted(place, failure) from failure
        about: Json = {"channel": channel, "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}}}
        failed = CallFailed()
        async with aclosing(uploads.versions(web, message)) as versions:
            async for payload in versions:
                try:
                    answer = await call(web, "chat.postMessage", **about, **QUIETLY, **payload)
                except CallFailed as failure:
                    failed = failure
                    if failure.error == uploads.UNREADY:
                        continue
                    break
                if not answer.get("ts"):
                    raise Unknown
                return str(answer["ts"])
        raise self._unposted(place, failed) from failed

    async def find(self, place: Place, key: str, since: datetime, besides: str = "") -> str | None:
        try:
            web = await self._client_for(place.team)
        except CallFailed as failure:
            raise _unread(failure, self._token_name) from failure
        asked: Json = {"channel": place.channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE}
        for _ in range(PAGES):
            try:
                page = await call(web, "conversations.history", **asked, include_all_metadata=True)
            except CallFailed as failure:
                raise _unread(failure, self._token_name) from failure
            for message in page.get("messages") or ():
                if _key_of(message) == key and message["ts"] != besides:
                    return str(message["ts"])
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return None
        raise HistoryUnreadable(f"More than {PAGE * PAGES} messages came since.")

    def _unposted(self, place: Place, failure: CallFailed) -> DeliveryFailed:
        if failure.busy:
            scope = None if failure.unreached else self._scope(place, failure)
            return TryLater(_retry_sentence(failure), failure.retry_after, scope)
        if failure.vague:
            return Unknown()
        return _token_refused(failure, self._token_name) or _not_taken(failure)

    def _scope(self, place: Place, failure: CallFailed) -> Scope:
        """Return the scope of the rate limit, as far as the answer reveals it."""
        other, at = self._limited.get(place.team, (place.channel, 0.0))
        self._limited[place.team] = place.channel, time.monotonic()
        lately = time.monotonic() - at < TWO_AT_ONCE_SECONDS
        teams = failure.error == "message_limit_exceeded" or failure.retry_after > CHANNELS_OWN_SECONDS
        return "team" if teams or (lately and other != place.channel) else "channel"


def _kept(drawn: Drawn) -> Message:
    place = {uploads.PICTURE: drawn.place} if drawn.place else {}
    return Message(drawn.payload | place, drawn.papers, drawn.plot)


def _token_refused(failure: CallFailed, token_name: str) -> NotLetIn | None:
    if failure.error == "not_installed":
        return Revoked("The app isn't installed in the workspace any more.")
    if failure.error in _TOKEN_GONE:
        return Revoked(f"{_REMOVED} ({failure.error})")
    if failure.error == "unreadable_token":
        return NotLetIn(NoKey().sentence)
    return NotLetIn(f"{token_name} is refused by Slack ({failure}).") if failure.error in _WRONG_TOKEN else None


def _not_taken(failure: CallFailed) -> DeliveryFailed:
    if sentence := REFUSALS.get(failure.error):
        log.warning("Slack refuses a message for good: error=%s", failure.error)
        return Refused(sentence, _HINTS.get(sentence, ""))
    return TryLater(f"Slack didn't take the message ({failure}).", failure.retry_after)


def _unread(failure: CallFailed, token_name: str) -> DeliveryFailed:
    if failure.busy or failure.vague:
        return TryLater(_retry_sentence(failure), failure.retry_after)
    return _token_refused(failure, token_name) or HistoryUnreadable(f"The channel's history can't be read ({failure}).")


def _retry_sentence(failure: CallFailed) -> str:
    """Return the reason for the later retry as a sentence."""
    return "Slack can't be reached." if failure.unreached else f"Slack asked to wait ({failure})."


def _key_of(message: Json) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == EVENT_TYPE else ""

"""Digests into Slack's channels: posted once, each failure named for what it means, and looked up where that helps."""

from collections.abc import Mapping
from datetime import datetime

from adapters.slack.api import CallFailed, ClientFor, Json, call
from adapters.slack.render import draw
from bot.card import Card
from bot.errors import DeliveryFailed, HistoryUnreadable, NotLetIn, Refused, TryLater, Unknown
from bot.ports import Message
from bot.subscription import Place

EVENT_TYPE = "paperlark"
"""Under which a message's key travels (https://docs.slack.dev/messaging/message-metadata); anybody may read it."""

PAGE = 200
PAGES = 10
"""What is looked through for one message: conversations.history gives up to 999 a page to an internal app."""

_GONE = "The channel is gone or the bot isn't in it: /invite the bot there."
_REMOVED = "The app was removed from the workspace: install it again and set SLACK_BOT_TOKEN."
_FORBIDDEN = "The bot may not write there: a permission is missing or the workspace forbids it."
_UNFIT = "Slack refused the message itself."

REFUSALS: Mapping[str, str] = {
    "is_archived": "The channel is archived.",
    "channel_not_found": _GONE,
    "not_in_channel": _GONE,
    "user_not_found": _GONE,
    "user_disabled": "The person's account is deactivated.",
    "account_inactive": _REMOVED,
    "token_revoked": _REMOVED,
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
"""What the next attempt would meet again, as sentences for the channel's people
(https://docs.slack.dev/reference/methods/chat.postMessage#errors)."""


_WRONG_TOKEN = frozenset({"invalid_auth", "not_authed", "not_allowed_token_type", "token_expired"})

QUIETLY: Json = {"unfurl_links": False, "unfurl_media": False, "parse": "none", "link_names": False}
"""No previews, no links and no mentions made of words in `text`."""


class SlackMessenger:
    """The `Messenger` of bot/ports.py; a key travels as message metadata."""

    platform = "slack"

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:  # noqa: ARG002 - travels beside the payload
        return tuple(Message(drawn.payload, drawn.papers) for drawn in draw(card))

    async def post(self, place: Place, message: Message, key: str) -> str:
        web = await self._client_for(place.team)
        about: Json = {"channel": place.channel, "metadata": {"event_type": EVENT_TYPE, "event_payload": {"key": key}}}
        try:
            answer = await call(web, "chat.postMessage", **about, **QUIETLY, **message.payload)
        except CallFailed as failure:
            raise _unposted(failure) from failure
        if not answer.get("ts"):
            raise Unknown
        return str(answer["ts"])

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        web = await self._client_for(place.team)
        asked: Json = {"channel": place.channel, "oldest": f"{since.timestamp():.6f}", "limit": PAGE}
        for _ in range(PAGES):
            try:
                page = await call(web, "conversations.history", **asked, include_all_metadata=True)
            except CallFailed as failure:
                raise _unread(failure) from failure
            for message in page.get("messages") or ():
                if _key_of(message) == key:
                    return str(message["ts"])
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return None
        raise HistoryUnreadable(f"More than {PAGE * PAGES} messages came since.")


def _unposted(failure: CallFailed) -> DeliveryFailed:
    if failure.busy:
        return TryLater(_retry_sentence(failure), failure.retry_after)
    if failure.vague:
        return Unknown()
    if failure.error in _WRONG_TOKEN:
        return NotLetIn(f"SLACK_BOT_TOKEN is refused by Slack ({failure}).")
    if failure.error in REFUSALS:
        return Refused(f"{REFUSALS[failure.error]} ({failure.error})")
    return TryLater(f"Slack didn't take the message ({failure}).", failure.retry_after)


def _unread(failure: CallFailed) -> DeliveryFailed:
    if failure.busy or failure.vague:
        return TryLater(_retry_sentence(failure), failure.retry_after)
    if failure.error in _WRONG_TOKEN:
        return NotLetIn(f"SLACK_BOT_TOKEN is refused by Slack ({failure}).")
    return HistoryUnreadable(f"The channel's history can't be read ({failure}).")


def _retry_sentence(failure: CallFailed) -> str:
    """Why later, in words."""
    return "Slack can't be reached." if failure.unreached else f"Slack asked to wait ({failure})."


def _key_of(message: Json) -> str:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key", "")) if metadata.get("event_type") == EVENT_TYPE else ""

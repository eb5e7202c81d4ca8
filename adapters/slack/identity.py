"""Slack's ids: the bot's own in each team, those of direct messages, and a bounded cache of recent ones."""

from collections import OrderedDict
from typing import TypeVar

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.slack.client import ClientFor, Json, call
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.frozen import frozen

REMEMBERED = 2000
"""Limit of each cache."""

T = TypeVar("T")


@frozen
class Identity:
    """The bot's ids in a team: its user id, and the bot id in messages."""

    user: str
    bot: str


class Identities:
    """A cache of the bot's identity in each team, requested once."""

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for
        self._known: OrderedDict[str, Identity] = OrderedDict()

    async def of(self, team: str) -> Identity:
        """Return the bot's identity in that team. Raise CallFailed."""
        if team not in self._known:
            told = await call(await self._client_for(team), "auth.test")
            remember(self._known, team, Identity(str(told.get("user_id", "")), str(told.get("bot_id", ""))))
        return self._known[team]


def remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    """Add an entry, and evict the oldest if there are too many."""
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)


def is_direct(channel: str) -> bool:
    """Return True if it is a direct message between the bot and one person: its id begins with D
    (https://docs.slack.dev/reference/objects/conversation-object)."""
    return channel.startswith("D")


HOME = "home"


def write_origin(channel: str, at_home: bool) -> str:
    """Return the private_metadata of a view without fields: its channel, and if it was opened from the Home tab."""
    return f"{channel}:{HOME}" if at_home else channel


def read_origin(view: Json) -> tuple[str, bool]:
    """Return a view's channel, and whether it is the Home tab or was opened from there."""
    channel, _, origin = str(view.get("private_metadata") or "").partition(":")
    return channel, view.get("type") == HOME or origin == HOME


def caller_of(context: AsyncBoltContext, channel: str = "", body: Json | None = None) -> Caller:
    """Return the person who acts; `body` may tell their name. Slack may omit the workspace if an organization installed
    the app as a whole: the organization's id (E…) then replaces it."""
    where = context.channel_id or channel
    place = Place("slack", context.team_id or context.enterprise_id or "", where)
    return Caller(place, context.user_id or "", direct=is_direct(where), name=_name(body or {}))


def request_ids(request: AsyncBoltRequest) -> tuple[str, ...]:
    """Return what identifies a request that comes again: its signature, if somebody recorded it and plays it back, and
    its event, which Slack repeats with other signatures (https://docs.slack.dev/apis/events-api#retries)."""
    signature = next(iter(request.headers.get("x-slack-signature") or ()), "")
    event_id, event = request.body.get("event_id"), request.body.get("event") or {}
    told = {
        "signature": signature,
        "event": f"{event_id}:{event.get('event_ts') or event.get('ts')}" if event_id else "",
    }
    return tuple(f"slack:{kind}:{value}" for kind, value in told.items() if value)


def _name(body: Json) -> str:
    """Return the name in a slash command or an interaction; an event has none."""
    user = body.get("user")
    told = user if isinstance(user, dict) else {}
    return str(body.get("user_name") or told.get("name") or told.get("username") or "")

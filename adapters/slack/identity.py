"""Slack's ids: the bot's own in each team, those of direct messages, and a bounded memory of the latest."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import TypeVar

from adapters.slack.client import ClientFor, call

REMEMBERED = 2000
"""Of each kind. Slack repeats an event three times within about 6 minutes
(https://docs.slack.dev/apis/events-api#retries)."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's ids in a team: as a user, and as the bot that messages name."""

    user: str
    bot: str


class Identities:
    """The bot's identity in each team, asked for once."""

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for
        self._known: OrderedDict[str, Identity] = OrderedDict()

    async def of(self, team: str) -> Identity:
        """The bot in that team. Raises CallFailed."""
        if team not in self._known:
            told = await call(await self._client_for(team), "auth.test")
            remember(self._known, team, Identity(str(told.get("user_id", "")), str(told.get("bot_id", ""))))
        return self._known[team]


def remember(memory: OrderedDict[str, T], key: str, value: T) -> None:
    """Add it, in place of the oldest where there are too many."""
    memory[key] = value
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)


def is_direct(channel: str) -> bool:
    """Tell whether it is a direct message between the bot and one person: its id begins with D
    (https://docs.slack.dev/reference/objects/conversation-object)."""
    return channel.startswith("D")

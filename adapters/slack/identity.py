"""Who the bot is in each team, asked once."""

from collections import OrderedDict
from dataclasses import dataclass

from adapters.slack.api import ClientFor, call
from adapters.slack.memory import remember


@dataclass(frozen=True, slots=True)
class Identity:
    """The bot's ids in a team: as a user, and as the bot that messages name."""

    user: str
    bot: str


class Identities:
    """Those of all teams."""

    def __init__(self, client_for: ClientFor) -> None:
        self._client_for = client_for
        self._known: OrderedDict[str, Identity] = OrderedDict()

    async def of(self, team: str) -> Identity:
        """The bot in that team. Raises CallFailed."""
        if team not in self._known:
            told = await call(await self._client_for(team), "auth.test")
            remember(self._known, team, Identity(str(told.get("user_id", "")), str(told.get("bot_id", ""))))
        return self._known[team]

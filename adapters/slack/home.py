"""The bot's Home tab: the panel of a person's direct messages with the bot, which each look and each change renews.

https://docs.slack.dev/surfaces/app-home
"""

from adapters.slack.client import ClientFor, call
from adapters.slack.render import home
from bot.app.command_service import CommandService
from bot.app.panel import ShowPanel
from bot.domain.command import Caller


class Home:
    """Publisher of Home tabs."""

    def __init__(self, door: CommandService, client_for: ClientFor) -> None:
        self._door = door
        self._client_for = client_for

    async def publish(self, caller: Caller) -> None:
        """Draw the Home tab of a person in their direct messages (`caller.place`). Raises CallFailed."""
        card = await self._door.answer(ShowPanel(), caller)
        web = await self._client_for(caller.place.team)
        await call(web, "views.publish", user_id=caller.user, view=home(card, caller.place.channel))

"""A person in Slack, for tests that run on any platform."""

from contextlib import AsyncExitStack
from typing import Any, Self

from adapters.slack.app import SlackAccess, messenger, serving
from bot.app.command_service import CommandService
from bot.domain.card import Card
from bot.domain.channel import Place
from support.drivers.slack_payload import buttons, links, visible_text
from support.drivers.visible_answer import Seen
from support.servers.slack_forms import fills
from support.servers.slack_server import SlackServer
from support.servers.slack_workspace import TEAM, Exchange


class SlackDriver:
    """The real adapter over Socket Mode, against a loopback Slack."""

    platform = "slack"

    def __init__(self, door: CommandService) -> None:
        self._door = door
        self.server = SlackServer()

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        await self._stack.enter_async_context(self.server)
        self.access = access_to(self.server)
        self.messenger = messenger(self.access)
        await self._stack.enter_async_context(serving(self._door, self.access))
        await self.server.connected()
        return self

    async def __aexit__(self, *exc: Any) -> None:
        await self._stack.aclose()

    async def says(self, text: str, channel: str = "C1", user: str = "U1") -> Seen:
        """Type a text and wait for the answer."""
        return seen_exchange(await self.server.says(text, channel, user))

    async def presses(self, seen: Seen, label: str) -> Seen:
        """Press a button; for a link button, `links` holds its address."""
        exchange = await self.server.presses(seen.payload, label)
        return Seen("", (exchange.url,), (), True, {}) if exchange.url else seen_exchange(exchange)

    async def fills(self, seen: Seen, values: dict[str, Any], user: str = "U1") -> Seen:
        """Fill in a form and submit it; what `values` doesn't name stays as shown."""
        return seen_exchange(await fills(self.server, seen.payload, values, user))

    async def posts(self, card: Card, key: str, channel: str = "C1") -> list[Seen]:
        """Draw a card and post its messages, as the outbox does."""
        place = self.place(channel)
        before = len(self.server.channel(channel))
        for number, message in enumerate(self.messenger.draw(card, key)):
            await self.messenger.post(place, message, f"{key}{number or ''}")
        return [seen_message(message) for message in self.server.channel(channel)[before:]]

    def standing(self, channel: str = "C1") -> list[Seen]:
        """Return the messages there that everybody sees and that aren't answers."""
        return [seen_message(message) for message in self.server.channel(channel) if "metadata" in message]

    def place(self, channel: str = "C1") -> Place:
        """Return the core's place for that channel."""
        return Place("slack", TEAM, channel)


def access_to(server: SlackServer) -> SlackAccess:
    """Return the settings of a bot that connects to `server` over Socket Mode."""
    return SlackAccess(bot_token=server.bot_token, app_token=server.app_token, api_url=server.api_url)


def seen_exchange(exchange: Exchange) -> Seen:
    if exchange.errors:
        return Seen("\n".join(exchange.errors.values()), (), (), True, {"errors": exchange.errors})
    if exchange.view:
        title = exchange.view["title"]["text"]
        text = f"{title}\n{visible_text(exchange.view)}"
        return Seen(text, links(exchange.view), buttons(exchange.view), True, exchange.view)
    return seen_message(exchange.answers[0])


def seen_message(message: dict[str, Any]) -> Seen:
    return Seen(visible_text(message), links(message), buttons(message), bool(message.get("ephemeral")), message)

"""A person in Slack or Discord with the bot in another process: types, presses, and reads the channels' messages."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.drivers.discord_driver import number, seen, seen_messages, typed
from support.drivers.slack_driver import seen_exchange, seen_message
from support.drivers.visible_answer import Seen
from support.local_http import free_port
from support.servers.discord_objects import buttons
from support.servers.discord_server import DiscordServer
from support.servers.slack_server import SlackServer


class SlackChat:
    """Slack chat; `settings` connect a bot in another process to it."""

    def __init__(self, server: SlackServer) -> None:
        self.server = server
        self.settings = {
            "SLACK_BOT_TOKEN": server.bot_token,
            "SLACK_APP_TOKEN": server.app_token,
            "SLACK_API_URL": server.api_url,
        }

    async def says(self, text: str, channel: str = "C1") -> Seen:
        return seen_exchange(await self.server.says(text, channel))

    async def presses(self, shown: Seen, label: str) -> Seen:
        exchange = await self.server.presses(shown.payload, label)
        return Seen("", (exchange.url,), (), True, {}) if exchange.url else seen_exchange(exchange)

    def standing(self, channel: str = "C1") -> list[Seen]:
        """Return the messages there that everybody sees and that aren't answers."""
        return [seen_message(m) for m in self.server.channel(channel) if "metadata" in m]


class DiscordChat:
    """Discord chat, like SlackChat."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.settings = {"DISCORD_TOKEN": server.token, "DISCORD_API_URL": server.url}

    async def says(self, text: str, channel: str = "C1") -> Seen:
        command, options = typed(text)
        return seen(await self.server.says(command, options, channel=number(channel), user=number("U1")))

    async def presses(self, shown: Seen, label: str) -> Seen:
        message = next(m for m in shown.payload["messages"] if label in [b.get("label") for b in buttons(m)])
        return seen(await self.server.presses(message, label, user=number("U1")))

    def standing(self, channel: str = "C1") -> list[Seen]:
        answers = {m["id"] for asked in self.server.interactions.values() for m in asked.messages}
        return [seen_messages([m]) for m in self.server.channel(number(channel)).messages if m["id"] not in answers]


Chat = SlackChat | DiscordChat


@asynccontextmanager
async def chat_on(platform: str) -> AsyncIterator[Chat]:
    """Yield a platform on loopback: slack, slack-http or discord."""
    if platform == "discord":
        async with DiscordServer() as discord:
            yield DiscordChat(discord)
        return
    async with SlackServer() as slack:
        yield SlackHttpChat(slack) if platform == "slack-http" else SlackChat(slack)


class SlackHttpChat(SlackChat):
    """Slack chat in which Slack sends requests to the bot, rather than the bot connecting to Slack."""

    def __init__(self, server: SlackServer) -> None:
        super().__init__(server)
        port = free_port()
        server.events_url = f"http://127.0.0.1:{port}/slack/events"
        self.settings.pop("SLACK_APP_TOKEN")
        self.settings |= {"SLACK_SIGNING_SECRET": server.signing_secret, "SLACK_PORT": str(port)}

"""The least that the same libraries can do: an empty handler on each platform, which answers a constant.

    python -m benchmarks.speed.bare_handler '{"slack": {…}, "discord": {…}}'

It prints "Bare is ready" once both platforms send it commands, and runs until it is ended. The Slack side is Bolt's own
Socket Mode handler; the Discord side waits for READY, as discord.py's `on_ready` comes 2 s later by a timer of its own.
"""

import asyncio
import json
import sys
from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]


class Constant(discord.ui.LayoutView):
    """The same components always."""

    def __init__(self, components: list[Json]) -> None:
        super().__init__(timeout=None)
        self._components = components

    def has_components_v2(self) -> bool:
        return True

    def to_components(self) -> list[Json]:
        return self._components


class Bare(discord.Client):
    """One command, two lines."""

    def __init__(self, components: list[Json]) -> None:
        super().__init__(intents=discord.Intents(guilds=True))
        self.connected = asyncio.Event()
        self.tree = discord.app_commands.CommandTree(self)

        @self.tree.command(description="A constant")
        async def paper(interaction: discord.Interaction, query: str) -> None:
            await interaction.response.defer(thinking=True)
            await interaction.edit_original_response(view=Constant(components))

    async def setup_hook(self) -> None:
        await self.tree.sync()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL((await self.http.get_bot_gateway())[1])

    async def on_connect(self) -> None:
        self.connected.set()


async def slack(bot_token: str, app_token: str, api_url: str, answer: Json) -> AsyncSocketModeHandler:
    """Connected."""
    app = AsyncApp(client=AsyncWebClient(token=bot_token, base_url=api_url))

    @app.command("/paper")
    async def paper(ack: Any, respond: Any) -> None:
        await ack()
        await respond(answer)

    handler = AsyncSocketModeHandler(app, app_token)
    await handler.connect_async()
    return handler


async def main(access: Json) -> None:
    handler = await slack(**access["slack"])
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    Route.BASE = access["discord"]["url"]
    client = Bare(access["discord"]["components"])
    running = asyncio.create_task(client.start(access["discord"]["token"]))
    await client.connected.wait()
    print("Bare is ready", flush=True)
    await running
    await handler.close_async()


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))

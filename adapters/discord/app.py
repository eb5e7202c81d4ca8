"""The life cycle of Paperlark on Discord: the gateway for commands and buttons, REST alone for posting."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import field
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord.client import PaperlarkClient, PaperlarkTree
from adapters.discord.command_mentions import ids_of, known_ids
from adapters.discord.commands import tree_of
from adapters.discord.exchange import tracing
from adapters.discord.messenger import DiscordMessenger
from adapters.http.bounded_answers import bounded
from bot.app.command_service import CommandService
from bot.app.settings import Settings, plain
from bot.domain.errors import DeliveryFailed, NotLetIn, TryLater
from bot.domain.frozen import frozen
from bot.infra.aio.cancel import cancelled
from bot.infra.http.proxies import proxy_url
from bot.infra.http.trouble import proxy_refusal, trouble
from bot.infra.tls import tls_context

SIGN_IN_SECONDS = 30.0
READY_SECONDS = 30.0
SHARD_SECONDS = 5.0
"""Discord lets one shard in at a time: from 2,500 servers on, a bot has several
(https://docs.discord.com/developers/events/gateway#sharding)."""
AGAIN_SECONDS = 10.0
"""Delay before retrying a connection to Discord."""
FINISH_SECONDS = 5.0
CLOSE_SECONDS = 1.5

log = logging.getLogger(__name__)

_Client = TypeVar("_Client", bound=discord.Client)


@frozen
class DiscordAccess:
    """Credentials of the bot; `api_url` is DISCORD_API_URL."""

    token: str = field(repr=False)
    api_url: str = "https://discord.com/api/v10"


def access(settings: Settings) -> DiscordAccess:
    """Return the access that the settings give."""
    return DiscordAccess(token=plain(settings.discord_token), api_url=settings.discord_api_url)


@asynccontextmanager
async def serving(door: CommandService, access: DiscordAccess) -> AsyncIterator[None]:
    """Answer commands and buttons while the context lasts; enter it once Discord can send them.

    Raise NotLetIn if Discord rejects the token, and TryLater if it can't be reached. On exit, allow answers under way
    5 s to finish.
    """
    client = PaperlarkClient(door, **_options(access))
    await _sign_in(client, access)
    tree = tree_of(client, for_users=bool(client.application and client.application.user_integration_config))
    connection: asyncio.Task[None] | None = None
    try:
        connection = asyncio.create_task(_connected(client, tree), name="discord gateway")
        await _ready(client, connection, access)
        yield
    finally:
        await _end(client, connection)


@asynccontextmanager
async def messenger(access: DiscordAccess) -> AsyncIterator[DiscordMessenger]:
    """Post without a gateway; sign in on first use."""

    async def sign_in() -> discord.Client:
        return await _sign_in(discord.Client(**_options(access, tracing())), access)

    speaker = DiscordMessenger(sign_in, access.token)
    try:
        yield speaker
    finally:
        await speaker.close()


async def check(access: DiscordAccess) -> str:
    """Return the bot's name and invitation for `doctor`. Raise BotError that says what is wrong and how to fix it."""
    client = await _sign_in(discord.Client(**_options(access)), access)
    try:
        return f"signed in as {client.user}; invite it with {invite_url(client.application_id or 0)}"
    finally:
        await client.close()


async def next_step(access: DiscordAccess) -> str:
    """Return how to invite the bot; empty if Discord can't be asked now."""
    try:
        client = await _sign_in(discord.Client(**_options(access)), access)
    except DeliveryFailed:
        return ""
    await client.close()
    link = invite_url(client.application_id or 0)
    return f"Discord: open {link} to add the bot to a server, then type /paperlark in a channel."


def invite_url(application_id: int) -> str:
    """Return the URL that adds the bot to a server, with only the permissions it needs."""
    needed = discord.Permissions(
        view_channel=True,
        send_messages=True,
        embed_links=True,
        attach_files=True,
        read_message_history=True,
        create_public_threads=True,
        send_messages_in_threads=True,
    )
    asked = {"client_id": application_id, "scope": "bot applications.commands", "permissions": needed.value}
    return f"https://discord.com/oauth2/authorize?{urlencode(asked)}"


def _options(access: DiscordAccess, trace: aiohttp.TraceConfig | None = None) -> dict[str, Any]:
    """Return the options of every client: no pings, privileged intents, caches, or long waits for rate limits.

    Answers over REST are bounded, beside what `trace` does. The proxy is for the API and the gateway alike. Raise
    BotError if it or a certificate file can't be used.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    return {
        "proxy": proxy_url(access.api_url),
        "connector": aiohttp.TCPConnector(limit=0, ssl=tls_context()),
        "intents": discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, guild_reactions=True, dm_reactions=True
        ),
        "allowed_mentions": discord.AllowedMentions.none(),
        "http_trace": bounded(trace or aiohttp.TraceConfig()),
        "max_ratelimit_timeout": 30.0,
        "max_messages": None,
        "chunk_guilds_at_startup": False,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "guild_ready_timeout": 0.0,  # don't wait for details of guilds, which are not needed here
    }


async def _sign_in(client: _Client, access: DiscordAccess) -> _Client:
    """Sign in over REST; on failure, close everything and raise BotError that says what to fix."""
    # The library has one address for the whole process and no setting for it.
    Route.BASE = access.api_url.rstrip("/")
    try:
        async with asyncio.timeout(SIGN_IN_SECONDS):
            await client.login(access.token)
        return client
    except BaseException as error:
        await client.close()
        if isinstance(
            error, discord.DiscordException | aiohttp.ClientError | OSError | ValueError | KeyError | TypeError
        ):
            raise _not_let_in(error, access) from error
        raise


def _not_let_in(error: Exception, access: DiscordAccess) -> DeliveryFailed:
    """Return NotLetIn if the token is wrong, else TryLater."""
    if isinstance(error, discord.LoginFailure | discord.ConnectionClosed):
        hint = "Copy the bot's token from discord.com/developers/applications (Bot, Reset Token)."
        return NotLetIn("Discord did not accept DISCORD_TOKEN.", hint)
    host = urlsplit(access.api_url).hostname or access.api_url
    status = error.status if isinstance(error, discord.HTTPException) else 0
    if reason := trouble(error, access.api_url) if not status else proxy_refusal(status, access.api_url):
        return TryLater(f"Could not reach Discord at {host}: {reason}.", AGAIN_SECONDS)
    if isinstance(error, discord.HTTPException):
        return TryLater(f"Discord at {host} answered with an error ({error.status}).", AGAIN_SECONDS)
    return TryLater(f"Could not reach Discord at {host}: check the network and DISCORD_API_URL.", AGAIN_SECONDS)


async def _connected(client: PaperlarkClient, tree: PaperlarkTree) -> None:
    """Keep the gateway connected, with reconnections, until it ends permanently or is cancelled."""
    known_ids.set(await _renew_commands(client, tree))  # for all tasks that the connection begins
    client.shard_count, url, _ = await client.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
    await client.connect()


async def _ready(client: PaperlarkClient, connection: asyncio.Task[None], access: DiscordAccess) -> None:
    waiting = asyncio.create_task(client.wait_until_ready())
    try:
        parts = {waiting, connection}
        done, _ = await asyncio.wait(parts, timeout=READY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not done and (more := SHARD_SECONDS * ((client.shard_count or 1) - 1)):
            await asyncio.wait(parts, timeout=more, return_when=asyncio.FIRST_COMPLETED)
        if connection.done() and (error := connection.exception()):
            raise _not_let_in(error, access) if isinstance(error, Exception) else error
        if not waiting.done():
            raise TryLater("Discord's gateway did not become ready.", AGAIN_SECONDS)
    finally:
        waiting.cancel()
    connection.add_done_callback(_note_end)


def _note_end(connection: asyncio.Task[None]) -> None:
    if not connection.cancelled() and (error := connection.exception()):
        log.error("The connection to Discord ended for good: error=%s", type(error).__name__)


async def _end(client: PaperlarkClient, connection: asyncio.Task[None] | None) -> None:
    """Stop accepting questions, finish the answers under way, then close the connections; all steps have timeouts."""
    if connection:
        await cancelled(connection)
    await client.finish(FINISH_SECONDS)
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await client.close()
    except TimeoutError:
        await client.http.close()


async def _renew_commands(client: PaperlarkClient, tree: PaperlarkTree) -> dict[str, str]:
    """Send our commands to Discord if its copy differs: Discord limits how often they are written. Return their ids."""
    try:
        application = client.application_id or 0
        known = await client.http.get_global_commands(application)
        wanted = [command.to_dict(tree) for command in tree.get_commands(type=None)]
        if _essence(known) != _essence(wanted):
            known = await client.http.bulk_upsert_global_commands(application, payload=wanted)
            log.info("Discord was told of the commands: count=%s", len(wanted))
        return ids_of(known)
    except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
        log.warning("Discord was not told of the commands: error=%s", type(error).__name__)
        return {}


_COMPARED = (
    "name", "description", "type", "required", "autocomplete", "min_value", "max_value", "min_length", "max_length",
    "nsfw", "default_member_permissions",
)  # fmt: skip


def _essence(commands: Any) -> list[dict[str, Any]]:
    """Return sorted definitions without ids, versions and defaults, for comparison."""
    return sorted((_definition(command) for command in commands), key=lambda definition: str(definition["name"]))


def _definition(command: Any) -> dict[str, Any]:
    kept: dict[str, Any] = {key: command[key] for key in _COMPARED if command.get(key)}
    kept |= {key: sorted(command[key]) for key in ("contexts", "integration_types") if command.get(key)}
    kept |= {"options": [_definition(option) for option in command.get("options") or ()]}
    return kept

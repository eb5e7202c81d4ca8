"""People's messages and threads on the loopback Discord."""

from support.servers.discord_objects import BOT_USER, PUBLIC_THREAD, Channel, Json, member, message, person
from support.servers.discord_server import DiscordServer

GUILD_MESSAGES, DIRECT_MESSAGES = 1 << 9, 1 << 12
"""https://discord.com/developers/docs/events/gateway#list-of-intents"""


async def writes(
    server: DiscordServer,
    text: str,
    channel: str = "1000",
    user: str = "42",
    direct: bool = False,
    replies_to: Json | None = None,
) -> list[Json]:
    """Write a message, in a server with the bot's name in place of an @, and return the bot's messages after it.

    Only a bot with that intent gets the event; without a mention it carries no text.
    """
    where = server.channel(channel, "" if direct else None)
    for_bot = "@" in text or direct
    said: Json = message(where, {"content": text.replace("@", f"<@{BOT_USER}>")}, 0) | {"author": person(user)}
    where.add(said)
    event = said | ({"guild_id": where.guild, "member": member(user)} if where.guild else {})
    event |= {"mentions": [person(BOT_USER, bot=True)]} if for_bot else {"content": ""}
    if replies_to:
        event |= {"type": 19, "message_reference": {"message_id": replies_to["id"], "channel_id": where.id}}
    if server.gateway.intents & (GUILD_MESSAGES if where.guild else DIRECT_MESSAGES):
        await server.gateway.emit("MESSAGE_CREATE", event)
    if for_bot:
        await server.until(lambda: where.messages[-1] is not said, f"an answer to {text!r}")
    return where.messages[where.messages.index(said) + 1 :]


async def begins_thread(server: DiscordServer, begun_with: Json) -> Channel:
    """Begin a thread with a message; both have the same id."""
    within = server.channel(begun_with["channel_id"])
    thread = Channel(begun_with["id"], server.home, kind=PUBLIC_THREAD, parent=within.id, name="Talk", owner="42")
    server.channels[thread.id] = thread
    await server.gateway.tell("THREAD_CREATE", thread.json() | {"newly_created": True})
    return thread

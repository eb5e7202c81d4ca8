"""Appointments as scheduled events of a server, each once: the server's list is read before one is made.

An external event has an end and a place as text
(https://discord.com/developers/docs/resources/guild-scheduled-event#create-guild-scheduled-event).
"""

import logging
from datetime import datetime
from typing import Any

import discord

from adapters.discord import places
from adapters.discord.exchange import Exchange, exchange_under_way
from bot.domain.channel import Place
from bot.domain.event import Event
from bot.domain.text.clean import shorten

EVENT = "scheduled_event"
"""Field of a message's payload, which is not sent with the message."""
NAME_LIMIT, DESCRIPTION_LIMIT, LOCATION_LIMIT = 100, 1000, 100
_EXTERNAL, _GUILD_ONLY = 3, 2

Json = dict[str, Any]

log = logging.getLogger(__name__)


def payload_of(event: Event) -> Json:
    """Return the event as it stands in a message's payload."""
    return {
        "name": shorten(event.name, NAME_LIMIT),
        "description": shorten(event.about, DESCRIPTION_LIMIT),
        "scheduled_start_time": event.starts.isoformat(),
        "scheduled_end_time": event.ends.isoformat(),
    }


async def schedule(client: discord.Client, place: Place, event: Json, now: datetime) -> None:
    """Make the event unless the server has it, it has begun, or the bot may not.

    Raise what discord.py raises if that can't be told now.
    """
    if places.is_direct(place) or datetime.fromisoformat(event["scheduled_start_time"]) <= now:
        return
    where = {"location": places.address(place)[:LOCATION_LIMIT]}
    kind: Json = {"entity_type": _EXTERNAL, "privacy_level": _GUILD_ONLY, "entity_metadata": where}
    try:
        there = await client.http.get_scheduled_events(int(place.team), with_user_count=False)
        if not any(_is_same(dict(one), event, where) for one in there):
            await _create(client, place, event | kind)
    except (discord.Forbidden, discord.NotFound) as refusal:
        log.info("An event was left out, the bot may not create one: place=%s code=%s", place, refusal.code)
    except discord.HTTPException as error:
        if error.status != 400:
            raise
        log.warning("An event was left out, Discord refused it: place=%s code=%s", place, error.code)


async def _create(client: discord.Client, place: Place, event: Json) -> None:
    """Send one request: Discord can't tell that a second one is a retry."""
    token = exchange_under_way.set(Exchange(once=True))
    try:
        await client.http.create_guild_scheduled_event(int(place.team), **event)
    finally:
        exchange_under_way.reset(token)


def _is_same(there: Json, event: Json, where: Json) -> bool:
    starts = datetime.fromisoformat(there["scheduled_start_time"])
    named = (there.get("name"), (there.get("entity_metadata") or {}).get("location"))
    wanted = datetime.fromisoformat(event["scheduled_start_time"])
    return named == (event["name"], where["location"]) and starts == wanted

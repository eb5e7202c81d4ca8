"""What the bot does when it comes to a place: end a pause, and say hello once."""

import logging

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.welcome import welcome_card
from bot.domain.card import Card
from bot.domain.channel import Place

log = logging.getLogger(__name__)


async def invited(place: Place, channels: ChannelStore) -> None:
    """End the pause of a channel, or, without a channel, all pauses of its team. Safe if nothing is paused."""
    for one in [place] if place.channel else await _paused(place, channels):
        if await channels.resume(one):
            log.info("A pause has ended, the bot is there again: place=%s", one)


async def welcome(place: Place, direct: bool, channels: ChannelStore) -> Card | None:
    """Return the welcome for a place that has none yet and where nobody has set anything; else None.

    A place gets it at most once: it is recorded before it is sent.
    """
    if (await channels.get(place)).has_anything or not await channels.begin_welcome(place):
        return None
    log.info("A place is welcomed: place=%s", place)
    return welcome_card(direct)


async def _paused(place: Place, channels: ChannelStore) -> list[Place]:
    return [channel.place for channel in await channels.of_team(place.platform, place.team) if channel.paused]

"""Ending the pause of a channel to which the bot may write again."""

import logging

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Place

log = logging.getLogger(__name__)


async def invited(place: Place, channels: ChannelStore) -> None:
    """End the pause of a channel, or, without a channel, all pauses of its team. Safe if nothing is paused."""
    for one in [place] if place.channel else await _paused(place, channels):
        if await channels.resume(one):
            log.info("A pause has ended, the bot is there again: place=%s", one)


async def _paused(place: Place, channels: ChannelStore) -> list[Place]:
    found = [channel.place for channel in await channels.all() if channel.paused]
    return [one for one in found if one.tag == place.tag]

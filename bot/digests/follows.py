"""`/following` and `/mute`: what the channel hears of, and what is kept from it."""

import re

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.follows import delivery_in_words, following_card, muted_card
from bot.digests.follow import next_moment
from bot.domain.card import Card
from bot.domain.channel import Mute
from bot.domain.command import AddMute, Caller
from bot.domain.errors import BadInput
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.clock_port import Clock
from bot.ranking.preferences import Preferences

MUTE_LIMIT = 120
EXAMPLE = 'Try /mute "survey" or /mute Some Author.'


async def list_follows(caller: Caller, channels: ChannelStore, tastes: Preferences, clock: Clock) -> Card:
    """All that the caller's channel follows and mutes, and what it said of papers."""
    channel = await channels.get(caller.place)
    opinions = await tastes.store.feedback(caller.place)
    known = await tastes.papers.get([opinion.paper_id for opinion in opinions])
    titles = {paper_id: paper.title for paper_id, paper in known.items()}
    return following_card(channel, delivery_in_words(channel, next_moment(channel, clock.now())), opinions, titles)


async def mute(command: AddMute, caller: Caller, channels: ChannelStore, clock: Clock) -> Card:
    """Keeps papers by an author, or with certain words, out of the channel's digests."""
    what = re.sub(r"^(?:author|topic|category):\s*", "", command.what.strip()).strip("\"'“”„«» ")
    if len(fold(what)) < 2 or len(what) > MUTE_LIMIT:
        said = f"“{shorten(command.what, 80)}” can't be muted." if command.what else "What shall be kept out?"
        raise BadInput(said, EXAMPLE)
    new = await channels.mute(caller.place, Mute(what, clock.now(), caller.user))
    return muted_card(what, new)

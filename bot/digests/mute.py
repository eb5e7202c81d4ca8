"""`/mute`: keep papers out of a channel's digests."""

import re
from dataclasses import dataclass

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.follows import muted_card
from bot.domain.card import Card
from bot.domain.channel import Mute
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput
from bot.domain.paper_source import find_id
from bot.domain.purpose import means_thread
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.clock_port import Clock
from bot.search.paper import PickMute, pick_mute

MAX_MUTE_LENGTH = 120
EXAMPLE = 'Try /mute "survey" or /mute Some Author.'


@dataclass(frozen=True, slots=True)
class AddMute(Command):
    """`/mute …`"""

    what: str


async def mute(command: AddMute, caller: Caller, channels: ChannelStore, clock: Clock) -> Card:
    """Hide papers by an author, or with certain words, from the channel's digests. Raises BadInput."""
    what = re.sub(r"^(?:author|topic|category):\s*", "", command.what.strip()).strip("\"'“”„«» ")
    if len(fold(what)) < 2 or len(what) > MAX_MUTE_LENGTH:
        problem = f"“{shorten(command.what, 80)}” can't be muted." if command.what else "What shall be kept out?"
        raise BadInput(problem, EXAMPLE)
    new = await channels.mute(caller.place, Mute(what, clock.now(), caller.user))
    return muted_card(what, new)


def parse_mute(text: str) -> Command:
    """Parse the text after `/mute`: a paper, whose mutable parts are then offered, else words or an author."""
    return PickMute(text) if find_id(text) or means_thread(text) else AddMute(text)


MUTE = CommandSpec(
    "mute",
    parse=parse_mute,
    routes=(
        Route(AddMute, mute, Cost.STORE, public=True, creates_channel=True),
        Route(PickMute, pick_mute, Cost.MODEL),
    ),
    description="Keep words or an author out of this channel's digest",
    arguments=(
        Argument("what", "words, an author's name, or an arXiv id to choose from", required=True, completes="author"),
    ),
    help=(HelpLine('/mute "survey"', "keeps words out, or whoever has an author's name"),),
)

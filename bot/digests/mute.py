"""`/mute`: keep papers out of a channel's digests."""

import re

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.follows import muted_card
from bot.digests.follow_list import MAX_AT_ONCE, inverted_name, split_list
from bot.domain.card import Card
from bot.domain.channel import MAX_MUTES, Mute
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Right, Route
from bot.domain.errors import BadInput, ListFull
from bot.domain.frozen import frozen
from bot.domain.paper_source import find_ids
from bot.domain.purpose import means_thread
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.infra.clock_port import Clock
from bot.search.paper import PickMute, pick_mute

MAX_MUTE_LENGTH = 120
_PREFIX = re.compile(r"(?:author|topic|category):\s*")
EXAMPLE = 'Try /mute "survey" or /mute Some Author.'


@frozen
class AddMute(Command):
    """`/mute …`"""

    what: str


async def mute(command: AddMute, caller: Caller, channels: ChannelStore, clock: Clock) -> Card:
    """Hide papers by authors, or with certain words, from the channel's digests. Raises BadInput."""
    texts = [_what(text) for text in split_list(command.what)[:MAX_AT_ONCE]]
    if not texts:
        raise BadInput("What should I mute?", EXAMPLE, ("/following",))
    held = {mute.key for mute in (await channels.get(caller.place)).mutes}
    if len(held.union(map(fold, texts))) > MAX_MUTES:
        raise ListFull(f"mute {MAX_MUTES} things")
    new: list[str] = []
    known: list[str] = []
    for what in texts:
        added = await channels.mute(caller.place, Mute(what, clock.now(), caller.user))
        (new if added else known).append(what)
    return muted_card(new, known)


def _what(text: str) -> str:
    """Return the words to mute, without quotes and prefix; "Eitan, Yam" is "Yam Eitan". Raises BadInput."""
    bare = _PREFIX.sub("", text.strip())
    what = bare.strip('"“”„«» ')
    if len(fold(what)) < 2 or len(what) > MAX_MUTE_LENGTH:
        raise BadInput(f"I can't mute “{shorten(text, 80)}”.", EXAMPLE)
    return (inverted_name(bare) if bare == what else "") or what


def parse_mute(text: str) -> Command:
    """Parse the text after `/mute`: a paper, whose mutable parts are then offered, else words or an author."""
    return PickMute(text) if find_ids(text) or means_thread(text) else AddMute(text)


MUTE = CommandSpec(
    "mute",
    parse=parse_mute,
    routes=(
        Route(AddMute, mute, Cost.STORE, public=True, creates_channel=True, right=Right.UNLESS_LOCKED),
        Route(PickMute, pick_mute, Cost.MODEL),
    ),
    description="Keep words or an author out of this channel's digest",
    arguments=(
        Argument("what", "words, an author's name, or an arXiv id to choose from", required=True, completes="author"),
    ),
    help=(HelpLine('/mute "survey"', "hide papers by word or author"),),
)

"""`/following`: list a channel's follows, mutes and feedback."""

from dataclasses import replace

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.follows import delivery_line, following_card
from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, HelpLine, Route
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import FeedbackStore


@frozen
class ListFollows(Command):
    """`/following`"""


async def list_follows(
    caller: Caller, channels: ChannelStore, feedback: FeedbackStore, papers: PaperStore, clock: Clock
) -> Card:
    """Return the private list of the channel's follows, mutes and feedback."""
    channel = replace(await channels.get(caller.place), direct=caller.direct)
    given = await feedback.feedback(caller.place)
    known = await papers.get([item.paper_id for item in given])
    titles = {paper_id: paper.title for paper_id, paper in known.items()}
    return following_card(channel, delivery_line(channel, clock.now()), given, titles)


FOLLOWING = CommandSpec(
    "following",
    parse=lambda _: ListFollows(),
    routes=(Route(ListFollows, list_follows, Cost.STORE),),
    description="What this channel follows and mutes, and when its digest comes",
    help=(HelpLine("/following", "all that this channel follows"),),
)

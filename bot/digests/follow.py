"""`/follow`: add authors, categories and topics to the channel's follows, or ask what is meant."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.authors.directory import AuthorDirectory
from bot.authors.resolve import Resolved
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.broad import broad_card, follow_notes
from bot.digests.cards.follow_question import Followed, LeftOpen, Unclear, left_open, question_card, several_card
from bot.digests.cards.follows import delivery_line, followed_card
from bot.digests.cards.people import people_card
from bot.digests.follow_author import FollowReader, Wanted
from bot.digests.follow_list import MAX_AT_ONCE, inverted_name, split_list
from bot.digests.forecast import Forecaster, load_forecaster
from bot.digests.settings import default_timetable
from bot.domain.card import Button, Card, Instant, Line
from bot.domain.categories import has_subjects
from bot.domain.channel import MAX_FOLLOWS, Channel, Follow, Kind, Timetable
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Right, Route
from bot.domain.errors import BadInput, BotError, ListFull, StoreDown
from bot.domain.frozen import frozen
from bot.domain.schedule import next_delivery
from bot.domain.wording import instant
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache

Meant = Wanted | Unclear | Resolved
"""What a text means: something to follow, something to ask about, or several people of one name."""


@frozen
class AddFollow(Command):
    """`/follow …`; `kind` is author, category or topic if the user chose that option, else empty.

    `/follow … anyway` stores a category or a topic even if it is too broad.
    """

    what: str
    kind: str = ""


async def follow(
    command: AddFollow,
    caller: Caller,
    directory: AuthorDirectory,
    papers: PaperStore,
    catalogue: Catalogue,
    channels: ChannelStore,
    announcements: AnnouncementCache,
    clock: Clock,
) -> Card:
    """Store the follows, switch the channel's digest on if it never had one, and show a forecast.

    What has several meanings, or would bring hundreds of papers a day, isn't stored yet; the card offers what to do.
    """
    now, channel = clock.now(), await channels.get(caller.place)
    channel = replace(channel, direct=caller.direct)
    reader = FollowReader(directory, papers, catalogue, announcements)
    texts = await _texts(command, reader)
    if len(channel.follows) + len(texts) > MAX_FOLLOWS:
        raise ListFull(f"follow {MAX_FOLLOWS} things")
    if len(texts) == 1:
        meant: list[Meant | BotError] = [await reader.read(texts[0], command.kind, now, caller.user)]
    else:
        meant = await asyncio.gather(*(_read(reader, text, command.kind, now, caller.user) for text in texts))
    forecaster = await load_forecaster(_forecast_of(meant, now), announcements, now)
    answers = [
        one
        if isinstance(one, BotError)
        else await _answer(one, channel, forecaster, channels, announcements.model, now)
        for one in meant
    ]
    if any(isinstance(answer, Followed) for answer in answers):
        channel = await with_digest_on(channel, caller, channels, now)
    delivery = delivery_line(channel, now)
    return _card(texts, answers, delivery, channel)


async def _texts(command: AddFollow, reader: FollowReader) -> tuple[str, ...]:
    """Return each thing that the command names. Raises BadInput if they are too many."""
    if command.kind == Kind.TOPIC:
        return (command.what,)
    name = inverted_name(command.what)
    texts = (command.what,) if name and await reader.is_known(name) else split_list(command.what)
    if len(texts) > MAX_AT_ONCE:
        raise BadInput(
            f"I can take {MAX_AT_ONCE} things at once; these are {len(texts)}.", "Send them in two messages."
        )
    return texts or (command.what,)


async def _read(reader: FollowReader, text: str, option: str, now: datetime, by: str) -> Meant | BotError:
    """Return the error of one of several things as its outcome; a store that is down ends all."""
    try:
        return await reader.read(text, option, now, by)
    except StoreDown:
        raise
    except BotError as error:
        return error


def _forecast_of(meant: Sequence[Meant | BotError], now: datetime) -> list[Follow]:
    """Return the follows to forecast: those wanted, and the topics that others may mean."""
    wanted = [one.follow for one in meant if isinstance(one, Wanted)]
    return wanted + [Follow(Kind.TOPIC, one.text, now) for one in meant if isinstance(one, Unclear)]


async def _answer(
    meant: Meant, channel: Channel, forecaster: Forecaster, channels: ChannelStore, model: str, now: datetime
) -> Followed | Card:
    """Store what is wanted, or return the card that asks."""
    if isinstance(meant, Resolved):
        return people_card(meant.name, meant.candidates)
    if isinstance(meant, Unclear):
        topic = Follow(Kind.TOPIC, meant.text, now)
        return question_card(meant, await asyncio.to_thread(forecaster.forecast, topic, channel))
    requested = meant.follow
    forecast = await asyncio.to_thread(forecaster.forecast, requested, channel)
    if forecast.broad and not meant.insists and _needs_confirmation(requested, channel):
        narrower = await asyncio.to_thread(forecaster.narrower, requested, forecast, channel)
        return broad_card(requested, forecast, channel.timetable, narrower)
    new = await _store_follow(requested, channel, channels)
    notes = follow_notes(requested, forecast, channel.timetable, model)
    return Followed(requested, new, forecast, tuple(filter(None, (meant.note, *notes))))


def _card(
    texts: Sequence[str], answers: Sequence[Followed | Card | BotError], delivery: Line, channel: Channel
) -> Card:
    if len(answers) == 1 and isinstance(one := answers[0], Card):
        return one
    if len(answers) == 1 and isinstance(one, Followed):
        return followed_card(one.follow, one.new, one.forecast, delivery, one.notes, channel)
    done = [one for one in answers if isinstance(one, Followed)]
    left = [_left(text, one) for text, one in zip(texts, answers, strict=True) if not isinstance(one, Followed)]
    return several_card(done, left, delivery, channel)


def _left(text: str, answer: Card | BotError) -> LeftOpen:
    if isinstance(answer, Card):
        return left_open(text, answer)
    if isinstance(answer, BadInput):
        buttons = tuple(map(follow_button, answer.nearest[:3]))
        return LeftOpen(f"{answer.sentence} {answer.hint}".strip(), buttons)
    return LeftOpen(f"{text}: {answer.sentence}", (Button("Try again", f"/follow {text}"),))


def follow_button(near: str | Button) -> Button:
    """Return the button of a `/follow` that can be used instead: "Follow cs.CL", "Follow Yam Eitan"."""
    if isinstance(near, Button):
        return near
    return Button(f"Follow {near.removeprefix('/follow ').removeprefix('author:')}", near)


def _needs_confirmation(requested: Follow, channel: Channel) -> bool:
    """Return True for a new topic or archive; users know how much a single category brings."""
    if requested.key in {follow.key for follow in channel.follows}:
        return False
    return requested.kind is Kind.TOPIC or (requested.kind is Kind.CATEGORY and has_subjects(requested.what))


async def with_digest_on(channel: Channel, caller: Caller, channels: ChannelStore, now: datetime) -> Channel:
    """Switch on the digest of a channel that never had one, else the follow has no effect; return the channel."""
    if channel.timetable is None and not channel.off:
        owner = channel.owner or caller.user
        channel = replace(channel, timetable=default_timetable(caller), since=now, set_up_by=owner)
        await channels.set(channel)
    return channel


def next_moment(channel: Channel, now: datetime) -> Instant:
    """Return the time of the next digest in words, in the channel's zone."""
    table = channel.timetable or Timetable()
    return instant(next_delivery(table, channel.last_slot, now), now, table.zone)


async def _store_follow(requested: Follow, channel: Channel, channels: ChannelStore) -> bool:
    """Store the follow; return False if it exists. A follow with a person replaces that of the name alone."""
    name_key = replace(requested, person=None).key
    by_name = next((follow for follow in channel.follows if follow.key == name_key and not follow.identity), None)
    if by_name and requested.person:
        return await channels.follow(channel.place, replace(requested, since=by_name.since), instead_of=by_name.key)
    return await channels.follow(channel.place, requested)


def build_follow(author: str = "", category: str = "", topic: str = "") -> list[Command]:
    """Build a command from each of the platform's typed arguments.

    An author is read as text: people type anything into the first argument, and a name is understood there.
    """
    given = {"": author, Kind.CATEGORY: category, Kind.TOPIC: topic}
    return [AddFollow(what, kind) for kind, what in given.items() if what] or [AddFollow("")]


FOLLOW = CommandSpec(
    "follow",
    parse=AddFollow,
    routes=(Route(AddFollow, follow, Cost.NETWORK, public=True, creates_channel=True, right=Right.UNLESS_LOCKED),),
    description="Follow an author, a category or a topic in this channel",
    arguments=(
        Argument("author", "a name, openalex:A…, orcid:… or an arXiv author id", completes="author"),
        Argument("category", "such as cs.CL", completes="category"),
        Argument("topic", "words, such as state space models", completes="topic"),
    ),
    build=build_follow,
    help=(
        HelpLine(
            "/follow Yam Eitan",
            'an author (a name, orcid:…, an arXiv author id), a category (cs.CL) or a topic ("state space models")',
        ),
    ),
)

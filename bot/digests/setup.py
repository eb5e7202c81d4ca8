"""`/paperlark setup` and `/paperlark settings`: the form that sets a channel up, and what it changes."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.authors.directory import AuthorDirectory
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.setup import Question, form_card, saved_card
from bot.digests.follow import AddFollow, follow, follow_button
from bot.digests.last_day import last_day
from bot.digests.settings import DigestOn, default_timetable, read_timetable
from bot.digests.setup_answers import (
    CATEGORIES,
    NOTHING,
    PEOPLE,
    RECAP,
    TOPICS,
    TRENDING,
    SaveSetup,
    read_setup,
    shown_follows,
)
from bot.digests.setup_form import setup_form
from bot.domain.author import find_identity
from bot.domain.card import Button, Card
from bot.domain.channel import MAX_FOLLOWS, WEEKDAYS, Channel, Follow, Kind, Timetable
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Right, Route
from bot.domain.errors import BadInput, BotError
from bot.domain.frozen import frozen
from bot.domain.schedule import next_delivery
from bot.domain.text.normalize import fold
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache

PEOPLE_AT_ONCE = 4
PEOPLE_SECONDS = 40.0
"""Timeout of all look-ups together: a form may name 40 new people."""


@frozen
class ShowSetup(Command):
    """`/paperlark setup`"""


async def show_setup(caller: Caller, channels: ChannelStore, clock: Clock) -> Card:
    """Return the form, filled in with the channel's settings."""
    channel = await channels.get(caller.place)
    table = channel.timetable or default_timetable(caller)
    return form_card(setup_form(channel, table, caller.direct, clock.now()), channel, table, caller.direct)


async def save_setup(
    command: SaveSetup,
    caller: Caller,
    directory: AuthorDirectory,
    papers: PaperStore,
    catalogue: Catalogue,
    channels: ChannelStore,
    announcements: AnnouncementCache,
    clock: Clock,
) -> Card:
    """Follow what the form names, unfollow what it showed and names no more, and switch the digest on."""
    now, before = clock.now(), await channels.get(caller.place)
    table = read_timetable(_options(command, before.timetable), before.timetable or default_timetable(caller))
    ended = _ended(command, before, now)
    added = _added(command, before, caller, now)
    people = [who for who in command.people or () if not _meant(who, before.follows)]
    _check_number(len(before.follows) - len(ended) + len(added) + len(people), table)
    for one in ended:
        await channels.unfollow(caller.place, one.key)
    for one in added:
        await channels.follow(caller.place, one)
    since = before.since if before.wants_digest else now
    owner = before.owner or caller.user
    await channels.set(
        replace(before, timetable=table, since=since, off=False, paused="", by=caller.user, set_up_by=owner)
    )

    async def add(who: str) -> Question | None:
        asked = AddFollow(who, Kind.AUTHOR)
        return _question(who, await follow(asked, caller, directory, papers, catalogue, channels, announcements, clock))

    questions = await _people(people, add)
    after = await channels.get(caller.place)
    forecast = await last_day(after, table, announcements, now)
    next_at = next_delivery(table, after.last_slot, now)
    words = forecast.in_words(table, now) if forecast else ""
    return saved_card(after, table, next_at, now, ended, words, questions, caller.direct)


def _check_number(follows: int, table: Timetable) -> None:
    """Raise BadInput if there would be too many follows, or nothing that a digest could hold."""
    if follows > MAX_FOLLOWS:
        raise BadInput(f"A channel can follow {MAX_FOLLOWS} things at most.", "Remove some and save again.")
    if not follows and not table.trending:
        raise BadInput(NOTHING, "Nothing has changed yet.", ("/paperlark setup",))


def _options(command: SaveSetup, before: Timetable | None) -> DigestOn:
    """Return the form's times as options of `/digest on`; a recap keeps its weekday."""
    trending = recap = ""
    if command.also is not None:
        trending = "on" if TRENDING in command.also else "off"
        weekday = before.recap if before and before.recap is not None else 4
        recap = WEEKDAYS[weekday] if RECAP in command.also else "off"
    return DigestOn(command.time, command.zone, (), command.top, command.days, recap=recap, trending=trending)


def _ended(command: SaveSetup, channel: Channel, now: datetime) -> list[Follow]:
    """Return the follows that the form showed and that aren't in it any more."""
    opened = command.opened or now
    targets = {*(command.categories or ()), *(command.topics or ())}
    kept = {Follow(kind, what, now).key for kind, what in targets}
    kept |= {follow.key for who in command.people or () for follow in _meant(who, channel.follows)}
    asked = {CATEGORIES: command.categories, TOPICS: command.topics, PEOPLE: command.people}
    shown = [
        f for name, given in asked.items() if given is not None for f in shown_follows(channel.follows, name, opened)
    ]
    return [follow for follow in shown if follow.key not in kept]


def _added(command: SaveSetup, channel: Channel, caller: Caller, now: datetime) -> list[Follow]:
    """Return the new categories and topics."""
    known = {follow.key for follow in channel.follows}
    wanted = (
        Follow(kind, what, now, caller.user) for kind, what in (*(command.categories or ()), *(command.topics or ()))
    )
    return [follow for key, follow in {one.key: one for one in wanted}.items() if key not in known]


def _meant(who: str, follows: Sequence[Follow]) -> list[Follow]:
    """Return the followed people that an entry of the form names, by key, identity or name."""
    identity = find_identity(who) or ""
    people = [follow for follow in follows if follow.kind is Kind.AUTHOR]
    by_identity = [follow for follow in people if identity and follow.identity == identity]
    return by_identity or [follow for follow in people if fold(follow.what) == fold(who)]


async def _people(names: Sequence[str], add: Callable[[str], Awaitable[Question | None]]) -> list[Question]:
    """Follow each person as `/follow` does, a few at once; return what is left to ask, in order."""
    turns = asyncio.Semaphore(PEOPLE_AT_ONCE)
    deadline = asyncio.get_running_loop().time() + PEOPLE_SECONDS

    async def one(who: str) -> Question | None:
        again = f"/follow author:{who}"
        try:
            async with asyncio.timeout_at(deadline), turns:
                return await add(who)
        except BadInput as error:
            near = next(iter(error.nearest), "")
            button = follow_button(near) if near else Button("")
            return Question(error.sentence, button.label, button.command)
        except (BotError, TimeoutError):
            return Question(f"I couldn't look up {who} right now.", "Try again", again)

    return [question for question in await asyncio.gather(*map(one, names)) if question]


def _question(who: str, card: Card) -> Question | None:
    """Return what the answer of `/follow` leaves open; nothing if the person is followed."""
    if card.kind == "follow":
        return None
    sentence = f"Several people are called {who}." if card.kind == "people" else card.text
    return Question(sentence, "Choose", f"/follow author:{who}")


SETUP = CommandSpec(
    "setup",
    aliases=("settings",),
    parse=lambda _: ShowSetup(),
    submit=read_setup,
    routes=(
        Route(ShowSetup, show_setup, Cost.STORE, form=True, right=Right.UNLESS_LOCKED),
        Route(SaveSetup, save_setup, Cost.NETWORK, public=True, creates_channel=True, right=Right.UNLESS_LOCKED),
    ),
)
"""Typed after `/paperlark` alone: too common a word for a command of its own on a platform with other apps."""

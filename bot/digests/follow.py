"""`/follow` and `/unfollow`: what was typed to an author, a category or a topic, and the channel's list changed."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.authors.directory import Directory
from bot.authors.resolve import Meant, named, of_paper, read_identity, with_identity
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.broad import broad_card, in_sentences
from bot.digests.cards.follows import delivery_in_words, followed_card, in_words, unfollowed_card, which_card
from bot.digests.cards.people import people_card
from bot.digests.outlook import read_outlook
from bot.digests.settings import first_timetable
from bot.domain.author import find_identity, looks_like_identity
from bot.domain.card import Card
from bot.domain.categories import has_subjects, is_category
from bot.domain.channel import Channel, Follow, Kind, Person, Timetable
from bot.domain.command import AddFollow, Caller, EndFollow
from bot.domain.errors import BadInput, SourceDown
from bot.domain.schedule import next_delivery
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold, spellings, words
from bot.domain.wording import listed, moment
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.category_argument import read_category
from bot.papers.embeddings import Vectors
from bot.papers.store.papers import PaperStore

EXAMPLE = 'Try /follow Yam Eitan, /follow cs.CL or /follow "state space models".'

CHECK_SECONDS = 10.0
"""How long arXiv is given to say whether it knows an author."""

NAME_LIMIT, TOPIC_LIMIT, MOST_FOLLOWS = 80, 120, 500

_QUOTED = re.compile(r"[\"“”„«»']\s*(.+?)\s*[\"“”„«»']")
_CATEGORY_SHAPE = re.compile(r"[a-z][a-z-]+\.[A-Za-z][A-Za-z-]*")
_PREFIX = re.compile(r"(author|category|topic|name):\s*(.+)", re.IGNORECASE)
"""`name:` is everybody of a name, where `author:` is a person if one can be told."""
_ENDED = re.compile(r"(author|category|topic):\s*(.+)", re.IGNORECASE)
_BY_NAME = re.compile(r"name:", re.IGNORECASE)
_NO_NAME = re.compile(r"[<>@#|\\\[\](){}\d/:;!?=+*~^$%&_]")
_ANYWAY = re.compile(r"(.+?)\s+anyway", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reader:
    """What a follow is checked against."""

    papers: PaperStore
    catalogue: Catalogue
    channels: ChannelStore
    vectors: Vectors
    clock: Clock
    directory: Directory


async def follow(command: AddFollow, caller: Caller, reader: Reader) -> Card:
    """Subscribes the caller's channel, switches its digest on where it never had one, and shows what it will bring.

    What would bring hundreds of papers a day is told before it is kept, with what is narrower.
    """
    kind, what, anyway = read_follow(command.what, command.kind)
    channel = await reader.channels.get(caller.place)
    if len(channel.follows) >= MOST_FOLLOWS:
        raise BadInput(f"This channel follows {MOST_FOLLOWS} things already.", "End one with /unfollow first.")
    meant, note = Meant(what), ""
    if kind is Kind.AUTHOR:
        meant, note = await _whom(what, bool(_BY_NAME.match(command.what)), reader)
    if meant.candidates:
        return people_card(meant.name, meant.candidates)
    now = reader.clock.now()
    wish = Follow(kind, meant.name, now, caller.user, meant.person)
    outlook = await read_outlook([wish], reader.papers, reader.vectors, now)
    brings = await asyncio.to_thread(outlook.of, wish, channel.timetable)
    if brings.broad and _asks_first(wish) and not anyway and wish.key not in {one.key for one in channel.follows}:
        return broad_card(
            wish, brings, channel.timetable, await asyncio.to_thread(outlook.narrower, wish, brings, channel)
        )
    new = await _kept(wish, channel, reader.channels)
    channel = await switched_on(channel, caller, reader.channels, now)
    notes = tuple(filter(None, (note, *in_sentences(wish, brings, channel.timetable, reader.vectors.model))))
    return followed_card(wish, new, brings, delivery_in_words(channel, next_moment(channel, now)), notes)


async def unfollow(command: EndFollow, caller: Caller, channels: ChannelStore) -> Card:
    """Ends a follow or a mute, named as it was typed or as the list shows it, a person also by any id of hers.

    Where several are named so, it asks which.
    """
    if not command.what:
        raise BadInput("What shall this channel stop following?", "/following lists all of it.")
    channel = await channels.get(caller.place)
    meant = _meant_by(command.what, channel.follows)
    if len(meant) > 1:
        return which_card(command.what, meant)
    for wish in meant:
        await channels.unfollow(caller.place, wish.key)
        return unfollowed_card(in_words(wish), await channels.get(caller.place))
    prefix = _ENDED.fullmatch(command.what)
    for mute in channel.mutes:
        if mute.key == fold(prefix.group(2) if prefix else command.what):
            await channels.unfollow(caller.place, mute.key)
            return unfollowed_card(f"the mute of {mute.what}", await channels.get(caller.place))
    raise BadInput(f"This channel doesn't follow “{shorten(command.what, 80)}”.", "/following lists what it follows.")


def _meant_by(text: str, follows: Sequence[Follow]) -> list[Follow]:
    """The follows that `text` names: by a key, else an id of a person, else a name."""
    prefix = _ENDED.fullmatch(text)
    kind, what = (prefix.group(1).lower(), prefix.group(2)) if prefix else ("", text)
    alone = [wish for wish in follows if kind and wish.key == f"{kind}:{fold(what)}"]
    identity = find_identity(what)
    known = [wish for wish in follows if identity and wish.person and _is_known_as(wish.person, identity)]
    named = [one for one in follows if kind in {"", one.kind} and fold(what) in map(fold, one.spellings)]
    return alone or known or named


def _is_known_as(person: Person, identity: str) -> bool:
    """Whether an identity is hers; an ORCID also where it is known beside the one she is followed by."""
    return person.identity == identity or bool(person.orcid and identity.endswith(f":{person.orcid}"))


def read_wish(text: str, said: str = "") -> tuple[Kind, str]:
    """What kind of follow `text` is, and of what: pure. Raises BadInput where it can be none."""
    if prefix := _PREFIX.fullmatch(text):
        said, text = prefix.group(1).lower(), prefix.group(2)
        if said == "name":
            return Kind.AUTHOR, _name(text)
    if not text.strip():
        raise BadInput("Whom or what shall this channel follow?", EXAMPLE)
    if said in {"", Kind.AUTHOR} and (identity := _identity(text)):
        return Kind.AUTHOR, identity
    quoted = _QUOTED.fullmatch(text.strip())
    if said == Kind.TOPIC or (quoted and not said):
        return Kind.TOPIC, _topic(quoted.group(1) if quoted else text)
    category = is_category(text.strip())
    if said == Kind.CATEGORY or (not said and (category or _CATEGORY_SHAPE.fullmatch(text.strip()))):
        return Kind.CATEGORY, read_category(text, EXAMPLE, "/follow")
    return Kind.AUTHOR, _name(quoted.group(1) if quoted else text)


def read_follow(text: str, said: str = "") -> tuple[Kind, str, bool]:
    """As `read_wish`; a category or topic with "anyway" behind it is to be kept however much it brings."""
    if without := _ANYWAY.fullmatch(text.strip()):
        with suppress(BadInput):
            kind, what = read_wish(without.group(1), said)
            if kind is not Kind.AUTHOR:
                return kind, what, True
    return *read_wish(text, said), False


def _asks_first(wish: Follow) -> bool:
    """Whether it isn't kept at once where it is broad: a single category is what everybody expects it to be."""
    return wish.kind is Kind.TOPIC or (wish.kind is Kind.CATEGORY and has_subjects(wish.what))


async def switched_on(channel: Channel, caller: Caller, channels: ChannelStore, now: datetime) -> Channel:
    """The channel with a digest: a follow that nothing delivers helps nobody. One switched off stays off."""
    if channel.timetable is None and not channel.off:
        channel = replace(channel, timetable=first_timetable(caller), since=now)
        await channels.set(channel)
    return channel


def next_moment(channel: Channel, now: datetime) -> str:
    """When the next digest comes, in words and local time."""
    table = channel.timetable or Timetable()
    return moment(next_delivery(table, channel.last_slot, now), now, table.zone)


async def _whom(text: str, by_name: bool, reader: Reader) -> tuple[Meant, str]:
    """Whom the text means, and what a person should know of it; raises BadInput where nobody is meant."""
    first, name = read_identity(text)
    if first:
        meant = await (of_paper(first, name, reader.directory) if name else with_identity(first, reader.directory))
        return meant, meant.note
    known, note = await _known_author(text, reader)
    if by_name or note:
        return Meant(known), note
    meant = await named(known, reader.directory)
    return meant, meant.note


async def _kept(wish: Follow, channel: Channel, channels: ChannelStore) -> bool:
    """Adds it; in place of the name alone where it says now which person is meant. False where it was there."""
    alone = replace(wish, person=None).key
    before = next((one for one in channel.follows if one.key == alone and not one.identity), None)
    if before and wish.person:
        return await channels.follow(channel.place, replace(wish, since=before.since), instead_of=before.key)
    return await channels.follow(channel.place, wish)


def _identity(text: str) -> str:
    """An identity, or a paper and a name, in the form in which `read_identity` reads it; raises BadInput."""
    first, name = read_identity(text)
    if not first and looks_like_identity(text):
        raise BadInput(
            f"“{shorten(text, 80)}” is no identity of a person.",
            "Try /follow orcid:0000-0002-1825-0097, or an arXiv author id: /follow warner_s_1.",
        )
    return f"{first} {_name(name)}" if name else first


async def _known_author(name: str, reader: Reader) -> tuple[str, str]:
    """The name as its owner writes it, and a note where that could not be checked. BadInput where nobody has it."""
    near = await reader.papers.names_like(name, 5)
    for known in near:
        if spellings(known) & spellings(name):
            return known, ""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            written = await reader.catalogue.written_by(name, 5)
    except (SourceDown, TimeoutError):
        return name, f"arXiv could not be asked whether it knows {name}.{_near_names(near)}"
    await reader.papers.keep(written)
    for author in (author for paper in written for author in paper.authors):
        if spellings(author) & spellings(name):
            return author, ""
    hint = f'{_near_names(near).strip()} A topic goes in quotes: /follow "{shorten(name, 60)}".'.strip()
    raise BadInput(f"arXiv knows no author named “{name}”.", hint, tuple(f"/follow author:{n}" for n in near[:3]))


def _near_names(near: list[str]) -> str:
    return f" The nearest names known here: {listed(near[:3])}." if near else ""


def _name(text: str) -> str:
    name = re.sub(r"\s*,\s*", ", ", text.strip().strip("\"'“”"))
    if name.count(", ") == 1:  # "Eitan, Yam"
        last, first = name.split(", ")
        name = f"{first} {last}"
    letters = sum(character.isalpha() for character in name)
    if letters < 2 or len(name) > NAME_LIMIT or _NO_NAME.search(name):
        raise BadInput(f"“{shorten(text, 80)}” is no author's name.", EXAMPLE)
    return name


def _topic(text: str) -> str:
    topic = text.strip().strip("\"'“”„«» ")
    if len(topic) > TOPIC_LIMIT or not any(len(word) > 1 for word in words(topic)):
        raise BadInput(f"“{shorten(text, 80)}” is no topic: a few words are.", EXAMPLE)
    return topic

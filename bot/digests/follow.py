"""`/follow`: read an author, a category or a topic, and add it to the channel's list."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.authors.directory import AuthorDirectory
from bot.authors.resolve import Meant, named, of_paper, read_identity, with_identity
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.broad import broad_card, in_sentences
from bot.digests.cards.follows import delivery_in_words, followed_card
from bot.digests.cards.people import people_card
from bot.digests.forecast import load_forecaster
from bot.digests.settings import first_timetable
from bot.domain.author import looks_like_identity
from bot.domain.card import Card
from bot.domain.categories import has_subjects, is_category, read_category
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput, SourceDown
from bot.domain.schedule import next_delivery
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import spellings, words
from bot.domain.wording import listed, moment
from bot.infra.clock_port import Clock
from bot.papers.arxiv_port import Catalogue
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache

EXAMPLE = 'Try /follow Yam Eitan, /follow cs.CL or /follow "state space models".'

CHECK_SECONDS = 10.0
"""The longest wait for arXiv to say if it knows an author."""

NAME_LIMIT, TOPIC_LIMIT, MOST_FOLLOWS = 80, 120, 500

_QUOTED = re.compile(r"[\"“”„«»']\s*(.+?)\s*[\"“”„«»']")
_CATEGORY_SHAPE = re.compile(r"[a-z][a-z-]+\.[A-Za-z][A-Za-z-]*")
_PREFIX = re.compile(r"(author|category|topic|name):\s*(.+)", re.IGNORECASE)
"""`name:` is everybody of a name, where `author:` is a person if one can be told."""
_BY_NAME = re.compile(r"name:", re.IGNORECASE)
_NO_NAME = re.compile(r"[<>@#|\\\[\](){}\d/:;!?=+*~^$%&_]")
_ANYWAY = re.compile(r"(.+?)\s+anyway", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class AddFollow(Command):
    """`/follow …`; `kind` is author, category or topic if a typed option said so, else empty.

    `/follow … anyway` stores a category or a topic however much it brings.
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
    """Subscribe the channel, switch its digest on if it never had one, and show what the follow will bring.

    A follow that would bring hundreds of papers a day is shown with narrower ones before it is stored.
    """
    kind, what, anyway = read_follow(command.what, command.kind)
    channel = await channels.get(caller.place)
    if len(channel.follows) >= MOST_FOLLOWS:
        raise BadInput(f"This channel follows {MOST_FOLLOWS} things already.", "End one with /unfollow first.")
    meant = Meant(what)
    if kind is Kind.AUTHOR:
        meant = await _author(what, bool(_BY_NAME.match(command.what)), directory, papers, catalogue)
    if meant.candidates:
        return people_card(meant.name, meant.candidates)
    now = clock.now()
    wish = Follow(kind, meant.name, now, caller.user, meant.person)
    outlook = await load_forecaster([wish], announcements, now)
    brings = await asyncio.to_thread(outlook.of, wish, channel)
    if brings.broad and _asks_first(wish) and not anyway and wish.key not in {one.key for one in channel.follows}:
        return broad_card(
            wish, brings, channel.timetable, await asyncio.to_thread(outlook.narrower, wish, brings, channel)
        )
    new = await _kept(wish, channel, channels)
    channel = await switched_on(channel, caller, channels, now)
    said = in_sentences(wish, brings, channel.timetable, announcements.model)
    notes = tuple(filter(None, (meant.note, *said)))
    return followed_card(wish, new, brings, delivery_in_words(channel, next_moment(channel, now)), notes)


def read_wish(text: str, said: str = "") -> tuple[Kind, str]:
    """The kind of follow that `text` asks for, and of what: pure. Raises BadInput if it can be none."""
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
    """As `read_wish`; a category or topic with "anyway" behind it is stored however much it brings."""
    if without := _ANYWAY.fullmatch(text.strip()):
        with suppress(BadInput):
            kind, what = read_wish(without.group(1), said)
            if kind is not Kind.AUTHOR:
                return kind, what, True
    return *read_wish(text, said), False


def _asks_first(wish: Follow) -> bool:
    """Tell whether it isn't stored at once if it is broad: everybody knows what a single category brings."""
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


async def _author(
    text: str, by_name: bool, directory: AuthorDirectory, papers: PaperStore, catalogue: Catalogue
) -> Meant:
    """The author of an identity, of a paper and a name, or of a known name; raises BadInput if there is none."""
    first, name = read_identity(text)
    if first:
        return await (of_paper(first, name, directory) if name else with_identity(first, directory))
    known, note = await _known_author(text, papers, catalogue)
    return Meant(known, note=note) if by_name or note else await named(known, directory)


async def _kept(wish: Follow, channel: Channel, channels: ChannelStore) -> bool:
    """Add it; in place of the name alone if it now says which person is meant. False if it was there."""
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


async def _known_author(name: str, papers: PaperStore, catalogue: Catalogue) -> tuple[str, str]:
    """The name as its owner writes it, and a note if that could not be checked. BadInput if nobody has it."""
    near = await papers.names_like(name, 5)
    for known in near:
        if spellings(known) & spellings(name):
            return known, ""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            written = await catalogue.written_by(name, 5)
    except (SourceDown, TimeoutError):
        return name, f"arXiv could not be asked whether it knows {name}.{_near_names(near)}"
    await papers.keep(written)
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


def build_follow(author: str = "", category: str = "", topic: str = "") -> list[Command]:
    """The typed arguments of `/follow`: a command each."""
    given = {"author": author, "category": category, "topic": topic}
    return [AddFollow(what, kind) for kind, what in given.items() if what] or [AddFollow("")]


FOLLOW = CommandSpec(
    "follow",
    parse=AddFollow,
    routes=(Route(AddFollow, follow, Cost.NETWORK, public=True, creates_channel=True),),
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

"""`/follow`: parse an author, a category or a topic, and add it to the channel's follows."""

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from bot.authors.directory import AuthorDirectory
from bot.authors.resolve import Resolved, read_identity, resolve_identity, resolve_name, resolve_paper
from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.broad import broad_card, follow_notes
from bot.digests.cards.follows import delivery_in_words, followed_card
from bot.digests.cards.people import people_card
from bot.digests.forecast import load_forecaster
from bot.digests.settings import default_timetable
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

AUTHOR_CHECK_TIMEOUT = 10.0
"""Seconds to wait for arXiv to confirm that it knows an author."""

MAX_NAME_LENGTH, MAX_TOPIC_LENGTH, MAX_FOLLOWS = 80, 120, 500

_QUOTED = re.compile(r"[\"“”„«»']\s*(.+?)\s*[\"“”„«»']")
_CATEGORY_PATTERN = re.compile(r"[a-z][a-z-]+\.[A-Za-z][A-Za-z-]*")
_PREFIX = re.compile(r"(author|category|topic|name):\s*(.+)", re.IGNORECASE)
"""`name:` follows everybody with a name; `author:` follows one person if the name identifies one."""
_BY_NAME = re.compile(r"name:", re.IGNORECASE)
_NO_NAME = re.compile(r"[<>@#|\\\[\](){}\d/:;!?=+*~^$%&_]")
_ANYWAY = re.compile(r"(.+?)\s+anyway", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
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
    """Store the follow, switch the channel's digest on if it never had one, and show a forecast.

    A follow that would bring hundreds of papers a day isn't stored yet; the card offers narrower ones.
    """
    kind, what, anyway = read_follow(command.what, command.kind)
    channel = await channels.get(caller.place)
    if len(channel.follows) >= MAX_FOLLOWS:
        raise BadInput(f"This channel follows {MAX_FOLLOWS} things already.", "End one with /unfollow first.")
    meant = Resolved(what)
    if kind is Kind.AUTHOR:
        meant = await _author(what, bool(_BY_NAME.match(command.what)), directory, papers, catalogue)
    if meant.candidates:
        return people_card(meant.name, meant.candidates)
    now = clock.now()
    requested = Follow(kind, meant.name, now, caller.user, meant.person)
    forecaster = await load_forecaster([requested], announcements, now)
    forecast = await asyncio.to_thread(forecaster.forecast, requested, channel)
    if forecast.broad and not anyway and _needs_confirmation(requested, channel):
        narrower = await asyncio.to_thread(forecaster.narrower, requested, forecast, channel)
        return broad_card(requested, forecast, channel.timetable, narrower)
    new = await _store_follow(requested, channel, channels)
    channel = await with_digest_on(channel, caller, channels, now)
    notes = follow_notes(requested, forecast, channel.timetable, announcements.model)
    notes = list(filter(None, (meant.note, *notes)))
    return followed_card(requested, new, forecast, delivery_in_words(channel, next_moment(channel, now)), notes)


def read_target(text: str, option: str = "") -> tuple[Kind, str]:
    """Parse the kind and the object of a follow: pure. Raises BadInput if `text` names none.

    `option` is the kind that the user chose, or empty; a prefix in `text` overrides it.
    """
    if prefix := _PREFIX.fullmatch(text):
        option, text = prefix.group(1).lower(), prefix.group(2)
        if option == "name":
            return Kind.AUTHOR, _name(text)
    if not text.strip():
        raise BadInput("Whom or what shall this channel follow?", EXAMPLE)
    if option in {"", Kind.AUTHOR} and (identity := _identity(text)):
        return Kind.AUTHOR, identity
    quoted = _QUOTED.fullmatch(text.strip())
    if option == Kind.TOPIC or (quoted and not option):
        return Kind.TOPIC, _topic(quoted.group(1) if quoted else text)
    category = is_category(text.strip())
    if option == Kind.CATEGORY or (not option and (category or _CATEGORY_PATTERN.fullmatch(text.strip()))):
        return Kind.CATEGORY, read_category(text, EXAMPLE, "/follow")
    return Kind.AUTHOR, _name(quoted.group(1) if quoted else text)


def read_follow(text: str, option: str = "") -> tuple[Kind, str, bool]:
    """Parse as `read_target` does, and return True last if "anyway" follows a category or topic."""
    if without := _ANYWAY.fullmatch(text.strip()):
        with suppress(BadInput):
            kind, what = read_target(without.group(1), option)
            if kind is not Kind.AUTHOR:
                return kind, what, True
    return *read_target(text, option), False


def _needs_confirmation(requested: Follow, channel: Channel) -> bool:
    """Return True for a new topic or archive; users know how much a single category brings."""
    if requested.key in {follow.key for follow in channel.follows}:
        return False
    return requested.kind is Kind.TOPIC or (requested.kind is Kind.CATEGORY and has_subjects(requested.what))


async def with_digest_on(channel: Channel, caller: Caller, channels: ChannelStore, now: datetime) -> Channel:
    """Switch on the digest of a channel that never had one, else the follow has no effect; return the channel."""
    if channel.timetable is None and not channel.off:
        channel = replace(channel, timetable=default_timetable(caller), since=now)
        await channels.set(channel)
    return channel


def next_moment(channel: Channel, now: datetime) -> str:
    """Return the time of the next digest in words, in the channel's zone."""
    table = channel.timetable or Timetable()
    return moment(next_delivery(table, channel.last_slot, now), now, table.zone)


async def _author(
    text: str, by_name: bool, directory: AuthorDirectory, papers: PaperStore, catalogue: Catalogue
) -> Resolved:
    """Resolve an identity, a paper with a name, or a known name to an author; raises BadInput if it fails."""
    identity, name = read_identity(text)
    if identity:
        return await (resolve_paper(identity, name, directory) if name else resolve_identity(identity, directory))
    known, note = await _known_author(text, papers, catalogue)
    return Resolved(known, note=note) if by_name or note else await resolve_name(known, directory)


async def _store_follow(requested: Follow, channel: Channel, channels: ChannelStore) -> bool:
    """Store the follow; return False if it exists. A follow with a person replaces that of the name alone."""
    name_key = replace(requested, person=None).key
    by_name = next((follow for follow in channel.follows if follow.key == name_key and not follow.identity), None)
    if by_name and requested.person:
        return await channels.follow(channel.place, replace(requested, since=by_name.since), instead_of=by_name.key)
    return await channels.follow(channel.place, requested)


def _identity(text: str) -> str:
    """Return an identity, or a paper and a name, as `read_identity` parses it; empty if neither. Raises BadInput."""
    identity, name = read_identity(text)
    if not identity and looks_like_identity(text):
        raise BadInput(
            f"“{shorten(text, 80)}” is no identity of a person.",
            "Try /follow orcid:0000-0002-1825-0097, or an arXiv author id: /follow warner_s_1.",
        )
    return f"{identity} {_name(name)}" if name else identity


async def _known_author(name: str, papers: PaperStore, catalogue: Catalogue) -> tuple[str, str]:
    """Return the name as the author spells it, and a note if arXiv is down. Raises BadInput if nobody has the name."""
    near = await papers.names_like(name, 5)
    for known in near:
        if spellings(known) & spellings(name):
            return known, ""
    try:
        async with asyncio.timeout(AUTHOR_CHECK_TIMEOUT):
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
    if letters < 2 or len(name) > MAX_NAME_LENGTH or _NO_NAME.search(name):
        raise BadInput(f"“{shorten(text, 80)}” is no author's name.", EXAMPLE)
    return name


def _topic(text: str) -> str:
    topic = text.strip().strip("\"'“”„«» ")
    if len(topic) > MAX_TOPIC_LENGTH or not any(len(word) > 1 for word in words(topic)):
        raise BadInput(f"“{shorten(text, 80)}” is no topic: a few words are.", EXAMPLE)
    return topic


def build_follow(author: str = "", category: str = "", topic: str = "") -> list[Command]:
    """Build a command from each of the platform's typed arguments."""
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

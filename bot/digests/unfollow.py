"""`/unfollow`: end a follow or a mute of the channel."""

import re
from collections.abc import Sequence

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.follows import unfollowed_card, which_card
from bot.digests.follow_list import inverted_name, split_list
from bot.domain.author import find_identity
from bot.domain.card import Card
from bot.domain.channel import Follow, Kind, Mute, Person
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Right, Route
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.paper_source import find_ids
from bot.domain.text.author_name import spellings
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.library.feedback_command import UndoFeedback

_MAX_AT_ONCE = 20
_ENDED = re.compile(r"(author|category|topic):\s*(.+)", re.IGNORECASE)
_FEEDBACK = re.compile(r"^(?:taste|more|less|saved?):\s*", re.IGNORECASE)


@frozen
class EndFollow(Command):
    """`/unfollow …`, for follows and mutes by name or by key, which buttons send; `/unmute …` ends mutes alone."""

    what: str
    mutes_only: bool = False


async def unfollow(command: EndFollow, caller: Caller, channels: ChannelStore) -> Card:
    """End follows and mutes by name, an author also by any of their ids. If several match one name, ask which.

    Raises BadInput if none matches.
    """
    if not command.what:
        raise BadInput("What should I unfollow?", "Pick from the list: /following.", ("/following",))
    channel = await channels.get(caller.place)
    follows = () if command.mutes_only else channel.follows
    ended: list[Follow | Mute] = []
    missing: list[str] = []
    for text in _texts(command.what, follows, channel.mutes):
        meant: Sequence[Follow | Mute] = _meant_by(text, follows) or _muted(text, channel.mutes)
        if len(meant) > 1:
            return which_card(text, [one for one in meant if isinstance(one, Follow)])
        ended += meant
        missing += [] if meant else [text]
    if not ended:
        raise BadInput(
            f"This channel doesn't {'mute' if command.mutes_only else 'follow'} “{shorten(command.what, 80)}”.",
            "Pick from the list: /following.",
            ("/following",),
        )
    for one in ended:
        await channels.unfollow(caller.place, one.key)
    return unfollowed_card(ended, await channels.get(caller.place), missing)


def _texts(text: str, follows: Sequence[Follow], mutes: Sequence[Mute]) -> tuple[str, ...]:
    """Return what to end: the whole text if there is such a thing, else each part of the list."""
    if _meant_by(text, follows) or _muted(text, mutes):
        return (text,)
    parts = [part.strip() for part in text.split(";")] if ";" in text else split_list(text)
    return tuple(dict.fromkeys(part.strip('"“”„«» ') for part in parts if part))[:_MAX_AT_ONCE]


def _muted(text: str, mutes: Sequence[Mute]) -> list[Mute]:
    prefix = _ENDED.fullmatch(text)
    what = prefix.group(2) if prefix else text
    return [mute for mute in mutes if mute.key in {fold(what), fold(inverted_name(what))}]


def _meant_by(text: str, follows: Sequence[Follow]) -> Sequence[Follow]:
    """Return the follows that `text` names: by key, else by the author's id, else by name."""
    prefix = _ENDED.fullmatch(text)
    kind, what = (prefix.group(1).lower(), prefix.group(2)) if prefix else ("", text)
    by_key = [follow for follow in follows if kind and follow.key == f"{kind}:{fold(what)}"]
    identity = find_identity(what)
    by_id = [follow for follow in follows if identity and follow.person and _has_identity(follow.person, identity)]
    named = {fold(what), fold(inverted_name(what))} - {""}
    by_name = [f for f in follows if kind in {"", f.kind} and not named.isdisjoint(map(fold, f.spellings))]
    return by_key or by_id or by_name or [f for f in follows if f.kind is Kind.AUTHOR and _is_named(f, what)]


def _is_named(follow: Follow, name: str) -> bool:
    """Return True if it is the followed name, written otherwise."""
    return any(spellings(name) & spellings(known) for known in follow.spellings)


def _has_identity(person: Person, identity: str) -> bool:
    """Return True if the identity is the followed one or the author's ORCID."""
    return person.identity == identity or bool(person.orcid and identity.endswith(f":{person.orcid}"))


def parse_unfollow(text: str) -> Command:
    """Parse the text after `/unfollow`: a follow, a mute, or a paper with feedback."""
    return UndoFeedback(text) if find_ids(_FEEDBACK.sub("", text)) else EndFollow(text)


UNFOLLOW = CommandSpec(
    "unfollow",
    parse=parse_unfollow,
    routes=(Route(EndFollow, unfollow, Cost.STORE, public=True, right=Right.UNLESS_LOCKED),),
    description="End a follow or a mute of this channel",
    arguments=(
        Argument(
            "what", "the author (or their id), category, topic or muted words", required=True, completes="followed"
        ),
    ),
    help=(HelpLine("/unfollow Yam Eitan", "ends it; an author's id works too"),),
)
UNMUTE = CommandSpec("unmute", parse=lambda text: EndFollow(text, mutes_only=True))

"""Whether the bot can post in a channel: ask the platform, and warn with the cure in the answer to a command."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot.delivery.messenger import Messenger
from bot.domain.card import Actions, Block, Button, Card, Line, Paragraph, Rule, Tone, bold, code, line
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller
from bot.domain.frozen import frozen
from bot.domain.posting import UNKNOWN, Obstacle, PostingCheck
from bot.domain.wording import capital_first, city, listed

CHECK_SECONDS = 2.0
"""Timeout of one check: a person waits for the answer."""

INVITE = "/invite @Paperlark"

_REASONS = {
    Obstacle.NOT_MEMBER: "I'm not in {this} channel",
    Obstacle.PRIVATE_NOT_MEMBER: "I'm not in {this} private channel",
    Obstacle.ARCHIVED: "{this} channel is archived",
    Obstacle.GONE: "{this} channel is gone, or I was removed from its server",
    Obstacle.MISSING_PERMISSIONS: "I'm missing {lacks} {here}",
    Obstacle.MISSING_EXTRAS: "I'm missing {lacks} {here}",
    Obstacle.MISSING_SCOPES: "my app lacks {lacks}",
    Obstacle.UNKNOWN: "the platform didn't tell me if I may post {here}",
}
_ALLOW = "Somebody who manages the channel can allow it: edit the channel, Permissions, Paperlark."
_CURES = {
    Obstacle.GONE: "Add me to the server again, or set the digest up in another channel.",
    Obstacle.MISSING_PERMISSIONS: _ALLOW,
    Obstacle.MISSING_EXTRAS: _ALLOW,
}

_OUTSIDE = frozenset({Obstacle.NOT_MEMBER, Obstacle.PRIVATE_NOT_MEMBER})


@frozen
class Postings:
    """Checks of channels through their platforms' messengers, by platform."""

    messengers: Mapping[str, Messenger]

    async def check(self, caller: Caller) -> PostingCheck:
        """Check the caller's channel; a direct message always works. Never raises."""
        return PostingCheck() if caller.direct else caller.posting or await self.of(caller.place)

    async def of(self, place: Place) -> PostingCheck:
        """Check a channel; a platform that doesn't answer in 2 s is UNKNOWN. Never raises."""
        messenger = self.messengers.get(place.platform)
        if messenger is None:
            return UNKNOWN
        if messenger.direct(place):
            return PostingCheck()
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                return await messenger.can_post(place)
        except TimeoutError:
            return UNKNOWN

    async def warned(self, card: Card, caller: Caller, before: Channel, after: Channel) -> Card:
        """Return the card with a warning if the command set up posts that the bot can't make."""
        if card.kind == "error" or not _sets_up_posts(before, after):
            return card
        check = await self.check(caller)
        return with_warning(card, check, after) if check.is_fault else card


def with_warning(card: Card, check: PostingCheck, channel: Channel) -> Card:
    """Return the card with a warning above it: the reason, the cure, and a button to check again."""
    text = warning(check, channel)
    blocks = (*warning_blocks(check, channel), Rule(), *card.blocks)
    tone: Tone = "plain" if check.obstacle is Obstacle.MISSING_EXTRAS else "bad"
    return replace(card, text=f"{text} {plain(cure(check))} {card.text}", blocks=blocks, tone=tone)


def warning_blocks(check: PostingCheck, channel: Channel) -> tuple[Block, ...]:
    """Return the warning, the cure and the button."""
    label = "I've invited it, check again" if check.obstacle in _OUTSIDE else "Check again"
    lines = (line(bold(f"⚠️ {warning(check, channel)}")), cure(check))
    return Paragraph(lines), Actions((Button(label, "/paperlark check", primary=True),))


def warning(check: PostingCheck, channel: Channel) -> str:
    """Return what is wrong and what it means for the channel's digest, as one sentence."""
    table = channel.timetable
    if check.obstacle is Obstacle.MISSING_EXTRAS:
        return f"I can post here, but I'm missing {_permissions(check)}."
    if table is None or channel.off:
        return f"{capital_first(reason(check))}, so I can't post here yet."
    return f"The digest is set for {table.at:%H:%M} ({city(table.zone)}), but {reason(check)}, so I couldn't post it."


def reason(check: PostingCheck, here: bool = True) -> str:
    """Return the reason as a clause; `here` speaks in the channel, otherwise about it."""
    clause = _REASONS.get(check.obstacle or Obstacle.UNKNOWN, _REASONS[Obstacle.UNKNOWN])
    return clause.format(this="this" if here else "that", here="here" if here else "there", lacks=_permissions(check))


def cure(check: PostingCheck, here: bool = True) -> Line:
    """Return what to do about it."""
    there = "here" if here else "there"
    match check.obstacle:
        case Obstacle.NOT_MEMBER | Obstacle.PRIVATE_NOT_MEMBER:
            return line("Type ", code(INVITE), f" {there}.")
        case Obstacle.ARCHIVED:
            return line("Unarchive it, then type ", code(INVITE), f" {there}.")
        case Obstacle.MISSING_SCOPES:
            return line("Whoever runs the bot can fix that: ", code("paperlark doctor"), " says how.")
        case found:
            return line(_CURES.get(found or Obstacle.UNKNOWN, "Try again in a few minutes."))


def plain(words: Line) -> str:
    """Return a line without its styles."""
    return "".join(span.text for span in words)


def _permissions(check: PostingCheck) -> str:
    return f"the permission{'s'[: len(check.missing) > 1]} {listed(check.missing)}" if check.missing else "a permission"


def _sets_up_posts(before: Channel, after: Channel) -> bool:
    """Return True if a follow was added, the digest switched on or changed, or a digest is about to be posted."""
    if after.wants_digest and (before.since, before.timetable) != (after.since, after.timetable):
        return True
    added = {follow.key for follow in after.follows} - {follow.key for follow in before.follows}
    return bool(added) or before.last_slot != after.last_slot

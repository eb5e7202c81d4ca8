"""`/digest lock` and `/digest unlock`: only a channel's admins, or everybody, may change what it gets."""

from bot.delivery.store.channels import ChannelStore
from bot.domain.card import Actions, Button, Card, Paragraph, line
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Right, Route
from bot.domain.frozen import frozen


@frozen
class LockDigest(Command):
    """`/digest lock`"""


@frozen
class UnlockDigest(Command):
    """`/digest unlock`"""


async def lock_digest(caller: Caller, channels: ChannelStore) -> Card:
    """Let only admins change what the channel gets. Where nobody set it up, whoever locks it did."""
    before = await channels.get(caller.place)
    await channels.lock(caller.place, before.owner or caller.user)
    text = "Locked." if not before.locked else "It was locked already."
    meaning = "Only admins can change what this channel follows, and when its digest comes."
    return _card(text, meaning, "/digest unlock", before.locked)


async def unlock_digest(caller: Caller, channels: ChannelStore) -> Card:
    """Let everybody change what the channel gets."""
    before = await channels.get(caller.place)
    await channels.unlock(caller.place)
    text = "Unlocked." if before.locked else "It wasn't locked."
    return _card(text, "Everybody here can change what this channel gets.", "/digest lock", not before.locked)


def _card(text: str, meaning: str, undo: str, as_before: bool) -> Card:
    blocks = (Paragraph((line(f"{text} {meaning}"),)), *(() if as_before else (Actions((Button("Undo", undo),)),)))
    return Card("settings", f"{text} {meaning}", blocks, tone="good")


LOCK = CommandSpec(
    "lock",
    parse=lambda _: LockDigest(),
    routes=(Route(LockDigest, lock_digest, Cost.STORE, public=True, creates_channel=True, right=Right.ADMINS),),
    description="Let only admins change what this channel gets",
)
UNLOCK = CommandSpec(
    "unlock",
    parse=lambda _: UnlockDigest(),
    routes=(Route(UnlockDigest, unlock_digest, Cost.STORE, public=True, right=Right.ADMINS),),
    description="Let everybody change what this channel gets",
)

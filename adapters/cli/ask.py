"""`paperlark ask "/paper 2605.05971"`: answer one command in the terminal."""

import argparse
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack

from adapters.cli.located import located
from adapters.platforms import messengers
from adapters.terminal.app import Progress, show, show_json
from adapters.terminal.identity import CALLER
from bot.app.settings import Settings
from bot.domain.card import Card
from bot.domain.command import ShowDigest
from bot.domain.mailbox import MAIL
from bot.infra.clock import SystemClock


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Print the answer; return 1 if it is an error card."""
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(sys.stderr))
        progress.say("Opening the store")
        own = await located(settings, stack, "bot.app.answering")
        card = await _answered(asked.text, own, stack, progress.say)
    (show_json if asked.json else show)(card, sys.stdout)
    return 1 if card.kind == "error" else 0


async def _answered(text: str, settings: Settings, stack: AsyncExitStack, say: Callable[[str], None]) -> Card:
    """Return the answer; its code is loaded by now, except for what makes a digest."""
    from bot.app.answering import opened_answering  # noqa: PLC0415
    from bot.app.parse import parse  # noqa: PLC0415

    command, clock = parse(text), SystemClock()
    speakers = await messengers(settings, stack, only=(MAIL,))
    if isinstance(command, ShowDigest):
        from bot.app.bootstrap import opened  # noqa: PLC0415

        app = await stack.enter_async_context(opened(settings, clock, speakers))
        await app.rounds.prepare_preview(CALLER.place, say)
        core = app.core
    else:
        defer = not settings.has_own_network
        core = (await stack.enter_async_context(opened_answering(settings, clock, speakers, defer=defer))).core
    say("Looking it up")
    return await core.answer(command, CALLER)

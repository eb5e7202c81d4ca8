"""`paperlark ask "/paper 2605.05971"`: answer one command in the terminal."""

import argparse
import sys
from contextlib import AsyncExitStack

from adapters.platforms import messengers
from adapters.terminal.app import Progress, show, show_json
from adapters.terminal.identity import CALLER
from bot.app.bootstrap import opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.command import ShowDigest
from bot.domain.mailbox import MAIL
from bot.infra.clock import SystemClock


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Print the answer; return 1 if it is an error card."""
    command = parse(asked.text)
    async with AsyncExitStack() as stack:
        progress = stack.enter_context(Progress(sys.stderr))
        progress.say("Opening the store")
        speakers = await messengers(settings, stack, only=(MAIL,))
        app = await stack.enter_async_context(opened(settings, SystemClock(), speakers))
        if isinstance(command, ShowDigest):
            await app.rounds.prepare(progress.say)
        progress.say("Looking it up")
        card = await app.core.answer(command, CALLER)
    (show_json if asked.json else show)(card, sys.stdout)
    return 1 if card.kind == "error" else 0

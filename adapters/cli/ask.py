"""`paperlark ask "/paper 2605.05971"`: one command answered in the terminal."""

import argparse
import sys

from adapters.cli.local import CALLER
from adapters.cli.platforms import letters
from adapters.terminal.app import Progress, show, show_json
from bot.app.bootstrap import opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.command import ShowDigest
from bot.infra.clock import SystemClock


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Prints the answer; 1 where it is an error card."""
    command = parse(asked.text)
    with Progress(sys.stderr) as progress:
        progress.say("Opening the store")
        async with opened(settings, SystemClock(), letters(settings)) as app:
            if isinstance(command, ShowDigest):
                await app.rounds.prepare(progress.say)
            progress.say("Looking it up")
            card = await app.core.answer(command, CALLER)
    (show_json if asked.json else show)(card, sys.stdout)
    return 1 if card.kind == "error" else 0

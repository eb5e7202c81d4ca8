"""`paperlark doctor`: print what works, what is missing and what is wrong."""

import argparse
from functools import partial

from adapters.platforms import PLATFORMS, available
from bot.app.doctor import State, examine
from bot.app.settings import Settings


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Print one line per finding as it is found; return 1 if anything is wrong."""
    checks = {p.name: partial(p.check, settings) for p in available(settings).values() if p.check}
    unset = {setting: note for platform in PLATFORMS.values() for setting, note in platform.unset.items()}
    wrong = 0
    async for finding in examine(settings, checks, asked.essential, unset=unset):
        print(finding, flush=True)
        wrong += finding.state is State.WRONG
    return 1 if wrong else 0

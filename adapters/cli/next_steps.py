"""What a person does next, while nothing is set up on a platform."""

import asyncio
from collections.abc import Collection

from adapters.platforms import served
from bot.app.settings import Settings

NEXT_STEP_SECONDS = 10.0


async def next_steps(settings: Settings, in_use: Collection[str]) -> list[str]:
    """Return a line for each platform: where its token comes from if none is set, else how to begin there.

    `in_use` are the platforms on which a channel is set up already; nothing is said of them.
    """
    there = {key: platform for key, platform in served().items() if platform.has_token(settings)}
    if not there:
        return get_tokens()
    asked = [asyncio.create_task(p.next_step(settings)) for key, p in there.items() if key not in in_use]
    if not asked:
        return []
    _, late = await asyncio.wait(asked, timeout=NEXT_STEP_SECONDS)
    for task in late:
        task.cancel()
    return [step for task in asked if task not in late and (step := task.result())]


def get_tokens() -> list[str]:
    """Return how to get a token, a line for each platform."""
    return [platform.begin for platform in served().values() if platform.begin]

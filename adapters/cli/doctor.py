"""`paperlark doctor`: print faults, warnings and the next step, or with `--all` every setting and service."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial

from adapters.cli.next_steps import next_steps
from adapters.platforms import PLATFORMS, Platform, available, messengers, served
from adapters.token_forms import MODEL_FORMS
from bot.app.doctor.examine import Platforms, examine
from bot.app.doctor.findings import Finding, State
from bot.app.doctor.mistakes import value_mistakes
from bot.app.doctor.network import network_fault
from bot.app.doctor.report import report
from bot.app.env_file import given_names
from bot.app.settings import Settings
from bot.app.stores import opened_channels
from bot.delivery.messenger import Messenger
from bot.domain.errors import BotError


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """Print the report, or one line per finding as it is found; return 1 if anything is wrong."""
    found: list[Finding] = []
    async with AsyncExitStack() as stack:
        platforms = await _platforms(settings, stack)
        async for finding in examine(settings, platforms, asked.essential, given=given_names()):
            found.append(finding)
            if asked.all or asked.essential:
                print(finding, flush=True)
    wrong = any(finding.state is State.WRONG for finding in found)
    if not asked.all and not asked.essential:
        steps = [] if wrong else await next_steps(settings, await _in_use(settings))
        print("\n".join(report([*found, *_without_chat(settings)], steps)), flush=True)
    return 1 if wrong else 0


async def _in_use(settings: Settings) -> set[str]:
    """Return the platforms on which a channel is set up."""
    async with opened_channels(settings) as channels:
        return {channel.place.platform for channel in await channels.all()}


def _without_chat(settings: Settings) -> list[Finding]:
    """Return a warning if no platform that takes commands has a token."""
    chats = served().values()
    if any(platform.has_token(settings) for platform in chats):
        return []
    return [Finding("Chat", State.WARNING, f"{' and '.join(p.name for p in chats)} have no token yet.")]


def mistakes(settings: Settings) -> dict[str, str]:
    """Return a sentence for each setting whose value is a mistake that can be told without a call."""
    forms = [form for platform in PLATFORMS.values() for form in platform.token_forms]
    needs = {name: wanted for platform in PLATFORMS.values() for name, wanted in platform.needs.items()}
    return value_mistakes(settings, [*forms, *MODEL_FORMS], needs)


async def _platforms(settings: Settings, stack: AsyncExitStack) -> Platforms:
    """Return what the doctor asks: a platform whose settings hold a mistake gets no token that may be another's."""
    wrong = mistakes(settings)
    there, blocked = available(settings), network_fault()
    asked = [key for key, platform in there.items() if not blocked and not _is_wrong(platform, wrong)]
    return Platforms(
        checks={p.name: partial(p.check, settings) for key, p in there.items() if key in asked and p.check},
        messengers=await _opened(settings, stack, asked),
        unset={setting: note for platform in PLATFORMS.values() for setting, note in platform.unset.items()},
        mistakes=wrong,
        skipped=[platform.name for key, platform in there.items() if key not in asked],
    )


async def _opened(settings: Settings, stack: AsyncExitStack, asked: Sequence[str]) -> Mapping[str, Messenger]:
    """Return the messengers; none if the store that they need is down, which a finding of its own says."""
    try:
        return await messengers(settings, stack, asked) if asked else {}
    except BotError:
        return {}


def _is_wrong(platform: Platform, wrong: Collection[str]) -> bool:
    return any(name in wrong for name in (platform.token, *platform.unset))

"""`paperlark doctor`: prints what works, what is missing and what is wrong."""

import argparse

from adapters.cli.platforms import discord_access, email_access, has_token, slack_access
from bot.app.doctor import Check, State, examine
from bot.app.settings import Settings


async def main(asked: argparse.Namespace, settings: Settings) -> int:
    """A line each, as it is found; 1 where anything is wrong."""
    wrong = 0
    async for finding in examine(settings, _platforms(settings), asked.essential):
        print(finding, flush=True)
        wrong += finding.state is State.WRONG
    return 1 if wrong else 0


def _platforms(settings: Settings) -> dict[str, Check]:
    """A check for each platform with a token."""
    checks: dict[str, Check] = {}
    if has_token(settings, "slack"):
        from adapters.slack import app as slack  # noqa: PLC0415 - slow to import

        checks["Slack"] = lambda: slack.check(slack_access(settings))
    if has_token(settings, "discord"):
        from adapters.discord import app as discord  # noqa: PLC0415 - slow to import

        checks["Discord"] = lambda: discord.check(discord_access(settings))
    if settings.email_host:
        from adapters.email import app as email  # noqa: PLC0415 - optional

        checks["E-mail"] = lambda: email.check(email_access(settings))
    return checks

"""`paperlark manifest`: print the Slack app's manifest."""

import argparse

from adapters.slack.manifest import http_manifest, socket_mode_manifest
from bot.app.settings import Settings


async def main(asked: argparse.Namespace, settings: Settings) -> int:  # noqa: ARG001 - every command gets them
    """Print it as YAML; raise BotError if the address of `--http` isn't one."""
    print(http_manifest(asked.http) if asked.http is not None else socket_mode_manifest(), end="")
    return 0

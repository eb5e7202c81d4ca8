"""Logs: one line an event on standard error, with fields, without secrets."""

import logging
import sys

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"

# These log whole addresses or payloads, some with tokens in them; their warnings are enough.
_TALKATIVE = (
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "slack_bolt",
    "slack_sdk",
    "discord",
    "aiohttp",
    "asyncio",
)


def begin(level: int = logging.INFO) -> None:
    """Sends logs of `level` and above to standard error; other people's libraries from warnings on."""
    logging.basicConfig(stream=sys.stderr, level=level, format=FORMAT, force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))

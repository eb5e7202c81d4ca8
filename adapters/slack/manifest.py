"""The Slack app's manifest: manifest.yaml for Socket Mode, or with the addresses that HTTP needs put in.

The file is edited line by line, so it stays the only place that says what the app is
(https://docs.slack.dev/reference/app-manifest).
"""

import re
from pathlib import Path
from urllib.parse import urlsplit

from adapters.slack.install import REDIRECT_PATH
from adapters.slack.signature import PATH
from bot.domain.errors import BotError

_FILE = Path(__file__).with_name("manifest.yaml")

_HEAD = """\
# The Slack app: paste this at https://api.slack.com/apps, Create New App, From a manifest. Then, on Basic Information:
#   Signing Secret                      -> SLACK_SIGNING_SECRET
#   for many workspaces: Client ID      -> SLACK_CLIENT_ID
#                        Client Secret  -> SLACK_CLIENT_SECRET; on Manage Distribution, activate it
#   for one workspace: Install App, Bot User OAuth Token -> SLACK_BOT_TOKEN (xoxb-…)
"""

_CHANGES = (
    (r"( *)- command: .*", "  url: {events}"),
    (r"( *)event_subscriptions:", "  request_url: {events}"),
    (r"( *)interactivity:", "  request_url: {events}\n  message_menu_options_url: {events}"),
    (r"( *)oauth_config:", "  redirect_urls:\n    - {redirect}"),
)
"""Lines to find, and what stands below them, indented as much more."""

_SWITCHES = {
    "socket_mode_enabled: true": "socket_mode_enabled: false",
    "org_deploy_enabled: false": "org_deploy_enabled: true",
}


def socket_mode_manifest() -> str:
    """Return the manifest of an app that connects by Socket Mode, as YAML."""
    return _FILE.read_text(encoding="utf-8")


def http_manifest(base: str) -> str:
    """Return the manifest of an app that Slack calls at `base`, as YAML. Raise BotError unless that is an address."""
    base = _checked(base)
    lines = (line for line in socket_mode_manifest().splitlines() if not line.startswith("#"))
    return _HEAD + "\n".join(_changed(line, base + PATH, base + REDIRECT_PATH) for line in lines) + "\n"


def _changed(line: str, events: str, redirect: str) -> str:
    for pattern, below in _CHANGES:
        if found := re.fullmatch(pattern, line):
            added = below.format(events=events, redirect=redirect)
            return "\n".join([line, *(found[1] + one for one in added.splitlines())])
    for before, after in _SWITCHES.items():
        line = line.replace(before, after)
    return line


def _checked(base: str) -> str:
    """Return the address without its last slash; nothing in it changes the meaning of YAML."""
    try:
        parts = urlsplit(base)
        is_address = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address or not re.fullmatch(r"https://[\w.\-]+(?::\d+)?(?:/[\w.\-~/]*)?", base, re.ASCII):
        raise BotError("That isn't an address that Slack can call.", "Write it as https://paperlark.example.org.")
    return base.rstrip("/")

"""The scopes of manifest.yaml, and what doesn't work without each."""

from collections.abc import Collection

NEEDED = {
    "commands": "slash commands",
    "chat:write": "answers and digests",
}
"""Without one of these the bot is of no use."""

USEFUL = {
    "files:write": "the recap's picture and files of /saved",
    "chat:write.public": "digests in public channels without an invitation",
    "app_mentions:read": "@Paperlark in threads",
    "im:history": "direct messages to the bot",
    "channels:history": "checking if a digest arrived in a public channel",
    "groups:history": "checking if a digest arrived in a private channel",
    "channels:read": "telling if it can post in a public channel",
    "groups:read": "telling if it can post in a private channel, and who left it (e-mails)",
    "reactions:read": "reactions on its messages",
    "im:write": "“Find a paper” from anywhere",
    "links:read": "hearing of links to papers",
    "links:write": "cards of linked papers",
    "users:read": "people's time zones and names, and who is an admin",
}

CURE = (
    "Add them at api.slack.com/apps (App Manifest, adapters/slack/manifest.yaml), then Install App, Reinstall; "
    "the token stays the same."
)


def missing_needed(scopes: Collection[str]) -> str:
    """Return the missing scopes that nothing works without, in words; empty if there is none or Slack told none."""
    return _missing(NEEDED, scopes)


def missing_useful(scopes: Collection[str]) -> str:
    """Return the other missing scopes in the same form."""
    return _missing(USEFUL, scopes)


def _missing(wanted: dict[str, str], scopes: Collection[str]) -> str:
    return ", ".join(f"{scope} ({use})" for scope, use in wanted.items() if scope not in scopes) if scopes else ""

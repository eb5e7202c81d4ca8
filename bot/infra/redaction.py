"""Redaction of logs: hide everything that looks like a secret, whoever wrote it."""

import re
from collections.abc import Sequence

HIDDEN = "[hidden]"

MIN_SECRET_LENGTH = 6
"""Shorter known secrets aren't hidden: they would occur in ordinary words."""

_NAMES = r"api[_-]?key|token|secret|password|passwd|pwd|ticket|signature|authorization|trigger_id"

# Each takes linear time: a pattern that may begin anywhere in a long word would be tried at each letter.
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # user:password@ of an address; a password may hold an @ too (urlsplit, RFC 3986 3.2.1)
    (re.compile(r"://[^\s/?#]*@"), f"://{HIDDEN}@"),
    # response_url and incoming webhooks (https://docs.slack.dev/interactivity/handling-user-interaction)
    (re.compile(r"(hooks\.[\w.-]+/)\S+", re.I), rf"\1{HIDDEN}"),
    # webhooks and answers to interactions (https://docs.discord.com/developers/resources/webhook)
    (re.compile(r"(/(?:webhooks|interactions)/\d+/)[^/\s?#\"']+", re.I), rf"\1{HIDDEN}"),
    # tokens of workspaces, apps and their refresh (https://docs.slack.dev/authentication/tokens)
    (re.compile(r"x(?:ox[a-z](?:\.xox[a-z])?|app|wfp)-[\w.-]+", re.I), HIDDEN),
    # a bot's id, a time and a signature, in base64 (https://docs.discord.com/developers/reference#authentication)
    (re.compile(r"(?<![\w-])[\w-]{23,}\.[\w-]{6,7}\.[\w-]{27,}"), HIDDEN),
    (re.compile(r"(?<![A-Za-z0-9])sk-[\w-]{6,}"), HIDDEN),
    (re.compile(r"(\bBearer\s+)[\w.~+/=-]{6,}", re.I), rf"\1{HIDDEN}"),
    # an e-mail address, also as a key of ours has it
    (re.compile(r"(?<![\w.+-])[\w.+-]+(?:@|%40)(?=[\w-]+\.)[\w.-]*\w"), HIDDEN),
    # a parameter of an address, a setting, a field of ours: name=value
    (re.compile(rf"((?:{_NAMES})=)(?:\"[^\"]*\"|'[^']*'|[^&\s]+)", re.I), rf"\1{HIDDEN}"),
    # the same in JSON and in Python's dictionaries: "name": "value"
    (re.compile(rf"((?:{_NAMES})([\"'])\s*:\s*)(?:\"[^\"]*\"|'[^']*'|[^,\s}}]+)", re.I), rf"\1\2{HIDDEN}\2"),
)
_SECRET_NAME = re.compile(rf"(?:{_NAMES})$", re.I)


def redact(text: str, known: Sequence[str] = ()) -> str:
    """Hide `known` secrets, then everything shaped like one. Idempotent; never raises."""
    for secret in sorted(known, key=len, reverse=True):
        if len(secret) >= MIN_SECRET_LENGTH:
            text = text.replace(secret, HIDDEN)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text


def is_secret_name(name: str) -> bool:
    """Return True if a field of that name holds a secret, whatever its value."""
    return _SECRET_NAME.search(name) is not None

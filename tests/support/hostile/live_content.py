"""Detection of active content in sent messages: pings, foreign links, formatting. An empty list means there is none.

It follows each platform's own rules and is independent of the code that removes such content.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from rich.style import Style

from support.drivers.slack_payload import links, text_leaves
from support.servers.discord_objects import texts
from support.servers.discord_rules import walk

Json = dict[str, Any]

CODE_HOSTS = frozenset({"github.com", "gitlab.com", "huggingface.co", "bitbucket.org", "codeberg.org"})
HOSTS = frozenset({"arxiv.org"}) | CODE_HOSTS

_ADDRESS = rf"https://(?:{'|'.join(map(re.escape, sorted(HOSTS)))})/"
_PING = re.compile(r"@(?:channel|here|everyone)", re.IGNORECASE)
_EMOJI = re.compile(r":[\w+'-]{1,100}:")
_SLACK_LINK = re.compile(rf"<{_ADDRESS}[^|>]*\|[^<>|]*>")
_SLACK_TYPES = frozenset(
    {
        "header", "section", "context", "actions", "divider", "rich_text", "rich_text_section", "rich_text_list",
        "rich_text_preformatted",
        "text", "link", "mrkdwn", "plain_text", "button", "overflow", "static_select",
    }
)  # fmt: skip
# Discord shows escaped characters and code as they are.
_DISCORD_DEAD = re.compile(r"\\[^A-Za-z0-9\s]|```\n[^`]+\n```|`[^`\n]+`")
_DISCORD_LINK = re.compile(rf"\[([^\[\]]*)\]\({_ADDRESS}[^)\s]+\)")
# Our commands to press, by the ids that the loopback Discord gives, and times in each reader's zone.
_DISCORD_OWN = re.compile(r"</[a-z]+(?: [a-z]+)?:\d{17,20}>|<t:\d{9,11}:[fR]>")
_DISCORD_ALIVE = re.compile(
    r"://|@everyone|@here|<|\]\(|\[|\|\||~~|__|`|:[\w+'~-]+:|discord(?:app)?\.(?:gg|com|gift)", re.IGNORECASE
)
_DISCORD_OPENS = re.compile(r"(?m)^(?>(?:### |## |-# |- )?)(#{1,3} |-# |[-*+] |>|\d+\. )")
_DIRECTED = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def alive(platform: str, payload: Json) -> list[str]:
    """Return the active content in one answer of a driver."""
    if platform == "slack":
        words = [leaf["text"] for leaf in text_leaves(payload.get("blocks", []))] + [payload.get("text", "")]
        return [*alive_in_slack(payload), *_pinging_body(payload.get("sent", {})), *_controls("".join(words))]
    if platform == "discord":
        parts = [component for message in payload["messages"] for component in walk(message["components"])]
        words = [part.get("content", "") + part.get("label", "") for part in parts]
        found = [fault for message in payload["messages"] for fault in alive_on_discord(message)]
        return [*found, *_controls("".join(words))]
    return alive_in_terminal(payload["lines"])


def alive_in_slack(payload: Json) -> list[str]:
    """Check a message or a view: https://docs.slack.dev/messaging/formatting-message-text."""
    faults = [f"foreign link {url}" for url in links(payload) if urlsplit(url).hostname not in HOSTS]
    faults += [f"element {kind}" for kind in _types(payload.get("blocks", [])) if kind not in _SLACK_TYPES]
    for leaf in [*text_leaves(payload.get("blocks", [])), {"type": "mrkdwn", "text": payload.get("text", "")}]:
        faults += [f"{fault} in {leaf['text']!r}" for fault in _slack_text_faults(leaf)]
    return faults


def alive_on_discord(message: Json) -> list[str]:
    """Check one message: https://discord.com/developers/docs/reference#message-formatting."""
    faults = [f"foreign link {c['url']}" for c in walk(message["components"]) if _is_foreign(c.get("url", ""))]
    for text in texts(message):
        faults += [f"{fault!r} in {text!r}" for fault in alive_in_markdown(text)]
    return faults


def alive_in_markdown(written: str) -> list[str]:
    """Return the formatting that Discord's Markdown would apply to a text, except the bot's own links and styles."""
    rest = _DISCORD_OWN.sub("¤", _DISCORD_LINK.sub(r"\1", _DISCORD_DEAD.sub("¤", written)))
    return [*_DISCORD_ALIVE.findall(rest), *_DISCORD_OPENS.findall(rest)]


def alive_in_terminal(lines: list[list[list[str]]]) -> list[str]:
    """Check styled lines: anything that a terminal obeys, or that links elsewhere."""
    faults = [fault for parts in lines for text, _ in parts for fault in _controls(text, line_ends="")]
    opened = [Style.parse(style).link or "" for parts in lines for _, style in parts]
    return faults + [f"foreign link {url}" for url in opened if _is_foreign(url)]


def _slack_text_faults(leaf: Json) -> Iterator[str]:
    words = leaf["text"]
    # Text to copy may contain an arXiv address: Slack shows the text of a typed element as it is.
    rest = _SLACK_LINK.sub("", words) if leaf["type"] == "mrkdwn" else words.replace("https://arxiv.org/abs/", "")
    if leaf["type"] == "mrkdwn":
        yield from (sign for sign in "<>" if sign in rest)
        yield from re.findall(r"&(?!amp;|lt;|gt;)", rest)
    if leaf.get("verbatim", True) is not True or leaf.get("emoji", False) is not False:
        yield "Slack looks for links or emoji"
    yield from [*_PING.findall(rest), *_EMOJI.findall(words), *re.findall("://", rest)]


def _pinging_body(sent: Json) -> list[str]:
    """Return the options that make Slack look for names and addresses in the words, or fetch previews."""
    named = [key for key in ("link_names", "unfurl_links", "unfurl_media") if sent.get(key)]
    return named + ([f"parse={sent['parse']}"] if sent.get("parse", "none") != "none" else [])


def _types(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part["type"]
        for value in part.values():
            yield from _types(value)
    elif isinstance(part, list):
        for value in part:
            yield from _types(value)


def _is_foreign(url: str) -> bool:
    return bool(url) and urlsplit(url).hostname not in HOSTS


def _controls(text: str, line_ends: str = "\n") -> list[str]:
    """Return control characters, lone surrogates, and characters that change the direction of reading."""
    return [
        f"character {ord(c):x}"
        for c in text
        if (unicodedata.category(c) in {"Cc", "Cs"} and c not in line_ends) or c in _DIRECTED
    ]

"""What a Slack workspace shows beside messages and modals: unfurls under links, and each person's Home tab."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from support.servers.slack_rules import Invalid, check_blocks, weight

Json = dict[str, Any]

MANIFEST = yaml.safe_load(
    (Path(__file__).resolve().parents[3] / "adapters" / "slack" / "manifest.yaml").read_text(encoding="utf-8")
)
SHORTCUTS = {one["callback_id"]: one for one in MANIFEST["features"].get("shortcuts", ())}


class SlackSurfaces:
    """Unfurls by their id, and Home tabs by their person, with the methods that change them."""

    scopes: tuple[str, ...]

    def __init__(self) -> None:
        self.unfurl_domains: tuple[str, ...] = tuple(MANIFEST["features"]["unfurl_domains"])
        self.has_home = bool(MANIFEST["features"]["app_home"]["home_tab_enabled"])
        self.linked: dict[str, Json] = {}
        """Messages and drafts with links, by unfurl_id; `unfurls` has the shown ones by their address."""
        self.homes: dict[str, Json] = {}
        self.prompts: dict[tuple[str, str], list[Json]] = {}
        """Suggested prompts by channel and thread."""

    def registered(self, urls: Iterable[str]) -> list[Json]:
        """Return the links of domains that the app registered, as an event tells them; subdomains count."""
        found = []
        for url in urls:
            host = (urlsplit(url).hostname or "").lower()
            domains = [domain for domain in self.unfurl_domains if host == domain or host.endswith(f".{domain}")]
            found += [{"url": url, "domain": domain} for domain in domains]
        return found

    def _chat_unfurl(self, body: Json) -> Json:
        if "links:write" not in self.scopes:
            return _error("missing_scope") | {"needed": "links:write", "provided": ",".join(self.scopes)}
        message = self._named(body)
        unfurls = body.get("unfurls")
        if message is None:
            return _error("cannot_find_message")
        if not isinstance(unfurls, dict) or not unfurls:
            return _error("invalid_unfurls_format")
        links = {link["url"] for link in message["links"]}
        if not set(unfurls) <= links:
            return _error("cannot_unfurl_url")
        if any(_unfurl_fault(unfurl) for unfurl in unfurls.values()):
            return _error("invalid_blocks")
        message["calls"] += 1
        message["unfurls"] |= unfurls
        return {"ok": True}

    def _named(self, body: Json) -> Json | None:
        """Return the message that a call names, by one of the two pairs of arguments."""
        by_id = {"unfurl_id", "source"} <= set(body)
        by_ts = {"channel", "ts"} <= set(body)
        if by_id == by_ts:
            return None
        for unfurl_id, message in self.linked.items():
            if by_id and (unfurl_id, message["source"]) == (body["unfurl_id"], body["source"]):
                return message
            if by_ts and (message["channel"], message["ts"]) == (body["channel"], body["ts"]):
                return message
        return None

    def _views_publish(self, body: Json) -> Json:
        user, view = body.get("user_id"), body.get("view") or {}
        if not self.has_home:
            return _error("not_enabled")
        if not user or _home_fault(view):
            return _error("invalid_arguments")
        before = self.homes.get(user, {})
        if body.get("hash") and body["hash"] != before.get("hash"):
            return _error("hash_conflict")
        published = before.get("published", 0) + 1
        self.homes[user] = {**view, "id": f"VH{user}", "hash": f"{published}.{user}", "published": published}
        return {"ok": True, "view": self.homes[user]}

    def _conversations_open(self, body: Json) -> Json:
        """Return a person's direct messages with the bot: D5 of U5."""
        if "im:write" not in self.scopes:
            return _error("missing_scope") | {"needed": "im:write", "provided": ",".join(self.scopes)}
        user = str(body.get("users") or "")
        return {"ok": True, "channel": {"id": f"D{user[1:]}"}} if user.startswith("U") else _error("user_not_found")

    def _assistant_threads_setSuggestedPrompts(self, body: Json) -> Json:
        if "assistant:write" not in self.scopes:
            return _error("missing_scope") | {"needed": "assistant:write", "provided": ",".join(self.scopes)}
        prompts = body.get("prompts")
        prompts = json.loads(prompts) if isinstance(prompts, str) else prompts
        if not isinstance(prompts, list) or not 0 < len(prompts) <= 4:
            return _error("invalid_arguments")
        if not all(set(prompt) == {"title", "message"} and all(prompt.values()) for prompt in prompts):
            return _error("invalid_arguments")
        self.prompts[str(body.get("channel_id")), str(body.get("thread_ts"))] = prompts
        return {"ok": True}


def _unfurl_fault(unfurl: Json) -> str:
    """Return the reason why Slack shows no such unfurl; empty if it is valid."""
    if set(unfurl) != {"blocks"}:
        return "unknown field"
    try:
        check_blocks(unfurl["blocks"], 50)
    except Invalid as invalid:
        return str(invalid)
    return "too long" if weight(unfurl["blocks"]) > 12_000 else ""


def _home_fault(view: Json) -> str:
    """Return the reason why Slack shows no such Home tab (https://docs.slack.dev/reference/views/home-tab-views)."""
    if view.get("type") != "home" or set(view) - {"type", "blocks", "private_metadata", "callback_id"}:
        return "not a Home tab"
    if len(view.get("private_metadata", "")) > 3000 or len(json.dumps(view)) > 250_000:
        return "too large"
    try:
        check_blocks(view.get("blocks"), 100)
    except Invalid as invalid:
        return str(invalid)
    return ""


def _error(code: str) -> Json:
    return {"ok": False, "error": code}

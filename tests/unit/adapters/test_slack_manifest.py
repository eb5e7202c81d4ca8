"""The manifest that people paste at Slack: one file, with addresses put in for HTTP."""

from typing import Any

import pytest
import yaml

from adapters.slack.manifest import http_manifest, socket_mode_manifest
from adapters.slack.scopes import NEEDED, USEFUL
from bot.domain.errors import BotError

HOST = "https://paperlark.example.org"


def addresses(value: Any) -> list[str]:
    """Return every string in it that is an address."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in addresses(part)]
    if isinstance(value, list):
        return [one for part in value for one in addresses(part)]
    return [value] if isinstance(value, str) and value.startswith("http") else []


def test_socket_mode_needs_no_address() -> None:
    told = yaml.safe_load(socket_mode_manifest())
    assert addresses(told) == []
    assert told["settings"]["socket_mode_enabled"] is True


def test_over_http_every_address_is_the_hosts() -> None:
    told = yaml.safe_load(http_manifest(HOST + "/"))
    events = f"{HOST}/slack/events"
    assert [command["url"] for command in told["features"]["slash_commands"]] == [events] * len(
        told["features"]["slash_commands"]
    )
    settings = told["settings"]
    assert settings["event_subscriptions"]["request_url"] == events
    assert settings["interactivity"] == {
        "is_enabled": True, "request_url": events, "message_menu_options_url": events,
    }  # fmt: skip
    assert settings["socket_mode_enabled"] is False
    assert settings["org_deploy_enabled"] is True
    assert told["oauth_config"]["redirect_urls"] == [f"{HOST}/slack/oauth_redirect"]
    assert set(addresses(told)) == {events, f"{HOST}/slack/oauth_redirect"}


def test_nothing_else_differs() -> None:
    """What the file says of commands, scopes and events is the same in both."""
    socket, http = yaml.safe_load(socket_mode_manifest()), yaml.safe_load(http_manifest(HOST))
    for command in http["features"]["slash_commands"]:
        del command["url"]
    del http["oauth_config"]["redirect_urls"], http["settings"]["event_subscriptions"]["request_url"]
    http["settings"]["interactivity"] = {"is_enabled": True}
    http["settings"] |= {"socket_mode_enabled": True, "org_deploy_enabled": False}
    assert http == socket


def test_an_installation_asks_for_the_scopes_of_the_manifest() -> None:
    told = yaml.safe_load(socket_mode_manifest())
    assert sorted(told["oauth_config"]["scopes"]["bot"]) == sorted([*NEEDED, *USEFUL])


@pytest.mark.parametrize(
    "base",
    ["", "paperlark.example.org", "http://paperlark.example.org", "https://", "https://a:b@example.org",
     "https://example.org?x=1", "https://example.org#x", "https://example.org/\nurl: evil", "https://exämple.org",
     "https://example.org:0", "https://example.org:99999", "https://[::1", "https://example.org/ #"],
)  # fmt: skip
def test_what_slack_cannot_call_is_refused(base: str) -> None:
    with pytest.raises(BotError, match="isn't an address that Slack can call"):
        http_manifest(base)


def test_a_path_and_a_port_are_kept() -> None:
    assert "https://example.org:8443/lark/slack/events" in http_manifest("https://example.org:8443/lark")

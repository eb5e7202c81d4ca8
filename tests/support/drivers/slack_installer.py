"""A person who adds the app to a Slack workspace, with a browser that keeps one cookie."""

import re
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import aiohttp

from support.local_http import free_port
from support.servers.slack_oauth import CLIENT_ID, CLIENT_SECRET
from support.servers.slack_server import SlackServer

INSTALL, BACK = "/slack/install", "/slack/oauth_redirect"
COOKIE = "slack-app-oauth-state"


class Page(NamedTuple):
    """An answer of the bot's port."""

    status: int
    text: str
    headers: Any

    @property
    def link(self) -> str:
        """Return the address of its one link."""
        found = re.search(r'href="([^"]+)"', self.text)
        assert found, self.text
        return found[1].replace("&amp;", "&")


@dataclass(frozen=True)
class Installer:
    """Opens the bot's pages at `url`, and agrees at `slack`."""

    slack: SlackServer
    url: str

    async def get(self, path: str, cookie: str = "") -> Page:
        """Open a page as a browser does."""
        headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.get(self.url + path, headers=headers, allow_redirects=False) as answer,
        ):
            return Page(answer.status, await answer.text(), answer.headers)

    async def begin(self) -> str:
        """Open the install page; return the state in its link, which its cookie holds too."""
        page = await self.get(INSTALL)
        assert page.status == 200
        asked = parse_qs(urlsplit(page.link).query)
        assert asked["client_id"] == [CLIENT_ID]
        assert f"{COOKIE}={asked['state'][0]}" in page.headers["Set-Cookie"]
        return asked["state"][0]

    async def installs(self, team: str, **about: Any) -> Page:
        """Install the app in a team, from the first page to the last; `about` says what Slack knows of the team."""
        state = await self.begin()
        return await self.get(f"{BACK}?{self.slack.oauth.callback(team, state, **about)}", cookie=state)


def oauth_settings(slack: SlackServer) -> dict[str, object]:
    """Return the settings of a bot that workspaces install, over HTTP on a free port; Slack then calls it there."""
    port = free_port()
    slack.events_url = f"http://127.0.0.1:{port}/slack/events"
    return {
        "SLACK_API_URL": slack.api_url, "SLACK_SIGNING_SECRET": slack.signing_secret, "SLACK_PORT": port,
        "SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET,
    }  # fmt: skip

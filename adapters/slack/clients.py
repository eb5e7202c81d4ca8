"""Clients of the workspaces: the one whose token is set, or any that installed the app."""

import time
from collections import OrderedDict

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.access import SlackAccess
from adapters.slack.client import CallFailed, call, client
from adapters.slack.identity import remember
from adapters.slack.installations import read_installation
from adapters.slack.rotation import Rotation
from bot.delivery.installations import Installations
from bot.infra.secret_box import NoKey

KEPT_SECONDS = 60.0
"""How long a process uses a token without reading it again."""
STALE_SECONDS = 300.0
"""A removal that was reported so soon after an installation may be an earlier one's: Slack repeats for 6 minutes."""


class OneClient:
    """The only client: that of the workspace whose token is set."""

    def __init__(self, access: SlackAccess) -> None:
        self.bot = client(access.bot_token, access.api_url)

    async def for_team(self, team: str) -> AsyncWebClient:  # noqa: ARG002 - one token, one workspace
        """Return the client."""
        return self.bot

    async def join(self, team: str, organization: str) -> None:
        """Do nothing: the token is set."""

    async def leaving(self, holder: str, event_time: float) -> tuple[str, ...]:  # noqa: ARG002 - see TeamClients
        """Return the team itself."""
        return (holder,)

    async def left(self, holder: str) -> None:
        """Do nothing: the token is set."""


class TeamClients:
    """Clients by the tokens of installations; a token that is set serves its own workspace, unless that installed."""

    def __init__(self, access: SlackAccess, store: Installations) -> None:
        self._access = access
        self._store = store
        self._rotation = Rotation(store, client(None, access.api_url), access.client_id, access.client_secret)
        self._known: OrderedDict[str, tuple[float, AsyncWebClient]] = OrderedDict()
        self._joined: OrderedDict[str, str] = OrderedDict()
        self._own_team = ""

    async def for_team(self, team: str) -> AsyncWebClient:
        """Return the team's client. Raise CallFailed if it has none, and StoreDown."""
        read_at, web = self._known.get(team, (0.0, None))
        if web and time.monotonic() - read_at < KEPT_SECONDS:
            return web
        self._known.pop(team, None)
        web = client(await self._token(team), self._access.api_url)
        remember(self._known, team, (time.monotonic(), web))
        return web

    async def join(self, team: str, organization: str) -> None:
        """Note that a workspace uses what its organization installed. Raise StoreDown."""
        if self._joined.get(team) != organization and await self._store.join(team, organization):
            self._joined.pop(team, None)
            remember(self._joined, team, organization)

    async def leaving(self, holder: str, event_time: float) -> tuple[str, ...]:
        """Return the teams whose data goes when `holder` removed the app at `event_time`, in seconds of the epoch.

        An organization comes last, after its workspaces. None go if it has installed the app again since. Raise
        StoreDown.
        """
        self._known.pop(holder, None)
        if await self._is_back(holder, event_time):
            return ()
        await self._store.part(holder)
        return (*await self._store.members(holder), holder)

    async def left(self, holder: str) -> None:
        """Delete what is left of an installation once its teams are forgotten. Raise StoreDown."""
        self._known.clear()
        self._joined.clear()
        await self._store.forget(holder)

    async def _is_back(self, holder: str, event_time: float) -> bool:
        try:
            found = await self._store.read(holder)
        except NoKey:
            return False
        installation = read_installation(found.text) if found and found.holder == holder else None
        if not installation or event_time >= installation.installed_at + STALE_SECONDS:
            return False
        try:
            await call(client(installation.bot_token, self._access.api_url), "auth.test")
        except CallFailed as failure:
            return not failure.error and event_time < installation.installed_at
        return True

    async def _token(self, team: str) -> str:
        try:
            found = await self._store.read(team)
        except NoKey as error:
            raise CallFailed("unreadable_token") from error
        if found is None:
            return await self._own_token(team)
        installation = read_installation(found.text)
        current = await self._rotation.current(found.holder, installation, found.is_lost)
        return current.bot_token or ""

    async def _own_token(self, team: str) -> str:
        """Return the token that is set, if it is this team's; Slack is asked once whose it is."""
        if not self._access.bot_token:
            raise CallFailed("not_installed")
        if not self._own_team:
            told = await call(client(self._access.bot_token, self._access.api_url), "auth.test")
            self._own_team = str(told.get("team_id", ""))
        if team != self._own_team:
            raise CallFailed("not_installed")
        return self._access.bot_token


Clients = OneClient | TeamClients


def clients_of(access: SlackAccess) -> Clients:
    """Return the clients that the access gives."""
    return TeamClients(access, access.installations) if access.installations else OneClient(access)

"""Slack's side of an installation: people who agree, codes, tokens that expire, and removals.

`SlackOAuth` knows the app's secret, makes a token a team, and tells what was asked of it. Slack uses a code and a
refresh token once (https://docs.slack.dev/authentication/using-token-rotation).
"""

import base64
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlencode

Json = dict[str, Any]

CLIENT_ID, CLIENT_SECRET = "1234567890.9876543210", "c0ffee00" * 4


@dataclass
class Team:
    """A workspace or an organization as Slack knows it; `tokens` are all that work."""

    id: str
    organization: str = ""
    org_wide: bool = False
    tokens: set[str] = field(default_factory=set)
    refresh: str = ""
    bot_user: str = "UBOT"


class SlackOAuth:
    """Installations of one app. With `rotates`, tokens expire after `lives` seconds."""

    def __init__(self, rotates: bool = False, lives: int = 43_200) -> None:
        self.rotates = rotates
        self.lives = lives
        self.redirect_uri = ""
        self.teams: dict[str, Team] = {}
        self.issued: list[str] = []
        """Every token and refresh token ever given out."""
        self.exchanged = 0
        self.refreshed = 0
        self._codes: dict[str, tuple[str, str]] = {}
        self._numbers = count(1)

    def agrees(self, team: str, client_id: str, organization: str = "", org_wide: bool = False) -> str:
        """Return the code that Slack gives a person who agrees to install the app there."""
        code = f"code.{next(self._numbers)}"
        self._codes[code] = (client_id, team)
        self.teams.setdefault(team, Team(team, organization, org_wide))
        return code

    def callback(self, team: str, state: str, **about: Any) -> str:
        """Return the query with which Slack sends that person back."""
        return urlencode({"code": self.agrees(team, CLIENT_ID, **about), "state": state})

    def team_of(self, token: str) -> Team | None:
        """Return the team whose token it is, if it works."""
        return next((team for team in self.teams.values() if token in team.tokens), None)

    def removes(self, team: str) -> None:
        """Take every token of a team away, as an uninstallation does."""
        self.teams[team].tokens.clear()
        self.teams[team].refresh = ""

    def expires(self, team: str, token: str) -> None:
        """Let a token end."""
        self.teams[team].tokens.discard(token)

    def access(self, body: Json, authorization: str) -> Json:
        """Answer oauth.v2.access."""
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ""
        client, _, secret = given.partition(":")
        if client != CLIENT_ID:
            return _error("invalid_client_id")
        if secret != CLIENT_SECRET:
            return _error("bad_client_secret")
        if body.get("grant_type") == "refresh_token":
            return self._refresh(str(body.get("refresh_token", "")))
        whose, team = self._codes.pop(str(body.get("code", "")), ("", ""))
        if not team:
            return _error("invalid_code")
        if whose != CLIENT_ID:
            return _error("bad_client_id")
        self.exchanged += 1
        return self._granted(self.teams[team])

    def _refresh(self, token: str) -> Json:
        team = next((team for team in self.teams.values() if token and team.refresh == token), None)
        if team is None:
            return _error("invalid_refresh_token")
        self.refreshed += 1
        return self._granted(team)

    def _granted(self, team: Team) -> Json:
        number = next(self._numbers)
        token = f"xoxe.xoxb-{team.id}-{number}" if self.rotates else f"xoxb-{team.id}-{number}"
        team.tokens.add(token)
        self.issued.append(token)
        told: Json = {
            "ok": True, "app_id": "A1", "token_type": "bot", "access_token": token, "bot_user_id": team.bot_user,
            "scope": "commands,chat:write", "authed_user": {"id": "U1"}, "is_enterprise_install": team.org_wide,
            "team": None if team.org_wide else {"id": team.id, "name": f"Team <{team.id}>"},
            "enterprise": {"id": team.organization, "name": "Org & Co"} if team.organization else None,
        }  # fmt: skip
        if self.rotates:
            team.refresh = f"xoxe-1-{team.id}-{number}"
            self.issued.append(team.refresh)
            told |= {"refresh_token": team.refresh, "expires_in": self.lives}
        return told


def _error(code: str) -> Json:
    return {"ok": False, "error": code}

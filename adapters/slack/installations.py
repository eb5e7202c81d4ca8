"""Slack's installations in the core's store: what the bot needs of one as text, and back."""

import json
import logging
from typing import Any

from slack_bolt.error import BoltError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from adapters.slack.client import quiet_logger
from bot.delivery.installations import Installations
from bot.domain.errors import BotError

_KEPT = (
    "app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token", "bot_id", "bot_user_id",
    "bot_scopes", "bot_refresh_token", "bot_token_expires_at", "user_id", "is_enterprise_install", "token_type",
    "installed_at",
)  # fmt: skip
"""What is stored: no user's token and no webhook, which the bot doesn't ask for."""


def holder_of(installation: Installation) -> str:
    """Return the id of who installed the app: the organization if it did as a whole, else the workspace."""
    organization = installation.enterprise_id if installation.is_enterprise_install else ""
    return organization or installation.team_id or ""


def write_installation(installation: Installation) -> str:
    """Return the installation as JSON; it holds tokens, so it is for the encrypted store only."""
    found = {name: getattr(installation, name) for name in _KEPT}
    return json.dumps({name: value for name, value in found.items() if value})


def read_installation(text: str) -> Installation:
    """Return the installation that `write_installation` wrote."""
    told: dict[str, Any] = json.loads(text)
    return Installation(**{name: told[name] for name in _KEPT if name in told} | {"user_id": told.get("user_id", "")})


class BoltInstallations(AsyncInstallationStore):
    """The store as Bolt's flow wants it: the flow only saves."""

    def __init__(self, store: Installations) -> None:
        self._store = store

    @property
    def logger(self) -> logging.Logger:
        """Return the libraries' logger."""
        return quiet_logger()

    async def async_save(self, installation: Installation) -> None:
        """Store it. Raise BoltError, which Bolt's flow turns into its page of failure."""
        try:
            await self._store.save(holder_of(installation), write_installation(installation))
        except BotError as error:
            logging.getLogger(__name__).warning("An installation could not be stored: why=%s", error)
            raise BoltError("storage") from error


class BoltStates(AsyncOAuthStateStore):
    """States of installations under way, as Bolt's flow wants them: each is valid once, for ten minutes."""

    def __init__(self, store: Installations) -> None:
        self._store = store

    @property
    def logger(self) -> logging.Logger:
        """Return the libraries' logger."""
        return quiet_logger()

    async def async_issue(self, *_: object, **__: object) -> str:
        """Return a new state. Raise StoreDown."""
        return await self._store.begin()

    async def async_consume(self, state: str) -> bool:
        """Use a state up; return False if it isn't valid. Raise StoreDown."""
        return await self._store.end(state)

"""Token rotation: a workspace's token that expires is renewed in time, once over all processes.

A token lives 12 hours and its refresh token works once (https://docs.slack.dev/authentication/using-token-rotation).
Slack may use a refresh token up without its answer arriving. Then the old token works until it expires, and the next
attempt is refused: only a new installation helps, which the log and `paperlark doctor` say.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from slack_sdk.errors import SlackTokenRotationError
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import BROKEN, CallFailed
from adapters.slack.installations import read_installation, write_installation
from bot.delivery.installations import Installations
from bot.domain.errors import StoreDown

log = logging.getLogger(__name__)

BEFORE_SECONDS = 2 * 3600
"""How long before its end a token is renewed (the SDK's own default): a shorter outage of Slack harms nobody."""

RETRY_SECONDS = 60.0
WAIT_SECONDS = 10.0
_LOOK_SECONDS = 0.2
_SAVE_PAUSES = (0.2, 1.0, 3.0, 0.0)

_SPENT = frozenset({"invalid_refresh_token", "token_revoked", "account_inactive", "invalid_grant"})
"""Slack takes this refresh token never again; other errors are the app's own, or Slack's."""


class Rotation:
    """Renews tokens through Slack's own rotator; `now` returns seconds of the epoch.

    `web` calls SLACK_API_URL, while the rotator's own client would call slack.com whatever the settings say.
    """

    def __init__(
        self,
        store: Installations,
        web: AsyncWebClient,
        client_id: str,
        client_secret: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._store = store
        self._rotator = AsyncTokenRotator(client_id=client_id, client_secret=client_secret, client=web)
        self._now = now
        self._failed_at: dict[str, float] = {}

    async def current(self, holder: str, installation: Installation, is_lost: bool) -> Installation:
        """Return the installation with a token that works. Raise CallFailed if there is none, and StoreDown."""
        if not self._is_due(installation):
            return installation
        if not is_lost and time.monotonic() - self._failed_at.get(holder, -RETRY_SECONDS) >= RETRY_SECONDS:
            installation = await self._renewed(holder, installation)
        if self._has_expired(installation):
            raise CallFailed("token_expired")
        return installation

    async def _renewed(self, holder: str, installation: Installation) -> Installation:
        async with self._store.renewing(holder) as held:
            if held:
                latest = await self._read(holder)
                return await self._rotated(holder, latest) if self._is_due(latest) else latest
        return await self._awaited(holder) if self._has_expired(installation) else installation

    async def _awaited(self, holder: str) -> Installation:
        """Return what another process renews now."""
        for _ in range(round(WAIT_SECONDS / _LOOK_SECONDS)):
            await asyncio.sleep(_LOOK_SECONDS)
            if not self._is_due(latest := await self._read(holder)):
                return latest
        raise CallFailed(unreached=True, reason="its token is being renewed")

    async def _rotated(self, holder: str, installation: Installation) -> Installation:
        try:
            bot = await self._rotator.perform_bot_token_rotation(
                bot=installation.to_bot(), minutes_before_expiration=BEFORE_SECONDS // 60
            )
        except SlackTokenRotationError as refused:
            await self._note(holder, str(refused.api_error.response.get("error", "")))
            return installation
        except BROKEN as broken:
            self._failed_at[holder] = time.monotonic()
            log.warning("A Slack token is not renewed yet: team=%s why=%s", holder, type(broken).__name__)
            return installation
        if bot is None or not bot.bot_token or not bot.bot_refresh_token:
            await self._note(holder, "its answer is incomplete")
            return installation
        installation.bot_token, installation.bot_refresh_token = bot.bot_token, bot.bot_refresh_token
        installation.bot_token_expires_at = bot.bot_token_expires_at
        await self._save(holder, installation)
        return installation

    async def _save(self, holder: str, installation: Installation) -> None:
        """Store the new token before anybody uses it; a team that was deleted meanwhile stays so."""
        for pause in _SAVE_PAUSES:
            try:
                if not await self._store.renew(holder, write_installation(installation)):
                    raise CallFailed("not_installed")
                break
            except StoreDown:
                if not pause:
                    log.error("A renewed Slack token could not be stored: team=%s", holder)
                    raise
                await asyncio.sleep(pause)
        log.info("A Slack token is renewed: team=%s", holder)

    async def _note(self, holder: str, error: str) -> None:
        self._failed_at[holder] = time.monotonic()
        if error not in _SPENT:
            log.warning("A Slack token is not renewed yet: team=%s error=%s", holder, error)
            return
        await self._store.lose(holder)
        log.error("Slack renews a team's token no more, it has to install the app again: team=%s", holder)

    async def _read(self, holder: str) -> Installation:
        found = await self._store.read(holder)
        if found is None:
            raise CallFailed("not_installed")
        return read_installation(found.text)

    def _is_due(self, installation: Installation) -> bool:
        ends = installation.bot_token_expires_at
        return ends is not None and ends <= self._now() + BEFORE_SECONDS

    def _has_expired(self, installation: Installation) -> bool:
        ends = installation.bot_token_expires_at
        return ends is not None and ends <= self._now()

"""Which platforms the settings give access to, each imported only where it has a token."""

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from pydantic import SecretStr

from adapters.terminal.messenger import TerminalMessenger
from bot.app.command_service import CommandService
from bot.app.router import CommandRouter
from bot.app.settings import Settings
from bot.delivery.messenger import Messenger

if TYPE_CHECKING:
    from aiohttp import web

    from adapters.discord.app import DiscordAccess
    from adapters.email.app import EmailAccess
    from adapters.slack.app import SlackAccess

PLATFORMS = ("slack", "discord")


def has_token(settings: Settings, platform: str) -> bool:
    """Whether the settings hold a token of that platform."""
    return (settings.slack_bot_token if platform == "slack" else settings.discord_token) is not None


async def messengers(settings: Settings, stack: AsyncExitStack) -> dict[str, Messenger]:
    """One for the terminal, each platform with a token, and e-mail with a server; none needs a running `serving`."""
    found: dict[str, Messenger] = {"terminal": TerminalMessenger(sys.stdout)}
    if has_token(settings, "slack"):
        from adapters.slack import app as slack  # noqa: PLC0415 - slow to import

        found["slack"] = slack.messenger(slack_access(settings))
    if has_token(settings, "discord"):
        from adapters.discord import app as discord  # noqa: PLC0415 - slow to import

        found["discord"] = await stack.enter_async_context(discord.messenger(discord_access(settings)))
    return found | letters(settings)


def letters(settings: Settings) -> dict[str, Messenger]:
    """The messenger for e-mail, where a server is set."""
    if not settings.email_host:
        return {}
    from adapters.email import app as email  # noqa: PLC0415 - optional

    speaker = email.messenger(email_access(settings))
    return {speaker.platform: speaker}


def serving(platform: str, door: CommandService, settings: Settings) -> AbstractAsyncContextManager[None]:
    """Serves one platform for as long as the context lasts; it is entered when commands are answered."""
    return _slack(door, settings) if platform == "slack" else _discord(door, settings)


@asynccontextmanager
async def _slack(door: CommandService, settings: Settings) -> AsyncIterator[None]:
    from adapters.slack import app  # noqa: PLC0415 - slow to import

    async with app.serving(door, slack_access(settings)):
        yield


@asynccontextmanager
async def _discord(door: CommandService, settings: Settings) -> AsyncIterator[None]:
    from adapters.discord import app  # noqa: PLC0415 - slow to import

    async with app.serving(door, discord_access(settings)):
        yield


def unsubscribe_pages(settings: Settings, core: CommandRouter) -> Callable[["web.Application"], None] | None:
    """What adds the pages behind the links of letters; None where letters have no such links."""
    if not settings.email_host:
        return None
    from adapters.email import app as email  # noqa: PLC0415 - optional
    from adapters.email.unsubscribe import add_pages  # noqa: PLC0415 - optional

    signer = email.signer(email_access(settings))
    return (lambda served: add_pages(served, signer, core.unsubscribed)) if signer else None


def slack_access(settings: Settings) -> "SlackAccess":
    """What Slack's adapter needs of the settings."""
    from adapters.slack.app import SlackAccess  # noqa: PLC0415 - slow to import

    return SlackAccess(
        bot_token=_plain(settings.slack_bot_token),
        app_token=_plain(settings.slack_app_token),
        signing_secret=_plain(settings.slack_signing_secret),
        port=settings.slack_port,
        api_url=settings.slack_api_url,
    )


def discord_access(settings: Settings) -> "DiscordAccess":
    """What Discord's adapter needs of the settings."""
    from adapters.discord.app import DiscordAccess  # noqa: PLC0415 - slow to import

    return DiscordAccess(token=_plain(settings.discord_token), api_url=settings.discord_api_url)


def email_access(settings: Settings) -> "EmailAccess":
    """What the e-mail adapter needs of the settings."""
    from adapters.email.app import EmailAccess  # noqa: PLC0415 - optional

    return EmailAccess(
        host=settings.email_host or "",
        port=settings.mail_port,
        sender=settings.email_from or "",
        user=settings.email_user or "",
        password=_plain(settings.email_password),
        tls=settings.email_tls,
        url=settings.paperlark_url or "",
        secret=_plain(settings.email_secret),
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""

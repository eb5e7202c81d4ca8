"""All platforms, each declared once. Each library is imported on first use, since it is slow to load."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING

from adapters.token_forms import DISCORD_FORMS, SLACK_FORMS
from bot.app.doctor.mistakes import TokenForm
from bot.app.settings import Settings
from bot.domain.frozen import frozen

if TYPE_CHECKING:
    from aiohttp import web

    from bot.app.command_service import CommandService
    from bot.delivery.messenger import Messenger
    from bot.domain.channel import Place

Serve = Callable[["CommandService", Settings], AbstractAsyncContextManager[None]]
"""Answer people while the context lasts. Raise NotLetIn, or TryLater if the platform can't be reached."""

Forget = Callable[["Place"], Awaitable[None]]
"""Delete a place and all data about it. Raise StoreDown."""

AddPages = Callable[["web.Application"], None]
"""Add a platform's own pages to those on PAPERLARK_PORT."""


NextStep = Callable[[Settings], Coroutine[None, None, str]]
"""Return what a person does next where nothing is set up, as one line; empty if the platform can't tell now."""


async def _no_step(_: Settings) -> str:
    return ""


def _no_pages(_: Settings, __: Forget) -> Sequence[AddPages]:
    return ()


@frozen
class Platform:
    """One platform: its display name, its messenger, and its optional parts.

    `token` names the setting that the platform requires; a platform without one is always available. The settings of
    `instead`, all of them, do as well. `check` describes for `paperlark doctor` how access works, or raises BotError. A
    platform without `serve` sends messages and takes no commands. `unset` says for each of its settings what works
    without it. `token_forms` are the kinds of tokens that people mix up; `needs` names settings that are of no use
    without one of others. `begin` says where the token comes from, and `next_step` what to do once it is set. `library`
    is a module that takes a quarter of a second to load; it is loaded in a thread.
    """

    name: str
    token: str
    messenger: Callable[[Settings], AbstractAsyncContextManager["Messenger"]]
    check: Callable[[Settings], Awaitable[str]] | None = None
    serve: Serve | None = None
    instead: Sequence[str] = ()
    pages: Callable[[Settings, Forget], Sequence[AddPages]] = _no_pages
    unset: Mapping[str, str] = field(default_factory=dict)
    token_forms: Sequence[TokenForm] = ()
    needs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    begin: str = ""
    next_step: NextStep = _no_step
    library: str = ""

    def has_token(self, settings: Settings) -> bool:
        """Return True if the settings give access to the platform."""
        others = bool(self.instead) and all(getattr(settings, name) for name in self.instead)
        return not self.token or bool(getattr(settings, self.token)) or others


@asynccontextmanager
async def _terminal_messenger(_: Settings) -> AsyncIterator["Messenger"]:
    from adapters.terminal.messenger import TerminalMessenger  # noqa: PLC0415 - slow to import

    yield TerminalMessenger(sys.stdout)


@asynccontextmanager
async def _slack_messenger(settings: Settings) -> AsyncIterator["Messenger"]:
    from adapters.slack import app  # noqa: PLC0415 - slow to import

    async with app.opened_access(settings) as access:
        yield app.messenger(access)


async def _check_slack(settings: Settings) -> str:
    from adapters.slack import app  # noqa: PLC0415 - slow to import

    async with app.opened_access(settings) as access:
        return await app.check(access)


@asynccontextmanager
async def _serve_slack(service: "CommandService", settings: Settings) -> AsyncIterator[None]:
    from adapters.slack import app  # noqa: PLC0415 - slow to import

    async with app.opened_access(settings) as access, app.serving(service, access):
        yield


async def _slack_next_step(settings: Settings) -> str:
    if not settings.slack_bot_token:
        return f"Slack: open https://<your host>/slack/install, which is on port {settings.slack_port} here."
    return "Slack: type /invite @Paperlark in a channel, then /paperlark."


@asynccontextmanager
async def _discord_messenger(settings: Settings) -> AsyncIterator["Messenger"]:
    from adapters.discord import app  # noqa: PLC0415 - slow to import

    async with app.messenger(app.access(settings)) as messenger:
        yield messenger


async def _check_discord(settings: Settings) -> str:
    from adapters.discord import app  # noqa: PLC0415 - slow to import

    return await app.check(app.access(settings))


@asynccontextmanager
async def _serve_discord(service: "CommandService", settings: Settings) -> AsyncIterator[None]:
    from adapters.discord import app  # noqa: PLC0415 - slow to import

    async with app.serving(service, app.access(settings)):
        yield


async def _discord_next_step(settings: Settings) -> str:
    from adapters.discord import app  # noqa: PLC0415 - slow to import

    return await app.next_step(app.access(settings))


@asynccontextmanager
async def _email_messenger(settings: Settings) -> AsyncIterator["Messenger"]:
    from adapters.email import app  # noqa: PLC0415 - slow to import

    yield app.messenger(app.access(settings))


async def _check_email(settings: Settings) -> str:
    from adapters.email import app  # noqa: PLC0415 - slow to import

    return await app.check(app.access(settings))


def _unsubscribe_pages(settings: Settings, forget: Forget) -> Sequence[AddPages]:
    from adapters.email import app  # noqa: PLC0415 - slow to import
    from adapters.http.unsubscribe import add_pages  # noqa: PLC0415 - slow to import

    signer = app.signer(app.access(settings))
    return [lambda served: add_pages(served, signer, forget)] if signer else []


PLATFORMS: dict[str, Platform] = {
    "terminal": Platform("Terminal", "", _terminal_messenger),
    "slack": Platform(
        "Slack",
        "slack_bot_token",
        _slack_messenger,
        _check_slack,
        _serve_slack,
        instead=("slack_client_id", "slack_client_secret"),
        unset={
            "slack_bot_token": "Slack is left out; it comes from OAuth & Permissions of your Slack app",
            "slack_app_token": "Slack's Socket Mode is left out",
            "slack_signing_secret": "Slack's HTTP mode is left out",
            "slack_client_id": "workspaces can't install the app themselves",
            "slack_client_secret": "workspaces can't install the app themselves",
        },
        token_forms=SLACK_FORMS,
        needs={
            "slack_app_token": ("slack_bot_token", "slack_client_id"),
            "slack_signing_secret": ("slack_bot_token", "slack_client_id"),
            "slack_client_id": ("slack_client_secret",),
            "slack_client_secret": ("slack_client_id",),
        },
        begin=(
            "Slack: https://api.slack.com/apps, Create New App, From a manifest (paperlark manifest prints it), "
            "Install App; set SLACK_BOT_TOKEN and SLACK_APP_TOKEN."
        ),
        next_step=_slack_next_step,
        library="adapters.slack.app",
    ),
    "discord": Platform(
        "Discord",
        "discord_token",
        _discord_messenger,
        _check_discord,
        _serve_discord,
        unset={"discord_token": "Discord is left out; it comes from the Bot page of your Discord application"},
        token_forms=DISCORD_FORMS,
        begin=(
            "Discord: https://discord.com/developers/applications, New Application, Bot, Reset Token; "
            "set DISCORD_TOKEN."
        ),
        next_step=_discord_next_step,
        library="adapters.discord.app",
    ),
    "email": Platform(
        "E-mail",
        "email_host",
        _email_messenger,
        _check_email,
        pages=_unsubscribe_pages,
        unset={
            "email_host": "/digest email is left out; it is your provider's mail server",
            "email_from": "/digest email is left out",
            "email_user": "no sign-in to the mail server",
            "email_password": "no sign-in to the mail server",
            "email_port": "587 with starttls, 465 with tls, 25 without",
            "email_secret": "mails have no one-click unsubscribe; openssl rand -hex 32 makes one",
            "paperlark_url": "mails have no one-click unsubscribe; it is where people reach PAPERLARK_PORT",
        },
    ),
}
"""Platforms by `Place.platform`. To add one, create its folder and its declaration here."""


async def messengers(settings: Settings, stack: AsyncExitStack, only: Collection[str] = ()) -> dict[str, "Messenger"]:
    """Open the messenger of each platform that has a token, or of `only` those; none needs to be served meanwhile."""
    found = {}
    for key, platform in available(settings).items():
        if not only or key in only:
            if platform.library:
                await asyncio.to_thread(import_module, platform.library)
            found[key] = await stack.enter_async_context(platform.messenger(settings))
    return found


def available(settings: Settings) -> dict[str, Platform]:
    """Return the platforms that the settings give access to."""
    return {key: platform for key, platform in PLATFORMS.items() if platform.has_token(settings)}


def served() -> dict[str, Platform]:
    """Return the platforms that accept commands."""
    return {key: platform for key, platform in PLATFORMS.items() if platform.serve}

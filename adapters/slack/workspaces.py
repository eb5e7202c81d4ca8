"""Which workspace a request is about, and what happens when one removes the app.

An organization of Enterprise Grid may install the app for all its workspaces. Slack then names the organization where
it usually names the workspace; the data of its workspaces stay apart here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack.client import Json
from adapters.slack.clients import Clients
from bot.app.command_service import CommandService
from bot.domain.errors import BotError

log = logging.getLogger(__name__)

FORGETTING_PAUSES = (1.0, 10.0, 60.0)
"""Seconds between attempts: Slack reports a removal only once."""

Placing = Callable[[Json, AsyncBoltContext, Callable[[], Awaitable[None]]], Awaitable[None]]


def workspace_of(body: Json, known: str) -> str:
    """Return the workspace's id (T…); if Slack names none, the `known` id, which may be an organization's (E…).

    `known` is what Bolt found: the workspace that installed the app, also in a channel that two workspaces share.
    """
    event, view = _dict(body.get("event")), _dict(body.get("view"))
    told = (
        known, body.get("context_team_id"), body.get("team_id"), _dict(body.get("team")).get("id"),
        _dict(body.get("user")).get("team_id"), view.get("team_id"), event.get("team_id"), event.get("team"),
    )  # fmt: skip
    return next((str(one) for one in told if str(one or "").startswith("T")), known)


def placing(clients: Clients) -> Placing:
    """Return a middleware that sets the workspace of each request, and notes if it uses its organization's access."""

    async def place(body: Json, context: AsyncBoltContext, next_: Callable[[], Awaitable[None]]) -> None:
        organization = context.enterprise_id or ""
        team = workspace_of(body, context.team_id or "")
        if team:
            context["team_id"] = team
        if context.is_enterprise_install and organization and team.startswith("T") and not _removed(body):
            try:
                await clients.join(team, organization)
            except BotError as error:
                log.warning("A workspace of an organization is not noted: team=%s why=%s", team, error)
        await next_()

    return place


async def forget_removed(body: Json, context: AsyncBoltContext, clients: Clients, door: CommandService) -> None:
    """Delete the data of those who removed the app, and their installation last, so that a retry finds all of it."""
    event_time = float(body.get("event_time") or 0)
    for holder in _holders(body, context):
        for pause in FORGETTING_PAUSES:
            try:
                for team in (teams := await clients.leaving(holder, event_time)):
                    await door.forget_team("slack", team)
                if teams:
                    await clients.left(holder)
                break
            except BotError as failure:
                log.warning("A team's data is not deleted yet: team=%s why=%s", holder, failure)
                await asyncio.sleep(pause)


def _holders(body: Json, context: AsyncBoltContext) -> tuple[str, ...]:
    """Return the workspaces or the organization that the event says removed the app; none if only people did."""
    event = _dict(body.get("event"))
    if event.get("type") == "team_access_revoked":
        return tuple(str(team) for team in event.get("team_ids") or () if team)
    if event.get("type") == "tokens_revoked" and not _dict(event.get("tokens")).get("bot"):
        return ()
    organization = context.enterprise_id if context.is_enterprise_install else ""
    holder = organization or context.team_id or context.enterprise_id or ""
    return (holder,) if holder else ()


def _removed(body: Json) -> bool:
    return _dict(body.get("event")).get("type") in {"app_uninstalled", "tokens_revoked", "team_access_revoked"}


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}

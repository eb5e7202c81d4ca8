"""Whether the bot can post in a Slack channel, from conversations.info and the scopes of its token."""

from collections.abc import Collection

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import CallFailed, Json, scoped_call
from bot.domain.posting import UNKNOWN, Obstacle, PostingCheck

WRITE, WRITE_PUBLIC = "chat:write", "chat:write.public"

_ERRORS = {
    "channel_not_found": Obstacle.PRIVATE_NOT_MEMBER,
    "is_archived": Obstacle.ARCHIVED,
    "not_in_channel": Obstacle.NOT_MEMBER,
}


async def can_post(web: AsyncWebClient, channel: str) -> PostingCheck:
    """Ask Slack; what it doesn't tell is UNKNOWN. Slack hides a private channel from a bot that isn't in it."""
    try:
        answer, scopes = await scoped_call(web, "conversations.info", channel=channel)
    except CallFailed as failure:
        if failure.scopes and WRITE not in failure.scopes:
            return PostingCheck(Obstacle.MISSING_SCOPES, (WRITE,))
        obstacle = _ERRORS.get(failure.error)
        return PostingCheck(obstacle) if obstacle else UNKNOWN
    told = answer.get("channel")
    return _read(told, scopes) if isinstance(told, dict) else UNKNOWN


def _read(told: Json, scopes: Collection[str]) -> PostingCheck:
    """Return what a channel object says (https://docs.slack.dev/reference/objects/conversation-object)."""
    name = f"#{told['name']}" if told.get("name") else ""
    member = told.get("is_member", told.get("is_im") or told.get("is_mpim"))
    private = told.get("is_private") or told.get("is_group")
    if scopes and WRITE not in scopes:
        return PostingCheck(Obstacle.MISSING_SCOPES, (WRITE,), name)
    if told.get("is_archived"):
        return PostingCheck(Obstacle.ARCHIVED, channel=name)
    if member is None:
        return UNKNOWN
    if member or (not private and WRITE_PUBLIC in scopes):
        return PostingCheck(channel=name)
    return PostingCheck(Obstacle.PRIVATE_NOT_MEMBER if private else Obstacle.NOT_MEMBER, channel=name)

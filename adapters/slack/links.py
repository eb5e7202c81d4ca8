"""Unfurls: the card in short of each paper that people link, under their message or in the composer before they send.

https://docs.slack.dev/messaging/unfurling-links-in-messages; manifest.yaml names the domains, at most five.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from html import unescape

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.client import ClientFor, Json, call, send_with_retry
from adapters.slack.identity import Identities
from adapters.slack.render import draw
from bot.app.command_service import CommandService
from bot.domain.card import Actions, Card
from bot.domain.command import Caller
from bot.domain.paper_source import find_id

MOST_UNFURLS = 5
"""Our limit a message: a longer list of links has its own words."""

COMPOSER = "composer"
"""The `source` of a link that isn't sent yet: its channel is unknown, so the card tells of none and has no buttons."""

MOST_WAIT_SECONDS = 60.0
"""Slack allows some 50 unfurls a minute in a workspace (https://docs.slack.dev/apis/web-api/rate-limits, tier 3)."""


class Links:
    """Handler of `link_shared`."""

    def __init__(self, door: CommandService, client_for: ClientFor, identities: Identities) -> None:
        self._door = door
        self._client_for = client_for
        self._identities = identities

    async def unfurl(self, event: Json, caller: Caller) -> None:
        """Show the papers that a message links, once; nothing for other links and for our own messages.

        Raises CallFailed if Slack refuses.
        """
        linked = papers_linked(event)
        if not linked or not await self._is_new(event, linked, caller):
            return
        if caller.user == (await self._identities.of(caller.place.team)).user:
            return
        cards = await self._door.link_cards(list(linked.values()), caller)
        pressable = event.get("source") != COMPOSER
        unfurls = {url: unfurl_of(cards[paper], pressable) for url, paper in linked.items() if paper in cards}
        if unfurls:
            web = await self._client_for(caller.place.team)
            await send_with_retry(partial(_unfurled, web, _target(event) | {"unfurls": unfurls}), MOST_WAIT_SECONDS)

    async def _is_new(self, event: Json, linked: Mapping[str, str], caller: Caller) -> bool:
        """Return False if these links of the message were answered: Slack may tell of them in several events."""
        message = event.get("unfurl_id") or f"{caller.place.channel}:{event.get('message_ts')}"
        return await self._door.is_new(f"slack:unfurl:{caller.place.team}:{message}:{' '.join(sorted(linked))}")


def papers_linked(event: Json) -> dict[str, str]:
    """Return the links that name a paper, as Slack wrote them, each with the paper's id."""
    urls = [str(link.get("url") or "") for link in event.get("links") or () if isinstance(link, dict)]
    found = {url: paper_id for url in urls if (paper_id := find_id(unescape(url)))}
    return dict(list(found.items())[:MOST_UNFURLS])


def unfurl_of(card: Card, pressable: bool = True) -> Json:
    """Return the card as the value of its link; without buttons unless they are `pressable`."""
    if not pressable:
        card = replace(card, blocks=tuple(block for block in card.blocks if not isinstance(block, Actions)))
    return {"blocks": draw(card, most=1)[0].payload["blocks"]}


def _target(event: Json) -> Json:
    """Return what names the message, or the draft in the composer
    (https://docs.slack.dev/reference/methods/chat.unfurl)."""
    if event.get("unfurl_id") and event.get("source"):
        return {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    return {"channel": event.get("channel"), "ts": event.get("message_ts")}


async def _unfurled(web: AsyncWebClient, body: Json) -> None:
    await call(web, "chat.unfurl", **body)

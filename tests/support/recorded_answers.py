"""Payloads sent to Slack and Discord for some thirty commands and a day's digests, as on the wire."""

import asyncio
from collections.abc import Sequence
from typing import Any

from support.recorded_papers import ADA, DAYS, LISTED, YAM, papers_of
from support.recorded_story import DIRECT, EVENING, GIVEN_UP, GROUP, REFUSED, UNSURE, digests_of
from support.recorded_world import READER, RecordedWorld, at

Sent = list[Any]
"""Payloads in the order sent, without the ids that a platform assigns."""

_MONDAYS, _TUESDAYS = (tuple(paper.id for paper in papers_of(day)) for day in DAYS[-2:])
_ANSWERING = frozenset(
    {
        "response_url",
        "chat.postMessage",
        "chat.postEphemeral",
        "chat.update",
        "views.open",
        "views.push",
        "views.update",
    }
)
_QUIET_TURNS = 25
_OF_THE_MOMENT = frozenset({"trigger_id", "view_id", "ts", "thread_ts", "hash"})

ASKED: tuple[tuple[str, str], ...] = (
    (GROUP, '/follow "gaussian splatting"'),
    (GROUP, "/paperlark"),
    (GIVEN_UP, "/paperlark"),
    (GROUP, "/following"),
    (GROUP, "/digest"),
    (GROUP, "/digest today all"),
    (GROUP, "/digest today points"),
    (GROUP, "/digest today perhaps"),
    (GROUP, "/digest yesterday"),
    (GROUP, "/digest 2026-11-19"),
    (GROUP, "/digest week"),
    (EVENING, "/digest"),
    (DIRECT, "/digest"),
    (GROUP, f"/paper {_MONDAYS[0]}"),
    (GROUP, f"/paper {_TUESDAYS[1]}"),
    (GROUP, "/paper 2603.01234"),
    (GROUP, "/paper preference optimization for question answering"),
    (GROUP, f"/readmore {_TUESDAYS[0]}"),
    (GROUP, f"/peek {_TUESDAYS[6]}"),
    (GROUP, f"/authors {_TUESDAYS[0]}"),
    (GROUP, f"/author openalex:{ADA}"),
    (GROUP, f"/author {_MONDAYS[1]} Yam Eitan"),
    (GROUP, "/author Nia Okafor"),
    (GROUP, "/figures"),
    (GROUP, '/papers "tidal mills" "ice cores"'),
    (GROUP, "/papers winter wheat has:code"),
    (GROUP, '/papers author:"Nia Okafor" from:2026-11-16'),
    (GROUP, "/papers has:code"),
    (GROUP, "/papers page=2 dwarf galaxies lensing"),
    (GROUP, "/papers author:Meyer cat:quant-ph from:2026-11-18"),
    (GROUP, "/papers everywhere zeppelin moorings"),
    (GROUP, f"/similar {_TUESDAYS[4]}"),
    (GROUP, "/saved"),
    (GROUP, "/saved unread 2"),
    (GROUP, "/saved bibtex"),
    (GROUP, f"/bibtex {_MONDAYS[7]}"),
    (GROUP, "/trending"),
    (GROUP, "/trending week"),
    (GROUP, f"/follow {_TUESDAYS[3]} Ada Meyer"),
    (GROUP, f"/follow arxiv:{LISTED}"),
    (GROUP, "/follow cs.LG"),
    (GROUP, f"/unfollow openalex:{YAM}"),
    (GROUP, "/unfollow cs.CL"),
    (GROUP, f"/mute {_TUESDAYS[2]}"),
    (GROUP, "/mute boson sampling"),
    (GROUP, f"/more {_TUESDAYS[2]}"),
    (GROUP, f"/less {_TUESDAYS[4]}"),
    (GROUP, f"/save {_TUESDAYS[5]} note: ask Lena"),
    (GROUP, "/paperlark digest email"),
    (EVENING, f"/paperlark digest email off {READER}"),
    (REFUSED, "/digest on 08:30 top=7 days=tue"),
    (UNSURE, "/paperlark"),
    (UNSURE, "/resend 2026-11-18"),
    (UNSURE, "/digest off"),
    (GIVEN_UP, "/resend 2026-11-18"),
    (GROUP, "/digest on 25:99"),
    (GROUP, "/folow cs.LG"),
)
"""Commands and their channels, before the day's digests are due, so `/digest` shows what they will be.

No result here has a random order: of two papers that fit a search equally well, or of two people of one name, the one
read first comes first.
"""

ASKED_WITH_MEANING: tuple[tuple[str, str], ...] = ((GROUP, '/papers "glass furnaces"'), (GROUP, "/papers Yam Eitan"))
"""More commands, for which an embedding model distinguishes papers with the same words."""

PRESSED = ("Read more", "Follow author")
"""Commands to send next, under the card of a paper."""


async def answers(world: RecordedWorld, thinks: bool) -> dict[str, dict[str, Sent]]:
    """Return the payloads for each of `ASKED`, by platform; each platform has its own channels."""
    asked = ASKED + (ASKED_WITH_MEANING if thinks else ())
    await world.app.index.catch_up()  # a search waits for it a moment only, which a busy machine may need longer
    return {platform: await _asked(world, platform, asked) for platform in ("slack", "discord")}


async def due_digests(world: RecordedWorld) -> dict[str, dict[str, Sent]]:
    """Return the last day's digests, by platform and channel, after the commands."""
    slack, letters = len(world.slack.server.calls), len(world.mail.letters)
    await digests_of(world, DAYS[-1])
    posts = [body for name, body in world.slack.server.calls[slack:] if name == "chat.postMessage"]
    channels = sorted({str(body["channel"]) for body in posts})
    rooms = sorted(world.discord.server.channels.values(), key=lambda room: room.id)
    return {
        "slack": {channel: [_plain(body) for body in posts if body["channel"] == channel] for channel in channels},
        "discord": {room.id: found for room in rooms if (found := _posts(world, room))},
        "terminal": {"C1": [message.payload["lines"] for message in world.terminal.messenger.printed["C1"]]},
        "email": {READER: [_letter(letter) for letter in world.mail.letters[letters:]]},
    }


async def _asked(world: RecordedWorld, platform: str, asked: Sequence[tuple[str, str]]) -> dict[str, Sent]:
    world.clock.instant = at("11-24 06:00")
    found = {}
    for channel, text in asked:
        _, found[f"{channel} {text}"] = await _sent(world, platform, channel, text)
    card, _ = await _sent(world, platform, GROUP, f"/paper {_TUESDAYS[0]}")
    for label in PRESSED:
        found[f"press {label}"] = await _pressed(world, platform, card, label)
    return found


async def _sent(world: RecordedWorld, platform: str, channel: str, text: str) -> tuple[Any, Sent]:
    before = len(world.slack.server.calls)
    seen = await world.chats[platform].says(text, channel)
    return seen, await _payloads(world, platform, seen, before)


async def _pressed(world: RecordedWorld, platform: str, card: Any, label: str) -> Sent:
    before = len(world.slack.server.calls)
    seen = await world.chats[platform].presses(card, label)
    return await _payloads(world, platform, seen, before)


async def _payloads(world: RecordedWorld, platform: str, seen: Any, before: int) -> Sent:
    if platform == "discord":
        return [_made(message) for message in seen.payload["messages"]]
    await _quiet(world.slack.server.calls)
    return [{"method": name, **_plain(body)} for name, body in world.slack.server.calls[before:] if name in _ANSWERING]


async def _quiet(calls: Sequence[Any]) -> None:
    """Wait until nothing was sent for a while, counted in turns of the loop: a busy machine slows both down."""
    known, turns = len(calls), 0
    while turns < _QUIET_TURNS:
        await asyncio.sleep(0.002)
        known, turns = (known, turns + 1) if len(calls) == known else (len(calls), 0)


def _posts(world: RecordedWorld, room: Any) -> Sent:
    """Return the bot's own posts in a Discord channel, without answers."""
    answered = {made["id"] for asked in world.discord.server.interactions.values() for made in asked.messages}
    return [_made(message) for message in room.messages if message["id"] not in answered]


def _made(message: dict[str, Any]) -> dict[str, Any]:
    kept = {name: message[name] for name in ("content", "embeds", "components", "flags") if message[name]}
    files = [{name: one[name] for name in ("filename", "description") if name in one} for one in message["attachments"]]
    return _plain(kept) | ({"attachments": files} if files else {})


def _letter(letter: Any) -> dict[str, str]:
    parts = {kind: letter.get_body((kind,)).get_content() for kind in ("plain", "html")}
    named = ("From", "To", "Subject", "List-Unsubscribe")
    return {**{name: str(letter[name]) for name in named}, **parts}


def _plain(value: Any) -> Any:
    """Return the payload without values that a test's platforms number consecutively."""
    if isinstance(value, dict):
        kept = {name: _plain(one) for name, one in value.items() if name not in _OF_THE_MOMENT}
        return kept | ({"slack_file": "a file"} if "slack_file" in kept else {})
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, str) and value.startswith("https://cdn.discordapp.com/"):
        return value.partition("?")[0]
    return value

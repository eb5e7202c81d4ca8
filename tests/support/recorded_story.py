"""A week of the recorded store: settings and commands of people in Slack, Discord and a terminal, and the results.

It creates records of each kind: follows by name, of a person, of categories and topics, mutes, feedback, a reading
list, schedules with every option, mailboxes, digests in several states, recaps, summaries, and failures.
"""

import re
from datetime import date

from redis.asyncio import Redis

from support.recorded_papers import ADA, DAYS, LISTED, YAM_ORCID, papers_of
from support.recorded_world import READER, RecordedWorld, at

NOW = at("11-24 05:30")
"""Time of the recording: the bot has read Tuesday's announcement, and its digests aren't due yet."""

GROUP, EVENING, DIRECT, REFUSED, UNSURE, GIVEN_UP = "C1", "C2", "D1", "C3", "C4", "C5"
"""Channels of Slack, and those of Discord with the same names."""

_LOST = DAYS[2]
"""The day on which the reply to a message gets lost, and nobody can check if the message was posted."""

_SETTINGS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("slack", GROUP, (
        f"/follow openalex:{ADA}", "/follow name:Wei Wang", "/follow cs.CL anyway",
        '/follow "state space models" anyway', "/mute object detection", "/mute Diego Silva",
        "/digest on 9:00 Europe/Berlin top=4 days=mon-fri lang=en cross=off recap=fri trending=on",
    )),
    ("slack", EVENING, (
        "/follow quant-ph anyway", "/follow Yam Eitan", "/digest on 17:30 America/New_York top=20 days=mon+wed+fri",
    )),
    ("slack", DIRECT, ("/follow topic: galaxies", "/digest on 7:45 UTC")),
    ("slack", REFUSED, ("/follow math.CO anyway", "/digest on 8:00 UTC")),
    ("slack", UNSURE, ("/follow cs.CV anyway", "/digest on 10:30 UTC top=3")),
    ("slack", GIVEN_UP, ("/follow astro-ph.GA anyway", "/digest on 8:00 UTC top=3")),
    ("discord", GROUP, (
        f"/follow arxiv:{LISTED}", "/follow Ravi Menon", f"/follow orcid:{YAM_ORCID}", "/follow cs.LG anyway",
        '/follow "error correction" anyway', "/mute federated learning",
        "/digest on 8:05 UTC top=6 days=mon-sun recap=mon trending=on",
    )),
    ("discord", EVENING, ("/follow cs.CL anyway", "/digest on 8:10 UTC top=2 lang=fr cross=on")),
    ("discord", DIRECT, ('/follow "graph neural networks" anyway', "/digest on 8:00 Asia/Tokyo")),
    ("terminal", GROUP, ("/follow cs.CV anyway", "/follow math.CO anyway", "/digest on 8:00 UTC top=2")),
    ("terminal", EVENING, ("/follow quant-ph anyway", "/digest on 9:00 UTC", "/digest off")),
)  # fmt: skip


async def play(world: RecordedWorld) -> None:
    """Play the whole week, up to `NOW`."""
    world.announce(DAYS[0])
    await world.rounds(at("11-16 11:00"))
    await _everybody_sets_what_they_want(world)
    for day in DAYS[1:-1]:
        world.announce(day)
        await world.rounds(at(f"{day:%m-%d} 05:30"))
        await _before_the_digests_of(world, day)
        await digests_of(world, day)
        await _opinions_of(world, day)
    world.announce(DAYS[-1])
    world.face.fault = "500"
    await world.rounds(NOW)


async def digests_of(world: RecordedWorld, day: date) -> None:
    """Deliver a day's digests. Those with trending papers go one after the other, since they read each other's."""
    for moment in ("07:50", "08:03", "08:06", "08:12"):
        await world.rounds(at(f"{day:%m-%d} {moment}"))
    if day == _LOST:
        world.slack.server.lose_reply("chat.postMessage")
        world.slack.server.refuse("conversations.history", "missing_scope")
    await world.rounds(at(f"{day:%m-%d} 11:00"))


async def _everybody_sets_what_they_want(world: RecordedWorld) -> None:
    for platform, channel, texts in _SETTINGS:
        await say(world, platform, channel, *texts)
    await say(world, "slack", GROUP, f"/digest email {READER}")
    (letter,) = world.mail.to(READER)
    code = re.findall(r"confirm (\d{6})", letter.get_body(("plain",)).get_content())[0]
    await say(world, "slack", GROUP, f"/digest email confirm {code}", "/digest email waiting@example.org")


async def _before_the_digests_of(world: RecordedWorld, day: date) -> None:
    """Archive a channel on Tuesday. On Wednesday, make a digest fail until the bot gives up. On Monday, remove the
    terminal, so its digest stays open."""
    if day == DAYS[1]:
        world.slack.server.channel_faults[REFUSED] = "is_archived"
    if day == _LOST:
        world.clock.instant = at("11-18 08:03")
        await _fails_until_given_up(world)
    if day == DAYS[-2]:
        del world.speakers["terminal"]


async def _fails_until_given_up(world: RecordedWorld) -> None:
    """Make a channel's digest fail with an unreadable record, until the bot gives up."""
    damaged = "lark:t:{slack:T1}:uncertain:" + GIVEN_UP
    async with Redis.from_url(world.app.redis_url) as client:
        await client.sadd(damaged, "no edition")
        for _ in range(5):
            await world.app.rounds.prepare()
        await client.delete(damaged)


async def _opinions_of(world: RecordedWorld, day: date) -> None:
    """Send the two groups' feedback on a day's papers, and mark papers as read."""
    ids = [paper.id for paper in papers_of(day)]
    save = f"/save {ids[0]} note: for Thursday's seminar"
    await say(
        world, "slack", GROUP, f"/more {ids[6]}", f"/less {ids[2]}", save, f"/save {ids[7]}", f"/saved read {ids[7]}"
    )
    await say(world, "discord", GROUP, f"/save {ids[3]}", f"/save {ids[5]}", f"/more {ids[1]}", f"/less {ids[8]}")
    if day == DAYS[1]:
        await say(world, "slack", GROUP, f"/save {ids[4]}")
    if day == DAYS[3]:
        await say(world, "discord", GROUP, f"/unsave {ids[5]}")


async def say(world: RecordedWorld, platform: str, channel: str, *texts: str) -> None:
    """Type these texts one after the other."""
    for text in texts:
        await world.chats[platform].says(text, channel)

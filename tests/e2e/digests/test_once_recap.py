"""The weekly recap through `paperlark once`: after Friday's digest, once a week, and only where somebody wants it."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from support.loopback_world import Room, World, a_world, at, paper

THURSDAY, FRIDAY = date(2026, 9, 3), date(2026, 9, 4)
IDS = ["2609.00001", "2609.00002"]
FIRST, LAST, NEXT = at("2026-09-03 09:00"), at("2026-09-04 09:00"), at("2026-09-11 09:00")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two days' announcements, a paper each."""
    async with a_world(tmp_path) as world:
        world.announces(THURSDAY, [paper(IDS[0], THURSDAY)])
        world.announces(FRIDAY, [paper(IDS[1], FRIDAY)])
        yield world


def pictures(room: Room) -> int:
    """How many messages there show one."""
    if room.place.platform == "slack":
        return sum("image" in [block["type"] for block in seen.payload["blocks"]] for seen in room.digests)
    return sum(len(made["attachments"]) for seen in room.digests for made in seen.payload["messages"])


@pytest.mark.parametrize("platform", ["slack", "discord"])
@pytest.mark.slow
async def test_a_recap_follows_fridays_digest_and_comes_once_whatever_is_lost(world: World, platform: str) -> None:
    wanting, other = world.room(platform, "C1"), world.room(platform, "C2")
    await wanting.says("/digest on 09:00 UTC cs.LG recap=fri", at("2026-09-02 12:00"))
    await other.says("/digest on 09:00 UTC cs.LG", at("2026-09-02 12:00"))
    assert (await world.once(FIRST)).code == 0
    assert [len(room.digests) for room in (wanting, other)] == [1, 1]

    world.slack.lose_reply("chat.postMessage", times=2)
    world.discord.lose_reply("post")
    for moment in (LAST, at("2026-09-05 09:00")):
        ended = await world.once(moment)
        assert ended.code == 0, ended.err
        assert "Traceback" not in ended.err

    assert [len(room.digests) for room in (wanting, other)] == [3, 2]
    recap = wanting.digests[-1].text
    assert "The week from 29 August to 4 September" in recap
    assert "2 digests" in recap
    assert "Best of the week" in recap
    assert all(paper_id in recap for paper_id in IDS)
    assert pictures(wanting) == 1
    assert pictures(other) == 0
    in_words = await wanting.says("/digest week", at("2026-09-04 16:00"))
    assert (in_words.private, in_words.data["matched"]) == (True, 2)
    assert (await world.once(NEXT)).code == 0
    assert "The week from 5 September to 11 September" in wanting.digests[-1].text
    assert "week from" not in "".join(message.text for message in other.digests)

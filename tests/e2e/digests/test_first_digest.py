"""A new team's first day, whenever it begins: its first digest has the last announcement's papers and says no untruth.

Real slack-bolt and discord.py clients on loopback servers; the clock alone is moved, to each day of a week.
"""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.domain.schedule import EASTERN, announcement_of, last_announcement
from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import PAPER

WEEK = [datetime(2026, 5, day, 13, 50, tzinfo=UTC) for day in range(11, 18)]
"""Monday to Sunday, in the European afternoon. `make test` plays Saturday alone."""
TEAMS = ("slack", "discord")
WHY_FALSE = ("before this channel followed", "earlier digest", "No new papers", "announces nothing")


@pytest.fixture(
    params=[pytest.param(day, id=f"{day:%a}", marks=[] if day.weekday() == 5 else pytest.mark.slow) for day in WEEK]
)
async def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    """A bot that was installed ten minutes ago and has read arXiv once."""
    now: datetime = request.param
    async with on_all_platforms(tmp_path / "home") as house:
        house.clock.instant = now - timedelta(minutes=10)
        house.arxiv.papers = [*announced_at(last_announcement(now), 5)]
        shown = last_announcement(now).astimezone(EASTERN).date() + timedelta(days=1)
        if shown == now.astimezone(EASTERN).date():
            house.arxiv.announce(shown, house.arxiv.papers)
        await house.app.rounds.prepare()
        house.clock.instant = now
        yield house


def announced_at(evening: datetime, number: int) -> list:
    """Papers of an announcement (UTC): each was submitted a day before it at the latest."""
    submitted = evening - timedelta(hours=8)
    while announcement_of(submitted) != evening:
        submitted -= timedelta(hours=6)
    return [
        replace(PAPER, id=f"2605.1{n:04}", title=f"Paper {n} of the last announcement", published=submitted)
        for n in range(number)
    ]


async def a_minute_later(house: House, minutes: int) -> None:
    house.clock.instant += timedelta(minutes=minutes)
    await house.app.rounds.prepare()
    await house.app.rounds.deliver()


@pytest.mark.parametrize("team", TEAMS)
async def test_a_digest_two_minutes_ahead_has_the_last_announcements_papers(fresh: House, team: str) -> None:
    chat = fresh.chats[team]
    in_two_minutes = fresh.clock.instant + timedelta(minutes=2)
    await chat.says("/follow cs.LG")
    on = await chat.says(f"/digest on {in_two_minutes:%H:%M} UTC days=mon-sun")
    assert "Post the first one now" in on.buttons

    await a_minute_later(fresh, 3)

    (digest,) = chat.standing()
    assert digest.text.startswith("5 papers for")
    assert not [why for why in WHY_FALSE if why in digest.text]


@pytest.mark.parametrize("team", TEAMS)
async def test_the_first_one_can_be_posted_now_and_tomorrow_brings_none_of_it_again(fresh: House, team: str) -> None:
    chat = fresh.chats[team]
    followed = await chat.says("/follow cs.LG")
    shown = await chat.says("/digest")
    assert shown.text.count("of the last announcement") == 5

    posted = await chat.presses(followed, "Post the first one now")
    assert posted.private
    await a_minute_later(fresh, 1)

    assert [digest.text[:12] for digest in chat.standing()] == ["5 papers for"]
    again = await chat.says("/digest now")
    assert again.private
    assert "already here" in again.text
    await a_minute_later(fresh, 24 * 60)
    assert sum("of the last announcement" in digest.text for digest in chat.standing()) == 1

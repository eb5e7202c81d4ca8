"""The reading club on every platform: a ballot on Friday, votes, a pick on Monday, each once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from bot.domain.channel import Place
from bot.domain.feedback import FeedbackKind
from bot.domain.issue_key import ClubDay
from conftest import WaitUntil
from support.all_platforms import CHATS_FIRST, Driver, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import DiscordDriver, number
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

THIRD = replace(PAPER, id="2605.07777", title="A Third Paper")
THURSDAY, FRIDAY, SATURDAY, MONDAY = (datetime(2026, 5, day, 9, tzinfo=UTC) for day in (14, 15, 16, 18))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER, CODED, THIRD]
        await house.app.services.papers.keep([PAPER, CODED, THIRD])
        yield house


@pytest.fixture(params=CHATS_FIRST)
def chat(request: pytest.FixtureRequest, house: House) -> Driver:
    house.clock.instant = THURSDAY
    return house.chats[request.param]


@pytest.fixture
def channel(house: House) -> str:
    return house.new_channel()


async def test_the_paper_with_the_most_votes_is_picked(chat: Driver, channel: str, house: House) -> None:
    assert "On Fridays we pick" in (await chat.says("/digest on 09:00 UTC club=on days=tue", channel)).text
    for paper in (PAPER, CODED, THIRD):
        await chat.says(f"/save {paper.id}", channel)
    (ballot,) = await _at(FRIDAY, chat, channel, house)
    assert "Pick one to read together" in ballot.text
    assert "Vote until Monday, 18 May 2026 at 09:00 (UTC)" in ballot.text
    assert [label for label in ballot.buttons if label.startswith("Vote")] == ["Vote for 1", "Vote for 2", "Vote for 3"]

    listed = [paper.title for paper in sorted((PAPER, CODED, THIRD), key=lambda one: ballot.text.index(one.title))]
    await chat.presses(ballot, "Vote for 1")
    voted = await chat.presses(ballot, "Vote for 2")
    assert voted.private or chat.platform == "terminal"
    assert f"You voted for “{listed[1][:60]}" in voted.text
    (pick,) = await _at(MONDAY, chat, channel, house)
    assert f"We read “{listed[1][:60]}" in pick.text
    assert "on Friday, 22 May 2026 at 09:00 (UTC)" in pick.text
    assert "1 of 1 vote" in pick.text
    assert "This vote has ended." in (await chat.presses(ballot, "Vote for 1")).text


async def test_reactions_vote_and_the_last_one_counts(
    chat: Driver, channel: str, house: House, wait_until: WaitUntil
) -> None:
    house.door.reactions.clear()
    if chat.platform == "terminal":
        pytest.skip("a terminal has no reactions")
    await chat.says("/digest on 09:00 UTC club=on days=tue", channel)
    for paper in (PAPER, CODED):
        await chat.says(f"/save {paper.id}", channel)
    (ballot,) = await _at(FRIDAY, chat, channel, house)
    entry = await house.app.services.ledger.find(chat.place(channel), ClubDay(FRIDAY.date()))
    assert entry
    reactions = ("U7", "1", True), ("U7", "2", True), ("U8", "2", True), ("U9", "1", True), ("U9", "1", False)
    for count, (user, sign, added) in enumerate(reactions, start=1):
        await _reacts(chat, ballot, user, sign, added)
        await wait_until(lambda count=count: len(house.door.reactions) == count, f"{count} reactions")
    await _reacts(chat, ballot, "U7", "1", False)  # of an earlier vote, which is replaced already
    await wait_until(lambda: len(house.door.reactions) == len(reactions) + 1, "the last reaction")
    said = await house.app.services.feedback.feedback(chat.place(channel))
    assert {one.verdict for one in said} == {FeedbackKind.SAVED}

    (pick,) = await _at(MONDAY, chat, channel, house)
    assert "2 of 2 votes" in pick.text
    assert entry.digest.papers[1].title[:50] in pick.text


async def _reacts(chat: Driver, ballot: Seen, user: str, sign: str, added: bool) -> None:
    if isinstance(chat, SlackDriver):
        await chat.server.reacts(ballot.payload, {"1": "one", "2": "two"}[sign], user, added)
    elif isinstance(chat, DiscordDriver):
        (message,) = ballot.payload["messages"]
        await chat.server.reacts(message, f"{sign}\ufe0f\u20e3", number(user), added)


async def test_without_votes_the_first_is_picked_and_that_is_said(chat: Driver, channel: str, house: House) -> None:
    await chat.says("/digest on 09:00 UTC club=on days=tue", channel)
    await chat.says(f"/save {PAPER.id} {CODED.id}", channel)
    await _at(FRIDAY, chat, channel, house)
    (pick,) = await _at(MONDAY, chat, channel, house)

    assert "Nobody voted: this one ranked first." in pick.text


@pytest.mark.parametrize("typed", ["/digest on 09:00 UTC club=on days=tue", "/digest on 09:00 UTC days=tue"])
async def test_nothing_comes_of_one_saved_paper_or_of_a_club_that_is_off(
    chat: Driver, channel: str, house: House, typed: str
) -> None:
    await chat.says(typed, channel)
    await chat.says(f"/save {PAPER.id}", channel)
    if "club=on" not in typed:
        await chat.says(f"/save {CODED.id}", channel)

    assert await _at(FRIDAY, chat, channel, house) == await _at(MONDAY, chat, channel, house) == []


async def test_two_processes_and_a_restart_post_each_once_and_catch_up(house: House, channel: str) -> None:
    slack, house.clock.instant = house.chats["slack"], THURSDAY
    await slack.says("/digest on 09:00 UTC club=on days=tue", channel)
    await slack.says(f"/save {PAPER.id} {CODED.id}", channel)
    house.clock.instant = SATURDAY  # nobody was there on Friday
    await asyncio.gather(house.app.rounds.prepare(), house.app.rounds.prepare())
    await asyncio.gather(house.app.rounds.deliver(), house.app.rounds.deliver())
    await house.app.rounds.prepare()
    await house.app.rounds.deliver()
    assert len(slack.standing(channel)) == 1

    await _at(MONDAY, slack, channel, house)
    await _at(MONDAY, slack, channel, house)
    assert len(slack.standing(channel)) == 2


async def test_what_was_saved_before_the_week_is_on_no_ballot(house: House, channel: str) -> None:
    slack, house.clock.instant = house.chats["slack"], datetime(2026, 5, 7, 9, tzinfo=UTC)
    await slack.says("/digest on 09:00 UTC club=on days=tue", channel)
    await slack.says(f"/save {THIRD.id}", channel)
    house.clock.instant = THURSDAY
    await slack.says(f"/save {PAPER.id} {CODED.id}", channel)
    (ballot,) = await _at(FRIDAY, slack, channel, house)

    assert THIRD.title not in ballot.text


async def test_a_vote_that_cant_be_read_is_said(house: House, channel: str) -> None:
    slack = house.chats["slack"]
    for typed in ("/vote", "/vote 2026-05-15", "/vote 2026-05-15 99999999999", "/vote x 1", "/vote 2026-99-99 1"):
        assert (await slack.says(typed, channel)).private
        assert house.door.cards["slack", "U1"].kind == "error"


async def _at(when: datetime, chat: Driver, channel: str, house: House) -> list[Seen]:
    """Do what is due then; return the new messages in the channel."""
    before = len(chat.standing(channel))
    house.clock.instant = when
    place: Place = chat.place(channel)
    for task in await house.app.planner.tasks():
        if task.place == place:
            for following in await house.app.jobs.do(task):
                await house.app.jobs.do(following)
    return chat.standing(channel)[before:]

"""The set-up form: opened, filled in, saved and opened again, on every platform that has forms."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time, timedelta

import pytest
import pytest_asyncio

from bot.domain.channel import Channel, Kind
from bot.domain.paper import Paper
from support.all_platforms import MONDAY, House, User, on_all_platforms
from support.builders.sample_cards import PAPER
from support.drivers.visible_answer import Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
WITH_FORMS = ("slack", "discord")
A_DAY = 24
ALL = {
    "categories": ["cs.CL"],
    "topics": "robot arms\nstate space models",
    "people": ["Yam Eitan"],
    "time": "08:30",
    "zone": "Europe/Berlin",
    "days": "mon-fri",
    "top": "5",
}


def listed(number: int) -> Paper:
    title = "On robot arms" if number % 2 else "On state space models"
    names = ("Yam Eitan",) if number == 0 else (f"Wei Wang {number}",)
    return replace(PAPER, id=f"2605.{10_000 + number}", title=title, abstract="We show it.", authors=names)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday morning; the announcement of the night has 24 papers, and no model is there to tell meanings."""
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        house.clock.instant = TUESDAY
        papers = [listed(number) for number in range(A_DAY)]
        await house.app.services.papers.keep(papers)
        await house.app.services.papers.announce({paper.id: TUESDAY - timedelta(hours=9) for paper in papers})
        yield house


@pytest.fixture(params=WITH_FORMS)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def stored(user: User) -> Channel:
    return await user.house.app.services.channels.get(user.chat.place(user.channel))


async def filled(user: User, **changed: object) -> Seen:
    return await user.fills(await user.says("/paperlark setup"), ALL | changed)


async def test_a_new_channel_sees_an_empty_form_with_the_usual_times(user: User) -> None:
    form = await user.says("/paperlark setup")

    assert form.private
    assert "Set up this channel" in form.text
    for label in ("Categories", "Topics, one a line", "People", "Papers a day"):
        assert label in form.text
    assert "09:00" in form.text


async def test_a_filled_form_sets_follows_and_times_and_the_channel_sees_it(user: User) -> None:
    told = await filled(user)

    channel = await stored(user)
    assert [(follow.kind, follow.what) for follow in sorted(channel.follows, key=lambda f: f.kind)] == [
        (Kind.AUTHOR, "Yam Eitan"),
        (Kind.CATEGORY, "cs.CL"),
        (Kind.TOPIC, "robot arms"),
        (Kind.TOPIC, "state space models"),
    ]
    table = channel.timetable
    assert table
    assert (table.at, table.zone, table.days, table.top) == (time(8, 30), "Europe/Berlin", frozenset(range(5)), 5)
    assert not told.private
    assert (
        "I'll post the best 5 papers here every weekday at 08:30 (Berlin). The first digest comes tomorrow."
        in told.text
    )
    assert "Following: cs.CL, “robot arms”, “state space models”, Yam Eitan." in told.text
    assert "With this, today would have brought 24 papers; you would have seen the best 5." in told.text
    assert told.buttons == ("Post the first one now", "Settings", "Turn off")


async def test_settings_open_the_form_with_what_is_set(user: User) -> None:
    form = await user.presses(await filled(user), "Settings")

    for shown in ("cs.CL", "robot arms\nstate space models", "Yam Eitan", "08:30", "Europe/Berlin", "The best 5"):
        assert shown in form.text


async def test_what_is_taken_out_of_the_form_is_unfollowed_and_nothing_else_is(user: User) -> None:
    form = await user.presses(await filled(user), "Settings")
    since = {follow.key: follow.since for follow in (await stored(user)).follows}

    told = await user.fills(form, {"topics": "robot arms", "top": "10"})

    assert "Unfollowed “state space models”." in told.text
    channel = await stored(user)
    assert {follow.key for follow in channel.follows} == since.keys() - {"topic:state space models"}
    assert all(follow.since == since[follow.key] for follow in channel.follows)
    assert channel.timetable
    assert channel.timetable.top == 10


async def test_a_follow_made_while_the_form_was_open_stays(user: User) -> None:
    form = await user.presses(await filled(user), "Settings")
    user.house.clock.instant += timedelta(seconds=5)
    await user.says("/follow cs.RO")

    await user.fills(form, {"topics": ""})

    assert {follow.what for follow in await user.follows()} == {"cs.CL", "Yam Eitan", "cs.RO"}


async def test_errors_are_told_and_nothing_is_saved(user: User) -> None:
    told = await filled(user, topics="robot arms\n!!", people=["Yam Eitan"])

    assert told.private
    assert "!!" in told.text
    assert not (await stored(user)).has_anything


async def test_a_form_that_asks_for_nothing_is_not_saved(user: User) -> None:
    told = await filled(user, categories=[], topics="", people=[])

    assert "Choose a category, a topic or a person to follow." in told.text
    assert not (await stored(user)).has_anything


async def test_a_category_typed_as_a_topic_is_the_category(user: User) -> None:
    await filled(user, topics="cs.RO")

    assert {follow.what for follow in await user.follows()} == {"cs.CL", "cs.RO", "Yam Eitan"}


async def test_a_terminal_shows_the_commands_instead(house: House) -> None:
    told = await house.user("terminal").says("/paperlark setup")

    for command in ("/follow cs.CL", '/follow "LLM agents"', "/follow Yam Eitan", "/digest on 09:00 UTC top=10"):
        assert command in told.text

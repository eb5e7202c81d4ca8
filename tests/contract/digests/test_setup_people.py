"""People in the set-up form: one is followed, several are asked about afterwards, and nobody is a sentence."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.domain.channel import Kind
from support.all_platforms import MONDAY, House, User
from support.builders.sample_cards import PAPER
from support.drivers.slack_driver import SlackDriver
from support.drivers.visible_answer import Seen
from support.platforms_with_openalex import beside_openalex
from support.servers.openalex_server import person, preprint
from support.servers.slack_forms import searches

pytestmark = pytest.mark.asyncio(loop_scope="module")

YAM, ROBOT, STAR = "A5023888391", "A5000000001", "A5000000002"
NAME, SHARED = "Yam Eitan", "Wei Wang"
ROBOTS = [replace(PAPER, id=f"2601.0000{n}", title="Soft robot hands", authors=(SHARED, NAME)) for n in (1, 2)]
STARS = [replace(PAPER, id=f"2602.0000{n}", title="Hot Jupiters", authors=(SHARED, "Vera Rubin")) for n in (1, 2)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Yam Eitan is one person, Wei Wang are two; arXiv knows nobody else."""
    async with beside_openalex(tmp_path_factory.mktemp("home")) as (house, server):
        server.add(person(YAM, NAME), preprint(PAPER.id))
        server.add(person(ROBOT, SHARED, at=("ETH Zurich", [2026])), *(preprint(one.id) for one in ROBOTS))
        server.add(person(STAR, SHARED, at=("Carnegie Institution", [2026])), *(preprint(one.id) for one in STARS))
        house.clock.instant = MONDAY
        house.arxiv.papers = [PAPER, *ROBOTS, *STARS]
        await house.app.services.papers.keep([PAPER, *ROBOTS, *STARS])
        yield house


@pytest.fixture(params=["slack", "discord"])
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def set_up_with(user: User, *people: str) -> Seen:
    return await user.fills(await user.says("/paperlark setup"), {"categories": ["cs.CL"], "people": list(people)})


async def test_one_person_is_followed_with_their_identity(user: User) -> None:
    told = await set_up_with(user, NAME)

    (followed,) = (follow for follow in await user.follows() if follow.kind is Kind.AUTHOR)
    assert (followed.what, followed.identity) == (NAME, f"openalex:{YAM}")
    assert "Following: cs.CL, Yam Eitan." in told.text


async def test_of_several_people_with_a_name_the_channel_chooses_one_afterwards(user: User) -> None:
    told = await set_up_with(user, NAME, SHARED)
    assert "Several people are called Wei Wang." in told.text
    assert {follow.what for follow in await user.follows()} == {"cs.CL", NAME}

    people = await user.presses(told, "Choose")
    assert people.private
    await user.presses(people, "Follow")

    assert {follow.what for follow in await user.follows()} == {"cs.CL", NAME, SHARED}


async def test_a_name_that_nobody_has_is_told_and_the_rest_is_saved(user: User) -> None:
    told = await set_up_with(user, NAME, "Zzyzx Qwertyuiop")

    assert "Zzyzx Qwertyuiop" in told.text
    assert not told.private
    assert {follow.what for follow in await user.follows()} == {"cs.CL", NAME}


async def test_two_people_of_one_name_are_told_apart_in_the_form_and_one_can_be_taken_out(user: User) -> None:
    for identity in (ROBOT, STAR):
        await user.says(f"/follow openalex:{identity}")
    form = await user.says("/paperlark settings")
    assert f"{SHARED} (openalex:{ROBOT})" in form.text

    kept = f"openalex:{STAR}" if user.chat.platform == "slack" else f"{SHARED} (openalex:{STAR})"
    told = await user.fills(form, {"people": [f"author:{kept}" if user.chat.platform == "slack" else kept]})

    assert "Unfollowed Wei Wang." in told.text
    assert [follow.identity for follow in await user.follows()] == [f"openalex:{STAR}"]


async def test_names_are_completed_and_any_name_can_be_typed(house: House) -> None:
    slack = house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    form = await slack.says("/paperlark setup", house.new_channel())

    known = await searches(slack.server, form.payload, "people", "wei")
    assert [option["value"] for option in known] == [SHARED, "wei"]
    assert [option["value"] for option in await searches(slack.server, form.payload, "people", "Ada L")] == ["Ada L"]


async def test_categories_are_completed_by_code_name_and_nickname(house: House) -> None:
    slack = house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    form = await slack.says("/paperlark setup", house.new_channel())

    async def first(typed: str) -> str:
        return str((await searches(slack.server, form.payload, "categories", typed))[0]["text"]["text"])

    assert await first("") == "cs.LG Machine Learning"
    assert await first("cs.CL") == "cs.CL Computation and Language"
    assert await first("robotics") == "cs.RO Robotics"
    assert await first("nlp") == "cs.CL Computation and Language"


async def test_zones_are_completed(house: House) -> None:
    slack = house.chats["slack"]
    assert isinstance(slack, SlackDriver)
    form = await slack.says("/paperlark setup", house.new_channel())

    found = await searches(slack.server, form.payload, "zone", "berl")
    assert [option["value"] for option in found] == ["Europe/Berlin"]

"""`/follow` of a person on every platform: one is followed at once, several are offered, and what is down is said."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.channel import Follow, Kind, Person
from support.all_platforms import CHATS_FIRST, MONDAY, House, User
from support.builders.sample_cards import CODED, PAPER
from support.platforms_with_openalex import beside_openalex, forget_people
from support.servers.openalex_server import OpenAlexServer, person, preprint

pytestmark = pytest.mark.asyncio(loop_scope="module")

YAM, ROBOT, STAR = "A5023888391", "A5000000001", "A5000000002"
NAME, SHARED, ORCID = "Yam Eitan", "Wei Wang", "0000-0002-1825-0097"
OLDER = replace(PAPER, id="2410.00001", title="Equivariance", authors=("Yam Éitan", "Ada Lovelace"))
ROBOTS = [replace(PAPER, id=f"2601.0000{n}", title="Soft robot hands", authors=(SHARED, NAME)) for n in (1, 2)]
STARS = [replace(PAPER, id=f"2602.0000{n}", title="Hot Jupiters", authors=(SHARED, "Vera Rubin")) for n in (1, 2)]


World = tuple[House, OpenAlexServer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with beside_openalex(tmp_path_factory.mktemp("home")) as world:
        yield world


@pytest.fixture
def server(world: World) -> OpenAlexServer:
    return world[1]


@pytest_asyncio.fixture(loop_scope="module")
async def house(world: World) -> House:
    """Yam Eitan is one person, Wei Wang are two; all papers are known here, and whose they are at OpenAlex."""
    shared, server = world
    await forget_people(shared, server)
    yam = person(
        YAM, NAME, orcid=f"https://orcid.org/{ORCID}", display_name_alternatives=[NAME, "Y. Eitan", "Yam B. Eitan"]
    )
    server.add(yam, preprint(PAPER.id), preprint(OLDER.id, "2024-10-01"))
    server.add(person(ROBOT, SHARED, at=("ETH Zurich", [2026])), *(preprint(one.id) for one in ROBOTS))
    server.add(person(STAR, SHARED, at=("Carnegie Institution", [2026])), *(preprint(one.id) for one in STARS))
    shared.clock.instant = MONDAY
    papers = [PAPER, CODED, OLDER, *ROBOTS, *STARS]
    shared.arxiv.papers = papers
    await shared.app.services.papers.keep(papers)
    await shared.app.services.papers.announce({paper.id: MONDAY - timedelta(days=2) for paper in papers})
    return shared


@pytest.fixture(params=CHATS_FIRST)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def test_the_one_person_of_a_name_is_followed_at_once_and_named(user: User) -> None:
    seen = await user.says("/follow yam eitan")

    assert f"This channel now follows author {NAME} (openalex:{YAM})." in seen.text
    (follow,) = await user.follows()
    assert follow.person == Person(f"openalex:{YAM}", ("Yam B. Eitan",), (OLDER.id, PAPER.id), (), ORCID)
    assert f"(openalex:{YAM})" in (await user.says("/following")).text


async def test_of_several_one_is_chosen_and_the_others_stay_away(user: User) -> None:
    seen = await user.says(f"/follow {SHARED}")
    assert seen.private
    for words in (f"2 people are named “{SHARED}”", "ETH Zurich", "Carnegie Institution", f"openalex:{ROBOT}"):
        assert words in seen.text
    assert await user.follows() == ()

    followed = await user.says(f"/follow openalex:{ROBOT}")

    assert f"now follows author {SHARED} (openalex:{ROBOT})." in followed.text
    assert "Soft robot hands" in followed.text
    assert "Hot Jupiters" not in followed.text
    (follow,) = await user.follows()
    assert follow.person is not None
    assert follow.person.others == (tuple(one.id for one in STARS), ())


@pytest.mark.parametrize("typed", [f"orcid:{ORCID}", f"https://orcid.org/{ORCID}", f"author:openalex:{YAM}"])
async def test_an_identity_can_be_typed(user: User, typed: str) -> None:
    assert f"now follows author {NAME} (openalex:{YAM})." in (await user.says(f"/follow {typed}")).text


async def test_a_paper_says_who_of_a_name_is_meant(user: User) -> None:
    seen = await user.says(f"/follow {STARS[0].id} {SHARED}")
    assert f"now follows author {SHARED} (openalex:{STAR})." in seen.text
    assert "Soft robot hands" not in seen.text


async def test_the_button_of_a_paper_follows_who_wrote_it(user: User) -> None:
    whom = await user.presses(await user.says(f"/paper {STARS[0].id}"), "Follow author")
    followed = await user.presses(whom, SHARED)
    assert f"now follows author {SHARED} (openalex:{STAR})." in followed.text


async def test_everybody_of_a_name_can_be_followed_and_made_one_person_later(user: User) -> None:
    seen = await user.presses(await user.says(f"/follow {SHARED}"), "Everyone with this name")
    assert f"now follows author {SHARED}." in seen.text
    assert "Soft robot hands" in seen.text
    assert "Hot Jupiters" in seen.text
    before = await user.follows()

    await user.says(f"/follow openalex:{STAR}")

    (follow,) = await user.follows()
    assert follow.identity == f"openalex:{STAR}"
    assert follow.since == before[0].since


async def test_two_people_of_a_name_can_be_followed_and_ended_one_by_one(user: User) -> None:
    await user.says(f"/follow openalex:{ROBOT}")
    await user.says(f"/follow openalex:{STAR}")
    assert len(await user.follows()) == 2
    await user.says(f"/unfollow openalex:{ROBOT}")
    assert [one.identity for one in await user.follows()] == [f"openalex:{STAR}"]
    await user.presses(await user.says("/following"), "Unfollow")
    assert await user.follows() == ()


async def test_without_openalex_the_name_is_followed_and_that_is_said(user: User, server: OpenAlexServer) -> None:
    server.faults += ["401"] * 30

    seen = await user.says(f"/follow {NAME}")

    assert f"now follows author {NAME}." in seen.text
    assert "I match the name only, so papers by others with this name come too." in seen.text
    assert f"Try /follow {NAME} again later." in seen.text
    assert await user.follows() == (Follow(Kind.AUTHOR, NAME, MONDAY, (await user.follows())[0].by),)
    server.faults.clear()
    await _forget_spent(user.house)
    await user.says(f"/follow {NAME}")
    assert [one.identity for one in await user.follows()] == [f"openalex:{YAM}"]


async def _forget_spent(house: House) -> None:
    house.app.services.directory.people._people._reader._spent_until = 0.0  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("openalex:A5099999999", "OpenAlex knows nobody with openalex:A5099999999."),
        ("openalex:W12", "I couldn't read “openalex:W12” as a person's ID."),
        ("orcid:0000-0002-1825-0098", "I couldn't read “orcid:0000-0002-1825-0098” as a person's ID."),
        (f"{PAPER.id} Nobody Here", f"“Nobody Here” isn't an author of {PAPER.id}."),
    ],
)
async def test_an_identity_that_is_nobodys_is_told(user: User, typed: str, said: str) -> None:
    seen = await user.says(f"/follow {typed}")
    assert seen.private
    assert said in seen.text
    assert await user.follows() == ()

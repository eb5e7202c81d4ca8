"""`/follow` and `/author` of an author identifier of arXiv's: she whose papers she said herself to be hers."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.app.parse import parse
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.paper import Paper
from support.all_platforms import CHATS_FIRST, MONDAY, House, User
from support.builders.sample_cards import PAPER
from support.platforms_with_openalex import beside_openalex, forget_people
from support.servers.arxiv_authors import Claimed
from support.servers.openalex_server import OpenAlexServer, person, preprint

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERS, HIS, NAME, OWN = "A5000000001", "A5000000002", "Wei Wang", "wang_w_7"
ORCID = "0000-0002-1825-0097"
ROBOTS = [
    replace(PAPER, id=f"2601.0000{n}", title=f"Soft robot hands {n}", abstract="Grasping.", authors=(NAME, "Yam Eitan"))
    for n in (1, 2, 3)
]
STARS = [
    replace(
        PAPER,
        id=f"2602.0000{n}",
        title=f"Hot Jupiters {n}",
        abstract="Planets.",
        authors=(NAME, "Vera Rubin"),
        categories=("astro-ph.EP",),
    )
    for n in (1, 2, 3)
]
NEW_ROBOT = replace(ROBOTS[0], id="2605.00001", title="A robot hand of this week")
NEW_STAR = replace(STARS[0], id="2605.00002", title="Another hot Jupiter")


World = tuple[House, OpenAlexServer]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with beside_openalex(tmp_path_factory.mktemp("home")) as world:
        yield world


@pytest.fixture
def openalex(world: World) -> OpenAlexServer:
    return world[1]


@pytest_asyncio.fixture(loop_scope="module")
async def house(world: World) -> House:
    """Two people are named Wei Wang; one of them has an author identifier. Of both a paper came this week."""
    shared, openalex = world
    await forget_people(shared, openalex)
    openalex.add(person(HERS, NAME, display_name_alternatives=[NAME, "Wei J. Wang"]), *map(_preprint, ROBOTS))
    openalex.add(person(HIS, NAME, at=("Carnegie Institution", [2026])), *map(_preprint, STARS))
    shared.clock.instant = MONDAY
    shared.arxiv.faults = deque()
    shared.arxiv.requests.clear()
    shared.arxiv.papers = [*ROBOTS, *STARS, NEW_ROBOT, NEW_STAR]
    shared.arxiv.authors = {OWN: Claimed(NAME, ROBOTS), ORCID: Claimed(NAME, ROBOTS, ORCID)}
    await shared.app.services.papers.keep([NEW_ROBOT, NEW_STAR])
    await shared.app.services.papers.announce({one.id: MONDAY - timedelta(days=2) for one in (NEW_ROBOT, NEW_STAR)})
    return shared


def _preprint(paper: Paper) -> dict[str, object]:
    return preprint(paper.id)


@pytest.fixture(params=CHATS_FIRST)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def answered(house: House, text: str, channel: str = "") -> Card:
    place = Place("terminal", "local", channel or house.new_channel("D"))
    return await house.app.core.answer(parse(text), Caller(place, "you"))


@pytest.mark.parametrize("typed", [OWN, f"https://arxiv.org/a/{OWN}", f"arXiv:{OWN}"])
async def test_who_has_an_author_id_is_followed_and_her_namesake_stays_away(user: User, typed: str) -> None:
    seen = await user.says(f"/follow {typed}")

    assert f"This channel now follows author {NAME} (arxiv:{OWN})." in seen.text
    assert NEW_ROBOT.title in seen.text
    assert NEW_STAR.title not in seen.text
    (follow,) = await user.follows()
    assert follow.key == f"author:arxiv:{OWN}"
    assert follow.person is not None
    assert follow.person.papers == tuple(one.id for one in ROBOTS)
    assert follow.person.names == ("Wei J. Wang",)
    assert follow.person.others == (tuple(one.id for one in STARS), ())


async def test_arxiv_is_asked_once_by_whoever_asks(user: User) -> None:
    await user.says(f"/follow {OWN}")
    await user.says(f"/author {OWN}")
    assert [one.path for one in user.house.arxiv.requests].count(f"/a/{OWN}.atom") == 1


async def test_the_page_of_an_author_id_has_openalexs_figures_and_what_arxiv_lists(user: User) -> None:
    unlisted = replace(ROBOTS[0], id="2603.00009", title="Listed by arXiv alone")
    user.house.arxiv.authors[OWN] = Claimed(NAME, [*ROBOTS, unlisted])

    seen = await user.says(f"/author {OWN}")

    assert "h-index 4" in seen.text
    for words in (ROBOTS[2].title, unlisted.title, f"By OpenAlex, openalex:{HERS}", f"arXiv author id {OWN}"):
        assert words in seen.text
    assert STARS[0].title not in seen.text
    await user.presses(seen, f"Follow {NAME}")
    assert [one.identity for one in await user.follows()] == [f"arxiv:{OWN}"]


async def test_what_is_listed_under_an_orcid_tells_who_that_is_at_openalex(house: House) -> None:
    card = await answered(house, f"/author https://arxiv.org/a/{ORCID}")
    author = card.data["author"]
    assert isinstance(author, dict)
    assert (author["orcid"], author["arxiv"], author["openalex"]) == (ORCID, ORCID, HERS)


async def test_a_name_alone_becomes_the_person_and_keeps_its_day(user: User) -> None:
    await user.says(f"/follow name:{NAME}")
    (before,) = await user.follows()
    await user.says(f"/follow {OWN}")
    (follow,) = await user.follows()
    assert (follow.identity, follow.since) == (f"arxiv:{OWN}", before.since)


async def test_without_openalex_arxivs_listing_does_and_it_is_said(house: House, openalex: OpenAlexServer) -> None:
    openalex.faults += ["401"] * 40
    channel = house.new_channel("D")

    card = await answered(house, f"/follow {OWN}", channel)

    assert "I couldn't check who else has this name: OpenAlex" in str(card.blocks)
    (follow,) = (await house.app.services.channels.get(Place("terminal", "local", channel))).follows
    assert follow.identity == f"arxiv:{OWN}"
    assert follow.person is not None
    assert follow.person.papers == tuple(one.id for one in ROBOTS)


async def test_who_has_listed_nothing_yet_is_followed_by_the_name_and_it_is_said(house: House) -> None:
    house.arxiv.authors["newcomer_n_1"] = Claimed("Nora Newcomer", [])
    card = await answered(house, "/follow newcomer_n_1")
    assert "arXiv lists no papers by Nora Newcomer yet, so I match the name only." in str(card.blocks)


NO_IDENTITY = "is no identity of a person."


@pytest.mark.parametrize("command", ["/follow", "/author"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("nobody_n_1", "arXiv lists nobody under nobody_n_1: only who asked arXiv for an author id has one."),
        ("arxiv.org/a/0000-0002-7970-7855", "arXiv lists nobody under the ORCID 0000-0002-7970-7855."),
        ("arxiv.org/a/wang", "“arxiv.org/a/wang”"),
        ("arxiv.org/a/0000-0002-7970-7850", "“arxiv.org/a/0000-0002-7970-7850”"),
        ("https://arxiv.org/a/../api/query", "“https://arxiv.org/a/../api/query”"),
    ],
)
async def test_an_author_id_that_is_nobodys_is_told(house: House, command: str, typed: str, said: str) -> None:
    card = await answered(house, f"{command} {typed}")
    assert card.kind == "error"
    assert (
        said if command == "/follow" else said.replace(NO_IDENTITY, "doesn't look like an author's ID.")
    ) in card.text


@pytest.mark.parametrize("command", ["/follow", "/author"])
@pytest.mark.parametrize("fault", ["503:3600", "403", "html", "truncated", "drop", "rate_exceeded_200"])
async def test_what_arxiv_can_t_say_now_is_told_with_what_to_do(house: House, command: str, fault: str) -> None:
    house.arxiv.faults = lambda request: fault if request.path.startswith("/a/") else None
    channel = house.new_channel("D")

    card = await answered(house, f"{command} {OWN}", channel)

    assert card.kind == "error"
    assert f"Who {OWN} is at arXiv can't be looked up: arXiv " in card.text
    assert "name" in card.text
    assert (await house.app.services.channels.get(Place("terminal", "local", channel))).follows == ()


@pytest.mark.parametrize(
    "typed", [OWN, f"https://arxiv.org/a/{OWN}", f"author:arxiv:{OWN}", NAME, "wei j. wang", f"author:{NAME}"]
)
async def test_a_person_is_ended_by_an_id_or_a_name(user: User, typed: str) -> None:
    await user.says(f"/follow {OWN}")
    assert "Unfollowed " in (await user.says(f"/unfollow {typed}")).text
    assert await user.follows() == ()


@pytest.mark.parametrize("typed", [ORCID, f"orcid:{ORCID}", f"https://orcid.org/{ORCID}", f"arxiv.org/a/{ORCID}"])
async def test_a_person_is_ended_by_an_orcid_too(user: User, typed: str) -> None:
    await user.says(f"/follow arxiv.org/a/{ORCID}")
    listing = await user.says("/following")
    assert f"author {NAME} (arxiv:{ORCID}) · 3 papers known" in " ".join(listing.text.split())
    await user.says(f"/unfollow {typed}")
    assert await user.follows() == ()


async def test_of_two_people_of_a_name_it_asks_which_to_end(user: User) -> None:
    await user.says(f"/follow {OWN}")
    await user.says(f"/follow openalex:{HIS}")

    seen = await user.says(f"/unfollow {NAME}")

    assert seen.private
    assert f"This channel follows 2 things named “{NAME}”. Which one should I unfollow?" in seen.text
    assert len(await user.follows()) == 2
    await user.presses(seen, "Unfollow")
    assert len(await user.follows()) == 1
    assert "doesn't follow" in (await user.says("/unfollow openalex:A5000000009")).text


async def test_the_name_alone_is_ended_beside_a_person_who_has_it(user: User) -> None:
    await user.says(f"/follow {OWN}")
    await user.says(f"/follow name:{NAME}")
    assert len(await user.follows()) == 2
    await user.says(f"/unfollow author:{NAME}")
    assert [one.identity for one in await user.follows()] == [f"arxiv:{OWN}"]


@pytest.mark.parametrize(("faults", "said"), [(["503"] * 20, "OpenAlex answered with an error (503)."), ([], "")])
async def test_of_an_orcid_that_openalex_can_t_tell_arxivs_listing_is_asked(
    house: House, openalex: OpenAlexServer, faults: list[str], said: str
) -> None:
    openalex.faults += faults
    channel = house.new_channel("D")

    page = await answered(house, f"/author orcid:{ORCID}")
    card = await answered(house, f"/follow orcid:{ORCID}", channel)

    assert page.data["author"]["arxiv"] == ORCID  # type: ignore[index]
    assert {one.id for one in ROBOTS} <= {paper["id"] for paper in page.data["papers"]}  # type: ignore[index,union-attr]
    assert said in str(page.blocks)
    assert not said or page.data["author"]["papers"] == len(ROBOTS)  # type: ignore[index]
    assert said in str(card.blocks)
    (follow,) = (await house.app.services.channels.get(Place("terminal", "local", channel))).follows
    assert follow.identity == f"arxiv:{ORCID}"


async def test_an_orcid_that_neither_knows_is_told_once(house: House) -> None:
    card = await answered(house, "/follow orcid:0000-0002-7970-7855")
    assert "OpenAlex knows nobody with orcid:0000-0002-7970-7855." in card.text


async def test_by_a_name_of_many_nothing_is_told_on_a_persons_page(house: House) -> None:
    card = await answered(house, f"/author {OWN}")
    ids = {paper["id"] for paper in card.data["papers"]}  # type: ignore[index,union-attr]
    assert ids == {one.id for one in ROBOTS}
    assert "matched by name only" not in str(card.blocks)


@pytest.mark.parametrize(
    ("command", "button"), [("/follow", f"/follow orcid:{ORCID}"), ("/author", f"/author orcid:{ORCID}")]
)
async def test_who_isn_t_listed_under_an_orcid_may_be_looked_for_at_openalex(
    house: House, command: str, button: str
) -> None:
    house.arxiv.authors.clear()
    card = await answered(house, f"{command} arxiv.org/a/{ORCID}")
    assert f"arXiv lists nobody under the ORCID {ORCID}. OpenAlex may know it." in card.text
    assert button in str(card.blocks)


async def test_of_a_very_long_listing_the_latest_papers_are_kept(house: House) -> None:
    many = [replace(ROBOTS[0], id=f"2512.{n:05}", authors=("Petra Prolific", "Yam Eitan")) for n in range(1, 301)]
    house.arxiv.authors["prolific_p_1"] = Claimed("Petra Prolific", many)
    channel = house.new_channel("D")

    card = await answered(house, "/author prolific_p_1")
    await answered(house, "/follow prolific_p_1", channel)

    assert card.data["papers"][0]["id"] == "2512.00300"  # type: ignore[index]
    assert set(await house.app.services.papers.get([one.id for one in many])) == {one.id for one in many[-100:]}
    (follow,) = (await house.app.services.channels.get(Place("terminal", "local", channel))).follows
    assert follow.person is not None
    assert follow.person.papers == tuple(one.id for one in many[-60:])

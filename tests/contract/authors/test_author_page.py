"""`/author` on every platform: the person meant, her figures with their sources, her papers; and what isn't known."""

from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.app.parse import parse
from bot.domain.card import Card
from bot.domain.command import Caller
from support.all_platforms import CHATS_FIRST, MONDAY, House, User, on_all_platforms
from support.builders.sample_cards import CODED as WITH_CODE
from support.builders.sample_cards import PAPER
from support.servers.arxiv_clients import always
from support.servers.openalex_server import OpenAlexServer, article, person, preprint
from support.servers.semantic_scholar_server import SemanticScholarServer, scholar

pytestmark = pytest.mark.asyncio(loop_scope="module")

YAM, NAMESAKE = "A5023888391", "A5099999991"
NAME, ORCID = "Yam Eitan", "0000-0002-1825-0097"
CODED = replace(WITH_CODE, abstract=f"AI datacenters strain the grid. Code is at {WITH_CODE.code_url}.")
OLDER = [
    replace(
        PAPER, id=f"2410.{n:05}", title=f"Equivariance, part {n}", authors=(NAME,), published=MONDAY - timedelta(560)
    )
    for n in range(1, 13)
]
TOO_NEW = replace(PAPER, id="2605.09999", title="Not sorted out yet", authors=("Ada Lovelace", "Yam Éitan"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server() -> AsyncIterator[OpenAlexServer]:
    async with OpenAlexServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def second() -> AsyncIterator[SemanticScholarServer]:
    async with SemanticScholarServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared(
    tmp_path_factory: pytest.TempPathFactory, server: OpenAlexServer, second: SemanticScholarServer
) -> AsyncIterator[House]:
    urls = {"openalex_url": server.url, "semantic_scholar_url": second.url}
    async with on_all_platforms(tmp_path_factory.mktemp("home"), **urls) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="module")
async def house(shared: House, server: OpenAlexServer, second: SemanticScholarServer) -> House:
    """Two papers of Monday are known here; arXiv has older ones; OpenAlex knows whose they are, and nothing else."""
    await _forget_people(shared)
    server.forget()
    second.authors.clear()
    second.faults.clear()
    yam = person(YAM, NAME, orcid=f"https://orcid.org/{ORCID}", display_name_alternatives=[NAME, "Y. Eitan"])
    server.add(yam, preprint(PAPER.id), *(preprint(one.id, "2024-10-01") for one in OLDER), article("10.1/x"))
    shared.clock.instant = MONDAY
    shared.arxiv.papers = [PAPER, CODED, TOO_NEW, *OLDER]
    papers = shared.app.services.papers
    await papers.keep([PAPER, CODED])
    await papers.announce({paper.id: MONDAY - timedelta(days=2) for paper in (PAPER, CODED)})
    return shared


async def _forget_people(house: House) -> None:
    people = house.app.services.directory.people
    client = people._cache._client  # type: ignore[union-attr]
    async for name in client.scan_iter("lark:*"):
        if str(name).startswith(("lark:person", "lark:wrote", "lark:paper", "lark:announced")):
            await client.delete(name)
    people._people._reader._spent_until = 0.0  # type: ignore[union-attr]


@pytest.fixture(params=CHATS_FIRST)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def asked(house: House, text: str) -> Card:
    place = next(iter(house.chats.values())).place("C-asked")
    return await house.app.core.answer(parse(text), Caller(place, "U1", "UTC"))


async def test_a_page_has_the_figures_with_their_source_and_the_papers_newest_first(user: User) -> None:
    seen = await user.says(f"/author {NAME.lower()}")

    assert seen.private
    assert seen.text.startswith(NAME)
    for words in (
        "cs.LG · Computer Science · Technion – Israel Institute of Technology (2024–2026)",
        "h-index 4 (OpenAlex)", "Papers 8 (OpenAlex)", "Citations 34 (OpenAlex)", "Novelty not known",
        "AI Score not known", "13 papers on arXiv · page 1 of 2", f"By OpenAlex, openalex:{YAM} · ORCID {ORCID}",
    ):  # fmt: skip
        assert words in seen.text
    assert (
        "cs.LG · 7 May 2026 · Yoav Gelberg, Yam Eitan, Michael Bronstein et al."
        " · Technion – Israel Institute of Technology · 2605.05971" in " ".join(seen.text.split())
    )
    assert seen.text.index(PAPER.id) < seen.text.index("2410.00012") < seen.text.index("2410.00004")
    assert "2410.00003" not in seen.text
    assert {f"Follow {NAME}", "What do these mean?", "Next"} <= set(seen.buttons)


async def test_the_other_papers_are_on_the_next_page_and_back(user: User) -> None:
    second = await user.presses(await user.says(f"/author {NAME}"), "Next")
    assert "page 2 of 2" in second.text
    assert "2410.00003" in second.text
    assert PAPER.id not in second.text
    assert "Next" not in second.buttons
    assert PAPER.id in (await user.presses(second, "Previous")).text


async def test_a_name_leaves_room_for_namesakes_nobody_has_met(user: User) -> None:
    assert "looking for another author with this name?" in (await user.says(f"/author {NAME}")).text


async def test_what_the_figures_mean_is_one_button_away(user: User) -> None:
    meaning = await user.presses(await user.says(f"/author {NAME}"), "What do these mean?")
    assert meaning.private
    for words in ("h-index", "how different a paper's abstract is", "AI Score", "not known"):
        assert words in meaning.text


async def test_namesakes_are_a_choice_and_never_one_person(user: User, house: House, server: OpenAlexServer) -> None:
    server.papers.pop(f"10.48550/arxiv.{OLDER[0].id}")
    server.add(person(NAMESAKE, "Yam Éitan", works_count=212, at=("Elsewhere", [2020])), preprint(OLDER[0].id))
    await house.app.services.papers.keep(OLDER[:1])
    await house.app.services.papers.announce({OLDER[0].id: MONDAY - timedelta(days=3)})

    seen = await user.says(f"/author {NAME}")
    assert f"2 people are named “{NAME}”. Which author?" in seen.text
    assert "Elsewhere (2020) · 212 works · Advanced Graph Neural Networks · openalex:A5099999991" in " ".join(
        seen.text.split()
    )
    assert "h-index" not in seen.text
    for own in (YAM, NAMESAKE):
        assert f"openalex:{own}" in seen.text
    other = await user.says(f"/author openalex:{NAMESAKE}")
    assert OLDER[0].id in other.text
    assert PAPER.id not in other.text


@pytest.mark.parametrize("asked_by", [f"orcid:{ORCID}", f"openalex:{YAM}", f"{PAPER.id} {NAME}", f"Eitan {PAPER.id}"])
async def test_an_identity_or_a_paper_leaves_no_doubt(user: User, server: OpenAlexServer, asked_by: str) -> None:
    server.add(person(NAMESAKE, NAME))
    server.allowance = 0.0005
    seen = await user.says(f"/author {asked_by}")
    assert f"openalex:{YAM}" in seen.text
    assert "h-index 4" in seen.text
    assert "somebody else of that name" not in seen.text


class TestData:
    async def test_a_second_opinion_stands_beside_the_first_and_is_never_merged(
        self, house: House, second: SemanticScholarServer
    ) -> None:
        second.authors = {paper.id: [scholar("1733", "Y. Eitan", 14)] for paper in (PAPER, *OLDER)}
        card = await asked(house, f"/author {NAME}")
        assert "4 (OpenAlex) · 14 (Semantic Scholar)" in str(card.blocks)
        author = card.data["author"]
        assert author["h_index"] == 4  # type: ignore[index]
        assert [one["h_index"] for one in author["also"]] == [14]  # type: ignore[index]

    async def test_a_second_opinion_that_is_slow_is_left_out(self, house: House, second: SemanticScholarServer) -> None:
        second.faults = ["slow:30"]
        card = await asked(house, f"/author {NAME}")
        assert card.data["author"]["also"] == []  # type: ignore[index]
        assert card.data["missing"] == []

    async def test_the_page_as_data_has_every_field_that_is_promised(self, house: House) -> None:
        card = await asked(house, f"/author {NAME}")
        assert card.kind == "author"
        author = card.data["author"]
        assert author == author | {  # type: ignore[operator]
            "name": NAME,
            "h_index": 4,
            "papers": 8,
            "citations": 34,
            "novelty": None,
            "ai_score": None,
            "affiliations": ["Technion – Israel Institute of Technology"],
            "source": "OpenAlex",
        }
        assert [paper["id"] for paper in card.data["papers"]][:2] == [PAPER.id, "2410.00012"]  # type: ignore[index,union-attr]

    async def test_a_name_costs_nothing_and_who_has_looked_is_not_asked_for_again(
        self, house: House, server: OpenAlexServer
    ) -> None:
        await asked(house, f"/author {NAME}")
        assert round(server.allowance, 4) == 0.0999, "the list of works, and no search"
        await asked(house, f"/author {NAME} page=2")
        assert round(server.allowance, 4) == 0.0999, "the papers that the first look brought are looked up for nothing"
        times = len(server.asked)
        await asked(house, f"/author {NAME} page=2")
        assert len(server.asked) == times

    async def test_a_paper_nobody_has_sorted_out_is_told_by_the_name_and_said_so(self, house: House) -> None:
        await house.app.services.papers.keep([TOO_NEW])
        await house.app.services.papers.announce({TOO_NEW.id: MONDAY})
        card = await asked(house, f"/author {NAME}")
        assert card.data["papers"][0]["id"] == TOO_NEW.id  # type: ignore[index]
        assert "1 paper matched by name only" in str(card.blocks)

    async def test_by_a_name_that_somebody_else_has_too_nothing_is_told(
        self, house: House, server: OpenAlexServer
    ) -> None:
        other = replace(TOO_NEW, id="2605.09998", title="By the namesake")
        server.add(person(NAMESAKE, NAME), preprint(other.id))
        await house.app.services.papers.keep([TOO_NEW, other])
        await house.app.services.papers.announce({TOO_NEW.id: MONDAY, other.id: MONDAY})
        card = await asked(house, f"/author openalex:{YAM}")
        ids = [paper["id"] for paper in card.data["papers"]]  # type: ignore[index,union-attr]
        assert ids[0] == PAPER.id
        assert not {TOO_NEW.id, other.id} & set(ids)

    async def test_a_name_that_only_a_search_knows_is_searched_for(self, house: House, server: OpenAlexServer) -> None:
        server.add(person(NAMESAKE, "Grace Hopper"), article("10.1/cobol"))
        card = await asked(house, "/author Grace Hopper")
        assert card.kind == "author"
        assert card.data["author"]["openalex"] == NAMESAKE  # type: ignore[index]
        assert card.data["papers"] == []

    @pytest.mark.parametrize("fault", ["503", "429:54000", "401"])
    async def test_without_openalex_the_page_is_what_is_known_here_and_says_so(
        self, house: House, server: OpenAlexServer, fault: str
    ) -> None:
        server.faults = [fault] * 20
        card = await asked(house, f"/author {NAME}")
        assert card.kind == "author"
        assert card.data["author"]["h_index"] is None  # type: ignore[index]
        assert [paper["id"] for paper in card.data["papers"]] == [PAPER.id]  # type: ignore[index,union-attr]
        assert "OpenAlex" in str(card.data["missing"])

    async def test_a_spent_allowance_costs_the_list_and_nothing_else(
        self, house: House, server: OpenAlexServer
    ) -> None:
        server.allowance = 0.0
        card = await asked(house, f"/author {NAME}")
        assert card.data["author"]["h_index"] == 4  # type: ignore[index]
        assert "asks us to wait for 15 hours" in str(card.data["missing"])
        assert [paper["id"] for paper in card.data["papers"]] == [PAPER.id]  # type: ignore[index,union-attr]

    async def test_without_arxiv_the_papers_known_here_are_shown_and_it_is_said(self, house: House) -> None:
        house.arxiv.faults = always("503")
        try:
            card = await asked(house, f"/author {NAME}")
        finally:
            house.arxiv.faults = deque()
        assert [paper["id"] for paper in card.data["papers"]] == [PAPER.id]  # type: ignore[index,union-attr]
        assert "arXiv" in str(card.data["missing"])

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("/author", "Which author?"),
            ("/author Yam Etian", "Did you mean Yam"),
            ("/author Nobody Atall", "I found no author named “Nobody Atall” on arXiv or OpenAlex."),
            ("/author 42", "“42” doesn't look like an author."),
            ("/author openalex:Yam", "doesn't look like an author's ID"),
            ("/author orcid:0000-0002-1825-0098", "doesn't look like an author's ID"),
            ("/author openalex:A5000000001", "OpenAlex knows nobody with openalex:A5000000001."),
            (f"/author {PAPER.id} Ada Lovelace", f"“Ada Lovelace” isn't an author of {PAPER.id}."),
            (f"/author {NAME} page=two", "There's no page “two”. Try page=1, up to 2"),
        ],
    )
    async def test_what_names_nobody_is_answered_with_what_might(self, house: House, text: str, said: str) -> None:
        card = await asked(house, text)
        assert card.kind == "error"
        assert said in card.text

    async def test_a_page_beyond_the_last_is_the_last(self, house: House) -> None:
        assert (await asked(house, f"/author {NAME} page=99")).data["page"] == 2

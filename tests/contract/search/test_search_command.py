"""`/papers` and `/similar` through the real core, store and sources, over an index that reads every paper."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.app.command_service import Suggestion
from bot.app.commands import COMMANDS
from bot.app.inject import bind_routes
from bot.app.parse import parse
from bot.domain.card import Actions, Button, Card, Item, Row
from bot.domain.channel import Place
from bot.domain.command import Caller
from bot.domain.paper import Paper
from support.all_platforms import PLATFORMS, House, on_all_platforms
from support.builders.sample_cards import PAPER
from support.fakes.reference_index import ReferenceIndex
from support.servers.arxiv_clients import a_paper, always
from support.servers.huggingface_server import HuggingFaceServer, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")

JULY = datetime(2026, 7, 6, 12, tzinfo=UTC)
_callers = count(1)


def numbered(number: int, title: str, **changes: Any) -> Paper:
    """A paper of July, a day later for each number."""
    submitted = JULY + timedelta(days=number)
    own: dict[str, Any] = {"abstract": "We say little.", "code_url": "", "published": submitted, "updated": submitted}
    return a_paper(f"2607.{10_000 + number}", title=title, **own | changes)


GRIDS = [numbered(n, f"Power Grids of Kind {n}", authors=("Ada Lovelace",)) for n in range(12)]
LINEAR = numbered(20, "Linear Attention", abstract="Linear attention is fast.", authors=("Yann LeCun", "Yam Eitan"))
SPARSE = numbered(21, "Sparse Attention", abstract="We compare it with linear attention.", categories=("cs.CL",))
CODED = numbered(22, "Attention in Code", authors=("Anne LeCun",), code_url="https://github.com/lab/x")
OLD = numbered(23, "Attention of Old", published=datetime(2025, 3, 1, 9, tzinfo=UTC), categories=("hep-th",))
SURVEY = numbered(24, "A Survey of Attention", categories=("stat.ML",))
KNOWN = [PAPER, *GRIDS, LINEAR, SPARSE, CODED, OLD, SURVEY]
AFAR = numbered(30, "Attention from Afar", authors=("Yann LeCun",))
FACED = numbered(31, "Attention as Hugging Face Knows It")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def face() -> AsyncIterator[HuggingFaceServer]:
    async with HuggingFaceServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, face: HuggingFaceServer) -> AsyncIterator[House]:
    """The end of July; no model, so that everything goes by words."""
    home, empty = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("none")
    async with on_all_platforms(home, huggingface_url=face.url, paperlark_model=empty) as house:
        house.clock.instant = datetime(2026, 7, 31, 9, tzinfo=UTC)
        await house.app.services.papers.keep(KNOWN)
        _searching(house, ReferenceIndex(KNOWN))
        yield house


def _searching(house: House, index: ReferenceIndex | None) -> None:
    services = replace(
        house.app.services,
        local_search=replace(house.app.services.local_search, index=index),
        directory=replace(house.app.services.directory, index=index),
    )
    core = replace(house.app.core, routes=bind_routes(COMMANDS, services))
    house.app = replace(house.app, core=core, services=services)
    house.door.app = house.app


@pytest.fixture(autouse=True)
def quiet(house: House, face: HuggingFaceServer) -> None:
    """arXiv knows what we know, and nothing is wrong anywhere."""
    house.arxiv.papers, house.arxiv.faults = [*KNOWN], always("")
    house.arxiv.requests.clear()
    face.searched, face.fault = [], ""
    face.asked.clear()


async def ask(house: House, text: str, channel: str = "") -> Card:
    """The answer to somebody in a channel of their own."""
    place = Place("terminal", "T1", channel or f"C{next(_callers)}")
    return await house.app.core.answer(parse(text), Caller(place, "U1"))


def ids(card: Card) -> list[str]:
    papers = card.data["papers"]
    assert isinstance(papers, list)
    return [paper["id"] for paper in papers]


def reasons(card: Card) -> dict[str, list[str]]:
    papers = card.data["papers"]
    assert isinstance(papers, list)
    return {paper["id"]: paper["reasons"] for paper in papers}


def offered(card: Card) -> dict[str, str]:
    """Commands by the labels of their buttons, those beside a line by the line's first words."""
    rows = {"".join(span.text for span in row.line): row.button for row in card.blocks if isinstance(row, Row)}
    loose = {button.label: button for row in card.blocks if isinstance(row, Actions) for button in row.buttons}
    return {label: button.command for label, button in (rows | loose).items() if isinstance(button, Button)}


async def test_papers_that_hold_all_words_are_counted_and_come_first(house: House) -> None:
    card = await ask(house, "/papers linear attention")

    assert card.private
    assert card.data["matched"] == 2
    assert "2 matches, best first." in card.text
    assert ids(card)[:2] == [LINEAR.id, SPARSE.id]
    assert reasons(card)[LINEAR.id] == ["Exactly this title"]
    assert reasons(card)[SPARSE.id] == []
    assert reasons(card)[CODED.id] == ["Without “linear”"]


async def test_each_paper_is_shown_with_its_gist(house: House) -> None:
    card = await ask(house, "/papers linear attention")

    papers = card.data["papers"]
    assert isinstance(papers, list)
    shown = {block.paper_id: block.point for block in card.blocks if isinstance(block, Item)}
    assert {one["id"]: one["gist"] for one in papers} == shown
    assert len(shown) == len(papers) > 0


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('author:"Yann LeCun"', [LINEAR]),
        ("author:LeCun", [CODED, LINEAR]),
        ("attention cat:cs.CL", [SPARSE, CODED, LINEAR]),
        ("cat:hep-th", [OLD]),
        ("attention from:2025 to:2025-12", [OLD]),
        ("attention to:2025-12 from:2025", [OLD]),
        ("attention has:code", [CODED]),
        ('"linear attention"', [LINEAR, SPARSE]),
        ("attention cat:stat -survey", []),
        ("a survey of attention", [SURVEY]),
        (LINEAR.title.upper(), [LINEAR, SPARSE]),
    ],
)
async def test_filters_hold_for_every_paper_found(house: House, text: str, found: Sequence[Paper]) -> None:
    card = await ask(house, f"/papers {text}")

    exact = text in {"a survey of attention", LINEAR.title.upper()}
    assert set(ids(card)[: len(found)] if exact else ids(card)) == {paper.id for paper in found}
    assert not exact or ids(card)[0] == found[0].id


async def test_ten_at_a_time_and_no_paper_twice(house: House) -> None:
    first = await ask(house, "/papers power grids")
    second = await ask(house, offered(first)["Next 10"])

    assert len(ids(first)) == 10
    assert set(ids(first) + ids(second)) == {paper.id for paper in GRIDS}
    assert len(ids(second)) == 2
    assert "Next 10" not in offered(second)
    assert offered(second)["Previous 10"] == "/papers power grids"
    assert second.data["first"] == 11


@pytest.mark.parametrize(("page", "said"), [("9", "There are only 12 papers."), ("0", "There's no page “0”.")])
async def test_a_page_that_is_not_there_is_said(house: House, page: str, said: str) -> None:
    card = await ask(house, f"/papers page={page} power grids")

    assert card.kind == "error"
    assert said in card.text
    assert list(offered(card).values()) == ["/papers power grids"]


@pytest.mark.parametrize("typed", [PAPER.id, f"https://arxiv.org/abs/{PAPER.id}v1", f"arXiv:{PAPER.id}"])
async def test_a_paper_that_is_named_comes_first(house: House, typed: str) -> None:
    card = await ask(house, f"/papers {typed}")

    assert ids(card)[0] == PAPER.id
    assert reasons(card)[PAPER.id] == ["The paper you named"]


async def test_papers_have_the_score_and_the_reasons_of_the_channel(house: House) -> None:
    await ask(house, "/follow author:Yam Eitan", "C-with-follows")
    card = await ask(house, "/papers linear attention", "C-with-follows")
    plain = await ask(house, "/papers linear attention")

    scores = {paper["id"]: paper["score"] for paper in card.data["papers"]}  # type: ignore[attr-defined]
    assert scores[LINEAR.id] == 75
    assert scores[SPARSE.id] == 0
    assert "You follow Yam Eitan" in reasons(card)[LINEAR.id]
    assert {paper["score"] for paper in plain.data["papers"]} == {None}  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "why", "instead"),
    [
        ("grids cat:hep-th", "No papers match all of this.", {"Without cat:hep-th: 12 papers": "/papers grids"}),
        ("zyzzyva", "No papers mention “zyzzyva”.", {}),
        (
            "grids author:Nobody",
            "I don't know an author named “Nobody”.",
            {'Without author:"Nobody": 12 papers': "/papers grids"},
        ),
        (
            'attention author:"Yann LeCunn" from:2026',
            "I don't know an author named “Yann LeCunn”.",
            {"By Yann LeCun instead: 1 paper": 'attention author:"Yann LeCun" from:2026-01-01'},
        ),
        (
            "grids author:Nobody cat:q-fin",
            "No papers in q-fin.",
            {'Without author:"Nobody", cat:q-fin: 12 papers': "/papers grids"},
        ),
    ],
)
async def test_a_search_that_finds_nothing_says_what_emptied_it(
    house: House, text: str, why: str, instead: dict[str, str]
) -> None:
    card = await ask(house, f"/papers {text}")

    assert card.kind == "papers"
    assert ids(card) == []
    assert why in card.text
    for label, command in instead.items():
        assert command in offered(card)[label]
        assert ids(await ask(house, offered(card)[label]))
    assert offered(card)["Search everywhere"].startswith("/papers everywhere ")


async def test_a_word_that_no_paper_says_is_named_where_others_find_something(house: House) -> None:
    card = await ask(house, "/papers attention zyzzyva")

    assert "No exact match. Closest papers:" in card.text
    assert card.data["notes"] == ["No paper says “zyzzyva”."]
    assert len(ids(card)) == 5


async def test_everywhere_asks_arxiv_and_hugging_face_and_keeps_what_is_new(
    house: House, face: HuggingFaceServer
) -> None:
    house.arxiv.papers = [*KNOWN, AFAR, FACED]
    face.searched = [entry(FACED.id, title=FACED.title), entry(LINEAR.id, title=LINEAR.title), entry("2607.99999")]

    card = await ask(house, "/papers everywhere attention from:2026-07")

    expected = {paper.id for paper in (LINEAR, SPARSE, CODED, SURVEY, AFAR, FACED)} | {"2607.99999"}
    assert sorted(ids(card)) == sorted(expected)
    assert reasons(card)[LINEAR.id][-1] == "found here and on arXiv and Hugging Face"
    assert reasons(card)[AFAR.id][-1] == "found on arXiv"
    assert card.data["missing"] == []
    assert [question["q"] for question in face.asked] == ["attention"]
    kept = await house.app.services.papers.get([AFAR.id, FACED.id, "2607.99999"])
    assert kept[AFAR.id].categories == AFAR.categories
    assert kept[FACED.id].categories == FACED.categories
    assert "2607.99999" not in kept


async def test_everywhere_pages_without_asking_again(house: House, face: HuggingFaceServer) -> None:
    first = await ask(house, "/papers everywhere power grids")
    asked = len(house.arxiv.requests), len(face.asked)
    second = await ask(house, offered(first)["Next 10"])

    assert set(ids(first) + ids(second)) == {paper.id for paper in GRIDS}
    assert len(ids(first) + ids(second)) == 12
    assert (len(house.arxiv.requests), len(face.asked)) == asked


async def test_conditions_hold_for_what_others_find(house: House, face: HuggingFaceServer) -> None:
    house.arxiv.papers = [*KNOWN, AFAR]
    face.searched = [entry("2607.99999", title="Attention Anywhere"), entry(SPARSE.id, title="Sparse Attention")]

    card = await ask(house, '/papers everywhere attention author:"Yann LeCun" cat:cs.LG -linear')

    assert ids(card) == [AFAR.id]
    query = house.arxiv.requests[0].params["search_query"]
    assert query == 'all:attention AND au:"Yann LeCun" AND cat:cs.LG ANDNOT all:"linear"'


async def test_a_service_that_is_down_is_named_and_the_others_answer(house: House, face: HuggingFaceServer) -> None:
    face.fault = "500"
    card = await ask(house, "/papers everywhere sparse attention")
    assert ids(card)[0] == SPARSE.id
    assert [said.split()[:2] for said in card.data["missing"]] == [["Hugging", "Face"]]  # type: ignore[attr-defined]

    face.fault, house.arxiv.faults = "", always("503")
    face.searched = [entry(LINEAR.id, title=LINEAR.title)]
    card = await ask(house, "/papers everywhere fast attention")
    assert LINEAR.id in ids(card)
    assert [said.split()[0] for said in card.data["missing"]] == ["arXiv"]  # type: ignore[attr-defined]

    face.fault = "drop"
    card = await ask(house, "/papers everywhere comparing attention")
    assert SPARSE.id in ids(card)
    assert len(card.data["missing"]) == 2  # type: ignore[arg-type]


async def test_similar_papers_say_what_they_share(house: House) -> None:
    card = await ask(house, f"/similar {LINEAR.id}")

    assert card.private
    assert LINEAR.id not in ids(card)
    assert ids(card)[0] == SPARSE.id
    assert reasons(card)[SPARSE.id][0].startswith("Same topic: ") or "shares: linear attention" in str(reasons(card))
    assert "in words" in card.text


async def test_what_papers_are_like_one_that_is_not_known_is_asked_of_arxiv(house: House) -> None:
    unknown = numbered(40, "Attention Again", abstract="On linear attention.", authors=("Yann LeCun",))
    house.arxiv.papers = [*KNOWN, unknown]

    card = await ask(house, f"/similar https://arxiv.org/abs/{unknown.id}v2")

    assert set(ids(card)[:2]) <= {LINEAR.id, SPARSE.id, CODED.id, OLD.id, SURVEY.id}
    assert "Also by Yann LeCun" in reasons(card)[LINEAR.id][0]
    assert (await house.app.services.papers.get([unknown.id]))[unknown.id].title == unknown.title


async def test_without_an_index_that_is_said_and_everywhere_is_left(house: House) -> None:
    index = house.app.services.local_search.index
    _searching(house, None)
    try:
        card = await ask(house, "/papers linear attention")
        assert card.kind == "error"
        assert "no index is set up" in card.text
        elsewhere = await ask(house, offered(card)["/papers everywhere linear attention"])
        assert LINEAR.id in ids(elsewhere)
        assert "no index is set up" in str(elsewhere.data["missing"])
        assert "no index is set up" in (await ask(house, f"/similar {LINEAR.id}")).text
    finally:
        _searching(house, index)  # type: ignore[arg-type]


async def test_nothing_fetched_yet_leads_everywhere(house: House, tmp_path: Path) -> None:
    index = house.app.services.local_search.index
    _searching(house, ReferenceIndex())
    try:
        card = await ask(house, "/papers linear attention")
        assert "I don't know any papers yet" in card.text
        assert ids(await ask(house, offered(card)["Search everywhere"]))[0] == LINEAR.id
    finally:
        _searching(house, index)  # type: ignore[arg-type]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_search_on_a_platform_is_for_the_asker_and_goes_on_by_buttons(house: House, platform: str) -> None:
    chat, channel = house.chats[platform], f"C{next(_callers)}"

    seen = await chat.says('/papers power grids author:"Ada Lovelace"', channel)
    assert seen.private
    assert "12 matches, best first." in seen.text
    assert f"1. {GRIDS[0].title}" in seen.text or GRIDS[0].title in seen.text
    later = await chat.presses(seen, "Next 10")
    assert later.private
    assert sum(paper.title in later.text for paper in GRIDS) >= 2

    paper = await chat.says(f"/paper {LINEAR.id}", channel)
    alike = await chat.presses(paper, "Similar")
    assert alike.private
    assert SPARSE.title in alike.text


async def test_filters_are_completed_while_they_are_typed(house: House) -> None:
    caller = Caller(Place("terminal", "T1", "C1"), "U1")
    suggest = house.app.core.suggest
    assert Suggestion("grids cat:cs.LG") in await suggest("search", "grids cat:cs.L", caller)
    assert await suggest("search", "grids author:Yann L", caller) == [Suggestion('grids author:"Yann LeCun"')]
    assert await suggest("search", "grids", caller) == []

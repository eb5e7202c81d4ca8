"""arXiv as the catalogue and the feed of announcements, when all is well: both ports over a real socket."""

import asyncio
import json
from datetime import UTC, date, datetime

import pytest

from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.papers.arxiv_port import Page
from bot.papers.clients.arxiv.api import ArxivCatalogue
from support.recorded_corpus import CORPUS, CORPUS_MISSING
from support.servers.arxiv_clients import ALL_DAY, NOON, a_paper, always, quick_client
from support.servers.arxiv_server import Verbatim


def some_papers(count: int) -> list[Paper]:
    return [a_paper(f"2605.{n:05}", published=NOON.replace(minute=n % 60)) for n in range(1, count + 1)]


async def test_a_paper_comes_back_with_all_that_arxiv_says_of_it(arxiv, catalogue):
    paper = a_paper(version=3, comment="12 pages", journal_ref="Nature 1 (2026)", doi="10.1000/xyz123")
    arxiv.papers = [paper]

    assert await catalogue.papers(["2605.05971"]) == [paper]


async def test_papers_are_matched_by_id_and_unknown_ones_left_out(arxiv, catalogue):
    arxiv.papers = [a_paper("2605.00001"), a_paper("hep-th/9901001"), a_paper("2605.00002")]

    found = await catalogue.papers(["2605.00002", "2605.99999", "hep-th/9901001", "2605.00002"])

    assert [paper.id for paper in found] == ["2605.00002", "hep-th/9901001"]


async def test_many_ids_are_asked_two_hundred_at_a_time_and_none_is_cut_off(arxiv, catalogue):
    arxiv.papers = some_papers(430)

    found = await catalogue.papers([paper.id for paper in arxiv.papers])

    assert [paper.id for paper in found] == [paper.id for paper in arxiv.papers]
    assert [request.params["max_results"] for request in arxiv.requests] == ["200", "200", "30"]


async def test_one_malformed_id_does_not_spoil_the_others(arxiv, catalogue):
    arxiv.papers = [a_paper()]

    assert [p.id for p in await catalogue.papers(["abc", "2605.05971"])] == ["2605.05971"]
    assert await catalogue.papers(["abc"]) == []
    assert len(arxiv.requests) == 1


async def test_a_title_is_found_as_a_phrase_nearest_first(arxiv, catalogue):
    arxiv.papers = [
        a_paper("2605.00001", title="Is Attention Is All You Need all you need?"),
        a_paper("1706.03762", title="Attention Is All You Need"),
        a_paper("2605.00003", title="Something else"),
    ]

    found = await catalogue.titled("attention is all you need!", limit=2)

    assert [paper.id for paper in found] == ["1706.03762", "2605.00001"]


async def test_a_title_misremembered_is_found_by_its_words(arxiv, catalogue):
    arxiv.papers = [a_paper("1706.03762", title="Attention Is All You Need")]

    assert [paper.id for paper in await catalogue.titled("you need all the attention", limit=5)] == ["1706.03762"]
    assert await catalogue.titled("bananas and other fruit", limit=5) == []
    assert await catalogue.titled('"()[]:&!', limit=5) == []


@pytest.mark.parametrize("typed", ["Antonio Araujo", "António Araújo", "ANTONIO ARAÚJO"])
async def test_an_author_is_found_whatever_the_accents(arxiv, catalogue, typed):
    arxiv.papers = [a_paper("2605.00001", authors=("Antonio Araújo",)), a_paper("2605.00002", authors=("Ada",))]

    assert [paper.id for paper in await catalogue.written_by(typed, limit=5)] == ["2605.00001"]


@pytest.mark.parametrize("typed", ["Thomas Müller", "Thomas Mueller", "Thomas Muller"])
async def test_an_umlaut_is_found_however_it_is_written(arxiv, catalogue, typed):
    arxiv.papers = [
        a_paper("2605.00001", authors=("Thomas Müller",)),
        a_paper("2605.00002", authors=("Thomas Maller",)),
    ]

    assert [paper.id for paper in await catalogue.written_by(typed, limit=5)] == ["2605.00001"]


async def test_michael_is_not_michal(arxiv, catalogue):
    arxiv.papers = [a_paper("2605.00001", authors=("Michal Valko",))]

    assert await catalogue.written_by("Michael Valko", limit=5) == []


async def test_only_people_of_exactly_that_name_are_found_newest_first(arxiv, catalogue):
    arxiv.papers = [
        a_paper("2605.00001", authors=("Ada Lovelace",)),
        a_paper("2605.00002", authors=("Ada Lovelace Smith",)),
        a_paper("2605.00003", authors=("Ada Lovelace",), published=NOON.replace(hour=13)),
    ]

    found = await catalogue.written_by("ada lovelace", limit=5)

    assert [paper.id for paper in found] == ["2605.00003", "2605.00001"]
    assert await catalogue.written_by('"; (', limit=5) == []


async def test_a_window_of_submissions_is_read_page_by_page_newest_first(arxiv, catalogue):
    arxiv.papers = [*some_papers(7), a_paper("2604.00001", published=NOON.replace(day=1))]
    since, until = NOON.replace(hour=0), NOON.replace(hour=23)

    pages = [await catalogue.submitted(["cs"], since, until, start) for start in (0, 3, 6)]

    assert {page.total for page in pages} == {7}
    minutes = [paper.published.minute for page in pages for paper in page.papers if paper.published]
    assert minutes == [7, 6, 5, 4, 3, 2, 1]


async def test_cross_lists_belong_to_an_archive_and_undivided_archives_are_asked_by_name(arxiv, catalogue):
    arxiv.papers = [
        a_paper("2605.00001", categories=("hep-th", "cs.LG")),
        a_paper("2605.00002", categories=("math.AG",)),
    ]

    assert [p.id for p in (await catalogue.submitted(["cs"], *ALL_DAY)).papers] == ["2605.00001"]
    assert [p.id for p in (await catalogue.submitted(["hep-th"], *ALL_DAY)).papers] == ["2605.00001"]
    assert (await catalogue.submitted(["econ"], *ALL_DAY)).total == 0
    assert [request.params["search_query"].split()[0] for request in arxiv.requests] == [
        "cat:cs.*",
        "cat:hep-th",
        "cat:econ.*",
    ]


async def test_the_client_says_who_asks_and_takes_a_turn_for_every_request(arxiv, catalogue, turn):
    arxiv.papers = [a_paper()]

    await asyncio.gather(*(catalogue.papers(["2605.05971"]) for _ in range(4)))

    assert turn.taken_times == 4
    assert all(request.under_way == 0 for request in arxiv.requests)
    assert all(request.headers["User-Agent"].startswith("paperlark") for request in arxiv.requests)


recorded = pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)


def _recordings() -> list[tuple[str, int, bytes]]:
    folder = CORPUS / "arxiv_atom"
    plain = [(path.name, 200, path.read_bytes()) for path in sorted(folder.glob("*.xml"))]
    kept = [(path.name, json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]
    return plain + [(name, answer["status_code"], answer["body"].encode()) for name, answer in kept]


@recorded
async def test_every_recorded_answer_of_the_api_is_read(arxiv, http, turn):
    catalogue = ArxivCatalogue(quick_client(http, turn), arxiv.api_url)
    for name, status, body in _recordings():
        arxiv.faults = always(Verbatim(body, status))
        if status == 400:
            with pytest.raises(SourceDown):
                await catalogue.submitted(["cs"], NOON, NOON, 0)
            continue

        page = await catalogue.submitted(["cs"], NOON, NOON, 0)

        assert len(page.papers) == body.count(b"<entry>"), name
        assert page.total >= len(page.papers)
        for paper in page.papers:
            assert paper.title, name
            assert paper.abstract, name
            assert paper.authors, name
            assert paper.primary, name
            assert paper.published, name


@recorded
async def test_a_recorded_paper_has_its_affiliations_comment_and_reference(arxiv, catalogue):
    (answer,) = [body for name, _, body in _recordings() if "astro-ph_0601001" in name]
    arxiv.faults = always(Verbatim(answer))

    (paper,) = await catalogue.papers(["astro-ph/0601001"])

    assert paper.authors == ("Andrew Gould", "Susan Dorsher", "B. Scott Gaudi", "Andrzej Udalski")
    assert paper.affiliations == ("Ohio State", "CfA", "Warsaw University Observatory")
    assert paper.journal_ref == "ActaAstron.56:1-50,2006"
    assert paper.comment.startswith("62 pages including 16 figures")
    assert paper.published == datetime(2006, 1, 2, 14, 57, 58, tzinfo=UTC)


@recorded
async def test_every_recorded_feed_is_read(arxiv, clients):
    counts = {}
    for path in sorted((CORPUS / "arxiv_rss").glob("*.xml")):
        arxiv.faults = always(Verbatim(path.read_bytes()))
        today = await clients.feed.today("cs")
        counts[path.stem.rpartition("__")[2]] = len(today)
        assert all(item.paper.title and item.paper.abstract and item.paper.authors for item in today)
        assert all(not item.paper.abstract.startswith(("arXiv", "Abstract")) for item in today)
    assert counts == {
        "arxiv_weekend_empty": 0,
        "arxiv_rss_example": 7,
        "arxiv_cs_ai": 3,
        "arxiv_cs_cl": 3,
        "arxiv_cs_lg": 3,
    }


async def test_a_search_asks_for_all_words_and_then_for_any(arxiv, catalogue):
    both = a_paper("2605.00001", title="Linear Attention")
    one = a_paper("2605.00002", title="Sparse Attention", abstract="No more.")
    arxiv.papers = [both, one]

    assert (await catalogue.search(SearchQuery("linear attention"), 10)).papers == (both,)
    assert len(arxiv.requests) == 1
    page = await catalogue.search(SearchQuery("attention zyzzyva"), 10)
    assert {paper.id for paper in page.papers} == {both.id, one.id}
    assert page.total == 2
    assert len(arxiv.requests) == 3


async def test_a_search_holds_its_conditions(arxiv, catalogue):
    wanted = a_paper("2605.00001", authors=("António Araújo",), categories=("math.OC",))
    old = a_paper("2405.00002", authors=("Antonio Araujo",), published=NOON.replace(year=2024), categories=("math.OC",))
    arxiv.papers = [a_paper("2605.00003"), wanted, old]
    query = SearchQuery(
        authors=("António Araújo",), categories=("math",), first=date(2026, 5, 7), last=date(2026, 5, 7)
    )

    assert (await catalogue.search(query, 10)).papers == (wanted,)


async def test_a_search_for_nothing_that_papers_have_is_not_asked(arxiv, catalogue):
    assert await catalogue.search(SearchQuery(without=("survey",)), 10) == Page((), 0)
    assert arxiv.requests == []

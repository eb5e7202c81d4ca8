"""The catalogue when arXiv is not itself: no trouble looks like "nothing found", nothing hostile comes through."""

import gzip

import pytest

from bot.domain.errors import SourceBusy, SourceDown
from bot.papers.clients.arxiv.api import ArxivCatalogue
from support.servers.arxiv_clients import ALL_DAY, FAULTS, a_paper, always, quick_client
from support.servers.arxiv_server import ArxivServer, Verbatim

TOTAL = (
    b"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:o='http://a9.com/-/spec/opensearch/1.1/'>"
    b"<o:totalResults>%b</o:totalResults></feed>"
)


@pytest.mark.parametrize("fault", FAULTS)
async def test_trouble_that_passes_is_not_noticed(arxiv, catalogue, fault):
    arxiv.papers = [a_paper()]
    arxiv.faults.extend([fault, fault])

    assert [paper.id for paper in await catalogue.papers(["2605.05971"])] == ["2605.05971"]
    assert len(arxiv.requests) == 3


@pytest.mark.parametrize("fault", [*FAULTS, "empty_page"])
async def test_trouble_that_stays_is_never_nothing_found(arxiv, catalogue, fault):
    arxiv.papers = [a_paper()]
    arxiv.faults = always(fault)

    for question in (
        catalogue.papers(["2605.05971"]),
        catalogue.titled("State Space Models", 5),
        catalogue.written_by("Ada Lovelace", 5),
        catalogue.submitted(["cs"], *ALL_DAY),
    ):
        with pytest.raises(SourceDown):
            await question
    assert len(arxiv.requests) == 4 * 3


async def test_an_answer_without_end_is_not_read_to_it(arxiv, catalogue):
    arxiv.faults = always(Verbatim(gzip.compress(b" " * 61_000_000), headers={"Content-Encoding": "gzip"}))

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])
    assert len(arxiv.requests) == 1


@pytest.mark.parametrize("fault", ["429", "503", "rate_exceeded_200"])
async def test_being_asked_to_wait_is_said_as_such(arxiv, catalogue, fault):
    arxiv.faults = always(fault)

    with pytest.raises(SourceBusy):
        await catalogue.papers(["2605.05971"])


async def test_a_short_retry_after_is_obeyed(arxiv, catalogue):
    arxiv.papers = [a_paper()]
    arxiv.faults.append("429:1")

    assert await catalogue.papers(["2605.05971"])
    first, second = arxiv.requests
    assert second.at - first.at >= 1


async def test_a_long_retry_after_is_handed_on_capped_instead_of_waited_for(arxiv, catalogue):
    arxiv.faults = always("503:999999999")

    with pytest.raises(SourceBusy) as caught:
        await catalogue.papers(["2605.05971"])

    assert caught.value.retry_after_seconds == 3600
    assert len(arxiv.requests) == 1


async def test_a_retry_after_that_is_a_date_is_understood(arxiv, catalogue):
    dates = {"Date": "Fri, 08 May 2026 04:00:00 GMT", "Retry-After": "Fri, 08 May 2026 04:10:00 GMT"}
    arxiv.faults = always(Verbatim(b"", 429, dates))

    with pytest.raises(SourceBusy) as caught:
        await catalogue.papers(["2605.05971"])

    assert caught.value.retry_after_seconds == 600


@pytest.mark.parametrize("status", ["400", "403", "404"])
async def test_a_refusal_is_not_asked_again(arxiv, catalogue, status):
    arxiv.faults = always(status)

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])
    assert len(arxiv.requests) == 1


async def test_a_server_that_hangs_is_given_up(arxiv, http, turn):
    catalogue = ArxivCatalogue(quick_client(http, turn, attempts=2, request_timeout_seconds=0.1), arxiv.api_url)
    arxiv.faults = always("slow:5")

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])
    assert len(arxiv.requests) == 2


async def test_nobody_listening_is_a_source_that_is_down(http, turn):
    catalogue = ArxivCatalogue(quick_client(http, turn, attempts=2), "http://127.0.0.1:1/api/query")

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])


async def test_an_error_in_a_feed_with_status_200_is_an_error(arxiv, catalogue):
    feed = b"""<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
        <o:totalResults>1</o:totalResults><entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_x</id>
        <title>Error</title></entry></feed>"""
    arxiv.faults = always(Verbatim(feed))

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])


@pytest.mark.parametrize(
    "body",
    [
        b"<feed xmlns='http://www.w3.org/2005/Atom'></feed>",
        b"<feed><totalResults>0</totalResults></feed>",
        b"<rss version='2.0'><channel/></rss>",
        TOTAL % b"many",
        *(TOTAL % stated for stated in (b"9" * 5000, b"-1", b"1e400", b"nan", b"0x10", "²".encode(), "٣".encode())),
        b"{}",
        b"\xff\xfe\x00",
    ],
)
async def test_what_is_no_list_of_papers_is_not_read_as_an_empty_one(arxiv, catalogue, body):
    arxiv.faults = always(Verbatim(body))

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])


@pytest.mark.parametrize("system", ["<!ENTITY x SYSTEM 'file:///etc/passwd'>", "<!ENTITY x 'lol'>"])
async def test_entities_are_not_expanded(arxiv, catalogue, system):
    feed = f"""<!DOCTYPE feed [{system}]>
        <feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">
        <o:totalResults>0</o:totalResults><title>&x;</title></feed>"""
    arxiv.faults = always(Verbatim(feed.encode()))

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])


async def test_no_redirect_leads_to_another_host(arxiv, catalogue):
    async with ArxivServer() as elsewhere:
        there = elsewhere.api_url.replace("127.0.0.1", "localhost")
        arxiv.faults = always(Verbatim(b"", 302, {"Location": there}))

        with pytest.raises(SourceDown):
            await catalogue.papers(["2605.05971"])
        assert elsewhere.requests == []


async def test_a_redirect_on_the_same_host_is_followed_in_a_turn_of_its_own(arxiv, catalogue, turn):
    arxiv.papers = [a_paper()]
    arxiv.faults.append(Verbatim(b"", 301, {"Location": "/api/query?id_list=2605.05971&max_results=1"}))

    assert await catalogue.papers(["2605.05971"])
    assert turn.taken_times == 2


async def test_a_redirect_in_circles_ends(arxiv, catalogue):
    arxiv.faults = lambda request: Verbatim(b"", 302, {"Location": str(request.rel_url)})

    with pytest.raises(SourceDown):
        await catalogue.papers(["2605.05971"])
    assert len(arxiv.requests) <= 9


async def test_one_broken_entry_costs_only_itself(arxiv, catalogue):
    arxiv.papers = [
        a_paper("2605.00001"),
        a_paper("not-an-id"),
        a_paper("2605.00002"),
    ]

    page = await catalogue.submitted(["cs"], *ALL_DAY)

    assert {paper.id for paper in page.papers} == {"2605.00001", "2605.00002"}
    assert page.total == 3


async def test_hostile_texts_come_back_clean_bounded_and_drawn(arxiv, catalogue):
    arxiv.papers = [
        a_paper(
            title="\u202eevil\u202c $\\alpha$ <!channel>\n  & more " + "x" * 2000,
            abstract="y" * 20_000,
            authors=("Paulo Andr\\'e  Lima", ":", "z" * 500),
            categories=("cs.LG", "68T50", "I.2.7", "cs.CL", "<script>"),
            doi="not a doi",
        )
    ]

    (paper,) = await catalogue.papers(["2605.05971"])

    assert paper.title.startswith("evil α <!channel> & more xxx")
    assert len(paper.title) == 500
    assert len(paper.abstract) == 6000
    assert paper.authors[0] == "Paulo André Lima"
    assert [len(name) for name in paper.authors[1:]] == [100]
    assert paper.categories == ("cs.LG", "cs.CL")
    assert paper.doi == ""


async def test_thousands_of_authors_are_kept(arxiv, catalogue):
    arxiv.papers = [a_paper("2507.06261", authors=tuple(f"Author Number{n}" for n in range(3435)))]

    (paper,) = await catalogue.papers(["2507.06261"])

    assert len(paper.authors) == 3435

"""What arXiv lists under author identifiers: read whole, asked in arXiv's turn, believed as far as it can be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.app.settings import Settings
from bot.authors.arxiv_listing import merge_author, printed_names
from bot.authors.clients.arxiv_authors import ArxivAuthors, read_listing
from bot.authors.listing_port import Listing
from bot.authors.store.cache import CachedListings
from bot.domain.author import Author
from bot.domain.errors import SourceBusy, SourceDown
from bot.papers.clients.arxiv.http import ARXIV_INTERACTIVE
from support.builders.sample_cards import CODED, PAPER
from support.local_http import local_client
from support.recorded_corpus import CORPUS_MISSING, some_papers
from support.servers.arxiv_authors import Claimed, listing_feed
from support.servers.arxiv_clients import OneAtATime, quick_client
from support.servers.arxiv_server import ArxivServer, Verbatim

ORCID = "0000-0002-7970-7855"
THEN = datetime(2026, 5, 7, 17, 57, 21, tzinfo=UTC)
OLD = replace(
    PAPER,
    id="hep-th/9901001",
    title="Gaps & <gluons> at $\\alpha_s$",
    authors=("S. Warner", "Yam Eitan"),
    categories=("hep-th", "math-ph"),
    published=None,
    updated=None,
    doi="10.1000/x",
    code_url="",
)
NEW = replace(PAPER, published=THEN, updated=THEN)
WARNER = Claimed("Simeon Warner", [NEW, OLD], ORCID)


@dataclass
class Here:
    arxiv: ArxivServer
    authors: ArxivAuthors
    turn: OneAtATime


@pytest.fixture
async def here() -> AsyncIterator[Here]:
    turn = OneAtATime()
    async with ArxivServer() as arxiv, local_client() as http:
        arxiv.authors = {"warner_s_1": WARNER, ORCID: WARNER}
        yield Here(arxiv, ArxivAuthors(quick_client(http, turn, ARXIV_INTERACTIVE), arxiv.author_url), turn)


async def test_a_listing_names_her_and_holds_her_papers_with_the_authors_apart(here: Here) -> None:
    listing = await here.authors.of("arxiv:warner_s_1")
    assert listing is not None
    assert listing.author == Author("Simeon Warner", orcid=ORCID, source="arXiv", arxiv="warner_s_1")
    assert listing.ids == (NEW.id, OLD.id)
    new, old = listing.papers
    assert (new.title, new.authors, new.categories) == (NEW.title, NEW.authors, NEW.categories)
    assert (new.published, new.abstract, new.version) == (THEN, NEW.abstract, NEW.version)
    assert (old.title, old.doi, old.published) == ("Gaps & <gluons> at α_s", "10.1000/x", None)
    assert [asked.path for asked in here.arxiv.requests] == ["/a/warner_s_1.atom"]


async def test_under_an_orcid_it_is_the_same_listing(here: Here) -> None:
    listing = await here.authors.of(f"arxiv:{ORCID}")
    assert listing is not None
    assert (listing.author.arxiv, listing.author.orcid, listing.author.identity) == (ORCID, ORCID, f"arxiv:{ORCID}")


async def test_who_links_no_orcid_has_none(here: Here) -> None:
    here.arxiv.authors["warner_s_1"] = Claimed("Simeon Warner", [])
    assert await here.authors.of("arxiv:warner_s_1") == Listing(
        Author("Simeon Warner", source="arXiv", arxiv="warner_s_1"), ()
    )


@pytest.mark.parametrize("identity", ["arxiv:nobody_n_1", "arxiv:0000-0002-1825-0097"])
async def test_an_id_that_nobody_has_is_nobody_and_asked_for_once(here: Here, identity: str) -> None:
    assert await here.authors.of(identity) is None
    assert len(here.arxiv.requests) == 1


@pytest.mark.parametrize("identity", ["openalex:A5023888391", "arxiv:../api", "arxiv:x y", "", "arxiv:warner_s_1\n/x"])
async def test_nothing_but_an_author_id_gets_into_an_address(here: Here, identity: str) -> None:
    assert await here.authors.of(identity) is None
    assert here.arxiv.requests == []


@pytest.mark.parametrize("fault", ["503", "429:0", "500", "drop", "rate_exceeded_200", "empty", "html", "truncated"])
async def test_a_trouble_that_passes_is_asked_again_and_one_that_stays_is_told(here: Here, fault: str) -> None:
    here.arxiv.faults.append(fault)  # type: ignore[union-attr]
    assert await here.authors.of("arxiv:warner_s_1") is not None
    here.arxiv.faults.extend([fault] * 9)  # type: ignore[union-attr]
    with pytest.raises(SourceDown) as down:
        await here.authors.of("arxiv:warner_s_1")
    assert down.value.sentence.startswith("arXiv ")
    assert len(here.arxiv.requests) == 4


async def test_a_refusal_is_no_nobody_and_not_asked_again(here: Here) -> None:
    here.arxiv.faults.append("403")  # type: ignore[union-attr]
    with pytest.raises(SourceDown, match="refused the question"):
        await here.authors.of("arxiv:warner_s_1")
    assert len(here.arxiv.requests) == 1


async def test_a_long_wait_is_told_and_not_waited_for(here: Here) -> None:
    here.arxiv.faults.append("503:3600")  # type: ignore[union-attr]
    with pytest.raises(SourceBusy):
        await here.authors.of("arxiv:warner_s_1")


async def test_a_redirect_to_somewhere_else_is_not_followed(here: Here) -> None:
    here.arxiv.faults.append(Verbatim(b"", 301, {"Location": "http://169.254.169.254/latest"}))  # type: ignore[union-attr]
    here.arxiv.faults.append(Verbatim(b"", 301, {"Location": "http://169.254.169.254/latest"}))  # type: ignore[union-attr]
    with pytest.raises(SourceDown, match="another host"):
        await here.authors.of("arxiv:warner_s_1")


HONEST = listing_feed(WARNER, "warner_s_1", "http://arxiv.org")


@pytest.mark.parametrize(
    "body",
    [
        HONEST.replace("Simeon Warner's articles on arXiv", "ArXiv Query: all:electron"),
        HONEST.replace("Simeon Warner's", "'s"),
        HONEST.replace("<feed", "<fed").replace("</feed", "</fed"),
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        + HONEST.partition("\n")[2].replace("Simeon", "&x;"),
        "<html><body>Author warner_s_1 not found</body></html>",
        "{}",
    ],
)
def test_what_is_no_listing_is_a_source_that_is_down(body: str) -> None:
    with pytest.raises(SourceDown):
        read_listing(body.encode(), "warner_s_1")


def test_an_entry_that_is_no_paper_is_left_out_and_the_others_are_read() -> None:
    body = HONEST.replace(f"http://arxiv.org/abs/{NEW.id}v{NEW.version}</id>", "http://arxiv.org/api/errors#x</id>")
    assert read_listing(body.encode(), "warner_s_1").ids == (OLD.id,)


def test_a_paper_that_is_listed_twice_is_one() -> None:
    twice = listing_feed(Claimed("Simeon Warner", [NEW, OLD, NEW]), "warner_s_1", "http://arxiv.org")
    assert read_listing(twice.encode(), "warner_s_1").ids == (NEW.id, OLD.id)


@pytest.mark.parametrize("date", ["yesterday", "9999-99-99", "", "2026-05-07", "2026-05-07T12:00:00", "1" * 10_000])
def test_a_date_that_can_t_be_read_costs_nothing_but_itself(date: str) -> None:
    body = HONEST.replace(THEN.isoformat(), date)
    papers = read_listing(body.encode(), "warner_s_1").papers
    assert [one.published for one in papers] == [None, None]


def test_hostile_texts_come_back_clean_and_bounded() -> None:
    long = "Mallory\u202e <b>" + "x" * 5000
    body = listing_feed(
        Claimed("A" * 150, [replace(NEW, title=long, authors=(long,))]), "warner_s_1", "http://arxiv.org"
    )
    listing = read_listing(body.encode(), "warner_s_1")
    assert len(listing.author.name) <= 100
    assert "\u202e" not in listing.papers[0].title
    assert len(listing.papers[0].authors[0]) <= 100


@given(
    st.binary(max_size=400)
    | st.text(max_size=200).map(lambda text: HONEST.replace("Simeon", text).encode("utf-8", "replace"))
)
def test_no_answer_breaks_it(body: bytes) -> None:
    try:
        listing = read_listing(body, "warner_s_1")
    except SourceDown:
        return
    assert 0 < len(listing.author.name) <= 100
    assert [one.id for one in listing.papers] == list(listing.ids)


@pytest.mark.skipif(bool(CORPUS_MISSING), reason=CORPUS_MISSING)
def test_a_listing_of_real_papers_is_read_as_the_papers_are() -> None:
    papers = [one for one in islice(some_papers(), 3000) if one.published][:500]
    body = listing_feed(Claimed("Somebody", papers), "somebody_s_1", "http://arxiv.org")
    read = read_listing(body.encode(), "somebody_s_1").papers
    assert [one.id for one in read] == [one.id for one in papers]
    assert [(one.authors, one.primary) for one in read] == [(one.authors, one.primary) for one in papers]


class TestNames:
    def test_who_signs_otherwise_than_her_account_is_known_by_both(self) -> None:
        papers = (replace(NEW, authors=("James Smith", "Yam Eitan")), replace(CODED, authors=("Jim Smith",)))
        listing = Listing(Author("Jim Smith", arxiv="smith_j_1"), (), papers)
        assert printed_names(listing) == ("Jim Smith", "James Smith")

    def test_of_two_who_might_be_meant_neither_is(self) -> None:
        listing = Listing(Author("Jim Smith"), (), (replace(NEW, authors=("James Smith", "Joan Smith")),))
        assert printed_names(listing) == ("Jim Smith",)

    def test_a_crowd_says_nothing_of_her_name(self) -> None:
        crowd = ("James Smith", *(f"Physicist {n}" for n in range(3000)))
        listing = Listing(Author("Jim Smith"), (), (replace(NEW, authors=crowd),) * 100)
        assert printed_names(listing) == ("Jim Smith",)

    def test_figures_of_openalex_stand_under_the_name_and_id_of_arxiv(self) -> None:
        listing = Listing(Author("Simeon Warner", source="arXiv", arxiv="warner_s_1"), ())
        one = merge_author(listing, Author("S Warner", "A5023888391", ORCID, source="OpenAlex"))
        assert one == Author(
            "Simeon Warner", "A5023888391", ORCID, other_names=("S Warner",), source="OpenAlex", arxiv="warner_s_1"
        )


class TestRemembered:
    async def test_a_listing_is_asked_for_once_a_day_and_its_papers_are_known_by_their_ids(
        self, here: Here, redis_client: Redis
    ) -> None:
        listings = CachedListings(redis_client, here.authors)
        first = await listings.of("arxiv:warner_s_1")
        again = await listings.of("arxiv:warner_s_1")
        assert first is not None
        assert again == replace(first, papers=())
        assert len(here.arxiv.requests) == 1

    async def test_nobody_is_remembered_too_and_what_failed_is_not(self, here: Here, redis_client: Redis) -> None:
        listings = CachedListings(redis_client, here.authors)
        here.arxiv.faults.append("403")  # type: ignore[union-attr]
        with pytest.raises(SourceDown):
            await listings.of("arxiv:nobody_n_1")
        assert await listings.of("arxiv:nobody_n_1") is None
        assert await listings.of("arxiv:nobody_n_1") is None
        assert len(here.arxiv.requests) == 2


class TestSettings:
    def test_a_mirror_of_the_api_need_not_have_authors(self) -> None:
        assert Settings(_env_file=None).author_url == "https://arxiv.org/a"  # type: ignore[call-arg]
        mirror = Settings(_env_file=None, arxiv_api_url="http://mirror.example/api")  # type: ignore[call-arg]
        assert mirror.author_url is None

    def test_arxiv_is_asked_politely_there_too(self) -> None:
        with pytest.raises(ValueError, match="below 3 is refused"):
            Settings(
                _env_file=None,  # type: ignore[call-arg]
                arxiv_api_url="http://127.0.0.1/api",
                arxiv_rss_url="http://127.0.0.1/rss",
                arxiv_author_url="https://arxiv.org/a",
                arxiv_min_interval_seconds=0,
            )

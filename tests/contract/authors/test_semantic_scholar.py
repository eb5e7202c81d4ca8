"""Semantic Scholar as a second opinion: asked once, of one paper, and left alone when it wants to be."""

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.authors.clients.semantic_scholar import SEMANTIC_SCHOLAR, SemanticScholar, found_in
from bot.authors.store.cache import CachedSecondSource
from bot.domain.author import Affiliation, Author, Figure
from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.client import HttpClient
from support.builders.sample_cards import CODED, PAPER
from support.local_http import local_client
from support.servers.semantic_scholar_server import RECORDED_MISSING, SemanticScholarServer, recorded, scholar

KEY = "a-key-of-somebody"


@dataclass
class Here:
    server: SemanticScholarServer
    http: httpx.AsyncClient

    def client(self, key: str = "", spacing_seconds: float = 0.0) -> SemanticScholar:
        return SemanticScholar(HttpClient(self.http, SEMANTIC_SCHOLAR), self.server.url, key, spacing_seconds)


@pytest.fixture
async def s2() -> AsyncIterator[Here]:
    async with SemanticScholarServer() as server, local_client() as http:
        server.authors[PAPER.id] = [scholar("2219", "Yoav Gelberg"), scholar("1733", "Y. Eitan", 4, affiliations=["T"])]
        yield Here(server, http)


async def test_who_is_meant_is_told_on_the_paper_itself_with_figures_of_its_own(s2: Here) -> None:
    assert await s2.client().of_paper(PAPER, "Yam Eitan") == Author(
        "Y. Eitan",
        s2="1733",
        h_index=Figure(4, "Semantic Scholar"),
        papers=Figure(10, "Semantic Scholar"),
        citations=Figure(51, "Semantic Scholar"),
        affiliations=(Affiliation("T"),),
        source="Semantic Scholar",
    )
    assert s2.server.asked == [PAPER.id]


async def test_nobody_is_who_isnt_there_or_may_be_two(s2: Here) -> None:
    assert await s2.client().of_paper(CODED, "Jae-Won Chung") is None
    assert await s2.client().of_paper(PAPER, "Haggai Maron") is None
    assert await s2.client().of_paper(PAPER, "Nir Eitan") is None
    s2.server.authors[PAPER.id] = [scholar("1", "Y. Eitan"), scholar("2", "Y. Eitan")]
    assert await s2.client().of_paper(PAPER, "Yam Eitan") is None


@pytest.mark.skipif(bool(RECORDED_MISSING), reason=RECORDED_MISSING)
@pytest.mark.parametrize(
    ("name", "own", "h_index"),
    [("Esther Duflo", "2259683", 91), ("Cynthia Kinnan", "2237651454", 0), ("R. Glennerster", "4249203", 31)],
)
async def test_a_recorded_answer_is_read(s2: Here, name: str, own: str, h_index: int) -> None:
    status, s2.server.bodies[PAPER.id] = recorded()
    assert status == 200
    found = await s2.client().of_paper(PAPER, name)
    assert found
    if h_index:
        assert (found.s2, found.h_index) == (own, Figure(h_index, "Semantic Scholar"))
    else:
        assert (found.s2 != own, found.papers) == (True, Figure(35, "Semantic Scholar"))


async def test_an_old_identifier_and_a_key_go_along(s2: Here) -> None:
    s2.server.key = KEY
    s2.server.authors["hep-th/9901001"] = [scholar("1", "Edward Witten")]
    assert await s2.client(KEY).of_paper(replace(PAPER, id="hep-th/9901001"), "Edward Witten")


async def test_a_wrong_key_is_said_by_its_setting_and_not_shown(s2: Here, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    s2.server.key = KEY
    with pytest.raises(SourceDown, match="SEMANTIC_SCHOLAR_API_KEY is wrong") as raised:
        await s2.client("another-key").of_paper(PAPER, "Yam Eitan")
    assert "another-key" not in f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"


@pytest.mark.parametrize("fault", ["429", "429:30", "503"])
async def test_who_is_busy_is_left_alone(s2: Here, fault: str) -> None:
    s2.server.faults = [fault]
    client = s2.client()
    for _ in range(3):
        with pytest.raises(SourceBusy):
            await client.of_paper(PAPER, "Yam Eitan")
    assert len(s2.server.asked) == 1


async def test_two_questions_keep_the_distance_that_a_key_allows(s2: Here) -> None:
    client, begun = s2.client(spacing_seconds=0.3), time.monotonic()
    await client.of_paper(PAPER, "Yam Eitan")
    await client.of_paper(PAPER, "Yoav Gelberg")
    assert time.monotonic() - begun >= 0.3


@pytest.mark.parametrize(
    "fault",
    ["301", "500", "<html>", "[]", '{"data": 1}', "[" * 100_000, " " * (SEMANTIC_SCHOLAR.largest_body_bytes + 1)],
)
async def test_nonsense_is_a_source_that_is_down(s2: Here, fault: str) -> None:
    s2.server.faults = [fault]
    with pytest.raises(SourceDown):
        await s2.client().of_paper(PAPER, "Yam Eitan")


async def test_what_it_said_is_remembered_and_apart_from_what_others_say(s2: Here, redis_client: Redis) -> None:
    first = await CachedSecondSource(redis_client, s2.client()).of_paper(PAPER, "Yam Eitan")
    assert await CachedSecondSource(redis_client, s2.client()).of_paper(PAPER, "Yam Eitan") == first
    assert len(s2.server.asked) == 1


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("Y. Eitan"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["DBLP", "name"]), inner),
)


@given(st.sampled_from(sorted(scholar("1", "Y. Eitan"))), _JSON, st.text())
def test_whatever_stands_in_an_answer_gives_a_bounded_person_or_none(field: str, value: object, name: str) -> None:
    body = json.dumps({"data": [scholar("1", "Y. Eitan") | {field: value}, value]}).encode()
    for asked in ("Yam Eitan", name):
        found = found_in(body, asked)
        assert found is None or (len(found.name) <= 100 and found.s2.isdigit())

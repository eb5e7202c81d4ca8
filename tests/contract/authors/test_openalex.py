"""OpenAlex as who knows what the owner of an ORCID wrote: its answers, its faults, and how long it may take."""

import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authors.clients.openalex import OpenAlexPeople
from bot.authors.clients.openalex_http import OPENALEX, OpenAlexReader
from bot.authors.clients.openalex_works import OpenAlexWorks, arxiv_ids
from bot.domain.arxiv_id import is_id
from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.client import HttpClient
from support.local_http import local_client
from support.recorded_corpus import CORPUS
from support.servers.openalex_server import OpenAlexServer, article, preprint

ORCID = "0000-0002-1825-0097"
RECORDED = CORPUS / "openalex" / "kitzcode__research-radar__openalex_works.json"
KEY = "a-key-of-somebody"


@dataclass
class Here:
    server: OpenAlexServer
    http: httpx.AsyncClient

    def reader(self, key: str = "") -> OpenAlexReader:
        policy = replace(OPENALEX, total_timeout_seconds=30.0, backoff_seconds=0.01)
        return OpenAlexReader(HttpClient(self.http, policy), self.server.url, key)

    def client(self, key: str = "") -> OpenAlexWorks:
        return OpenAlexWorks(self.reader(key))


@pytest.fixture
async def openalex() -> AsyncIterator[Here]:
    async with OpenAlexServer() as server, local_client() as http:
        yield Here(server, http)


async def test_the_works_that_are_on_arxiv_are_told_newest_first_and_once(openalex: Here) -> None:
    openalex.server.works[ORCID] = [
        preprint("2401.00001", "2024-01-05"),
        article("10.1038/s41586-019-1666-5", "2019-10-23", "1910.11333"),
        article("10.1000/nowhere", "2025-01-01"),
        preprint("hep-th/9901001", "1999-01-01"),
        preprint("2605.05971", "2026-05-07"),
        preprint("2401.00001", "2024-01-06"),
    ]
    found = await openalex.client().written_under(ORCID)
    assert found == ["2605.05971", "2401.00001", "1910.11333", "hep-th/9901001"]
    assert len(openalex.server.asked) == 1


async def test_nobody_known_and_nothing_on_arxiv_are_told_apart(openalex: Here) -> None:
    assert await openalex.client().written_under(ORCID) is None
    openalex.server.works[ORCID] = [article("10.1000/nowhere")]
    assert await openalex.client().written_under(ORCID) == []
    openalex.server.faults = ["404"]
    assert await openalex.client().written_under(ORCID) is None


async def test_a_key_goes_along_where_there_is_one_and_none_where_there_is_none(openalex: Here) -> None:
    openalex.server.key = KEY
    await openalex.client(KEY).written_under(ORCID)
    await openalex.client().written_under(ORCID)
    assert [asked.get("api_key") for asked in openalex.server.asked] == [KEY, None]


async def test_a_wrong_key_is_said_by_its_setting_and_not_shown(
    openalex: Here, caplog: pytest.LogCaptureFixture
) -> None:
    openalex.server.key = KEY
    caplog.set_level(logging.DEBUG, "bot")
    with pytest.raises(SourceDown, match="OPENALEX_API_KEY is missing or wrong") as raised:
        await openalex.client("another-key").written_under(ORCID)
    assert "another-key" not in f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"
    assert len(openalex.server.asked) == 1


@pytest.mark.parametrize("fault", ["500", "503", "429:1", "429"])
async def test_what_may_pass_is_asked_once_more(openalex: Here, fault: str) -> None:
    openalex.server.works[ORCID] = [preprint("2605.05971")]
    openalex.server.faults = [fault]
    begun = time.monotonic()
    assert await openalex.client().written_under(ORCID) == ["2605.05971"]
    assert fault != "429:1" or time.monotonic() - begun >= 1
    assert len(openalex.server.asked) == 2


@pytest.mark.parametrize(
    ("fault", "key", "said"),
    [
        ("429:54000", "", "OpenAlex asks us to wait for 15 hours; a free OPENALEX_API_KEY lets it answer more."),
        ("429:600", KEY, "OpenAlex asks us to wait for 10 minutes."),
    ],
)
async def test_a_long_wait_is_said_and_not_waited_for(openalex: Here, fault: str, key: str, said: str) -> None:
    openalex.server.faults = [fault]
    with pytest.raises(SourceDown) as raised:
        await openalex.client(key).written_under(ORCID)
    assert raised.value.sentence == said
    assert len(openalex.server.asked) == 1


async def test_once_the_allowance_is_spent_nobody_asks_for_what_costs(openalex: Here) -> None:
    reader = openalex.reader()
    openalex.server.faults = ["429:54000"]
    for question in (OpenAlexWorks(reader).written_under(ORCID), OpenAlexPeople(reader).named("Yam Eitan", 5)):
        with pytest.raises(SourceDown, match="asks us to wait for"):
            await question
    assert len(openalex.server.asked) == 1


async def test_who_stays_busy_is_given_up(openalex: Here) -> None:
    openalex.server.faults = ["429", "429", "429"]
    with pytest.raises(SourceBusy):
        await openalex.client().written_under(ORCID)
    assert len(openalex.server.asked) == 2


@pytest.mark.parametrize(
    "fault", ["301", "400", "<html>", "{}", "[]", '{"results": 1}', " ", "[" * 100_000, "9" * 5000]
)
async def test_nonsense_is_a_source_that_is_down_and_is_not_asked_again(openalex: Here, fault: str) -> None:
    openalex.server.faults = [fault]
    with pytest.raises(SourceDown):
        await openalex.client().written_under(ORCID)
    assert len(openalex.server.asked) == 1


async def test_who_never_answers_is_waited_for_no_longer_than_said(openalex: Here) -> None:
    openalex.server.faults = ["slow:60"]
    begun = time.monotonic()
    client = HttpClient(openalex.http, replace(OPENALEX, total_timeout_seconds=0.2))
    with pytest.raises(SourceDown, match="took too long"):
        await OpenAlexWorks(OpenAlexReader(client, openalex.server.url)).written_under(ORCID)
    assert time.monotonic() - begun < 30


async def test_an_answer_without_end_is_not_read_to_its_end(openalex: Here) -> None:
    openalex.server.faults = [" " * (OPENALEX.largest_body_bytes + 1)]
    with pytest.raises(SourceDown, match="more than can be read"):
        await openalex.client().written_under(ORCID)


async def test_nobody_listening_is_a_source_that_is_down() -> None:
    async with local_client() as http:
        client = HttpClient(http, replace(OPENALEX, backoff_seconds=0.01))
        with pytest.raises(SourceDown):
            await OpenAlexWorks(OpenAlexReader(client, "http://127.0.0.1:1")).written_under(ORCID)


def test_recorded_works_are_read_and_one_of_them_moved_to_arxiv_is_found() -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded works are not beside this checkout")
    recorded = json.loads(RECORDED.read_text())
    assert arxiv_ids(recorded["results"]) == []
    work = recorded["results"][0]
    there = work["primary_location"] | {"landing_page_url": "http://arxiv.org/abs/2101.00001"}
    recorded["results"][0] = work | {"locations": [work["primary_location"], there]}
    assert arxiv_ids(recorded["results"]) == ["2101.00001"]


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just("http://arxiv.org/abs/2605.05971"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.sampled_from(["doi", "locations", "id"]), _JSON, _JSON)
def test_whatever_stands_in_a_work_gives_ids_or_none(name: str, value: object, work: object) -> None:
    works = [preprint("2605.00001") | {name: value}, work]
    assert all(map(is_id, arxiv_ids([one for one in works if isinstance(one, dict)])))

"""DataCite as the last to ask for a paper while arXiv is down: its answers, its faults, and how long it may take."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.infra.http.client import HttpClient
from bot.papers.clients.datacite import DATACITE, DataciteClient, _read
from support.local_http import local_client
from support.servers.arxiv_clients import NOON, a_paper
from support.servers.datacite_server import DataciteServer, registration


@dataclass
class Here:
    server: DataciteServer
    registry: DataciteClient


@pytest.fixture
async def datacite() -> AsyncIterator[Here]:
    async with DataciteServer() as server, local_client() as http:
        yield Here(server, DataciteClient(HttpClient(http, replace(DATACITE, request_timeout_seconds=0.5)), server.url))


@pytest.mark.parametrize("paper_id", ["2605.05971", "hep-th/9901001"])
async def test_a_registered_paper_is_told_with_where_that_comes_from(datacite: Here, paper_id: str) -> None:
    paper = a_paper(paper_id, version=2, updated=NOON + timedelta(days=3), comment="12 pages")
    datacite.server.papers = [paper]
    assert await datacite.registry.paper(paper_id) == replace(paper, source="DataCite")


async def test_what_is_not_registered_is_nobodys_fault(datacite: Here) -> None:
    assert await datacite.registry.paper("2605.05971") is None


@pytest.mark.parametrize("fault", ["500", "429", "302", "403", "slow:5", "<html>", "{}", "[]", '{"data": 1}', " "])
async def test_trouble_is_a_source_that_is_down_soon_and_is_not_asked_again(datacite: Here, fault: str) -> None:
    datacite.server.fault = fault
    begun = time.monotonic()
    with pytest.raises(SourceDown):
        await datacite.registry.paper("2605.05971")
    assert time.monotonic() - begun < 3
    assert len(datacite.server.asked) == 1


async def test_nobody_listening_is_a_source_that_is_down() -> None:
    async with local_client() as http:
        with pytest.raises(SourceDown):
            await DataciteClient(HttpClient(http, DATACITE), "http://127.0.0.1:1").paper("2605.05971")


def told(**changes: object) -> Paper:
    body = {"data": {"attributes": registration(a_paper()) | changes}}
    return _read(json.dumps(body).encode(), "2605.05971")


@pytest.mark.parametrize("changes", [{"doi": "10.48550/arxiv.2605.00001"}, {"titles": []}, {"creators": []}])
def test_another_paper_or_half_of_one_is_not_taken_for_it(changes: dict[str, object]) -> None:
    with pytest.raises(SourceDown):
        told(**changes)


def test_what_it_does_not_state_stays_empty() -> None:
    bare = told(dates=[], descriptions=[], subjects=[], version=None)
    assert (bare.published, bare.updated, bare.abstract, bare.comment, bare.categories) == (None, None, "", "", ())


def test_names_are_written_as_people_are_called() -> None:
    creators = [{"name": "Lovelace, Ada", "nameType": "Personal"}, {"name": "The ATLAS Collaboration"}]
    assert told(creators=creators).authors == ("Ada Lovelace", "The ATLAS Collaboration")


def test_a_date_without_a_zone_is_none() -> None:
    dates = [{"date": "2026-05-07T12:00:00", "dateType": "Submitted", "dateInformation": "v1"}]
    assert told(dates=dates).published is None
    dates[0]["date"] += "+02:00"
    assert told(dates=dates).published == datetime(2026, 5, 7, 10, tzinfo=UTC)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(registration(a_paper()))), _JSON)
def test_whatever_stands_in_a_field_gives_a_paper_or_a_source_that_is_down(name: str, value: object) -> None:
    with suppress(SourceDown):
        assert told(**{name: value}).id == "2605.05971"

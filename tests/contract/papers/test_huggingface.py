"""Hugging Face as a source: its lists as recorded, its pages, its faults, and how long it may take."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import SourceBusy, SourceDown
from bot.domain.trend import Period, Span, period_of
from bot.infra.http.client import HttpClient
from bot.papers.clients.huggingface import HuggingFaceClient, read_page
from bot.papers.clients.huggingface_http import HUGGING_FACE
from support.hostile.inputs import FRAGMENTS
from support.local_http import local_client
from support.servers.huggingface_server import RECORDED_MISSING, HuggingFaceServer, entry, recorded

FRIDAY = date(2026, 7, 31)
DAY, WEEK, MONTH = (period_of(span, FRIDAY) for span in Span)


@dataclass
class Here:
    server: HuggingFaceServer
    source: HuggingFaceClient

    async def ids(self, period: Period = DAY) -> list[str]:
        return [one.paper.id for one in await self.source.listed(period)]


@pytest.fixture
async def face() -> AsyncIterator[Here]:
    async with HuggingFaceServer() as server, local_client() as http:
        client = HttpClient(http, replace(HUGGING_FACE, backoff_seconds=0.01, request_timeout_seconds=2.0))
        yield Here(server, HuggingFaceClient(client, server.url, timeout_seconds=4.0))


@pytest.mark.skipif(bool(RECORDED_MISSING), reason=RECORDED_MISSING)
@pytest.mark.parametrize("day", ["2026-07-31", "2026-06-12"])
async def test_a_recorded_list_is_told_whole_with_every_count_most_upvotes_first(face: Here, day: str) -> None:
    face.server.lists[day] = list(recorded(day))
    listed = await face.source.listed(period_of(Span.DAY, date.fromisoformat(day)))
    told = {one.paper.id: (one.upvotes, one.comments, one.stars) for one in listed}
    assert told == {
        each["paper"]["id"]: (each["paper"]["upvotes"], each["numComments"], each["paper"].get("githubStars"))
        for each in recorded(day)
    }
    assert [one.upvotes for one in listed] == sorted((one.upvotes for one in listed), reverse=True)
    assert {one.paper.code_url for one in listed if one.stars is not None} == {
        each["paper"]["githubRepo"] for each in recorded(day) if "githubRepo" in each["paper"]
    }


async def test_a_paper_is_told_as_others_are_with_where_that_comes_from(face: Here) -> None:
    code = "https://github.com/lab/engine"
    face.server.lists["2026-07-31"] = [entry("2607.00001", 37, githubRepo=code, githubStars=8, numComments=4)]
    (one,) = await face.source.listed(DAY)
    assert (one.upvotes, one.comments, one.stars) == (37, 4, 8)
    paper = one.paper
    assert (paper.id, paper.title, paper.abstract) == (
        "2607.00001",
        "On the Matter of 2607.00001",
        "We build a machine.",
    )
    assert (paper.authors, paper.code_url, paper.source) == (("Ada Lovelace",), code, "Hugging Face")
    assert paper.published == datetime(2026, 7, 30, tzinfo=UTC)


async def test_what_is_not_said_is_not_zero(face: Here) -> None:
    face.server.lists["2026-07-31"] = [entry("2607.00001", None, numComments=None)]
    (one,) = await face.source.listed(DAY)
    assert (one.upvotes, one.comments, one.stars, one.paper.code_url) == (None, None, None, "")


@pytest.mark.parametrize(
    ("period", "name"),
    [
        (DAY, "2026-07-31"),
        (WEEK, "2026-W31"),
        (MONTH, "2026-07"),
        (period_of(Span.WEEK, date(2027, 1, 2)), "2026-W53"),
        (WEEK.before, "2026-W30"),
        (period_of(Span.MONTH, date(2026, 1, 9)).before, "2025-12"),
    ],
)
async def test_each_period_is_asked_for_by_its_name(face: Here, period: Period, name: str) -> None:
    face.server.lists[name] = [entry("2607.00001")]
    assert await face.ids(period) == ["2607.00001"]


async def test_a_day_without_a_list_is_empty(face: Here) -> None:
    assert await face.ids(period_of(Span.DAY, date(2026, 8, 1))) == []


@pytest.mark.parametrize(("most", "requests"), [(100, 3), (50, 5)])
async def test_every_page_is_read_whatever_the_largest_page_is(face: Here, most: int, requests: int) -> None:
    face.server.most = most
    face.server.lists["2026-07"] = [entry(f"2607.{number:05}") for number in range(1, 221)]
    assert len(await face.ids(MONTH)) == 220
    assert len(face.server.asked) == requests


async def test_pages_that_never_end_are_left_after_some(face: Here) -> None:
    face.server.most = 60
    face.server.lists["2026-07-31"] = [entry(f"2607.{number:05}") for number in range(1, 1000)]
    assert len(await face.ids()) == 180


async def test_a_paper_on_two_pages_is_one(face: Here) -> None:
    face.server.lists["2026-07-31"] = [entry("2607.00001", 5), entry("2607.00001", 9)]
    assert await face.ids() == ["2607.00001"]


@pytest.mark.parametrize("fault", ["500", "502", "504", "drop", "429", "429:0", "503"])
async def test_trouble_that_may_pass_is_asked_through(face: Here, fault: str) -> None:
    face.server.lists["2026-07-31"] = [entry("2607.00001")]
    face.server.faults.extend([fault] * 2)
    assert await face.ids() == ["2607.00001"]


@pytest.mark.parametrize("fault", ["500", "drop", "429", "slow:5", "trickle"])
async def test_trouble_that_lasts_is_a_source_that_is_down_soon(face: Here, fault: str) -> None:
    face.server.fault = fault
    begun = time.monotonic()
    with pytest.raises(SourceDown):
        await face.ids()
    assert time.monotonic() - begun < 8
    assert 2 <= len(face.server.asked) <= 3


async def test_who_asks_to_wait_for_long_is_left_alone_and_for_how_long_is_told(face: Here) -> None:
    face.server.fault = "429:280"
    with pytest.raises(SourceBusy) as busy:
        await face.ids()
    assert busy.value.retry_after_seconds == 280
    assert len(face.server.asked) == 1


@pytest.mark.parametrize("asked", ["9" * 9, "9" * 200])
async def test_nobody_makes_us_wait_for_more_than_an_hour(face: Here, asked: str) -> None:
    face.server.fault = f"429:{asked}"
    with pytest.raises(SourceBusy) as busy:
        await face.ids()
    assert busy.value.retry_after_seconds <= 3600


@pytest.mark.parametrize("fault", ["302", "400", "403", "404", "<html>", "{}", "null", "[1]", "[{}]", '[{"id":"x"}]'])
async def test_nonsense_is_a_source_that_is_down_and_is_not_asked_again(face: Here, fault: str) -> None:
    face.server.fault = fault
    with pytest.raises(SourceDown):
        await face.ids()
    assert len(face.server.asked) == 1


@pytest.mark.parametrize(
    "body", ["[" * 100_000, "9" * 10_000, "[" + " " * HUGGING_FACE.largest_body_bytes + "]", "\ud800", "[\x00]"]
)
async def test_a_monstrous_answer_is_a_source_that_is_down(face: Here, body: str) -> None:
    face.server.fault = body.encode(errors="replace").decode()
    with pytest.raises(SourceDown):
        await face.ids()


async def test_nobody_listening_is_a_source_that_is_down() -> None:
    async with local_client() as http:
        client = HttpClient(http, replace(HUGGING_FACE, backoff_seconds=0.01))
        source = HuggingFaceClient(client, "http://127.0.0.1:1")
        with pytest.raises(SourceDown):
            await source.listed(DAY)


def told(**changes: object) -> object:
    return read_page(json.dumps([entry("2607.00001"), entry("2607.00002", **changes)]).encode())[-1]


@pytest.mark.parametrize("number", [-1, True, "37", 1.5, 10**9, None, [], {}])
def test_a_count_that_can_not_be_believed_is_not_told(number: object) -> None:
    assert told(upvotes=number, githubStars=number).upvotes is None
    assert told(upvotes=number, githubStars=number).stars is None


@pytest.mark.parametrize(
    "link",
    ["http://evil.example/lab/engine", "https://github.com.evil.example/a/b", "javascript:alert(1)", "github.com/lab",
     "https://github.com/huggingface", "https://github.com@evil.example/a/b", "https://evil.example/?github.com/a b"],
)  # fmt: skip
def test_a_link_elsewhere_is_no_code(link: str) -> None:
    assert told(githubRepo=link).paper.code_url == ""


def test_what_is_said_is_on_one_line_and_holds_nothing_invisible() -> None:
    for words in FRAGMENTS:
        paper = told(title=f"A {words}", summary=words, authors=[{"name": words}]).paper
        assert all(text.isprintable() for text in (paper.title, paper.abstract, *paper.authors)), words


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
_FIELDS = [*sorted(entry("2607.00001")["paper"]), "githubRepo", "githubStars", "numComments"]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(_FIELDS), _JSON, _JSON)
def test_whatever_stands_in_a_field_gives_papers_or_a_source_that_is_down(
    name: str, value: object, outer: object
) -> None:
    body = [entry("2607.00001"), {**entry("2607.00002", **({name: value} if name != "id" else {})), name: outer}, value]
    for one in read_page(json.dumps(body).encode()):
        assert one.paper.title
    with suppress(SourceDown):
        read_page(json.dumps(outer).encode())


async def test_a_search_finds_papers_once_in_its_own_order(face: Here) -> None:
    face.server.searched = [entry("2607.00002"), entry("2607.00001", upvotes=None), entry("2607.00002"), {"paper": {}}]

    found = await face.source.search("machines that count", 10)

    assert [paper.id for paper in found] == ["2607.00002", "2607.00001"]
    assert {paper.source for paper in found} == {"Hugging Face"}
    assert face.server.asked == [{"q": "machines that count", "limit": "10"}]
    assert len(await face.source.search("machines", 1)) == 1


@pytest.mark.parametrize("fault", ["500", "503", "404", "drop", "slow:9", "trickle", "{}", "[1]", "no JSON"])
async def test_a_search_that_fails_says_so_in_time(face: Here, fault: str) -> None:
    face.server.fault = fault
    begun = time.monotonic()
    with pytest.raises(SourceDown):
        await face.source.search("machines", 10)
    assert time.monotonic() - begun < 6


async def test_a_long_question_is_cut(face: Here) -> None:
    await face.source.search("machine " * 500, 10)
    assert len(face.server.asked[0]["q"]) <= 250

"""The HTTP client under the policy of every service, over real sockets."""

import asyncio
import gzip
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Self

import httpx
import pytest
from aiohttp import web

from bot.authors.clients.openalex_http import OPENALEX
from bot.authors.clients.semantic_scholar import SEMANTIC_SCHOLAR
from bot.domain.errors import SourceBusy, SourceDown, StoreDown
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy
from bot.infra.meter import NoMeter
from bot.infra.metrics import Metric
from bot.papers.clients.arxiv.http import ARXIV, ARXIV_INTERACTIVE, ARXIV_PAGE
from bot.papers.clients.datacite import DATACITE
from bot.papers.clients.huggingface_http import HUGGING_FACE
from support.local_http import local_client

POLICIES = {
    "arxiv": ARXIV,
    "arxiv interactive": ARXIV_INTERACTIVE,
    "arxiv page": ARXIV_PAGE,
    "hugging face": HUGGING_FACE,
    "openalex": OPENALEX,
    "semantic scholar": SEMANTIC_SCHOLAR,
    "datacite": DATACITE,
}
ASKED_TWICE = [name for name, policy in POLICIES.items() if policy.attempts > 1]
FOLLOWING = [name for name, policy in POLICIES.items() if name.startswith("arxiv")]
KEYED = [name for name, policy in POLICIES.items() if policy.has_key]
RECORD = "/authors/A5000000001"
"""A path that OpenAlex may redirect, and any other service too."""
KEY = "a-key-of-somebody"
ZEROS = 64_000_000
BOMB = gzip.compress(bytes(ZEROS))
"""64 MB in 62 kB: one chunk."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Service:
    """Answers each request by the next of `handlers`, once they are used up by the last one."""

    def __init__(self) -> None:
        self.handlers: list[Handler] = [answers(b"found")]
        self.asked: list[str] = []
        self.hosts: set[str] = set()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._next)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _next(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(str(request.rel_url))
        self.hosts.add(request.host)
        handler = self.handlers.pop(0) if len(self.handlers) > 1 else self.handlers[0]
        return await handler(request)


def answers(body: bytes = b"", status: int = 200, **headers: str) -> Handler:
    async def handler(_: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, status=status, headers=named)

    return handler


async def drops(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


async def trickles(request: web.Request) -> web.StreamResponse:
    """A byte now and then, without end."""
    answer = web.StreamResponse()
    await answer.prepare(request)
    while True:
        await answer.write(b" ")
        await asyncio.sleep(0.02)


class Outcomes(NoMeter):
    """Notes the outcome of each request."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:
        super().count(metric, number, **labels)
        self.told.append(labels["outcome"])


@dataclass
class Here:
    service: Service
    http: httpx.AsyncClient
    name: str
    meter: Outcomes = field(default_factory=Outcomes)

    @property
    def policy(self) -> RetryPolicy:
        """The service's own, with hardly a pause."""
        return replace(POLICIES[self.name], backoff_seconds=0.01)

    async def get(self, parse: Callable[[bytes], Any] = bytes, path: str = RECORD, **changes: Any) -> Any:
        client = HttpClient(self.http, replace(self.policy, **changes), self.meter)
        return await client.get(f"{self.service.url}{path}", {"select": "id"}, parse)


@pytest.fixture(params=POLICIES)
async def here(request: pytest.FixtureRequest) -> AsyncIterator[Here]:
    async with Service() as service, local_client(trust_env=False) as http:
        yield Here(service, http, request.param)


def only(names: list[str]) -> pytest.MarkDecorator:
    """Those policies alone."""
    return pytest.mark.parametrize("here", names, indirect=True)


async def test_an_answer_is_parsed_in_a_thread_and_counted(here: Here) -> None:
    assert await here.get(lambda body: (body, threading.current_thread() is threading.main_thread())) == (
        b"found",
        False,
    )
    assert here.service.asked == [f"{RECORD}?select=id"]
    assert here.meter.told == ["answered"]


@only(ASKED_TWICE)
@pytest.mark.parametrize("trouble", [answers(status=500), drops, answers(b"half")])
async def test_trouble_that_passes_is_not_noticed(here: Here, trouble: Handler) -> None:
    def parse(body: bytes) -> bytes:
        if body != b"found":
            raise SourceDown(here.policy.source, "answered with half of it")
        return body

    here.service.handlers = [trouble, answers(b"found")]
    assert await here.get(parse) == b"found"
    assert here.meter.told == ["down", "answered"]


@pytest.mark.parametrize("trouble", [answers(status=500), drops])
async def test_trouble_that_stays_is_told_after_the_last_attempt(here: Here, trouble: Handler) -> None:
    here.service.handlers = [trouble]
    with pytest.raises(SourceDown, match=f"^{here.policy.source} ") as down:
        await here.get()
    assert type(down.value) is SourceDown
    assert len(here.service.asked) == here.policy.attempts
    assert here.meter.told == ["down"] * here.policy.attempts


@pytest.mark.parametrize("status", [400, 403, 410, 204])
async def test_a_refusal_is_not_asked_again(here: Here, status: int) -> None:
    here.service.handlers = [answers(status=status)]
    with pytest.raises(Rejected) as refused:
        await here.get()
    assert refused.value.status == status
    assert len(here.service.asked) == 1
    assert here.meter.told == ["rejected"]


async def test_an_answer_that_can_not_be_used_is_not_asked_for_again(here: Here) -> None:
    def parse(_: bytes) -> None:
        raise Rejected(here.policy.source, "answered with nonsense")

    with pytest.raises(Rejected, match="nonsense"):
        await here.get(parse)
    assert len(here.service.asked) == 1
    assert here.meter.told == ["rejected"]


async def test_what_is_not_there_is_none_if_the_policy_takes_404_for_an_answer(here: Here) -> None:
    here.service.handlers = [answers(status=404)]
    client = HttpClient(here.http, here.policy, here.meter)
    if here.policy.absent:
        assert await client.find(here.service.url, {}, bytes) is None
        assert here.meter.told == ["answered"]
    else:
        with pytest.raises(Rejected):
            await client.find(here.service.url, {}, bytes)
        assert here.meter.told == ["rejected"]


@only(ASKED_TWICE)
async def test_a_short_wait_asked_for_is_waited(here: Here) -> None:
    here.service.handlers = [answers(status=429, Retry_After="1"), answers(b"found")]
    began = time.monotonic()
    assert await here.get() == b"found"
    assert time.monotonic() - began >= 1
    assert here.meter.told == ["busy", "answered"]


@pytest.mark.parametrize(("asked", "told"), [("31", 31), ("9" * 12, 3600)])
async def test_a_long_wait_asked_for_is_told_and_not_waited(here: Here, asked: str, told: float) -> None:
    here.service.handlers = [answers(status=429, Retry_After=asked)]
    with pytest.raises(SourceBusy) as busy:
        await here.get()
    assert busy.value.retry_after_seconds == (min(float(asked), 86_400) if here.name == "openalex" else told)
    assert len(here.service.asked) == 1
    assert here.meter.told == ["busy"]


async def test_a_request_ends_in_time_whatever_trickles_in(here: Here) -> None:
    here.service.handlers = [trickles]
    with pytest.raises(SourceDown, match="took too long to answer"):
        await here.get(request_timeout_seconds=0.1)
    assert here.meter.told == ["down"] * here.policy.attempts


async def test_all_attempts_together_end_in_time(here: Here) -> None:
    here.service.handlers = [answers(status=500)]
    with pytest.raises(SourceDown, match="took too long to answer"):
        await here.get(attempts=10**6, backoff_seconds=0.05, longest_wait_seconds=0.1, total_timeout_seconds=0.3)
    assert set(here.meter.told) == {"down"}
    assert len(here.meter.told) < 20


async def test_nobody_listening_is_a_source_that_is_down(here: Here) -> None:
    client = HttpClient(here.http, here.policy)
    with pytest.raises(SourceDown, match="isn't responding"):
        await client.get("http://127.0.0.1:1/", {}, bytes)


@pytest.mark.parametrize("packed", [False, True])
async def test_a_body_is_read_to_its_limit_and_no_further(here: Here, packed: bool) -> None:
    for size in (100_000, 100_001):
        body = bytes(range(250)) * 400 + b"x" * (size - 100_000)
        headers = {"Content_Encoding": "gzip"} if packed else {}
        here.service.handlers = [answers(gzip.compress(body) if packed else body, **headers)]
        if size == 100_000:
            assert await here.get(largest_body_bytes=100_000) == body
        else:
            with pytest.raises(Rejected, match="answered with more than can be read"):
                await here.get(largest_body_bytes=100_000)
    assert len(here.service.asked) == 2


@pytest.mark.parametrize(("bomb", "encoding"), [(BOMB, "gzip"), (gzip.compress(BOMB), "gzip, gzip")])
async def test_a_bomb_takes_no_more_memory_than_the_limit(here: Here, bomb: bytes, encoding: str) -> None:
    here.service.handlers = [answers(bomb, Content_Encoding=encoding)]
    tracemalloc.start()
    try:
        with pytest.raises(Rejected):
            await here.get(_nonsense, largest_body_bytes=100_000)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < ZEROS / 20
    assert len(here.service.asked) == 1


def _nonsense(_: bytes) -> None:
    raise Rejected("Nobody", "answered with nonsense")


async def test_a_body_that_is_not_packed_as_it_says_is_a_source_that_is_down(here: Here) -> None:
    here.service.handlers = [answers(b"found", Content_Encoding="gzip")]
    with pytest.raises(SourceDown, match="isn't responding"):
        await here.get()


@pytest.mark.parametrize(
    "location",
    [
        "http://localhost:{own_port}{path}",
        "http://localhost:{port}{path}",
        "http://127.0.0.1:{port}{path}",
        "//localhost:{port}{path}",
        "http://127.0.0.1@localhost:{port}{path}",
        "ftp://127.0.0.1{path}",
        "http://[nonsense",
        "",
    ],
)
async def test_no_redirect_leads_to_another_host_or_port(here: Here, location: str) -> None:
    async with Service() as elsewhere:
        own_port, port = (one.url.rpartition(":")[2] for one in (here.service, elsewhere))
        there = location.format(own_port=own_port, port=port, path=RECORD)
        here.service.handlers = [answers(status=302, Location=there)]
        with pytest.raises(SourceDown):
            await here.get()
        assert elsewhere.asked == []
        assert here.service.hosts == {f"127.0.0.1:{own_port}"}


@only(FOLLOWING)
async def test_arxiv_is_followed_on_its_own_host_and_not_in_circles(here: Here) -> None:
    here.service.handlers = [answers(status=301, Location="/elsewhere"), answers(b"found")]
    assert await here.get() == b"found"
    assert here.service.asked[1:] == ["/elsewhere"]

    here.service.asked.clear()
    here.service.handlers = [answers(status=301, Location="/elsewhere")]
    with pytest.raises(Rejected, match="redirects without end"):
        await here.get()
    assert len(here.service.asked) == 3


@only(["openalex"])
@pytest.mark.parametrize("base", ["", "/mirror"])
async def test_a_merged_record_of_openalex_is_asked_for_where_we_asked_and_once(here: Here, base: str) -> None:
    merged = answers(status=301, Location="https://api.openalex.org/authors/A5000000002")
    here.service.handlers = [merged, answers(b"found")]
    assert await here.get(path=f"{base}{RECORD}") == b"found"
    assert here.service.asked == [f"{base}{RECORD}?select=id", f"{base}/authors/A5000000002?select=id"]

    here.service.asked.clear()
    here.service.handlers = [merged]
    with pytest.raises(Rejected):
        await here.get()
    assert len(here.service.asked) == 2


@only([name for name, policy in POLICIES.items() if not policy.most_redirects])
async def test_nobody_else_is_followed_at_all(here: Here) -> None:
    here.service.handlers = [answers(status=301, Location="/elsewhere")]
    with pytest.raises(Rejected):
        await here.get()
    assert len(here.service.asked) == 1


class Lock:
    """One at a time; counts how often it is taken."""

    def __init__(self) -> None:
        self.lock, self.times = asyncio.Lock(), 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        async with self.lock:
            self.times += 1
            yield


async def test_the_lock_is_held_until_the_answer_is_read_and_taken_anew_for_each_attempt(here: Here) -> None:
    lock, held = Lock(), []

    async def slow(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        for _ in range(3):
            held.append(lock.lock.locked())
            await answer.write(b"x")
            await asyncio.sleep(0)
        return answer

    here.service.handlers = [answers(status=500), slow] if here.policy.attempts > 1 else [slow]
    client = HttpClient(here.http, here.policy, lock=lock.taken)
    assert await client.get(here.service.url, {}, bytes) == b"xxx"
    assert held == [True] * 3
    assert lock.times == len(here.service.asked)
    assert not lock.lock.locked()


async def test_a_lock_that_fails_is_no_trouble_of_the_service_and_nothing_is_asked(here: Here) -> None:
    @asynccontextmanager
    async def broken() -> AsyncIterator[None]:
        raise StoreDown
        yield

    with pytest.raises(StoreDown):
        await HttpClient(here.http, here.policy, lock=broken).get(here.service.url, {}, bytes)
    assert here.service.asked == []


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and all that it came from."""
    if error is not None:
        yield error
        yield from chain(error.__cause__)
        yield from chain(error.__context__)


@pytest.mark.parametrize("trouble", [drops, trickles, answers(status=500), answers(b"found", Content_Encoding="gzip")])
async def test_no_error_holds_a_key(here: Here, trouble: Handler) -> None:
    here.service.handlers = [trouble]
    policy = replace(here.policy, request_timeout_seconds=0.1) if trouble is trickles else here.policy
    with pytest.raises(SourceDown) as down:
        await HttpClient(here.http, policy).get(here.service.url, {"api_key": KEY}, bytes, {"x-api-key": KEY})
    errors = list(chain(down.value))
    requests = [error for error in errors if isinstance(error, httpx.RequestError) and error._request]
    assert KEY not in "".join(f"{error!r} {error}" for error in errors)
    assert bool(requests) == (here.name not in KEYED and trouble is drops)

"""Endpoints that say little, have moved, or drop what they do not know: three requests at most."""

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from aiohttp import web

from bot.domain.errors import ModelDown
from bot.summaries.clients.openai import open_model
from support.builders.sample_abstracts import DRUGS, FEDERATED
from support.servers.model_server import ModelServer, Odd
from support.servers.odd_endpoints import (
    Asked,
    Good,
    always,
    completed,
    failed,
    form_of,
    has_system,
    once,
    refuses,
    said,
)

GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"
LOW = "the request exceeds the available context size (1024 tokens), try increasing it"


def drops_system(asked: Asked, good: Good) -> web.Response | None:
    told = " ".join(message["content"] for message in asked["messages"] if message["role"] == "user")
    return None if "one JSON object" in told else completed(content="I like this paper.")


def later(**time: float) -> web.Response:
    now = datetime.now(UTC)
    headers = {"Retry-After": format_datetime(now + timedelta(**time)), "Date": format_datetime(now)}
    return web.Response(status=429, text="slow down", headers=headers)


WORKS: dict[str, tuple[Odd, int]] = {
    "500 without a word at a system message": (refuses(has_system, lambda: said(500, "")), 3),
    "500 with no more than its name": (refuses(has_system, lambda: said(500, "Internal Server Error")), 3),
    "500 without a word at a form": (refuses(lambda asked: form_of(asked) != "text", lambda: said(500, "")), 3),
    "500 at a form, in words that nobody knows": (
        refuses(lambda asked: form_of(asked) != "text", lambda: failed(500, "failed to load model vocabulary")), 3),
    "500 once": (once(lambda: said(500, "")), 2),
    "a role that is dropped silently": (drops_system, 2),
    "404 for a parameter": (
        refuses(
            lambda asked: form_of(asked) != "text",
            lambda: said(404, {"error": {"message": "No endpoints found that can handle the requested parameters."}})),
        3),
    "a gateway's page with 200": (once(lambda: said(200, GATEWAY)), 2),
    "a short wait until a date": (once(lambda: later(seconds=0)), 2),
    "flex capacity": (once(lambda: said(498, {"error": {"message": "Flex tier capacity exceeded"}})), 2),
}  # fmt: skip

SAYS: dict[str, tuple[Odd, int, str]] = {
    "a long wait until a date": (always(lambda: later(hours=2)), 1, "is busy (429): slow down"),
    "a context that is too small": (always(lambda: failed(400, LOW)), 3, LOW),
    "a server that is broken": (always(lambda: said(500, "")), 3, "failed (500)"),
    "a sign-in page": (always(lambda: web.Response(status=302, headers={"Location": "/login"})), 3, "/login: check"),
    "a circle": (
        always(lambda: web.Response(status=307, headers={"Location": "/v1/chat/completions"})), 3, "OPENAI_BASE_URL"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKS)
async def test_the_first_paper_takes_three_requests_at_most_and_the_next_one(name: str) -> None:
    odd, requests = WORKS[name]
    async with ModelServer(odd=odd) as server, _opened(server) as model:
        assert (await model.summarize(DRUGS, "en")).made_by == server.model
        assert len(server.requests) == requests
        assert (await model.summarize(FEDERATED, "en")).made_by == server.model
        assert len(server.requests) == requests + 1


@pytest.mark.parametrize("name", SAYS)
async def test_a_sentence_says_what_to_change(name: str) -> None:
    odd, requests, why = SAYS[name]
    async with ModelServer(odd=odd) as server, _opened(server) as model:
        with pytest.raises(ModelDown) as caught:
            await model.summarize(DRUGS, "en")
        assert why in caught.value.sentence
        assert len(server.requests) == requests


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_call_is_sent_on_to_where_it_has_moved_and_then_at_once(status: int) -> None:
    async with ModelServer(home="/llm/v1", moved=status) as server, _opened(server) as model:
        assert (await model.summarize(DRUGS, "en")).made_by == server.model
        assert (await model.summarize(FEDERATED, "en")).made_by == server.model
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("home", "path", "requests"),
    [
        ("/v1", "/v1/v1/", 2),
        ("/v1", "/#/chat", 2),
        ("/v1", "/v1/docs", 2),
        ("/llm/v1", "/llm", 2),
        ("/api/v1", "", 3),
        ("", "/v1", 2),
        ("/api", "/v1", 3),
        ("/api/paas/v4", "/api/paas/v4/chat/completions", 1),
    ],
)
async def test_an_address_with_too_much_or_too_little_is_found(home: str, path: str, requests: int) -> None:
    async with ModelServer(home=home) as server, _opened(server, path) as model:
        assert (await model.summarize(DRUGS, "en")).made_by == server.model
        assert (await model.summarize(FEDERATED, "en")).made_by == server.model
        assert len(server.requests) == requests + 1


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
async def test_a_host_may_be_an_ipv6_address_and_a_model_a_path() -> None:
    try:
        async with ModelServer(model="org/model-7b:free", host="::1") as server, _opened(server, "") as model:
            assert (await model.summarize(DRUGS, "en")).made_by == "org/model-7b:free"
    except OSError:
        pytest.skip("no IPv6 on loopback")


def _opened(server: ModelServer, path: str = "/v1") -> Any:
    opened = open_model("a-key-of-ours", f"{server.root}{path}", server.model, 5.0)
    opened._calls._pause_seconds = 0.001
    return opened

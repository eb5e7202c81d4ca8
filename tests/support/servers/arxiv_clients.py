"""A lock, clients and a paper for tests of requests to the loopback arXiv."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from bot.domain.paper import Paper
from bot.infra.http.client import HttpClient
from bot.infra.http.policy import RetryPolicy
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.clients.arxiv.http import ARXIV, arxiv_client
from bot.papers.clients.arxiv.oai import ArxivHarvest
from support.local_http import local_client
from support.servers.arxiv_server import ArxivServer, Fault, FaultOf

NOON = datetime(2026, 5, 7, 12, tzinfo=UTC)
FAULTS = ["429", "503", "rate_exceeded_200", "empty", "html", "truncated", "drop", "500"]
"""Faults, by the server's names, that both clients must report as errors."""
ALL_DAY = NOON.replace(hour=0), NOON.replace(hour=23), 0
"""The other arguments of `submitted`: from, until, start."""


class OneAtATime:
    """An arXiv lock without pauses that counts its uses."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self.taken_times = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        async with self._lock:
            self.taken_times += 1
            yield


@dataclass(frozen=True)
class ArxivClients:
    """The ports over one server, with almost no pause between attempts."""

    server: ArxivServer
    http: httpx.AsyncClient
    turn: OneAtATime
    catalogue: ArxivCatalogue
    feed: ArxivAnnouncements
    harvest: ArxivHarvest


def quick_client(http: httpx.AsyncClient, turn: OneAtATime, policy: RetryPolicy = ARXIV, **changes: Any) -> HttpClient:
    """Return a client with almost no pause between attempts; `changes` are the policy's fields."""
    return arxiv_client(http, turn, replace(policy, **{"backoff_seconds": 0.01, **changes}))


@asynccontextmanager
async def arxiv_clients() -> AsyncIterator[ArxivClients]:
    """Yield a separate server and its clients."""
    async with ArxivServer() as server, local_client(headers={"User-Agent": "paperlark/test"}) as http:
        turn = OneAtATime()
        client = quick_client(http, turn, request_timeout_seconds=5.0)
        catalogue = ArxivCatalogue(client, server.api_url, page_size=3)
        feed, harvest = ArxivAnnouncements(client, server.rss_url), ArxivHarvest(client, server.oai_url)
        yield ArxivClients(server, http, turn, catalogue, feed, harvest)


def a_paper(paper_id: str = "2605.05971", **changes: object) -> Paper:
    """Return a valid paper; `changes` are its fields."""
    paper = Paper(
        id=paper_id,
        title="State Space Models at Scale",
        abstract="We scale state space models. Code: https://github.com/lab/ssm.",
        authors=("Ada Lovelace", "Antonio Araújo"),
        categories=("cs.LG", "cs.CL"),
        published=NOON,
        updated=NOON,
        code_url="https://github.com/lab/ssm",
    )
    return replace(paper, **changes)


def always(fault: Fault) -> FaultOf:
    """Return a function that gives the same fault for every request."""
    return lambda request: fault

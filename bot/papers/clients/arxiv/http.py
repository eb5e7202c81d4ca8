"""arXiv's request policies: one request at a time per operator (https://info.arxiv.org/help/api/tou.html)."""

from dataclasses import replace

import httpx

from bot.infra.http.client import HttpClient
from bot.infra.http.policy import SERVER_ERRORS, RetryPolicy
from bot.infra.meter import NO_METER, Meter
from bot.infra.shares import Charge, free
from bot.papers.clients.arxiv.lock import ArxivLock

SOURCE = "arXiv"

ARXIV = RetryPolicy(
    source=SOURCE,
    largest_body_bytes=60_000_000,  # twenty times arXiv's longest page
    request_timeout_seconds=45.0,
    attempts=3,
    backoff_seconds=3.0,
    longest_wait_seconds=30.0,
    transient=frozenset({408, 425}) | SERVER_ERRORS,
    # Also 400 with a feed that names the rejected id, and 403, after which arXiv treats more requests as an attack.
    refusal="refused the question",
    most_redirects=2,
)
ARXIV_INTERACTIVE = replace(ARXIV, request_timeout_seconds=15.0, attempts=2, backoff_seconds=1.0)
"""The policy for questions on which a person waits."""
ARXIV_PAGE = replace(ARXIV, largest_body_bytes=10_000_000, request_timeout_seconds=20.0, attempts=1)
"""The policy for a paper's web page: never retried, since a missing page appears in some days or never."""


def arxiv_client(
    http: httpx.AsyncClient,
    turn: ArxivLock,
    policy: RetryPolicy = ARXIV,
    meter: Meter = NO_METER,
    charge: Charge = free,
) -> HttpClient:
    """Return a client that takes the arXiv lock for each request."""
    return HttpClient(http, policy, meter, turn.taken, charge)

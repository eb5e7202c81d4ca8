"""Retry policy of Hugging Face: quick retries, no long waits."""

import re

import httpx

from bot.infra.http.body import LONGEST_RETRY_AFTER_SECONDS, retry_after_seconds
from bot.infra.http.policy import RetryPolicy

SOURCE = "Hugging Face"

_RESET = re.compile(r";\s*t=([0-9]{1,9})(?![0-9])")


def _wait_asked(headers: httpx.Headers) -> float:
    """Return Retry-After, or else the seconds until the window restarts: `RateLimit: "api";r=0;t=123`.

    draft-ietf-httpapi-ratelimit-headers; a window is 5 minutes long (https://huggingface.co/docs/hub/rate-limits).
    """
    found = _RESET.search(headers.get("RateLimit", "")[:200])
    reset_seconds = min(float(found[1]), LONGEST_RETRY_AFTER_SECONDS) if found else 0.0
    return retry_after_seconds(headers) or reset_seconds


HUGGING_FACE = RetryPolicy(
    source=SOURCE,
    largest_body_bytes=4_000_000,  # a page of 100 papers has about 600 kB
    request_timeout_seconds=5.0,
    connect_timeout_seconds=3.0,
    attempts=3,
    backoff_seconds=0.5,
    longest_wait_seconds=2.0,
    wait_asked=_wait_asked,
)

"""How long a service that is busy asks us to wait."""

import re
from email.utils import parsedate_to_datetime

import httpx

LONGEST_BUSY_SECONDS = 3600.0

_RESET = re.compile(r";\s*t=([0-9]{1,9})(?![0-9])")


def retry_after_seconds(headers: httpx.Headers) -> float:
    """Retry-After in either form (RFC 9110, 10.2.3), capped at an hour; 0 where there is none that can be read."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:10]), LONGEST_BUSY_SECONDS)
    try:
        until, sent = parsedate_to_datetime(value), parsedate_to_datetime(headers.get("Date", ""))
        return min(max((until - sent).total_seconds(), 0.0), LONGEST_BUSY_SECONDS)
    except (TypeError, ValueError):
        return 0.0


def reset_seconds(headers: httpx.Headers) -> float:
    """The same of `RateLimit: "api";r=0;t=123` (draft-ietf-httpapi-ratelimit-headers): until the window begins anew.

    Hugging Face's windows last 5 minutes (https://huggingface.co/docs/hub/rate-limits).
    """
    found = _RESET.search(headers.get("RateLimit", "")[:200])
    return min(float(found[1]), LONGEST_BUSY_SECONDS) if found else 0.0

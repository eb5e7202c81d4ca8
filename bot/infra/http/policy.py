"""How to ask one service: its limits, the meaning of its statuses, and the pauses between attempts."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import httpx

from bot.domain.errors import SourceBusy, SourceDown
from bot.infra.http.body import retry_after_seconds
from bot.infra.http.errors import Rejected

BUSY = frozenset({429, 503})
TRANSIENT = frozenset({408, 425, 500, 502, 504})
SERVER_ERRORS = frozenset(range(500, 1000))
"""RFC 9110, 15: treat a status beyond 599 as a server's error."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LEAST_JITTER, _MOST_JITTER = 0.5, 1.5


def location(response: httpx.Response) -> httpx.URL | None:
    """Return the address that a redirect names; one without a host if it names none, None if this is no redirect."""
    if response.status_code not in _REDIRECTS:
        return None
    return response.next_request.url if response.next_request else httpx.URL()


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How to ask the service that people know as `source`.

    Statuses: `busy` asks to wait, `transient` may be over soon, `absent` answers that there is no such thing. 200 is an
    answer; any other status rejects the question, in the words of `refusals` or of `refusal` with its number.
    """

    source: str
    largest_body_bytes: int
    """Decompressed."""

    request_timeout_seconds: float
    """For one request, its body included."""
    connect_timeout_seconds: float | None = 10.0
    """None: as long as the request may take."""
    total_timeout_seconds: float | None = None
    """For all attempts and the pauses between them."""

    attempts: int = 1
    backoff_seconds: float = 0.0
    """The first pause, give or take half; each later one is twice as long."""
    longest_wait_seconds: float = 0.0
    """Give up at once if the service asks for a longer pause."""
    wait_asked: Callable[[httpx.Headers], float] = retry_after_seconds
    """Read the seconds that a busy service asks for; 0 if it doesn't say."""

    busy: frozenset[int] = BUSY
    transient: frozenset[int] = TRANSIENT
    absent: frozenset[int] = frozenset()
    refusal: str = "answered with an error"
    refusals: Mapping[int, str] = field(default_factory=dict)

    most_redirects: int = 0
    redirect: Callable[[httpx.Response], httpx.URL | None] = location
    """Name the address to ask instead. The client follows it on the same host alone."""
    has_key: bool = False
    """Requests carry a key: keep them out of the errors' causes."""

    def trouble(self, status: int, headers: httpx.Headers) -> SourceDown | None:
        """Return the error that the status means; None for an answer."""
        if status == httpx.codes.OK:
            return None
        if status in self.busy:
            return SourceBusy(self.source, self.wait_asked(headers))
        if status in self.transient:
            return SourceDown(self.source, f"answered with an error ({status})")
        return Rejected(self.source, self.refusals.get(status) or f"{self.refusal} ({status})", status)

    def wait_seconds(self, trouble: SourceDown, attempt: int) -> float | None:
        """Return the pause after the failed attempt, the first being 1; None if another would bring nothing."""
        asked_seconds = trouble.retry_after_seconds if isinstance(trouble, SourceBusy) else 0.0
        wait_seconds = max(asked_seconds, self.pause_seconds(attempt))
        is_last = isinstance(trouble, Rejected) or attempt >= self.attempts or wait_seconds > self.longest_wait_seconds
        return None if is_last else wait_seconds

    def pause_seconds(self, attempt: int, jitter: Callable[[float, float], float] = random.uniform) -> float:
        """Return our own pause: with jitter, so that clients that failed together don't come back together."""
        most_seconds = self.longest_wait_seconds / _MOST_JITTER
        return min(self.backoff_seconds * 2.0 ** (attempt - 1), most_seconds) * jitter(_LEAST_JITTER, _MOST_JITTER)

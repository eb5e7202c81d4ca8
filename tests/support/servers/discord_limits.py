"""Discord's rate limits: 50 requests a second, 5 messages per 5 s and channel, and 429 for all requests beyond.

https://discord.com/developers/docs/topics/rate-limits. Windows begin with their first request, as Discord's buckets do.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class Window:
    """Window of at most `most` requests in `seconds` from the first."""

    most: int
    seconds: float
    began: float = 0.0
    count: int = 0

    def left(self, now: float) -> float:
        """Return the seconds until a new window."""
        return max(self.began + self.seconds - now, 0.0)

    def takes(self, now: float) -> bool:
        """Count a request and return True, or refuse it."""
        if not self.left(now):
            self.began, self.count = now, 0
        if self.count >= self.most:
            return False
        self.count += 1
        return True


@dataclass
class Limits:
    """Rate limits for `DiscordRest.limits`."""

    everywhere: Window = field(default_factory=lambda: Window(50, 1.0))
    per_channel: tuple[int, float] = (5, 5.0)
    channels: dict[str, Window] = field(default_factory=dict)

    def refusal(self, route: str, about: Mapping[str, str]) -> web.Response | None:
        """Return a 429 if this request exceeds a limit."""
        now = time.monotonic()
        if not self.everywhere.takes(now):
            return _too_many("global", self.everywhere.left(now), {"X-RateLimit-Global": "true"})
        if route != "post":
            return None
        window = self.channels.setdefault(about["channel"], Window(*self.per_channel))
        return None if window.takes(now) else _too_many("user", window.left(now), self.headers(route, about))

    def headers(self, route: str, about: Mapping[str, str]) -> dict[str, str]:
        """Return the headers about the bucket for every answer."""
        if route != "post":
            return {}
        window = self.channels[about["channel"]]
        left = window.left(time.monotonic())
        told = {"Limit": window.most, "Remaining": window.most - window.count, "Bucket": "messages"}
        told |= {"Reset-After": f"{left:.3f}", "Reset": f"{time.time() + left:.3f}"}
        return {f"X-RateLimit-{name}": str(value) for name, value in told.items()}


def _too_many(scope: str, seconds: float, more: Mapping[str, str]) -> web.Response:
    body = {"message": "You are being rate limited.", "retry_after": round(seconds, 3), "global": scope == "global"}
    headers = {"Retry-After": str(int(seconds) + 1), "Via": "1.1 google", "X-RateLimit-Scope": scope, **more}
    return web.json_response(body, status=429, headers=headers)

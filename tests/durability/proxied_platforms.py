"""Connections of Paperlark to both platforms, each through a proxy that may break every post."""

import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from support.loopback_world import World
from support.servers.proxy import Fault, Kind, Proxy, Request


@dataclass(frozen=True)
class Post:
    """One attempt at a message; its attempts differ only in `attempt`, counted from 0."""

    platform: str
    target: str
    body: bytes
    attempt: int = 0


FaultOf = Callable[[Post], Fault | None]


class Wires:
    """Proxies of both platforms; `posts` and `looks` count requests, `attempts` those by message."""

    def __init__(self, fault_of: FaultOf) -> None:
        self.fault_of = fault_of
        self.posts = self.looks = 0
        self.attempts: Counter[Post] = Counter()
        self.proxies: dict[str, Proxy] = {}

    @property
    def done(self) -> Counter[Kind]:
        """Return the faults on both platforms; everything but posts passes."""
        return sum((proxy.done for proxy in self.proxies.values()), Counter[Kind]())

    def asked(self, platform: str, request: Request) -> Fault | None:
        """Return the fault of a request."""
        path = request.target.partition("?")[0]
        self.looks += path.endswith("/conversations.history")
        self.looks += path.endswith("/messages") and request.method == "GET"
        if request.method != "POST" or not path.endswith(("/chat.postMessage", "/messages")):
            return None
        message = Post(platform, path, request.body)
        attempt = self.attempts[message]
        self.attempts[message] += 1
        self.posts += 1
        return self.fault_of(Post(platform, path, request.body, attempt))


@asynccontextmanager
async def wired(world: World, fault_of: FaultOf) -> AsyncIterator[Wires]:
    """Route the world's settings through the proxies, except for the platforms' sockets."""
    wires = Wires(fault_of)
    origins = {"slack": world.slack.api_url, "discord": world.discord.url}
    async with (
        Proxy(origins["slack"], lambda request: wires.asked("slack", request)) as slack,
        Proxy(origins["discord"], lambda request: wires.asked("discord", request)) as discord,
    ):
        wires.proxies = {"slack": slack, "discord": discord}
        world.settings |= {"SLACK_API_URL": slack.url, "DISCORD_API_URL": discord.url}
        yield wires


def slowly(chance: random.Random, seconds: float) -> FaultOf:
    """Delay every post by up to so many seconds each way."""
    return lambda _: Fault(before_seconds=chance.uniform(0, seconds), after_seconds=chance.uniform(0, seconds))


def refusal(platform: str, status: int, wait_seconds: int = 1) -> Fault:
    """Return the platform's own error; only 429 asks to wait."""
    waiting = {"Retry-After": str(wait_seconds)} if status == 429 else {}
    if platform == "slack":
        said = {"ok": False, "error": "ratelimited"} if status == 429 else "upstream connect error"
        return Fault(Kind.REFUSE, status, waiting, json.dumps(said).encode())
    body = {"message": f"{status}: error", "code": 0}
    if status == 429:
        body = {"message": "You are being rate limited.", "retry_after": float(wait_seconds), "global": False}
        waiting |= {"Via": "1.1 google", "X-RateLimit-Scope": "user"}
    return Fault(Kind.REFUSE, status, waiting, json.dumps(body).encode())

"""A platform in memory that records the messages in its channels, with simulated faults."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from bot.delivery.messenger import Message
from bot.delivery.rate_limit import Limit
from bot.domain.card import Card
from bot.domain.channel import Place
from bot.domain.errors import DeliveryFailed, HistoryUnreadable, Revoked, TryLater, Unknown
from bot.domain.posting import PostingCheck


class RecordingMessenger:
    """Messenger with `faults`, one raised per post: before the message is posted, or after it (`lose_reply`)."""

    platform = "slack"

    def __init__(self, parts: int = 1, limits: tuple[Limit, ...] = ()) -> None:
        self.limits = limits
        self.told: list[tuple[str, Card]] = []
        self.untold: list[DeliveryFailed] = []
        self.secret = "the first token"
        self.parts = parts
        self.standing: dict[str, list[str]] = defaultdict(list)
        self.posts = 0
        self.faults: list[DeliveryFailed | None] = []
        self.lose_reply: Callable[[], bool] = lambda: False
        self.readable = True
        self.blind = 0
        self.refused_team = ""
        self.moments: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.cannot_draw = 0
        self.posting = PostingCheck()
        self.left: set[str] = set()

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        if self.cannot_draw:
            self.cannot_draw -= 1
            raise RuntimeError("a fault of ours")
        return tuple(Message({"text": card.text, "part": part}) for part in range(self.parts))

    async def post(self, place: Place, message: Message, key: str) -> str:
        self.posts += 1
        self.moments.append(time.monotonic())
        await self.gate.wait()
        if place.team == self.refused_team:
            raise Revoked
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.standing[str(place)].append(key)
        if self.lose_reply():
            raise Unknown
        return f"receipt-{key}"

    async def tell(self, place: Place, user: str, card: Card, key: str) -> None:
        if self.untold:
            raise self.untold.pop(0)
        self.told.append((user, card))

    def address(self, place: Place) -> str:
        return f"https://chat.example/{place.channel}"

    def direct(self, place: Place) -> bool:
        return place.channel.startswith("D")

    async def can_post(self, place: Place) -> PostingCheck:
        return self.posting

    async def may_read(self, place: Place, user: str) -> bool | None:
        return user not in self.left

    def token(self, place: Place) -> str:
        return self.secret

    async def find(self, place: Place, key: str, since: datetime, besides: str = "") -> str | None:
        if self.blind:
            self.blind -= 1
            raise TryLater
        if not self.readable:
            raise HistoryUnreadable
        return f"receipt-{key}" if key in self.standing[str(place)] and besides != f"receipt-{key}" else None

"""A platform in memory, honest about what stands in its channels, with levers for what goes wrong."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from bot.card import Card
from bot.errors import DeliveryFailed, HistoryUnreadable, Unknown
from bot.ports import Message
from bot.subscription import Place


class RecordingMessenger:
    """`faults` are raised one a post: before the message stands in the channel, or after it (`lose_reply`)."""

    platform = "slack"

    def __init__(self, parts: int = 1) -> None:
        self.parts = parts
        self.standing: dict[str, list[str]] = defaultdict(list)
        self.posts = 0
        self.faults: list[DeliveryFailed | None] = []
        self.lose_reply: Callable[[], bool] = lambda: False
        self.readable = True
        self.cannot_draw = 0

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        if self.cannot_draw:
            self.cannot_draw -= 1
            raise RuntimeError("a fault of ours")
        return tuple(Message({"text": card.text, "part": part}) for part in range(self.parts))

    async def post(self, place: Place, message: Message, key: str) -> str:
        self.posts += 1
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.standing[str(place)].append(key)
        if self.lose_reply():
            raise Unknown
        return f"receipt-{key}"

    async def find(self, place: Place, key: str, since: datetime) -> str | None:
        if not self.readable:
            raise HistoryUnreadable
        return f"receipt-{key}" if key in self.standing[str(place)] else None

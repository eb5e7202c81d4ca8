"""Gives memory back once this process rests: what a fetch or a digest took, the allocator keeps (20 MB)."""

import asyncio
from dataclasses import dataclass, field
from time import process_time

from bot.infra.spare_memory import give_back_memory

LOOK_SECONDS = 10.0
_RESTS = 2.0
"""Seconds of processor time between two looks, at most, while it rests: a loop's own turns and a few commands."""
_WORKED = 0.25
"""Seconds of processor time after which there may be something to give back; giving it back takes 0.01 to 0.05."""


@dataclass(slots=True)
class Rest:
    """When it is time to give memory back, by the processor time that this process has used so far."""

    looked_at: float = field(default_factory=process_time)
    given_at: float = field(default_factory=process_time)

    def is_time(self, used: float) -> bool:
        """Return True once after much work, at the first look at which it rests; `used` is in seconds."""
        rests, worked = used - self.looked_at < _RESTS, used - self.given_at > _WORKED
        self.looked_at = used
        if rests and worked:
            self.given_at = used
            return True
        return False


async def give_back_at_rest(stop: asyncio.Event, look_seconds: float = LOOK_SECONDS) -> None:
    """Look every ten seconds until `stop`, and give memory back when it is time."""
    rest = Rest()
    while not stop.is_set():
        if rest.is_time(process_time()):
            await asyncio.to_thread(give_back_memory)
        try:
            await asyncio.wait_for(stop.wait(), look_seconds)
        except TimeoutError:
            continue

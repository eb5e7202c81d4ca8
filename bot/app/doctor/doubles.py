"""Another Paperlark with the same token on another store, which doubles every digest."""

import asyncio
from collections.abc import Mapping

from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.delivery.double_watch import DoubleWatch
from bot.delivery.messenger import Messenger
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.domain.errors import BotError
from bot.domain.wording import date_in_words
from bot.infra.clock_port import Clock

DOUBLES_SECONDS = 20.0


async def double_findings(settings: Settings, messengers: Mapping[str, Messenger], clock: Clock) -> list[Finding]:
    """Look in one channel a team, for at most 20 s; return a line for each channel that has digests of another."""
    try:
        async with opened_redis(settings) as redis, asyncio.timeout(DOUBLES_SECONDS):
            found = await DoubleWatch(ChannelStore(redis), Ledger(redis), messengers).look(clock.now())
    except (BotError, TimeoutError):
        return []
    return [
        Finding(
            f"Channel {double.place.channel}",
            State.WRONG,
            f"Another Paperlark with this token posts there too ({double.place}, {date_in_words(double.day)}), from "
            "another store. Stop one of the two, or give both the same REDIS_URL.",
        )
        for double in found
    ]

"""How things stand over all processes: what the store knows of digests, channels and sources, as gauges."""

from collections.abc import Mapping
from datetime import datetime

from bot.metrics import DEAD_LETTERS, LAST_FETCH_AGE, PAUSED_CHANNELS, WAITING_DIGESTS, Reading
from bot.ports import ChannelStore, Failures, FetchLog, Ledger
from bot.ports.arxiv import SOURCES
from bot.taxonomy import ARCHIVES


async def standing(
    ledger: Ledger, channels: ChannelStore, failures: Failures, fetches: FetchLog, now: datetime
) -> list[Reading]:
    """The readings at `now` (UTC). Of a source that never answered there is no age to tell. Raises StoreDown."""
    paused = sum(bool(channel.paused) for channel in await channels.all())
    ages = {source: _age_seconds(await fetches.last(source), now) for source in SOURCES}
    return [
        Reading(WAITING_DIGESTS, len(await ledger.waiting())),
        Reading(DEAD_LETTERS, sum(failure.dead for failure in await failures.all())),
        Reading(PAUSED_CHANNELS, paused),
        *(Reading(LAST_FETCH_AGE, age, {"source": source}) for source, age in ages.items() if age is not None),
    ]


def _age_seconds(last: Mapping[str, datetime], now: datetime) -> float | None:
    """Since the archive that waits longest was answered; an archive that arXiv gave up doesn't count."""
    known = [at for archive, at in last.items() if archive in ARCHIVES]
    return max((now - min(known)).total_seconds(), 0.0) if known else None

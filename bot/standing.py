"""How things stand over all processes: what the store knows of digests, channels and sources, as gauges."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from bot.metrics import LAST_FETCH_AGE, PAUSED_CHANNELS, WAITING_DIGESTS, Reading
from bot.ports import ChannelStore, FetchLog, Ledger
from bot.taxonomy import ARCHIVES


async def standing(
    ledger: Ledger, channels: ChannelStore, fetches: FetchLog, sources: Iterable[str], now: datetime
) -> list[Reading]:
    """The readings at `now` (UTC), but that of jobs given up, which the jobs' own store knows. Raises StoreDown.

    `sources` as the fetch log calls them; of one that never answered there is no age to tell.
    """
    paused = sum(bool(channel.paused) for channel in await channels.all())
    ages = {source: _age_seconds(await fetches.last(source), now) for source in sources}
    return [
        Reading(WAITING_DIGESTS, len(await ledger.waiting())),
        Reading(PAUSED_CHANNELS, paused),
        *(Reading(LAST_FETCH_AGE, age, {"source": source}) for source, age in ages.items() if age is not None),
    ]


def _age_seconds(last: Mapping[str, datetime], now: datetime) -> float | None:
    """Since the archive that waits longest was answered; an archive that arXiv gave up doesn't count."""
    known = [at for archive, at in last.items() if archive in ARCHIVES]
    return max((now - min(known)).total_seconds(), 0.0) if known else None

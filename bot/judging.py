"""One paper looked up, as a digest of the channel that asks would judge it: its score, and why."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.digest import Match
from bot.match import Candidate, match_of
from bot.paper import Paper
from bot.ports import ChannelStore, Clock, PaperStore
from bot.rank import rank
from bot.reading import saved_of
from bot.subscription import Place, Timetable
from bot.taste import Appeal, Opinion
from bot.tasting import MOST_COMPARED, Tastes

log = logging.getLogger(__name__)

WEEK = timedelta(days=7)
PATIENCE_SECONDS = 2.0
"""What learning a taste may take while somebody waits for a card: it goes without the taste then."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is known what a channel wants."""

    papers: PaperStore
    channels: ChannelStore
    tastes: Tastes
    clock: Clock


async def judge(paper: Paper, place: Place, bench: Bench) -> tuple[Match | None, Opinion | None]:
    """The paper with score and reasons, None where the channel follows and says nothing; and whether it saved it.

    A digest that embeds all papers of a week may score it a little otherwise. Topics match by their words.
    """
    channel, opinions = await bench.channels.get(place), await bench.tastes.store.opinions(place)
    saved = next((one for one in saved_of(opinions) if one.paper_id == paper.id), None)
    if not channel.follows and not opinions:
        return None, saved
    cross = (channel.timetable or Timetable()).cross
    match = match_of(Candidate(paper), channel.follows, cross) or Match(paper, ())
    appeals = await _appeals(paper, place, bench) if opinions else {}
    return rank([match], appeals)[0], saved


async def _appeals(paper: Paper, place: Place, bench: Bench) -> Mapping[str, Appeal]:
    """Beside some papers of the week, which it is compared with."""
    now = bench.clock.now()
    ids = sorted(await bench.papers.announced(now - WEEK, now))
    week = await bench.papers.get(ids[:: max(len(ids) // MOST_COMPARED, 1)][:MOST_COMPARED])
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await bench.tastes.appeals(place, [paper], list(week.values()))
    except TimeoutError:
        log.info("A paper is shown without what the channel's taste says of it: place=%s id=%s", place, paper.id)
        return {}

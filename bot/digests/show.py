"""`/digest` and its buttons: the day's digest as it was sent, or what it would hold, for the asker's eyes only.

`/digest week`: the recap of the last seven days.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import Wanted, draft, finish, read_news, with_meaning, with_persons
from bot.digests.cards.digest import digest_card, everything_card, points_card
from bot.digests.cards.namesakes import namesakes_card
from bot.digests.cards.recap import recap_card
from bot.digests.recap import Recaps
from bot.digests.settings import first_timetable
from bot.domain.card import Card
from bot.domain.channel import WEEKDAYS, Channel, Timetable
from bot.domain.command import Caller, ShowDigest
from bot.domain.digest import Digest, Match
from bot.domain.errors import BadInput
from bot.domain.schedule import HISTORY_DAYS, local_day, slot_on
from bot.domain.text.clean import shorten
from bot.infra.clock_port import Clock
from bot.papers.embeddings import EMBEDDING_TIMEOUT, Vectors
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.papers.upvotes import Upvotes
from bot.ranking.match import sift
from bot.ranking.preferences import Preferences
from bot.summaries.service import Summaries
from bot.trending.daily import DailyTrends

EXAMPLE = "Try /digest, /digest yesterday, /digest week or a date of the last 7 days, such as /digest {day}."


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a digest is read from, or made of."""

    papers: PaperStore
    channels: ChannelStore
    tastes: Preferences
    ledger: Ledger
    fetches: FetchLog
    summaries: Summaries
    vectors: Vectors
    clock: Clock
    recaps: Recaps
    upvotes: Upvotes
    trends: DailyTrends | None = None


async def show_digest(command: ShowDigest, caller: Caller, shelf: Shelf) -> Card:
    """The digest of a day: as it was delivered, else what this channel's follows make of that day."""
    now, channel = shelf.clock.now(), await shelf.channels.get(caller.place)
    table = channel.timetable or first_timetable(caller)
    if command.date.strip().lower() == "week":
        return recap_card(await shelf.recaps.of(channel, table, now), in_words=True)
    day = read_day(command.date, local_day(table, now))
    said = await shelf.ledger.find(caller.place, day)
    stands = said.digest if said and said.state != "cancelled" else None
    digest = stands if isinstance(stands, Digest) else await _preview(channel, table, day, now, shelf)
    if command.part == "all":
        return everything_card(await _renewed(digest, shelf.papers), await _hidden(digest, shelf.papers))
    if command.part == "perhaps":
        return namesakes_card(digest, await shelf.papers.get([one.paper_id for one in digest.namesakes]))
    if command.part == "points":
        return points_card(digest)
    return replace(digest_card(digest, now), private=True)


def read_day(text: str, today: date) -> date:
    """ "", "today", "yesterday", "tue" or an ISO date of the last 7 days: pure. Raises BadInput."""
    wanted = text.strip().lower()
    if wanted in {"", "today", "now"}:
        return today
    if wanted == "yesterday":
        return today - timedelta(days=1)
    if wanted[:3] in WEEKDAYS and wanted.isalpha():
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(wanted[:3])) % 7)
    example = EXAMPLE.format(day=(today - timedelta(days=1)).isoformat())
    try:
        day = date.fromisoformat(wanted)
    except ValueError as error:
        raise BadInput(f"“{shorten(text, 40)}” is no date.", example) from error
    if not 0 <= (today - day).days <= HISTORY_DAYS:
        raise BadInput(f"{day.isoformat()} is not one of the last 7 days.", example)
    return day


async def _preview(channel: Channel, table: Timetable, day: date, now: datetime, shelf: Shelf) -> Digest:
    """What the follows of now would have made of that day, with what was trending then where that is wanted."""
    slot = slot_on(table, day)
    after, until = slot_on(table, day - timedelta(days=1)), min(slot, now)
    news = await read_news(shelf.papers, after, until)
    news = await with_meaning(news, channel.follows, shelf.vectors, EMBEDDING_TIMEOUT)
    news = await with_persons(news, channel.follows, shelf.papers)
    sifted = sift(news.candidates, channel.follows, channel.mutes, table.cross, news.meanings)
    week = tuple(candidate.paper for candidate in news.candidates)
    channel = replace(channel, last_slot=after)
    wanted = Wanted(channel, table, slot, sifted.matches, sifted.muted, len(week), week)
    upvotes = await shelf.upvotes.of([paper.id for paper in wanted.offered])
    made = draft(wanted, await shelf.tastes.preference_scores(channel.place, wanted.offered, week), upvotes)
    if shelf.trends and table.trending:
        made = await shelf.trends.into(made, until, await shelf.ledger.delivered(channel.place))
    summaries, trouble = await shelf.summaries.of_many(made.papers, table.lang)
    missing = [one for one in (made.missing, trouble) if one]
    if not await shelf.fetches.last("feed") and not await shelf.fetches.last("api"):
        missing.append("arXiv was not read yet: it takes a few minutes after the first start")
    return finish(made, summaries, missing)


async def _renewed(digest: Digest, papers: PaperStore) -> Digest:
    """The digest with its papers as they are known now: one may have been withdrawn since."""
    known = await papers.get([item.match.paper.id for item in digest.items])
    matches = (replace(item.match, paper=known.get(item.match.paper.id, item.match.paper)) for item in digest.items)
    return replace(digest, items=tuple(replace(i, match=m) for i, m in zip(digest.items, matches, strict=True)))


async def _hidden(digest: Digest, papers: PaperStore) -> tuple[Match, ...]:
    """What it only counted, those of namesakes last and with their reasons."""
    reasons = dict.fromkeys(digest.hidden, ()) | {one.paper_id: one.reasons for one in digest.namesakes}
    names = {one.paper_id: one.names for one in digest.namesakes}
    found = await papers.get(list(reasons))
    return tuple(
        Match(found[one], why, perhaps_another=names.get(one, ())) for one, why in reasons.items() if one in found
    )

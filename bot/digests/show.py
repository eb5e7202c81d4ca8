"""`/digest` and its buttons: a private copy of a day's digest, delivered or previewed, or of the week's recap."""

from dataclasses import replace
from datetime import date, timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import DigestBuilder
from bot.digests.cards.digest import digest_card, everything_card, points_card
from bot.digests.cards.namesakes import namesakes_card
from bot.digests.cards.recap import recap_card
from bot.digests.recap import Recaps
from bot.digests.settings import default_timetable
from bot.domain.card import Card
from bot.domain.channel import WEEKDAYS, Place
from bot.domain.command import Caller, ShowDigest
from bot.domain.digest import Digest, Match
from bot.domain.errors import BadInput
from bot.domain.schedule import HISTORY_DAYS, local_day
from bot.domain.text.clean import shorten
from bot.infra.clock_port import Clock
from bot.papers.store.papers import PaperStore

EXAMPLE = "Try /digest, /digest yesterday, /digest week or a date of the last 7 days, such as /digest {day}."


async def show_digest(
    command: ShowDigest,
    caller: Caller,
    *,
    channels: ChannelStore,
    papers: PaperStore,
    ledger: Ledger,
    digests: DigestBuilder,
    recaps: Recaps,
    clock: Clock,
) -> Card:
    """Return the private card of a day's digest: as delivered if it was, else a preview. Raises BadInput, StoreDown."""
    now, channel = clock.now(), await channels.get(caller.place)
    table = channel.timetable or default_timetable(caller)
    if command.date.strip().lower() == "week":
        return recap_card(await recaps.of(channel, table, now), in_words=True)
    day = read_day(command.date, local_day(table, now))
    delivered = await _delivered(ledger, caller.place, day)
    digest = delivered or await digests.preview(channel, table, day, now)
    if command.part == "all":
        return everything_card(await _refreshed(digest, papers), await _hidden(digest, papers))
    if command.part == "perhaps":
        return namesakes_card(digest, await papers.get([namesake.paper_id for namesake in digest.namesakes]))
    if command.part == "points":
        return points_card(digest)
    return replace(digest_card(digest, now), private=True)


def read_day(text: str, today: date) -> date:
    """Parse "", "today", "yesterday", "tue" or an ISO date of the last 7 days: pure. Raises BadInput."""
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


async def _delivered(ledger: Ledger, place: Place, day: date) -> Digest | None:
    entry = await ledger.find(place, day)
    issue = entry.digest if entry and entry.state != "cancelled" else None
    return issue if isinstance(issue, Digest) else None


async def _refreshed(digest: Digest, papers: PaperStore) -> Digest:
    """Replace the digest's papers with their current records: a paper may have been withdrawn since delivery."""
    known = await papers.get([item.match.paper.id for item in digest.items])
    matches = (replace(item.match, paper=known.get(item.match.paper.id, item.match.paper)) for item in digest.items)
    return replace(digest, items=tuple(replace(i, match=m) for i, m in zip(digest.items, matches, strict=True)))


async def _hidden(digest: Digest, papers: PaperStore) -> tuple[Match, ...]:
    """Return the digest's papers that were counted but not shown; namesakes' come last, with their reasons."""
    reasons = dict.fromkeys(digest.hidden, ()) | {paper.paper_id: paper.reasons for paper in digest.namesakes}
    names = {paper.paper_id: paper.names for paper in digest.namesakes}
    found = await papers.get(list(reasons))
    return tuple(Match(found[id], why, perhaps_another=names.get(id, ())) for id, why in reasons.items() if id in found)

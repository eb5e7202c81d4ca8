"""`/digest` and its buttons: a private copy of a day's digest, delivered or previewed, or of the week's recap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import DigestBuilder
from bot.digests.cards.all_matches import all_matches_card
from bot.digests.cards.digest import digest_card, points_card
from bot.digests.cards.namesakes import namesakes_card
from bot.digests.cards.recap import recap_card
from bot.digests.recap import Recaps
from bot.digests.settings import default_timetable
from bot.domain.card import Card, Paragraph, line
from bot.domain.channel import WEEKDAYS, Channel, Place, Timetable
from bot.domain.command import Caller, Command, ShowDigest
from bot.domain.digest import Digest, Match
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.pagination import PAGE, Turned, read_page
from bot.domain.schedule import HISTORY_DAYS, local_day
from bot.domain.text.clean import shorten
from bot.infra.clock_port import Clock
from bot.papers.store.papers import PaperStore
from bot.summaries.service import Summaries

EXAMPLE = "Try /digest, /digest yesterday, /digest week or a date of the last 7 days, such as /digest {day}."


@frozen
class ShowWeek(Command):
    """`/digest week`"""


async def show_digest(
    command: ShowDigest,
    caller: Caller,
    *,
    channels: ChannelStore,
    papers: PaperStore,
    ledger: Ledger,
    digests: DigestBuilder,
    summaries: Summaries,
    clock: Clock,
) -> Card:
    """Return the private card of a day's digest: as delivered if it was, else a preview.

    Without a date, an empty digest gives way to the last day's that had papers. Raises BadInput, StoreDown.
    """
    now, channel = clock.now(), await channels.get(caller.place)
    table = channel.timetable or default_timetable(caller)
    today = local_day(table, now)
    day = read_day(command.date, today)
    digest = await delivered(ledger, caller.place, day) or await digests.preview(channel, table, day, now)
    if command.part == "all":
        return await _all_matches(digest, command.page, papers, summaries)
    if command.part == "perhaps":
        return namesakes_card(digest, await papers.get([namesake.paper_id for namesake in digest.namesakes]))
    if command.part == "points":
        return points_card(digest)
    if not digest.items and not command.date.strip() and channel.follows:
        return await _last_with_papers(digest, channel, table, now, ledger, digests)
    return replace(digest_card(digest, now), private=True)


async def show_week(caller: Caller, channels: ChannelStore, recaps: Recaps, clock: Clock) -> Card:
    """Return the recap of the last seven days, in words."""
    now, channel = clock.now(), await channels.get(caller.place)
    return recap_card(await recaps.of(channel, channel.timetable or default_timetable(caller), now), in_words=True)


async def _last_with_papers(
    empty: Digest, channel: Channel, table: Timetable, now: datetime, ledger: Ledger, digests: DigestBuilder
) -> Card:
    """Return the last day's digest that had papers, under the reason why today's is `empty`; else the empty one."""
    for back in range(1, HISTORY_DAYS + 1):
        day = empty.day - timedelta(days=back)
        digest = await delivered(ledger, channel.place, day) or await digests.preview(channel, table, day, now)
        if digest.items:
            card = digest_card(replace(digest, next_at=empty.next_at), now)
            why = Paragraph((line(f"{empty.quiet_because} Here is the last day with papers."),))
            return replace(card, blocks=(why, *card.blocks), private=True)
    return replace(digest_card(empty, now), private=True)


async def _all_matches(digest: Digest, page: str, papers: PaperStore, summaries: Summaries) -> Card:
    matches = [*(item.match for item in (await _refreshed(digest, papers)).items), *await _hidden(digest, papers)]
    last = max(-(-len(matches) // PAGE), 1)
    number = read_page(page, f"/digest {digest.day.isoformat()} all", last)
    return all_matches_card(digest, matches, await _gists(digest, Turned(number).of(matches), summaries), number, last)


async def _gists(digest: Digest, matches: Sequence[Match], summaries: Summaries) -> dict[str, str]:
    """Return a sentence on each paper by id; empty if the channel wants none."""
    return dict(await summaries.gists([match.paper for match in matches])) if digest.gists else {}


def read_day(text: str, today: date) -> date:
    """Parse "", "today", "yesterday", "tue" or an ISO date of the last 7 days: pure. Raises BadInput."""
    wanted = text.strip().lower()
    if wanted in {"", "today"}:
        return today
    if wanted == "yesterday":
        return today - timedelta(days=1)
    if wanted[:3] in WEEKDAYS and wanted.isalpha():
        return today - timedelta(days=(today.weekday() - WEEKDAYS.index(wanted[:3])) % 7)
    example = EXAMPLE.format(day=(today - timedelta(days=1)).isoformat())
    try:
        day = date.fromisoformat(wanted)
    except ValueError as error:
        raise BadInput(f"I couldn't read “{shorten(text, 40)}” as a date.", example, ("/digest",)) from error
    if not 0 <= (today - day).days <= HISTORY_DAYS:
        raise BadInput(f"I only keep the last 7 days, and {day.isoformat()} isn't one of them.", example, ("/digest",))
    return day


async def delivered(ledger: Ledger, place: Place, day: date) -> Digest | None:
    """Return a day's digest from the ledger; None if there is none or its delivery was cancelled."""
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

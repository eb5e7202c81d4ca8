"""`/digest` and its buttons: the day's digest as it was delivered, or a preview of it, for the asker's eyes only.

`/digest week`: the recap of the last seven days.
"""

from dataclasses import replace
from datetime import date, timedelta

from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import DigestBuilder
from bot.digests.cards.digest import digest_card, everything_card, points_card
from bot.digests.cards.namesakes import namesakes_card
from bot.digests.cards.recap import recap_card
from bot.digests.recap import Recaps
from bot.digests.settings import first_timetable
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
    """The digest of a day as it was delivered, else a preview of it."""
    now, channel = clock.now(), await channels.get(caller.place)
    table = channel.timetable or first_timetable(caller)
    if command.date.strip().lower() == "week":
        return recap_card(await recaps.of(channel, table, now), in_words=True)
    day = read_day(command.date, local_day(table, now))
    delivered = await _delivered(ledger, caller.place, day)
    digest = delivered or await digests.preview(channel, table, day, now)
    if command.part == "all":
        return everything_card(await _renewed(digest, papers), await _hidden(digest, papers))
    if command.part == "perhaps":
        return namesakes_card(digest, await papers.get([one.paper_id for one in digest.namesakes]))
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


async def _delivered(ledger: Ledger, place: Place, day: date) -> Digest | None:
    entry = await ledger.find(place, day)
    stands = entry.digest if entry and entry.state != "cancelled" else None
    return stands if isinstance(stands, Digest) else None


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

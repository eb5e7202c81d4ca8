"""`/digest on` and `/digest off`: validate a channel's timetable, option by option."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from bot.delivery.store.channels import ChannelStore
from bot.digests.cards.broad import held_back
from bot.digests.cards.settings import digest_off_card, digest_on_card
from bot.digests.forecast import Forecaster, load_forecaster
from bot.digests.time_of_day import read_time
from bot.digests.undo_settings import undo_digest_on
from bot.digests.when import options_in
from bot.digests.zones import known_zone, read_zone
from bot.domain.card import Block, Card
from bot.domain.categories import has_subjects, read_category
from bot.domain.channel import WEEKDAYS, Channel, Follow, Kind, Timetable
from bot.domain.command import Caller, Command
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen
from bot.domain.languages import LANGUAGES, nearest_language
from bot.domain.schedule import next_delivery
from bot.domain.text import fuzzy
from bot.domain.text.clean import shorten
from bot.infra.clock_port import Clock
from bot.ranking.candidates import AnnouncementCache

EXAMPLE = "A full example: /digest on 09:00 Europe/Berlin cs.CL top=10 days=mon-fri."
MAX_SHOWN = 50

_TOGETHER = {"zone": ", ", "days": ","}
"""What joins the parts of an option that were apart: "EST … Boston", "Mon Wed"."""
_NAMED_OPTIONS = ("top", "days", "lang", "cross", "recap", "trending", "gists", "club")
_ON, _OFF = frozenset({"on", "yes", "true", "1"}), frozenset({"off", "no", "false", "0"})


@frozen
class DigestOn(Command):
    """`/digest on …`: every option as typed, empty if omitted; `unread` are unknown words."""

    time: str = ""
    zone: str = ""
    categories: tuple[str, ...] = ()
    top: str = ""
    days: str = ""
    lang: str = ""
    cross: str = ""
    recap: str = ""
    trending: str = ""
    gists: str = ""
    club: str = ""
    unread: tuple[str, ...] = ()


@frozen
class DigestOff(Command):
    """`/digest off`"""


def parse_on(text: str) -> DigestOn:
    """Sort the options after `/digest on`; the handler validates each. What is said twice is kept, to be refused."""
    found: dict[str, list[str]] = {}
    for kind, value in options_in(text):
        found.setdefault(kind, []).append(value)
    categories, unread = (tuple(found.pop(kind, ())) for kind in ("categories", "unread"))
    single = {kind: _TOGETHER.get(kind, " ").join(dict.fromkeys(values)) for kind, values in found.items()}
    return DigestOn(**single, categories=categories, unread=unread)


async def digest_on(
    command: DigestOn, caller: Caller, channels: ChannelStore, announcements: AnnouncementCache, clock: Clock
) -> Card:
    """Switch the digest on or change it; omitted options keep their values. Delivers nothing now.

    An archive that would bring hundreds of papers a day isn't followed yet: the card forecasts it, as `/follow` does.
    """
    now, channel = clock.now(), await channels.get(caller.place)
    table = read_timetable(command, channel.timetable or default_timetable(caller))
    categories = [read_category(category, EXAMPLE) for category in command.categories]
    requested = [Follow(Kind.CATEGORY, category, now, caller.user) for category in categories]
    followed = {follow.key for follow in channel.follows}
    archives = [follow for follow in requested if has_subjects(follow.what) and follow.key not in followed]
    forecaster = await load_forecaster(archives, announcements, now) if archives else None
    held = await _held_back(archives, channel, table, forecaster) if forecaster else {}
    for follow in requested:
        if follow.key not in held:
            await channels.follow(caller.place, follow)
    owner = channel.owner or caller.user
    await channels.set(
        replace(channel, timetable=table, since=now, off=False, paused="", by=caller.user, set_up_by=owner)
    )
    after = await channels.get(caller.place)
    next_at, undo = next_delivery(table, after.last_slot, now), undo_digest_on(channel, after)
    return digest_on_card(after, table, next_at, now, list(held.values()), undo)


async def _held_back(
    archives: Sequence[Follow], channel: Channel, table: Timetable, forecaster: Forecaster
) -> dict[str, tuple[str, Sequence[Block]]]:
    """Return the text and blocks on each archive that is too broad to follow without confirmation, by its key."""
    found = {}
    for archive in archives:
        forecast = await asyncio.to_thread(forecaster.forecast, archive, replace(channel, timetable=table))
        if forecast.broad:
            found[archive.key] = held_back(
                archive, forecast, await asyncio.to_thread(forecaster.narrower, archive, forecast, channel)
            )
    return found


async def digest_off(caller: Caller, channels: ChannelStore) -> Card:
    """Switch the digest off; follows stay."""
    channel = await channels.get(caller.place)
    await channels.set(replace(channel, off=True))
    return digest_off_card(channel.wants_digest)


def read_timetable(command: DigestOn, before: Timetable) -> Timetable:
    """Apply the command's options to a timetable: pure. Raises BadInput with the nearest valid form."""
    if command.unread:
        unknown = shorten(" ".join(command.unread), 60)
        raise BadInput(f"I couldn't read “{unknown}” as a time, a time zone, a category or an option.", EXAMPLE)
    return Timetable(
        at=read_time(command.time) if command.time else before.at,
        zone=read_zone(command.zone, partial(_again, command)) if command.zone else before.zone,
        days=read_days(command.days) if command.days else before.days,
        top=read_top(command.top) if command.top else before.top,
        lang=read_lang(command.lang) if command.lang else before.lang,
        cross=read_switch("cross", command.cross) if command.cross else before.cross,
        recap=read_recap(command.recap) if command.recap else before.recap,
        trending=read_switch("trending", command.trending) if command.trending else before.trending,
        gists=read_switch("gists", command.gists) if command.gists else before.gists,
        club=read_switch("club", command.club) if command.club else before.club,
    )


def _again(command: DigestOn, zone: str) -> str:
    """Return the same command with another zone."""
    options = {name: getattr(command, name) for name in _NAMED_OPTIONS}
    named = (f"{name}={value.replace(' ', '')}" for name, value in options.items() if value)
    return " ".join(filter(None, ("/digest on", command.time, zone, *command.categories, *named)))


def read_days(text: str) -> frozenset[int]:
    """Parse "mon-fri", "mon,wed", "sat-mon" or "daily" as weekdays (Monday is 0); raises BadInput."""
    wanted = text.strip().lower()
    if wanted in {"daily", "all", "every", "every day", "everyday"}:
        return frozenset(range(7))
    found: set[int] = set()
    for part in re.split(r"[,+;\s]+", wanted):
        first, _, last = part.partition("-")
        found.update(_day_range(first, last or first, text))
    return frozenset(found)


def read_top(text: str) -> int:
    """Parse a number of papers, 1 to 50; raises BadInput."""
    digits = text.strip()  # also of signs that `int` doesn't leave out
    if digits.isascii() and digits.isdigit() and len(digits) < 6:
        number = int(digits)
        if 1 <= number <= MAX_SHOWN:
            return number
        nearest = 1 if number < 1 else MAX_SHOWN
        raise BadInput(
            f"I can show 1 to {MAX_SHOWN} papers, not {number}.", f"Try top={nearest}.", (f"/digest on top={nearest}",)
        )
    raise BadInput(f"top= takes a number, not “{shorten(text, 20)}”.", "Try top=10.", ("/digest on top=10",))


def read_lang(text: str) -> str:
    """Return an ISO 639-1 code, also from "de-AT"; raises BadInput with the most likely language."""
    code = re.split("[-_]", text.strip().lower()[:40])[0]
    if code in LANGUAGES:
        return code
    meant = nearest_language(text)
    raise BadInput(
        f"I don't know a language code “{shorten(text, 20)}”.",
        f"Try lang={meant} for {LANGUAGES[meant][0]}.",
        (f"/digest on lang={meant}",),
    )


def read_switch(option: str, text: str) -> bool:
    """Parse the value of an option that is on or off; raises BadInput."""
    wanted = text.strip().lower()
    if wanted in _ON | _OFF:
        return wanted in _ON
    raise BadInput(
        f"{option}= takes on or off, not “{shorten(text, 20)}”.",
        f"Try {option}=on or {option}=off.",
        (f"/digest on {option}=on", f"/digest on {option}=off"),
    )


def read_recap(text: str) -> int | None:
    """Return the weekday of the weekly recap (Monday is 0), None for "off"; raises BadInput with the nearest form."""
    wanted = text.strip().lower()
    if wanted in {"off", "no", "false", "never", "none", "0"}:
        return None
    if wanted.isalpha() and wanted[:3] in WEEKDAYS:
        return WEEKDAYS.index(wanted[:3])
    near = fuzzy.extractOne(wanted[:20], WEEKDAYS, scorer=fuzzy.ratio, score_cutoff=40)
    day = near[0] if near else "fri"
    raise BadInput(
        f"recap= takes a weekday or off, not “{shorten(text, 20)}”.",
        f"Try recap={day} or recap=off.",
        (f"/digest on recap={day}",),
    )


def _day_range(first: str, last: str, text: str) -> Iterable[int]:
    numbers = [WEEKDAYS.index(day[:3]) for day in (first, last) if day[:3] in WEEKDAYS]
    if len(numbers) < 2:
        raise BadInput(
            f"I couldn't read “{shorten(text, 40)}” as days.",
            "Try days=mon-fri or days=mon,wed,fri.",
            ("/digest on days=mon-fri",),
        )
    start, end = numbers
    return [(start + n) % 7 for n in range((end - start) % 7 + 1)]


def default_timetable(caller: Caller) -> Timetable:
    """Return a new channel's timetable, in the caller's zone if the platform gives a valid one, else in UTC.

    Direct messages include trending papers.
    """
    return Timetable(zone=known_zone(caller.zone) or "UTC", trending=caller.direct)

"""`/digest`: declaration of its subcommands and parsing of the options of `/digest on`."""

import re
from typing import Any

from bot.delivery.subscribe import EMAIL
from bot.digests.lock import LOCK, UNLOCK
from bot.digests.post_now import POST_NOW
from bot.digests.settings import DigestOff, DigestOn, digest_off, digest_on, parse_on
from bot.digests.show import ShowWeek, show_digest, show_week
from bot.domain.command import ShowDigest
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Right, Route, first_word
from bot.domain.pagination import page_of


def parse_show(text: str = "") -> ShowDigest | ShowWeek:
    """Parse the text after `/digest` or `/digest show`: a date or "week", and the part that a button requests."""
    if text.strip().lower() == "week":
        return ShowWeek()
    page, rest = page_of(text)
    word, part = first_word(rest)
    return ShowDigest(word, part, page) if part in {"all", "points", "perhaps"} else ShowDigest(text)


def build_on(categories: str = "", time: str = "", **options: str | int) -> DigestOn:
    """Build the command from the platform's typed arguments; a time may say its zone and days: "9am EST"."""
    named = tuple(filter(None, re.split(r"[,\s]+", categories)))
    typed: dict[str, Any] = {name: str(value) for name, value in options.items()}
    spoken = parse_on(time)
    if spoken.time and not (spoken.categories or spoken.unread):
        said = {"time": spoken.time, "zone": spoken.zone, "days": spoken.days}
        return DigestOn(**(said | typed), categories=named)
    return DigestOn(time, **typed, categories=named)


SHOW = CommandSpec(
    "show",
    parse=parse_show,
    routes=(Route(ShowDigest, show_digest, Cost.MODEL), Route(ShowWeek, show_week, Cost.STORE)),
    description="Today's digest or an earlier one, for your eyes only",
    arguments=(Argument("date", "one of the last 7 days, such as 2026-05-12, or week: the last seven together"),),
    build=lambda date="": parse_show(date),
)
ON = CommandSpec(
    "on",
    parse=parse_on,
    routes=(Route(DigestOn, digest_on, Cost.STORE, public=True, creates_channel=True, right=Right.UNLESS_LOCKED),),
    description="A daily digest in this channel",
    arguments=(
        Argument("time", "HH:MM in your zone"),
        Argument("zone", "Area/City", completes="zone"),
        Argument("categories", "such as cs.CL cs.LG", completes="category", many=True),
        Argument("top", "papers shown, 1 to 50", kind="number"),
        Argument("days", "such as mon-fri"),
        Argument("lang", "language of the summaries, such as en"),
        Argument("cross", "off: leave out papers that are only cross-listed to a category", choices=("on", "off")),
        Argument("recap", "a weekday for a weekly recap with a picture, such as fri, or off"),
        Argument("trending", "on: add trending papers (on by default in direct messages)", choices=("on", "off")),
        Argument("gists", "off: titles only, without a sentence on each paper", choices=("on", "off")),
        Argument("club", "on: pick one of the saved papers to read together, on Fridays", choices=("on", "off")),
    ),
    build=build_on,
)
OFF = CommandSpec(
    "off",
    parse=lambda _: DigestOff(),
    routes=(Route(DigestOff, digest_off, Cost.STORE, public=True, right=Right.UNLESS_LOCKED),),
    description="Stop the digests in this channel",
)
DIGEST = CommandSpec(
    "digest",
    parse=parse_show,
    description="The papers of a day",
    subcommands=(SHOW, ON, POST_NOW, EMAIL, OFF, LOCK, UNLOCK),
    help=(
        HelpLine("/digest", "show today's digest, or a day's: /digest 2026-11-20"),
        HelpLine("/digest now", "post today's digest in this channel now"),
        HelpLine("/digest on 09:00 Europe/Berlin cs.CL top=10 days=mon-fri", "post a digest in this channel every day"),
        HelpLine("/digest on cross=off", "leave out papers that are only cross-listed to a category"),
        HelpLine("/digest on recap=fri", "add a weekly recap with a picture on Fridays (recap=off: stop it)"),
        HelpLine("/digest on trending=on", "add trending papers (on by default in direct messages)"),
        HelpLine("/digest on gists=off", "show titles only, without a sentence on each paper"),
        HelpLine("/digest on club=on", "on Fridays, vote for a saved paper to read together"),
        HelpLine("/digest week", "recap the last seven days"),
        HelpLine("/digest email you@example.org", "send the digest to you by e-mail too"),
        HelpLine("/digest off", "stop the digests in this channel"),
        HelpLine("/digest lock", "let only admins change what this channel gets (unlock: everybody)"),
    ),
)

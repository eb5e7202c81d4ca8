"""`/digest`: declaration of its subcommands and parsing of the options of `/digest on`."""

import re
from typing import Any

from bot.delivery.subscribe import EMAIL
from bot.digests.settings import DigestOff, DigestOn, digest_off, digest_on
from bot.digests.show import show_digest
from bot.domain.command import ShowDigest
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route, first_word

_TIME = re.compile(r"\d{1,2}(?:[:.h]\d{0,2})?(?:am|pm)?|\d+:\d+", re.IGNORECASE)
_ZONE = re.compile(r"[A-Za-z_+-]+/[A-Za-z0-9_+/-]+|[A-Z][A-Za-z]{2,}(?:[+-]\d{1,2})?|utc|gmt", re.ASCII)
_CATEGORY = re.compile(r"[a-z][a-z-]*(?:\.[A-Za-z-]+)?", re.ASCII)
_OPTION = re.compile(r"(time|at|zone|tz|category|categories|top|days|lang|cross|recap|trending)[=:](.*)", re.IGNORECASE)
_ALIASES = {"at": "time", "tz": "zone", "category": "categories"}


def parse_show(text: str) -> ShowDigest:
    """Parse the text after `/digest` or `/digest show`: a date, and the part that a button requests."""
    word, part = first_word(text)
    return ShowDigest(word, part) if part in {"all", "points", "perhaps"} else ShowDigest(text)


def parse_on(text: str) -> DigestOn:
    """Classify the options after `/digest on` by their shape; the handler validates each."""
    found: dict[str, list[str]] = {}
    for token in text.replace(",", " ").split():
        kind, value = _kind_of(token)
        found.setdefault(kind, []).append(value)
    single = {kind: values[-1] for kind, values in found.items() if kind not in {"categories", "unread"}}
    return DigestOn(**single, categories=tuple(found.get("categories", ())), unread=tuple(found.get("unread", ())))


def build_on(categories: str = "", **options: str | int) -> DigestOn:
    """Build the command from the platform's typed arguments."""
    named = tuple(filter(None, re.split(r"[,\s]+", categories)))
    typed: dict[str, Any] = {name: str(value) for name, value in options.items()}
    return DigestOn(categories=named, **typed)


def _kind_of(token: str) -> tuple[str, str]:
    if named := _OPTION.fullmatch(token):
        kind = named.group(1).lower()
        return _ALIASES.get(kind, kind), named.group(2)
    for kind, pattern in (("time", _TIME), ("zone", _ZONE), ("categories", _CATEGORY)):
        if pattern.fullmatch(token):
            return kind, token
    return "unread", token


SHOW = CommandSpec(
    "show",
    parse=parse_show,
    routes=(Route(ShowDigest, show_digest, Cost.MODEL),),
    description="Today's digest or an earlier one, for your eyes only",
    arguments=(Argument("date", "one of the last 7 days, such as 2026-05-12, or week: the last seven together"),),
    build=ShowDigest,
)
ON = CommandSpec(
    "on",
    parse=parse_on,
    routes=(Route(DigestOn, digest_on, Cost.STORE, public=True, creates_channel=True),),
    description="A daily digest in this channel",
    arguments=(
        Argument("time", "HH:MM in your zone"),
        Argument("zone", "Area/City", completes="zone"),
        Argument("categories", "such as cs.CL cs.LG", completes="category", many=True),
        Argument("top", "papers shown, 1 to 50", kind="number"),
        Argument("days", "such as mon-fri"),
        Argument("lang", "language of the summaries, such as en"),
        Argument("cross", "off: without papers that are only cross-listed to a category", choices=("on", "off")),
        Argument("recap", "a weekday for the weekly recap with a picture, such as fri, or off"),
        Argument("trending", "on: with what many read too, as in direct messages; off: without", choices=("on", "off")),
    ),
    build=build_on,
)
OFF = CommandSpec(
    "off",
    parse=lambda _: DigestOff(),
    routes=(Route(DigestOff, digest_off, Cost.STORE, public=True),),
    description="No more digests in this channel",
)
DIGEST = CommandSpec(
    "digest",
    parse=parse_show,
    description="The papers of a day",
    subcommands=(SHOW, ON, EMAIL, OFF),
    help=(
        HelpLine("/digest", "today's digest, or a day's: /digest 2026-11-20"),
        HelpLine("/digest on 09:00 Europe/Berlin cs.CL top=10 days=mon-fri", "the daily digest of this channel"),
        HelpLine("/digest on cross=off", "without papers that are only cross-listed to a category"),
        HelpLine("/digest on recap=fri", "a recap of the week with a picture, on Fridays; recap=off ends it"),
        HelpLine("/digest on trending=on", "with what many read; so it is in a direct message, until trending=off"),
        HelpLine("/digest week", "the recap of the last seven days, in words"),
        HelpLine("/digest email you@example.org", "the same by e-mail too, for you alone"),
        HelpLine("/digest off", "ends it"),
    ),
)

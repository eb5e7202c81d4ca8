"""Judges how a sentence was understood, against what its writer expects."""

from dataclasses import fields
from enum import StrEnum

from bot.app.commands import changes
from bot.app.help import AskBack, ShowHelp
from bot.app.parse import outside_thread, parse
from bot.digests.settings import DigestOn
from bot.digests.time_of_day import find_time
from bot.domain.card import Button
from bot.domain.channel import Place
from bot.domain.command import Caller, Command
from bot.domain.paper_source import find_ids
from bot.search.command import SearchPapers

CALLER = Caller(Place("slack", "T1", "C1"), "U1")


class Verdict(StrEnum):
    """What came of a sentence."""

    RIGHT = "right"
    ONE_PRESS = "one press away"
    WRONG = "wrong"
    UNMEANT = "an action that nobody meant"


def verdict(text: str, expected: tuple[str, ...]) -> Verdict:
    """Return what comes of the sentence, whose writer expects any of `expected` (see `heard_first`)."""
    command = outside_thread(parse(text), CALLER)
    if changes(command):
        meant = [parse(one[1:]) for one in expected if one.startswith("!")]
        return Verdict.RIGHT if any(_same(command, one) for one in meant) else Verdict.UNMEANT
    wanted = [one.removeprefix("!") for one in expected]
    if any(_is(command, one) for one in wanted):
        return Verdict.RIGHT
    offered = [parse(offer.command) for offer in _offers(command) if offer.command]
    if any(_is(one, want) for one in offered for want in wanted if want != "talk"):
        return Verdict.ONE_PRESS
    return Verdict.WRONG


def _is(command: Command, wanted: str) -> bool:
    if wanted == "talk":
        return isinstance(command, AskBack)
    if wanted == "help":
        return command == ShowHelp()
    if wanted.startswith("search"):
        query = wanted.removeprefix("search").removeprefix(":").strip()
        return isinstance(command, SearchPapers) and query in {"", command.query}
    return _same(command, parse(wanted))


def _same(one: Command, other: Command) -> bool:
    """Return True if both are the same, however their papers and names are written."""
    return type(one) is type(other) and _plain(one) == _plain(other)


def _plain(command: Command) -> list[object]:
    values = [getattr(command, field.name) for field in fields(command)]  # type: ignore[arg-type]
    if isinstance(command, DigestOn):
        values[0] = str(find_time(command.time) if command.time else "")
    return [find_ids(value) or value.lower() if isinstance(value, str) else value for value in values]


def _offers(command: Command) -> tuple[Button, ...]:
    return tuple(getattr(command, "offers", ())) + tuple(getattr(command, "otherwise", ()))

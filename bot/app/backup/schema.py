"""The schema of a backup line, field by field. Files are untrusted, and errors are sentences for a person."""

import json
import re
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainValidator, ValidationError, field_validator
from pydantic_core import ErrorDetails

from bot.domain.author import find_identity
from bot.domain.channel import Kind
from bot.domain.feedback import FeedbackKind
from bot.domain.orcid import find_orcid
from bot.domain.paper_source import is_id
from bot.domain.schedule import zone
from bot.domain.text.clean import clean, shorten
from bot.domain.text.normalize import fold

FIRST_YEAR, LAST_YEAR = 1991, 2100
"""From the beginning of arXiv to beyond any digest; near the calendar's ends, time zone arithmetic fails."""

MOST_WISHES, MOST_DELIVERIES = 10_000, 1_000
MOST_NAMES, MOST_PAPERS_KNOWN, MAX_OTHERS = 100, 1_000, 100
"""Limit per person; far more than is stored."""
FAULTS_NAMED = 3

_NAME = re.compile(r"[!-~]{1,200}")
_PLATFORM = re.compile(r"[a-z]{1,32}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_USUAL_ID = re.compile(r"[0-9]{4}\.[0-9]{4,5}")
_PLAIN = {
    "missing": "is missing",
    "extra_forbidden": "is nothing that this version knows",
    "model_type": "should be an object in braces",
}


class Unsound(ValueError):
    """An unusable line; `faults` give the reasons for a person and quote little of the line."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("; ".join(faults))


class Shape(BaseModel):
    """The base of all schemas: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, defer_build=True)


S = TypeVar("S", bound=BaseModel)


def read_shape(shape: type[S], line: bytes) -> S:
    """Parse the JSON of a line into that schema. Raises Unsound and nothing else."""
    try:
        read = shape.model_validate_json(line.rstrip(b"\r\n"))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        more = (f"and {len(found) - FAULTS_NAMED} more",) if len(found) > FAULTS_NAMED else ()
        raise Unsound(*(_in_words(fault) for fault in found[:FAULTS_NAMED]), *more) from None
    _without_double_names(line)
    return read


def read_instant(written: object) -> datetime:
    """Parse an ISO 8601 instant with its offset into UTC; raises ValueError with a message for a person."""
    try:
        instant = datetime.fromisoformat(written if isinstance(written, str) else "")
    except ValueError:
        raise ValueError(f"{_quoted(written)} isn't an instant such as 2026-08-11T09:00:00+00:00") from None
    if instant.tzinfo is None:
        raise ValueError(f"{_quoted(written)} lacks its offset, such as +00:00")
    if not FIRST_YEAR <= instant.year < LAST_YEAR:
        raise ValueError(f"{_quoted(written)} is not between {FIRST_YEAR} and {LAST_YEAR}")
    return instant.astimezone(UTC)


def _time_of_day(written: object) -> time:
    if not isinstance(written, str) or not _TIME.fullmatch(written):
        raise ValueError(f"{_quoted(written)} isn't a time of day such as 09:00")
    return time.fromisoformat(written)


def _zone_name(name: str) -> str:
    try:
        if len(name) <= 64 and zone(name):
            return name
    except (KeyError, ValueError, OSError):  # an unknown zone, a path outside the folder, a folder's name
        pass
    raise ValueError(f"{_quoted(name)} isn't a time zone")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError(f"{_quoted(text)} isn't a name that a platform gives")
    return text


def _platform(text: str) -> str:
    if not _PLATFORM.fullmatch(text):
        raise ValueError(f"{_quoted(text)} isn't a platform")
    return text


def _wished(text: str) -> str:
    if not fold(text):
        raise ValueError("names nothing")
    return text


def _paper_id(text: str) -> str:
    if not _USUAL_ID.fullmatch(text) and not is_id(text):
        raise ValueError(f"{_quoted(text)} isn't an arXiv identifier")
    return text


def _identity(text: str) -> str:
    if find_identity(text) != text:
        raise ValueError(f"{_quoted(text)} isn't an identity such as openalex:A5023888391")
    return text


def _tidy(text: str) -> str:
    return clean(text, 500)


Instant = Annotated[datetime, PlainValidator(read_instant)]
_Name = Annotated[str, AfterValidator(_name)]
_Note = Annotated[str, Field(max_length=500), AfterValidator(_tidy)]
_Wished = Annotated[str, Field(max_length=300), AfterValidator(_tidy), AfterValidator(_wished)]
_Papers = Annotated[list[Annotated[str, AfterValidator(_paper_id)]], Field(max_length=MOST_PAPERS_KNOWN)]
_Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


def _orcid(text: str) -> str:
    if find_orcid(text) != text:
        raise ValueError(f"{_quoted(text)} isn't an ORCID such as 0000-0002-1825-0097")
    return text


class MuteShape(Shape):
    """The schema of `Mute`."""

    what: _Wished
    since: Instant
    by: _Note = ""


class PersonShape(Shape):
    """The schema of `Person`."""

    identity: Annotated[str, AfterValidator(_identity)] = ""
    names: Annotated[list[_Wished], Field(max_length=MOST_NAMES)] = []
    papers: _Papers = []
    others: Annotated[list[_Papers], Field(max_length=MAX_OTHERS)] = []
    orcid: Annotated[str, AfterValidator(_orcid)] = ""


class FollowShape(MuteShape):
    """The schema of `Follow`."""

    kind: Kind
    person: PersonShape | None = None

    @property
    def key(self) -> str:
        """Return the same key as `Follow.key`."""
        return f"{self.kind}:{(self.person and self.person.identity) or fold(self.what)}"


class FeedbackShape(Shape):
    """The schema of `Feedback`."""

    paper: Annotated[str, AfterValidator(_paper_id)]
    verdict: FeedbackKind
    since: Instant
    by: _Note = ""
    note: _Note = ""
    read: bool = False


class TimetableShape(Shape):
    """The schema of `Timetable`, with its days as names."""

    at: Annotated[time, PlainValidator(_time_of_day)]
    zone: Annotated[str, AfterValidator(_zone_name)]
    days: Annotated[list[_Day], Field(min_length=1, max_length=7)]
    top: Annotated[int, Field(ge=1, le=50)]
    lang: Annotated[str, Field(pattern="^[a-z]{2}$")]
    cross: bool = True
    recap: _Day | None = None
    trending: bool = False
    gists: bool = True
    club: bool = False

    @field_validator("days")
    @classmethod
    def _once(cls, days: list[str]) -> list[str]:
        return _without_doubles(days)


class LineShape(Shape):
    """The schema of `Channel`; `delivered` groups the papers by the due time of their digest."""

    platform: Annotated[str, AfterValidator(_platform)]
    team: _Name
    channel: _Name
    timetable: TimetableShape | None = None
    since: Instant | None = None
    off: bool = False
    paused: _Note = ""
    last_slot: Instant | None = None
    last_recap: Instant | None = None
    last_club: Instant | None = None
    by: _Note = ""
    direct: bool | None = None
    locked: bool = False
    set_up_by: _Note = ""
    follows: Annotated[list[FollowShape], Field(max_length=MOST_WISHES)] = []
    mutes: Annotated[list[MuteShape], Field(max_length=MOST_WISHES)] = []
    delivered: Annotated[dict[str, list[str]], Field(max_length=MOST_DELIVERIES)] = {}
    opinions: Annotated[list[FeedbackShape], Field(max_length=MOST_WISHES)] = []

    @field_validator("follows")
    @classmethod
    def _follows_once(cls, follows: list[FollowShape]) -> list[FollowShape]:
        _without_doubles(follow.key for follow in follows)
        return follows

    @field_validator("mutes")
    @classmethod
    def _mutes_once(cls, mutes: list[MuteShape]) -> list[MuteShape]:
        _without_doubles(fold(mute.what) for mute in mutes)
        return mutes

    @field_validator("delivered")
    @classmethod
    def _papers_once(cls, delivered: dict[str, list[str]]) -> dict[str, list[str]]:
        for instant in delivered:
            read_instant(instant)
        for paper_id in _without_doubles(paper_id for ids in delivered.values() for paper_id in ids):
            _paper_id(paper_id)
        return delivered

    @field_validator("opinions")
    @classmethod
    def _opinions_once(cls, opinions: list[FeedbackShape]) -> list[FeedbackShape]:
        _without_doubles(
            f"{one.paper} ({'saved' if one.verdict is FeedbackKind.SAVED else 'taste'})" for one in opinions
        )
        return opinions


def _without_doubles(things: Iterable[str]) -> list[str]:
    found: dict[str, None] = {}
    for thing in things:
        if thing in found:
            raise ValueError(f"{_quoted(thing)} is there twice")
        found[thing] = None
    return list(found)


def _without_double_names(line: bytes) -> None:
    """Raise Unsound if an object repeats a name: the last value would silently hide the others."""
    try:
        json.loads(line, object_pairs_hook=lambda pairs: bool(_without_doubles(name for name, _ in pairs)))
    except (ValueError, RecursionError) as error:
        raise Unsound(str(error)) from None


def _in_words(fault: ErrorDetails) -> str:
    if fault["type"] == "json_invalid":
        reason = str(fault.get("ctx", {}).get("error", ""))
        return f"is not JSON: {reason.replace(' at line 1 column', ' at character')}"
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).removeprefix(".")
    what = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    return f"{shorten(clean(where, 80), 80)} {_PLAIN.get(fault['type'], what)}".strip()


def _quoted(thing: object) -> str:
    return f"“{clean(str(thing)[:200], 40)}”"

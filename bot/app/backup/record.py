"""One line of a backup: a channel and the papers sent to it, to JSON and back."""

import json
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime

from bot.app.backup.schema import LineShape, PersonShape, TimetableShape, read_instant, read_shape
from bot.domain.channel import WEEKDAYS, Channel, Follow, Mute, Person, Place, Timetable
from bot.domain.feedback import Feedback
from bot.domain.frozen import frozen


@frozen
class Kept:
    """The content of a line: a channel's settings, when (UTC) each paper was sent to it, and its feedback."""

    channel: Channel
    delivered: Mapping[str, datetime] = field(default_factory=dict)
    opinions: tuple[Feedback, ...] = ()


def write_line(kept: Kept) -> str:
    """Return an ASCII line without its line end, the same for the same content. Raises Unsound if `read_line` would."""
    channel, place = kept.channel, kept.channel.place
    settings = {
        "since": _written(channel.since),
        "off": channel.off,
        "paused": channel.paused,
        "by": channel.by,
        "locked": channel.locked,
        "set_up_by": channel.set_up_by,
        "last_slot": _written(channel.last_slot),
        "last_recap": _written(channel.last_recap),
        "last_club": _written(channel.last_club),
        "timetable": channel.timetable and _written_timetable(channel.timetable),
        "follows": [_written_follow(follow) for follow in channel.follows],
        "mutes": [_written_wish(mute) for mute in channel.mutes],
        "delivered": _written_deliveries(kept.delivered),
        "opinions": [_written_opinion(opinion) for opinion in kept.opinions],
    }
    direct = {} if channel.direct is None else {"direct": channel.direct}
    named = {"platform": place.platform, "team": place.team, "channel": place.channel}
    line = json.dumps(named | direct | {name: value for name, value in settings.items() if value}, sort_keys=True)
    read_line(line.encode())
    return line


def read_line(line: bytes) -> Kept:
    """Parse a line that `write_line` or a person wrote. Raises Unsound and nothing else."""
    return _kept(read_shape(LineShape, line))


def _kept(read: LineShape) -> Kept:
    """Return the line as plain data, in the store's order."""
    channel = Channel(
        Place(read.platform, read.team, read.channel),
        _timetable(read.timetable) if read.timetable else None,
        read.since,
        read.off,
        read.paused,
        read.last_slot,
        tuple(sorted((Follow(f.kind, f.what, f.since, f.by, _person(f.person)) for f in read.follows), key=_age)),
        tuple(sorted((Mute(mute.what, mute.since, mute.by) for mute in read.mutes), key=_age)),
        read.by,
        read.last_recap,
        read.direct,
        locked=read.locked,
        set_up_by=read.set_up_by,
        last_club=read.last_club,
    )
    deliveries = ((read_instant(at), ids) for at, ids in read.delivered.items())
    opinions = (Feedback(one.paper, one.verdict, one.since, one.by, one.note, one.read) for one in read.opinions)
    return Kept(
        channel,
        {paper_id: at for at, ids in deliveries for paper_id in ids},
        tuple(sorted(opinions, key=lambda opinion: (opinion.since, opinion.key))),
    )


def _timetable(read: TimetableShape) -> Timetable:
    days = frozenset(WEEKDAYS.index(day) for day in read.days)
    recap = WEEKDAYS.index(read.recap) if read.recap else None
    return Timetable(
        read.at, read.zone, days, read.top, read.lang, read.cross, recap, read.trending, read.gists, read.club
    )


def _person(read: PersonShape | None) -> Person | None:
    if read is None:
        return None
    return Person(read.identity, tuple(read.names), tuple(read.papers), tuple(map(tuple, read.others)), read.orcid)


def _age(wish: Follow | Mute) -> tuple[datetime, str]:
    return wish.since, wish.key


def _written(instant: datetime | None) -> str:
    return instant.astimezone(UTC).isoformat() if instant else ""


def _written_timetable(table: Timetable) -> dict[str, object]:
    days = [WEEKDAYS[day] for day in sorted(table.days)]
    written = {"at": f"{table.at:%H:%M}", "zone": table.zone, "days": days, "top": table.top, "lang": table.lang}
    # An older version can read a backup without these fields.
    cross: dict[str, object] = {} if table.cross else {"cross": False}
    trending: dict[str, object] = {"trending": True} if table.trending else {}
    gists: dict[str, object] = {} if table.gists else {"gists": False}
    club: dict[str, object] = {"club": True} if table.club else {}
    return written | cross | trending | gists | club | ({} if table.recap is None else {"recap": WEEKDAYS[table.recap]})


def _written_wish(wish: Follow | Mute) -> dict[str, str]:
    return {"what": wish.what, "since": _written(wish.since), **({"by": wish.by} if wish.by else {})}


def _written_follow(follow: Follow) -> dict[str, object]:
    """Write the person only if one is followed: an older version can read the rest."""
    written: dict[str, object] = {"kind": follow.kind, **_written_wish(follow)}
    if follow.person is None:
        return written
    one = follow.person
    who = {"identity": one.identity, "names": list(one.names), "papers": list(one.papers), "orcid": one.orcid}
    person = {name: value for name, value in who.items() if value}
    others = {"others": [list(ids) for ids in one.others]} if one.others else {}
    return {**written, "person": {**person, **others}}


def _written_opinion(opinion: Feedback) -> dict[str, object]:
    """Write note and mark only if set: an older version can read the rest."""
    written = {"paper": opinion.paper_id, "verdict": str(opinion.verdict), "since": _written(opinion.since)}
    more = {"by": opinion.by, "note": opinion.note, "read": opinion.read}
    return written | {name: value for name, value in more.items() if value}


def _written_deliveries(delivered: Mapping[str, datetime]) -> dict[str, list[str]]:
    """Group the papers by instant, since one digest holds many papers."""
    found: dict[datetime, list[str]] = {}
    for paper_id in sorted(delivered):
        found.setdefault(delivered[paper_id], []).append(paper_id)
    return {_written(at): ids for at, ids in found.items()}

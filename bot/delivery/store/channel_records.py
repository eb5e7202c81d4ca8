"""Conversion of a channel's settings to values of Redis hashes and back.

Reading never raises: a field that can't be read is logged and counts as not set.
"""

import logging
from collections.abc import Callable, Mapping
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.domain.channel import Channel, Follow, Mute, Place, Timetable
from bot.infra.redis import keys
from bot.infra.redis.instants import read_instant, with_zone, write_instant
from bot.infra.redis.json_records import write_json
from bot.infra.redis.record_type import RecordType

log = logging.getLogger(__name__)

T = TypeVar("T")
W = TypeVar("W", Follow, Mute)

_FOLLOW: RecordType[Follow] = RecordType(Follow)
_MUTE: RecordType[Mute] = RecordType(Mute)
_TIMETABLE: RecordType[Timetable] = RecordType(Timetable)
_MAX_SHOWN = 50


def write_settings(channel: Channel) -> dict[str, str]:
    """Return the channel hash's nonempty fields; `last_slot` and `last_recap` belong to the ledger."""
    settings = {
        "timetable": write_json(_TIMETABLE, channel.timetable).decode() if channel.timetable else "",
        "since": write_instant(channel.since) if channel.since else "",
        "off": "1" if channel.off else "",
        "paused": channel.paused,
        "by": channel.by,
    }
    return {field: value for field, value in settings.items() if value}


SETTINGS = ("timetable", "since", "off", "paused", "by")
"""Fields written by `write_settings`; a field that it leaves out has to be deleted."""
DIRECT, LOCKED, SET_UP_BY = "direct", "locked", "set_up_by"


def read_direct(text: str) -> bool | None:
    """Read the value that `write_direct` wrote; None for anything else, as in older records."""
    return {"1": True, "0": False}.get(text)


def write_direct(direct: bool) -> str:
    """Return the field that marks a direct message; no setting replaces it."""
    return "1" if direct else "0"


def write_follow(follow: Follow) -> str:
    """Return a follow as JSON."""
    return write_json(_FOLLOW, follow).decode()


def write_mute(mute: Mute) -> str:
    """Return a mute as JSON."""
    return write_json(_MUTE, mute).decode()


def read_channel(
    place: Place, settings: Mapping[str, str], follows: Mapping[str, str], mutes: Mapping[str, str]
) -> Channel:
    """Return the channel in the three hashes, its follows and mutes oldest first."""
    name = keys.channel(place)
    return Channel(
        place,
        timetable=_field(name, settings, "timetable", _read_timetable),
        since=_field(name, settings, "since", read_instant),
        off=settings.get("off") == "1",
        paused=settings.get("paused", ""),
        last_slot=_field(name, settings, keys.LAST_SLOT, read_instant),
        follows=_read_all(keys.follows(place), follows, _read_follow),
        mutes=_read_all(keys.mutes(place), mutes, _read_mute),
        by=settings.get("by", ""),
        last_recap=_field(name, settings, keys.LAST_RECAP, read_instant),
        direct=read_direct(settings.get(DIRECT, "")),
        locked=settings.get(LOCKED) == "1",
        set_up_by=settings.get(SET_UP_BY, ""),
        ahead=_field(name, settings, keys.AHEAD, read_instant),
        last_club=_field(name, settings, keys.LAST_CLUB, read_instant),
    )


def _read_all(key: str, hash: Mapping[str, str], read: Callable[[str], W]) -> tuple[W, ...]:
    found = (_field(key, hash, field, read) for field in hash)
    return tuple(sorted((wish for wish in found if wish), key=lambda wish: (wish.since, wish.key)))


def _read_follow(text: str) -> Follow:
    follow = _FOLLOW.validate_json(text)
    with_zone(follow.since)
    return follow


def _read_mute(text: str) -> Mute:
    mute = _MUTE.validate_json(text)
    with_zone(mute.since)
    return mute


def _read_timetable(text: str) -> Timetable:
    timetable = _TIMETABLE.validate_json(text)
    ZoneInfo(timetable.zone)
    weekdays = timetable.days | ({timetable.recap} - {None})
    if not weekdays <= set(range(7)) or not 1 <= timetable.top <= _MAX_SHOWN:
        raise ValueError("a day or a number out of range")
    return timetable


def _field(key: str, hash: Mapping[str, str], field: str, read: Callable[[str], T]) -> T | None:
    text = hash.get(field)
    if not text:
        return None
    try:
        return read(text)
    except (
        ValueError,
        KeyError,
        OSError,
    ) as error:  # ZoneInfo: KeyError of an unknown zone, OSError of a folder's name
        log.warning(
            "A record can't be read and is set aside: key=%s field=%r cause=%s", key, field, type(error).__name__
        )
        return None

"""Instants as text in Redis."""

from datetime import UTC, datetime


def write_instant(instant: datetime) -> str:
    """Return an instant in UTC, as ISO 8601."""
    return instant.astimezone(UTC).isoformat()


def read_instant(text: str) -> datetime:
    """Read what `write_instant` wrote; raises ValueError for anything else."""
    return with_zone(datetime.fromisoformat(text))


def instant_or_none(text: str) -> datetime | None:
    """Read an instant of a disposable record; return None if it is damaged."""
    try:
        return read_instant(text)
    except ValueError:
        return None


def with_zone(instant: datetime) -> datetime:
    """Return `instant`; raise ValueError if it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant

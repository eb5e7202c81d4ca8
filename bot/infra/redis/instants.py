"""Write instants to Redis as text, and read them back."""

from datetime import UTC, datetime


def write_instant(instant: datetime) -> str:
    """An instant in UTC, as ISO 8601."""
    return instant.astimezone(UTC).isoformat()


def read_instant(text: str) -> datetime:
    """What `write_instant` wrote; raises ValueError where it is anything else."""
    return with_zone(datetime.fromisoformat(text))


def instant_or_none(text: str) -> datetime | None:
    """The same of a record that may be lost: a damaged one counts as none."""
    try:
        return read_instant(text)
    except ValueError:
        return None


def with_zone(instant: datetime) -> datetime:
    """Return `instant`; raise ValueError where it has no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant without a zone")
    return instant

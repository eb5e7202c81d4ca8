"""Instants as services write them."""

from datetime import UTC, datetime

_LONGEST = 40


def instant_of(text: str) -> datetime | None:
    """An ISO 8601 instant in UTC; None where it is none, or doesn't say its zone."""
    try:
        when = datetime.fromisoformat(text[:_LONGEST])
        return when.astimezone(UTC) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None

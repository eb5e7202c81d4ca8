"""Days for stories."""

from datetime import UTC, datetime, timedelta

from bot.domain.schedule import announces_on


def tomorrow_at(hour: int) -> datetime:
    """Return the next day with a digest, after an evening with an announcement by arXiv."""
    day = datetime.now(UTC).date() + timedelta(days=1)
    while day.weekday() > 4 or not announces_on(day - timedelta(days=1)):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

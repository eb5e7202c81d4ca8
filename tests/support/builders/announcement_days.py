"""The days that stories are played on."""

from datetime import UTC, datetime, timedelta

from bot.domain.schedule import announces_on


def tomorrow_at(hour: int) -> datetime:
    """The next day with a digest, after an evening on which arXiv announced."""
    day = datetime.now(UTC).date() + timedelta(days=1)
    while day.weekday() > 4 or not announces_on(day - timedelta(days=1)):
        day += timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)

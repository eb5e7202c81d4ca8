"""What the newest announcement would have brought a channel with its follows of now."""

import asyncio
from datetime import date, datetime, timedelta

from bot.digests.forecast import load_forecaster, newest_announcement
from bot.domain.channel import Channel, Timetable
from bot.domain.frozen import frozen
from bot.domain.schedule import zone
from bot.domain.wording import count, weekday
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.match import filter_papers
from bot.ranking.news import News


@frozen
class LastDay:
    """The local day of the digest that would have brought `papers`."""

    day: date
    papers: int

    def in_words(self, table: Timetable, now: datetime) -> str:
        """Return "With this, yesterday would have brought 31 papers; you would have seen the best 10."."""
        ago = (now.astimezone(zone(table.zone)).date() - self.day).days
        name = {0: "today", 1: "yesterday"}.get(max(ago, 0), weekday(self.day))
        if not self.papers:
            return f"With this, {name} would have brought no papers."
        brought = f"With this, {name} would have brought {count(self.papers, 'paper')}"
        return f"{brought}; you would have seen the best {table.top}." if self.papers > table.top else f"{brought}."


async def last_day(
    channel: Channel, table: Timetable, announcements: AnnouncementCache, now: datetime
) -> LastDay | None:
    """Return what the newest announcement would have brought; None if none of the last 7 days is known here."""
    news = (await load_forecaster(channel.follows, announcements, now)).news
    return await asyncio.to_thread(_last_day, news, channel, table)


def _last_day(news: News, channel: Channel, table: Timetable) -> LastDay | None:
    newest = newest_announcement(news)
    if newest is None:
        return None
    announced, papers = newest
    matches = filter_papers(papers, channel.follows, channel.mutes, table.cross, news.meanings).matches
    return LastDay(_digest_day(announced, table), sum(not match.perhaps_another for match in matches))


def _digest_day(announced: datetime, table: Timetable) -> date:
    """Return the local day of the first digest after the announcement, on whichever days digests come."""
    local = announced.astimezone(zone(table.zone))
    return local.date() + timedelta(days=local.time() >= table.at)

"""`/paperlark example`: a digest as it could be, before anything is followed."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

from bot.app.demo import SAMPLE_FOLLOWS, sample_papers
from bot.digests.build import DigestBuilder, Draft, Window, draft_of, select
from bot.digests.cards.digest import digest_card
from bot.digests.cards.welcome import SET_UP, SET_UP_DIRECT
from bot.digests.forecast import newest_announcement
from bot.digests.settings import default_timetable
from bot.domain.card import Actions, Block, Card, Fine, Heading, Item, line
from bot.domain.categories import POPULAR, name_of
from bot.domain.channel import Channel, Follow, Kind, Timetable
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Route
from bot.domain.digest import Digest
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.papers.candidate import Candidate
from bot.papers.embeddings import EMBEDDING_TIMEOUT
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.news import News

SHOWN = 5
SAMPLES = "landmark papers, as if they were announced today"


@frozen
class ShowExample(Command):
    """`/paperlark example`"""


async def show_example(caller: Caller, announcements: AnnouncementCache, digests: DigestBuilder, clock: Clock) -> Card:
    """Return an example for the caller alone: the newest announcement's best papers of a popular category."""
    now = clock.now()
    table = replace(default_timetable(caller), top=SHOWN, trending=False)
    news = await announcements.news(now, ())
    if popular := await asyncio.to_thread(_popular, news):
        announced, category = popular
        follow = Follow(Kind.CATEGORY, category, announced - timedelta(days=1))
        channel = Channel(caller.place, table, follows=(follow,))
        window = _window(announced, now)
        draft = await digests.compose(channel, table, window, now, EMBEDDING_TIMEOUT)
        about = f"the best of {name_of(category)} ({category})"
    else:
        draft, about = _sample_draft(caller, table, now), SAMPLES
    return _example_card(await digests.finish(draft), about, caller.direct, now)


def _popular(news: News) -> tuple[datetime, str] | None:
    """Return the newest announcement and its largest popular category; None if it has none."""
    announced, papers = newest_announcement(news) or (None, ())
    found = Counter(candidate.paper.primary for candidate in papers)
    category = max(POPULAR, key=lambda popular: found[popular])
    return (announced, category) if announced and found[category] else None


def _window(announced: datetime, now: datetime) -> Window:
    after = announced - timedelta(seconds=1)
    return Window(now, after, now, after, past=True)


def _sample_draft(caller: Caller, table: Timetable, now: datetime) -> Draft:
    papers = sample_papers()
    follows = tuple(Follow(Kind(kind), what, now) for kind, what in SAMPLE_FOLLOWS)
    news = News(tuple(map(Candidate, papers)), dict.fromkeys((paper.id for paper in papers), now))
    selection = select(Channel(caller.place, table, follows=follows), table, _window(now, now), news)
    return draft_of(selection, selection.matches)


def _example_card(digest: Digest, about: str, direct: bool, now: datetime) -> Card:
    """Return the papers of a digest, marked as an example; its buttons for the whole channel would lead nowhere."""
    papers = [block for block in digest_card(digest, now).blocks if isinstance(block, Item)][:SHOWN]
    head = f"Example: {about}"
    yours = "Your digest will bring what you follow." if direct else "Your channel's digest will bring what it follows."
    set_up = Actions((SET_UP_DIRECT if direct else SET_UP,))
    blocks: tuple[Block, ...] = (Heading(line(head)), Fine(line(yours)), *papers, set_up)
    return Card("example", f"{head}. {yours}", blocks, private=True, title="An example")


EXAMPLE = CommandSpec("example", parse=lambda _: ShowExample(), routes=(Route(ShowExample, show_example, Cost.MODEL),))

"""The part of the composition root that digests take: the steps of the pipeline, over what `app.opening` opened."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial

from bot.app.agenda import AgendaReader
from bot.app.jobs.once import OnceRunner
from bot.app.jobs.runner import Jobs
from bot.app.opening import Opened, opening
from bot.app.pipeline import Pipeline, nothing
from bot.app.settings import Settings
from bot.app.zotero import pusher_of
from bot.delivery.mail_copies import MailCopier
from bot.delivery.messenger import Messenger
from bot.delivery.outbox import Outbox
from bot.delivery.wrong_slots import WrongSlots
from bot.digests.cards.issue import issue_card
from bot.digests.clients.recap_plot import MatplotlibPlotter
from bot.domain.frozen import frozen
from bot.infra.clock_port import Clock
from bot.infra.redis.short_lived import end_overlong
from bot.papers.backfill import Backfill
from bot.papers.ingest import Announcements
from bot.papers.sources import OtherAnnouncements
from bot.search.backfill import SearchBackfill


@frozen
class Rounds:
    """What `paperlark once` starts: `runner` does all that is due, `end_overlong` is as in `bootstrap.Application`."""

    runner: OnceRunner
    end_overlong: Callable[[], Awaitable[int]]


@asynccontextmanager
async def opened_rounds(settings: Settings, clock: Clock, messengers: Mapping[str, Messenger]) -> AsyncIterator[Rounds]:
    """Yield it, connected and checked, and close it; raises StoreDown."""
    async with opening(settings, clock, messengers) as opened:
        pipeline, failures = pipeline_of(settings, opened, clock, messengers), opened.stores.failures
        runner = OnceRunner(pipeline, Jobs(pipeline, failures, opened.meter), failures)
        yield Rounds(runner, partial(end_overlong, opened.redis))


def pipeline_of(settings: Settings, opened: Opened, clock: Clock, messengers: Mapping[str, Messenger]) -> Pipeline:
    """Return the steps from arXiv to delivered digests."""
    stores, sources, shared, meter = opened.stores, opened.sources, opened.shared, opened.meter
    papers, channels, fetches, ledger = stores.papers, stores.channels, stores.fetches, stores.ledger
    backfill = Backfill(sources.harvest, sources.catalogue, papers, fetches, channels.all)
    others = OtherAnnouncements(sources.others, papers, fetches)
    return Pipeline(
        announcements=Announcements(sources.catalogue, sources.feed, papers, fetches, clock, backfill, meter, others),
        cache=shared.announcements,
        digests=shared.digests,
        channels=channels,
        preferences=shared.preferences,
        summaries=shared.summaries,
        ledger=ledger,
        outbox=Outbox(
            ledger, messengers, clock, stores.rate_limits, stores.failures, issue_card, meter, MatplotlibPlotter()
        ),
        mail_copier=MailCopier(channels, ledger, messengers),
        clock=clock,
        recaps=shared.recaps,
        club=shared.club,
        search_backfill=SearchBackfill(shared.index, papers, shared.vectors),
        upvotes=shared.upvotes,
        papers=papers,
        agenda_reader=AgendaReader(channels, stores.due_places, WrongSlots(channels, ledger)),
        pusher=pusher_of(settings, clock, stores, shared.zotero, shared.lookup, messengers),
        connect_model=opened.model.connect if opened.model else nothing,
    )

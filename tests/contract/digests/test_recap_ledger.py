"""A recap in the ledger: one a week, after its day's digest, and none of its papers delivered anew."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.delivery.messenger import Claim
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.ledger import Ledger
from bot.digests.recap import Recaps
from bot.domain.channel import Channel, Follow, Kind, Person, Timetable
from bot.domain.digest import Digest, DigestItem, Match
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.issue_key import Week
from bot.domain.plot import PlotRow
from bot.domain.recap import Recap
from bot.domain.summary import EXTRACTED, Summary
from bot.infra.clock import FixedClock
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import FeedbackStore
from support.builders.sample_cards import CODED, NOW, PAPER, PLACE, digest
from support.fakes.no_gists import no_gists

DAY = date(2026, 5, 12)
WEEK = Week.of(DAY)
RECAP = Recap(PLACE, NOW, DAY, (DAY,), (PlotRow("Robotics", (3,)),), top=(Match(PAPER, ("Category cs.LG",)),))


@pytest.fixture
async def ledger(redis_client: Redis) -> Ledger:
    await ChannelStore(redis_client).set(Channel(PLACE, timetable=Timetable(), since=NOW - timedelta(days=2)))
    return Ledger(redis_client)


async def test_a_recap_comes_out_as_it_went_in_and_is_the_channels_last(ledger: Ledger, redis_client: Redis) -> None:
    assert await ledger.open_recap(RECAP, None)
    say = await ledger.find(PLACE, WEEK)
    assert say is not None
    assert (say.digest, say.issue_key, say.state) == (RECAP, WEEK, "open")
    channel = await ChannelStore(redis_client).get(PLACE)
    assert (channel.last_recap, channel.last_slot) == (NOW, None)


async def test_it_delivers_no_paper(ledger: Ledger) -> None:
    await ledger.open_recap(RECAP, None)
    assert await ledger.delivered(PLACE) == set()


async def test_a_week_has_one_and_who_looked_at_an_older_state_opens_none(ledger: Ledger) -> None:
    later = replace(RECAP, slot=NOW + timedelta(days=7), ends=DAY + timedelta(days=7))
    assert await ledger.open_recap(RECAP, None)
    assert not await ledger.open_recap(RECAP, None)
    assert not await ledger.open_recap(RECAP, NOW)
    assert not await ledger.open_recap(later, None)
    assert await ledger.open_recap(later, NOW)


async def test_it_waits_behind_the_days_digest(ledger: Ledger) -> None:
    await ledger.open_recap(RECAP, None)
    await ledger.open(digest(), None)
    assert await ledger.pending_in(PLACE) == [DAY, WEEK]
    assert set(await ledger.waiting()) == {(PLACE, DAY), (PLACE, WEEK)}


async def test_one_that_is_uncertain_is_listed_and_sent_again_only_on_demand(ledger: Ledger) -> None:
    await ledger.open_recap(RECAP, None)
    await ledger.claim(PLACE, WEEK, 0)
    await ledger.mark_unknown(PLACE, WEEK, 0)
    await ledger.close(PLACE, WEEK)
    assert await ledger.uncertain(PLACE) == [WEEK]
    assert await ledger.resend_unknown(PLACE, WEEK)
    assert await ledger.uncertain(PLACE) == []
    assert await ledger.claim(PLACE, WEEK, 0) is Claim.FRESH


async def test_giving_it_up_frees_no_paper(ledger: Ledger) -> None:
    await ledger.open(digest(), None)
    told = await ledger.delivered(PLACE)
    await ledger.open_recap(RECAP, None)
    await ledger.cancel(PLACE, WEEK, "The channel is archived.")
    assert await ledger.delivered(PLACE) == told


async def test_it_is_made_of_what_the_ledger_holds_also_of_a_digest_that_is_not_said_yet(
    ledger: Ledger, redis_client: Redis
) -> None:
    papers = PaperStore(redis_client, FixedClock(NOW))
    await papers.keep([PAPER, CODED, replace(PAPER, id="2605.00001")])
    await ledger.open(digest(), None)
    channel = await ChannelStore(redis_client).get(PLACE)

    tastes = FeedbackStore(redis_client)
    await tastes.keep(PLACE, [Feedback(CODED.id, FeedbackKind.SAVED, NOW), Feedback(PAPER.id, FeedbackKind.LESS, NOW)])

    recap = await Recaps(papers, ledger, tastes, lambda _: ("Graphs",), no_gists).of(channel, Timetable(), NOW)

    assert (recap.digests, recap.announced, recap.matched, recap.shown) == (1, 44, 5, 2)
    assert {row.name: row.counts[-1] for row in recap.topics} == {"Large Language Models": 1, "Energy": 1, "Graphs": 1}
    assert (recap.saved, recap.top) == ((CODED,), ())
    assert recap.slot == datetime(2026, 5, 12, 9, tzinfo=UTC)


async def test_whose_papers_a_week_brought_is_told_as_its_digests_told_it(ledger: Ledger, redis_client: Redis) -> None:
    robots = [
        replace(
            PAPER, id=f"2601.0000{n}", title="Soft robot hands", abstract="Grasping.", authors=("Wei Wang", "Yam E")
        )
        for n in (1, 2, 3)
    ]
    stars = [
        replace(
            PAPER,
            id=f"2602.0000{n}",
            title="Hot Jupiters",
            abstract="Exoplanets.",
            authors=("Wei Wang", "Vera Rubin"),
            categories=("astro-ph.EP",),
        )
        for n in (1, 2, 3)
    ]
    around = [replace(PAPER, id=f"2605.1000{n}", title=f"Of {n}", authors=("A Nobody",)) for n in range(9)]
    papers = PaperStore(redis_client, FixedClock(NOW))
    await papers.keep([*robots, *stars, *around])
    await papers.announce({one.id: NOW - timedelta(hours=9) for one in (*around, robots[2], stars[2])})
    her = Person("arxiv:wang_w_7", (), (robots[0].id, robots[1].id), ((stars[0].id, stars[1].id), ()))
    follow = Follow(Kind.AUTHOR, "Wei Wang", NOW - timedelta(days=9), person=her)
    items = [DigestItem(Match(one, ("Category cs.LG",)), Summary(EXTRACTED, ())) for one in (robots[2], stars[2])]
    await ledger.open(Digest(PLACE, DAY, NOW, tuple(items), announced=11, matched=2), None)
    channel = replace(await ChannelStore(redis_client).get(PLACE), follows=(follow,))

    recaps = Recaps(papers, ledger, FeedbackStore(redis_client), lambda _: ("Graphs",), no_gists)

    assert (await recaps.of(channel, Timetable(), NOW)).follows == (("Wei Wang", 1),)
    by_name = replace(channel, follows=(replace(follow, person=None),))
    assert (await recaps.of(by_name, Timetable(), NOW)).follows == (("Wei Wang", 2),)

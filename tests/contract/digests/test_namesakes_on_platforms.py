"""A followed person's namesakes in the day's digest of every platform: a line there, and the papers one press away."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.channel import Follow, Kind, Person
from support.all_platforms import MONDAY, PLATFORMS, Driver, House, on_all_platforms, words_of
from support.builders.sample_cards import CODED, PAPER
from support.drivers.visible_answer import presses_of_first_paper

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
NAME = "Wei Wang"
HERS = [
    replace(PAPER, id=f"2601.{n:05}", title="Soft robot hands", abstract="Grasping.", authors=(NAME, "Yam Eitan"))
    for n in range(1, 5)
]
SURE = replace(PAPER, id="2605.20001", title="Softer robot hands", abstract="Grasping.", authors=(NAME, "Yam Eitan"))
UNSURE = [
    replace(PAPER, id=f"2605.2001{n}", title=f"Coloring planar graphs, part {n}", abstract="Four colors.",
            authors=(NAME, "New Name"), categories=("math.CO",))
    for n in range(2)
]  # fmt: skip
LINE = "2 papers may be by a different Wei Wang"
WHY = "Perhaps another Wei Wang than you follow (no co-author in common, another field)"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday, with a paper of hers and two that are perhaps not; C-field follows the field of these as well.

    C-only has muted hers.
    """
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER]
        await house.app.services.papers.keep(HERS)
        person = Person("openalex:A1", (), tuple(one.id for one in HERS), ((),))
        for chat in house.chats.values():
            for channel in ("C-both", "C-field", "C-only"):
                await chat.says("/digest on 09:00 UTC top=10", channel)
                follow = Follow(Kind.AUTHOR, NAME, MONDAY, person=person)
                await house.app.services.channels.follow(chat.place(channel), follow)
            await chat.says("/follow math.CO", "C-field")
            await chat.says("/mute Softer robot hands", "C-only")
        house.clock.instant = TUESDAY
        listed = [replace(p, published=TUESDAY - timedelta(hours=20)) for p in (SURE, *UNSURE, CODED)]
        house.arxiv.announce(TUESDAY.date(), listed)
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()
        yield house


@pytest.fixture(params=PLATFORMS)
def receiver(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


async def test_what_is_perhaps_anothers_is_counted_and_not_named(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-both")

    assert [link for link in digest.links if "/abs/" in link] == [SURE.abs_url]
    assert LINE in digest.text
    assert digest.text.startswith("1 paper for Tuesday")
    assert not [paper.title for paper in UNSURE if paper.title in digest.text]


async def test_each_of_them_is_one_press_away_with_why_and_what_can_be_done(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-both")

    shown = await receiver.presses(digest, "Check")

    assert shown.private
    for paper in UNSURE:
        assert shown.text.count(paper.id) == 1
        assert paper.title in shown.text
    assert shown.text.count(WHY) == 2
    assert SURE.id not in shown.text
    more = await presses_of_first_paper(receiver, shown, "Read more")
    assert UNSURE[0].title in more.text


async def test_what_another_follow_brings_is_an_item_as_ever(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-field")

    assert "may be by a different" not in digest.text
    assert all(paper.abs_url in digest.links for paper in (SURE, *UNSURE))


async def test_a_day_of_nothing_else_is_said_with_the_same_way_to_them(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-only")

    assert "No new papers surely match what this channel follows." in digest.text
    assert digest.text.startswith("No new papers for Tuesday")
    assert LINE in digest.text
    assert UNSURE[0].id in (await receiver.presses(digest, "Check")).text


async def test_the_digest_read_again_and_all_of_it_have_them_too(receiver: Driver) -> None:
    again = await receiver.says("/digest", "C-both")
    everything = await receiver.says(f"/digest {TUESDAY.date().isoformat()} all", "C-both")

    assert words_of(again.text) == words_of(receiver.standing("C-both")[0].text)
    assert everything.text.index(SURE.title) < everything.text.index(LINE) < everything.text.index(UNSURE[0].title)
    assert everything.text.count(WHY) == 2


async def test_they_are_told_once(receiver: Driver, house: House) -> None:
    told = await house.app.services.undelivered.ledger.delivered(receiver.place("C-both"))
    assert {SURE.id, *(paper.id for paper in UNSURE)} <= told

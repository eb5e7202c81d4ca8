"""A day's digest on Slack, Discord and in a terminal: one message, or as few as the limits force, and its buttons."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.paper import Paper
from support.all_platforms import MONDAY, PLATFORMS, Driver, House, on_all_platforms, words_of
from support.builders.sample_cards import CODED, PAPER
from support.drivers.visible_answer import presses_of_first_paper

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
MANY = tuple(
    replace(PAPER, id=f"2605.{number}", title=f"Grid number {number} of many", authors=(f"Ada Number{number}",))
    for number in range(10_000, 10_060)
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday, after a digest of two papers to C-few and one of sixty to C-many, on every platform."""
    async with on_all_platforms(tmp_path_factory.mktemp("home")) as house:
        house.arxiv.papers = [PAPER]
        for chat in house.chats.values():
            for typed in ("/follow Yam Eitan", '/follow "datacenters"'):
                await chat.says(typed, "C-few")
            await chat.says("/digest on 09:00 UTC cs.LG top=50", "C-many")
            await chat.says("/follow Yam Eitan", "C-undelivered")
            await chat.says("/digest off", "C-undelivered")
            await chat.says("/digest on 09:00 UTC cs.LG top=2 days=wed", "C-preview")
        await play(house, [PAPER, CODED, *MANY])
        yield house


async def play(house: House, papers: list[Paper]) -> None:
    """Tuesday comes: arXiv announces, and the pipeline does what is due; twice, as a restart would."""
    house.clock.instant = TUESDAY
    house.arxiv.announce(TUESDAY.date(), [replace(p, published=TUESDAY - timedelta(hours=20)) for p in papers])
    for _ in range(2):
        await house.app.rounds.prepare()
        await house.app.rounds.deliver()


@pytest.fixture(params=PLATFORMS)
def receiver(request: pytest.FixtureRequest, house: House) -> Driver:
    return house.chats[request.param]


async def test_a_digest_is_one_message_that_names_each_paper_once_under_why_it_is_there(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-few")

    assert not digest.private
    assert digest.text.startswith("2 papers for Tuesday, 12 May")
    for paper in (PAPER, CODED):
        assert digest.text.count(paper.title) == 1
        assert digest.links.count(paper.abs_url) >= 1
    in_order = ("People you follow", PAPER.title, "Yam Eitan, Gelberg +3", "Your topics", CODED.title, "datacenters")
    places = [digest.text.index(part) for part in in_order]
    assert places == sorted(places)
    assert "62 announced" in digest.text
    assert "Summaries extracted from the abstract · next tomorrow at 09:00 (UTC)" in digest.text
    assert digest.buttons.count("Open") == 2


async def test_the_buttons_of_a_digest_answer_the_presser(receiver: Driver) -> None:
    (digest,) = receiver.standing("C-few")

    more = await presses_of_first_paper(receiver, digest, "Read more")
    points = await receiver.presses(digest, "Key points")

    assert (more.private, points.private) == (True, True)
    assert PAPER.title in more.text
    assert "AI datacenters strain the grid." in points.text
    assert "Settings" in digest.buttons


async def test_a_long_digest_is_split_only_as_limits_force_and_still_names_each_shown_paper_once(
    receiver: Driver,
) -> None:
    messages = receiver.standing("C-many")
    text = " ".join(message.text for message in messages)

    assert 1 <= len(messages) <= 2
    assert len({link for message in messages for link in message.links if "/abs/" in link}) == 50
    assert "50 papers for Tuesday, 12 May" in text
    assert "picked from 62 that match · 62 announced" in text


async def test_each_paper_of_a_long_digest_is_opened_from_one_menu(receiver: Driver) -> None:
    if receiver.platform == "terminal":
        pytest.skip("a terminal names a command beside each paper")
    *_, last = receiver.standing("C-many")
    fiftieth = next(label for label in last.buttons if label.startswith("50. "))

    opened = await receiver.presses(last, fiftieth)

    assert opened.private
    assert fiftieth.removeprefix("50. ").rstrip("…") in opened.text


async def test_all_that_matched_is_one_press_away_in_pages_of_ten_with_save(receiver: Driver) -> None:
    messages = receiver.standing("C-many")
    page = next(message for message in messages if "Show all 62" in message.buttons)
    label, found = "Show all 62", set()
    while label:
        page = await receiver.presses(page, label)
        assert page.private
        assert 1 <= page.buttons.count("Save") <= 10
        found |= {link for link in page.links if "/abs/" in link}
        label = "Next 10" if "Next 10" in page.buttons else ""

    assert found == {paper.abs_url for paper in (PAPER, CODED, *MANY)}
    assert "Page 7 of 7" in page.text


async def test_the_digest_of_the_day_can_be_read_again_by_the_asker_alone(receiver: Driver) -> None:
    again = await receiver.says("/digest", "C-few")

    assert again.private
    assert words_of(again.text) == words_of(receiver.standing("C-few")[0].text)


async def test_each_of_the_last_seven_days_can_be_read_with_its_buttons(receiver: Driver) -> None:
    """As delivered where it was; elsewhere as the channel's follows would have made it."""
    for channel in ("C-few", "C-undelivered"):
        for ago in range(8):
            day = (TUESDAY - timedelta(days=ago)).date()
            seen = await receiver.says(f"/digest {day.isoformat()}", channel)
            assert seen.private
            assert f" for {day:%A}, {day.day} {day:%B}" in seen.text
            assert ("Key points" in seen.buttons) == (PAPER.title in seen.text) == (ago == 0)


async def test_a_day_that_was_not_delivered_has_working_buttons_too(receiver: Driver) -> None:
    shown = await receiver.says("/digest", "C-preview")

    points = await receiver.presses(shown, "Key points")
    everything = await receiver.presses(shown, next(b for b in shown.buttons if b.startswith("Show all")))

    assert points.private
    assert "Long contexts" in points.text or "grid" in points.text
    assert PAPER.abs_url in everything.links or CODED.abs_url in everything.links

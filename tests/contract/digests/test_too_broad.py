"""A follow that would bring hundreds of papers a day is told before it is kept, on every platform alike."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.domain.paper import Paper
from support.all_platforms import MONDAY, PLATFORMS, House, User, on_all_platforms, words_of
from support.builders.sample_cards import PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
KINDS = ("latent diffusion", "discrete diffusion", "diffusion transformers", "anisotropic heat")
A_DAY = 240
WHOLE_ARCHIVE = re.compile(r"category cs(?![.\w])")


def listed(number: int) -> Paper:
    """Three of four are about diffusion, each of them in one of three narrower ways."""
    title = f"On {KINDS[number % 4]}, number {number}"
    categories = ("cs.LG", "stat.ML") if number % 2 else ("cs.CV",)
    return replace(PAPER, id=f"2605.{10_000 + number}", title=title, abstract="We show it.", categories=categories)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday morning, after two announcements of 240 papers each; no model is there to tell meanings."""
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        house.clock.instant = TUESDAY
        papers = [listed(number) for number in range(2 * A_DAY)]
        when = {p.id: TUESDAY - timedelta(hours=9, days=n % 2) for n, p in enumerate(papers)}
        await house.app.services.papers.keep(papers)
        await house.app.services.papers.announce(when)
        yield house


@pytest.fixture(params=PLATFORMS)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def follows(user: User) -> str:
    return (await user.says("/following")).text


async def test_a_topic_that_brings_hundreds_is_not_kept_and_narrower_ones_are_offered(user: User) -> None:
    told = await user.says('/follow "diffusion"')

    assert told.private
    assert "The topic “diffusion” would bring about 180 papers a day." in told.text
    assert "so I haven't followed it yet" in told.text
    for narrower in KINDS[:3]:
        assert f'/follow "{narrower}" about 60 a day' in told.text
    assert told.buttons.count("Follow") == 3
    assert "follows nothing yet" in await follows(user)


async def test_the_narrower_one_is_one_press_away(user: User) -> None:
    told = await user.says('/follow "diffusion"')

    followed = await user.presses(told, "Follow")

    assert "This channel now follows topic “" in followed.text
    assert "about 60 papers a day" in followed.text


async def test_who_insists_by_button_is_obeyed_and_told_what_a_digest_shows(user: User) -> None:
    told = await user.says('/follow "diffusion"')

    followed = await user.presses(told, "Follow it anyway")

    assert "This channel now follows topic “diffusion”." in followed.text
    assert "That's a lot: about 180 papers a day. I'll show the best 10." in followed.text
    assert not followed.private


@pytest.mark.parametrize(
    ("typed", "named"), [('/follow "diffusion" anyway', "topic “diffusion”"), ("/follow cs anyway", "category cs")]
)
async def test_who_insists_by_typing_is_obeyed(user: User, typed: str, named: str) -> None:
    assert f"This channel now follows {named}." in (await user.says(typed)).text
    assert named in await follows(user)


async def test_a_whole_archive_is_asked_about_and_its_categories_are_offered(user: User) -> None:
    told = await user.says("/follow cs")

    assert told.private
    assert "The category cs would bring about 240 papers a day." in told.text
    assert "/follow cs.CV about 120 a day" in told.text
    assert "/follow cs.LG about 120 a day" in told.text
    assert "follows nothing yet" in await follows(user)


async def test_a_single_category_is_kept_at_once_with_what_narrows_it(user: User) -> None:
    followed = await user.says("/follow cs.LG")

    assert "This channel now follows category cs.LG." in followed.text
    assert "That's a lot: about 120 papers a day. I'll show the best 10." in followed.text
    assert "/digest on cross=off" in followed.text


async def test_what_is_followed_already_is_not_asked_about_again(user: User) -> None:
    await user.says('/follow "diffusion" anyway')

    assert "This channel already follows topic “diffusion”." in (await user.says('/follow "diffusion"')).text


async def test_without_a_model_a_topic_says_that_words_alone_count(user: User) -> None:
    followed = await user.says('/follow "anisotropic heat"')

    assert "Matches these words." in followed.text
    assert "That's a lot: about 60 papers a day. I'll show the best 10." in followed.text


async def test_all_platforms_ask_in_the_same_words(house: House) -> None:
    channel = house.new_channel()
    for typed in (
        '/follow "diffusion"',
        "/follow cs",
        "/follow cs.LG",
        '/follow "latent diffusion"',
        "/follow cs anyway",
    ):
        seen = {platform: await chat.says(typed, channel) for platform, chat in house.chats.items()}
        assert len({words_of(one.text) for one in seen.values()}) == 1, (typed, seen)
        assert len({one.buttons for one in seen.values()}) == 1, typed
        assert len({one.private for one in seen.values()}) == 1, typed


async def test_a_digest_is_switched_on_without_the_archive_that_would_flood_it(user: User) -> None:
    told = await user.says("/digest on 09:30 UTC cs cs.CL")

    assert "at 09:30 (UTC)" in told.text
    assert "The category cs would bring about 240 papers a day, so I haven't followed it yet." in told.text
    assert "/follow cs.LG about 120 a day" in told.text
    kept = await follows(user)
    assert "category cs.CL" in kept
    assert not WHOLE_ARCHIVE.search(kept)
    await user.presses(told, "Follow it anyway")
    assert WHOLE_ARCHIVE.search(await follows(user))
    again = await user.says("/digest on 10:00 cs")
    assert "haven't followed it yet" not in again.text

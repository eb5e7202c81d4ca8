"""`/trending` on every platform alike: the real adapters, core and store, and Hugging Face on loopback."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from support.all_platforms import MONDAY, PLATFORMS, House, User, on_all_platforms, words_of
from support.builders.sample_cards import PAPER
from support.drivers.visible_answer import presses_of_first_paper
from support.servers.huggingface_server import HuggingFaceServer, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
CODE = "https://github.com/lab/engine"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def face() -> AsyncIterator[HuggingFaceServer]:
    async with HuggingFaceServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, face: HuggingFaceServer) -> AsyncIterator[House]:
    """Tuesday morning; Hugging Face has 25 papers of today, none of this week or the last."""
    async with on_all_platforms(tmp_path_factory.mktemp("home"), huggingface_url=face.url) as house:
        house.clock.instant = TUESDAY
        first = entry(PAPER.id, 1283, title=PAPER.title, githubRepo=CODE, githubStars=512, numComments=14)
        others = [entry(f"2605.{20_000 + number}", 100 - number) for number in range(24)]
        face.lists[TUESDAY.date().isoformat()] = [first, *others]
        await house.app.services.papers.keep([PAPER])
        yield house


@pytest.fixture(params=PLATFORMS)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def test_what_is_trending_is_for_the_asker_with_every_count_and_button(user: User) -> None:
    seen = await user.says("/trending")

    assert seen.private
    for words in ("Trending today", PAPER.title, "↑ 1,283 on Hugging Face", "14 comments", "Code ★ 512", PAPER.id,
                  "1 to 10 of 25 papers", "Hugging Face, Tuesday, 12 May 2026, 09:00 UTC"):  # fmt: skip
        assert words in seen.text
    assert f"https://arxiv.org/abs/{PAPER.id}" in seen.links
    assert {"Next 10", "This week", "This month"} <= set(seen.buttons)


async def test_a_paper_of_the_list_can_be_saved_as_anywhere(user: User) -> None:
    if user.chat.platform == "terminal":
        pytest.skip("a terminal names one command a paper; /save is typed")
    saved = await presses_of_first_paper(user.chat, await user.says("/trending"), "Save")
    assert f"Saved “{PAPER.title[:30]}" in saved.text
    await user.says(f"/takeback saved:{PAPER.id}")


async def test_the_rest_of_the_list_is_one_button_away(user: User) -> None:
    first = await user.says("/trending day")
    second = await user.chat.presses(first, "Next 10")
    third = await user.chat.presses(second, "Next 5")

    assert "11 to 20 of 25 papers" in second.text
    assert "21 to 25 of 25 papers" in third.text
    assert not [label for label in third.buttons if label.startswith("Next")]


async def test_all_of_it_is_there_as_data(user: User) -> None:
    await user.says("/trending")
    first = user.data["papers"][0]
    assert {name: first[name] for name in ("id", "upvotes", "comments", "stars", "code_url")} == {
        "id": PAPER.id, "upvotes": 1283, "comments": 14, "stars": 512, "code_url": CODE,
    }  # fmt: skip
    assert len(user.data["papers"]) == 10
    assert user.data["total"] == 25


async def test_an_empty_list_says_why(user: User) -> None:
    seen = await user.says("/trending month")
    assert "Hugging Face has no recent papers." in seen.text
    assert user.data["papers"] == []


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("yesterday", ["/trending day"]),
        ("2026-05-11", ["/trending day"]),
        ("2026-05", ["/trending month"]),
        ("2026-W19", ["/trending week"]),
        ("year", ["/trending month"]),
        ("wek", ["/trending week"]),
        ("qqqq", ["/trending day", "/trending week", "/trending month"]),
    ],
)
async def test_what_is_no_period_is_answered_with_the_nearest(user: User, typed: str, near: list[str]) -> None:
    seen = await user.says(f"/paperlark trending {typed}")

    assert seen.private
    assert f"I couldn't read “{typed}” as a period." in seen.text
    assert list(seen.buttons) == near


@pytest.mark.parametrize("page", ["0", "99", "9" * 300])
async def test_a_page_that_there_is_not_is_the_nearest_one(user: User, page: str) -> None:
    seen = await user.says(f"/paperlark trending day {page}")
    assert ("1 to 10 of 25" if page == "0" else "21 to 25 of 25") in seen.text


@pytest.mark.parametrize("room", ["C", "D"])
@pytest.mark.parametrize("first", ["/digest on 10:00 UTC", "/follow cs.LG"])
async def test_the_digest_of_a_direct_message_has_it_whatever_is_typed_first(user: User, room: str, first: str) -> None:
    typed = dict.fromkeys((first, "/follow cs.LG", "/digest on 10:00 UTC"))
    channel = user.house.new_channel(room)

    said = [(await user.chat.says(text, channel)).text for text in (*typed, "/paperlark")]

    assert [("trending" in text) for text in said] == [room == "D"] * 3


async def test_every_platform_says_the_same(house: House) -> None:
    slack, discord, terminal = [words_of((await chat.says("/trending", "C99")).text) for chat in house.chats.values()]
    assert slack == discord == terminal

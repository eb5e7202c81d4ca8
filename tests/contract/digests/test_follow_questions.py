"""`/follow` of what may be several things, or of several things at once: done, or a question with the right button."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from support.all_platforms import CHATS_FIRST, MONDAY, House, User, on_all_platforms, words_of
from support.builders.sample_cards import PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)
ABOUT_AGENTS = [
    replace(PAPER, id=f"2605.2{n:04}", title=f"LLM agents, part {n}", authors=("Ada Lovelace",)) for n in range(17)
]
OTHERS = [
    replace(PAPER, id="2605.30001", title="Kagome ice", authors=("Yann LeCun", "Yam Eitan"), categories=("cs.CL",)),
    replace(PAPER, id="2605.30002", title="On Graph Colourings", authors=("Yoshua Bengio",), categories=("cs.CV",)),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday morning after one announcement; no model is there to tell meanings."""
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        house.clock.instant = TUESDAY
        papers = [*ABOUT_AGENTS, *OTHERS]
        await house.app.services.papers.keep(papers)
        await house.app.services.papers.announce({paper.id: TUESDAY - timedelta(hours=9) for paper in papers})
        for source in ("feed", "api"):
            await house.app.services.fetches.done(source, "cs", TUESDAY)
        yield house


@pytest.fixture(params=CHATS_FIRST)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def keys(user: User) -> set[str]:
    return {follow.key for follow in await user.follows()}


async def test_a_text_that_names_nobody_asks_what_is_meant_and_the_topic_is_one_press_away(user: User) -> None:
    asked_before = len(user.house.arxiv.requests)

    seen = await user.says("/follow LLM agents")

    assert seen.private
    assert seen.text.startswith("What do you mean by LLM agents?")
    assert seen.buttons == ("Topic “LLM agents” (about 17 a day)", "A person…")
    assert len(user.house.arxiv.requests) == asked_before
    assert await keys(user) == set()

    followed = await user.presses(seen, "Topic “LLM agents” (about 17 a day)")

    assert "This channel now follows topic “LLM agents”." in followed.text
    assert not followed.private


async def test_a_person_of_that_name_is_looked_for_and_the_nearest_known_are_offered(user: User) -> None:
    seen = await user.presses(await user.says("/follow yan lecun"), "A person…")

    assert seen.private
    assert "I don't know an author called “yan lecun”." in seen.text
    assert "ORCID" in seen.text
    assert "/follow author:Yann LeCun" in seen.buttons


@pytest.mark.parametrize("typed", ["/follow yann lecun", "/follow LeCun, Yann", "/follow lecun, yann"])
async def test_one_known_person_is_followed_at_once_however_the_name_is_written(user: User, typed: str) -> None:
    assert "This channel now follows author Yann LeCun." in (await user.says(typed)).text
    assert await keys(user) == {"author:yann lecun"}


@pytest.mark.parametrize(
    ("typed", "followed"),
    [
        ("cs.CL, cs.LG", {"category:cs cl", "category:cs lg"}),
        ("cs.CL cs.LG and stat.ML", {"category:cs cl", "category:cs lg", "category:stat ml"}),
        ("Yann LeCun, Yoshua Bengio", {"author:yann lecun", "author:yoshua bengio"}),
        ("Yann LeCun and Yoshua Bengio", {"author:yann lecun", "author:yoshua bengio"}),
        ('cs.CV, "graph, colourings", math', {"topic:graph colourings", "category:cs cv", "category:math"}),
    ],
)
async def test_several_at_once_are_all_taken_in_one_answer_and_undone_together(
    user: User, typed: str, followed: set[str]
) -> None:
    seen = await user.says(f"/follow {typed}")

    assert not seen.private
    assert seen.text.startswith("This channel now follows:")
    assert await keys(user) == followed
    assert "I'll post it here every weekday at 09:00 (UTC)." in seen.text

    await user.presses(seen, "Undo")

    assert await keys(user) == set()


async def test_what_needs_a_choice_is_offered_beside_what_is_taken_and_what_was_followed_already(user: User) -> None:
    await user.says("/follow cs.CL")

    seen = await user.says("/follow cs.CL, cs.LG, LLM agents, cs.XY, Yam Etian")

    assert "This channel now follows:" in seen.text
    assert "Followed already: cs.CL." in seen.text
    assert "What do you mean by “LLM agents”?" in seen.text
    assert "arXiv has no category “cs.XY”." in seen.text
    assert "I don't know an author called “Yam Etian”." in seen.text
    assert "Yam Eitan" in seen.buttons
    await user.presses(seen, "Topic “LLM agents” (about 17 a day)")
    assert await keys(user) == {"category:cs cl", "category:cs lg", "topic:llm agents"}


async def test_too_many_at_once_are_refused_with_what_to_do(user: User) -> None:
    seen = await user.says(f"/follow cs.CL, {', '.join(f'“topic {n}”' for n in range(10))}")
    assert "I can take 10 things at once; these are 11." in seen.text
    assert await keys(user) == set()


@pytest.mark.parametrize(
    "typed", ["Computation and Language", "cs.cl", "CS.CL", "cs-CL", "arxiv cs.CL", "cs:CL", "category:cs.CL", "cs CL"]
)
async def test_a_category_is_followed_by_its_name_and_by_whatever_people_write(user: User, typed: str) -> None:
    assert "This channel now follows category cs.CL." in (await user.says(f"/follow {typed}")).text


async def test_a_category_s_name_that_is_a_topic_too_is_asked_about(user: User) -> None:
    seen = await user.says("/follow machine learning")

    assert seen.private
    assert seen.buttons == (
        "Category cs.LG Machine Learning", "Category stat.ML Machine Learning", "Topic “machine learning”",
    )  # fmt: skip
    followed = await user.presses(seen, "Category cs.LG Machine Learning")
    assert "This channel now follows category cs.LG." in followed.text


@pytest.mark.parametrize("typed", ["cs.XY", "cs-NLP", "cs.NLP"])
async def test_a_category_that_does_not_exist_brings_the_nearest_as_buttons(user: User, typed: str) -> None:
    seen = await user.says(f"/follow {typed}")
    assert seen.private
    assert f"arXiv has no category “{typed}”." in seen.text
    assert any(label.startswith("/follow cs.") for label in seen.buttons)


async def test_several_are_unfollowed_and_muted_at_once(user: User) -> None:
    await user.says("/follow cs.CL, cs.LG, Yann LeCun")

    ended = await user.says("/unfollow cs.CL, Yann LeCun and cs.XX")
    assert "Unfollowed cs.CL and Yann LeCun. 1 follow left." in ended.text
    assert "This channel doesn't follow “cs.XX”." in ended.text
    await user.presses(ended, "Undo")
    assert await keys(user) == {"category:cs cl", "category:cs lg", "author:yann lecun"}

    muted = await user.says('/mute survey, "soft, robots", Eitan, Yam')
    assert "Muted survey, soft, robots, Eitan and Yam." in muted.text
    assert "Muted Yam Eitan." in (await user.says("/mute Eitan, Yam")).text
    await user.presses(muted, "Undo")
    assert "Muted: survey" not in (await user.says("/following")).text


async def test_in_a_direct_message_it_is_you_who_follow(house: House) -> None:
    chat = house.chats["slack"]
    seen = await chat.says("/follow cs.CL", "D77")
    assert "You now follow category cs.CL." in seen.text
    assert "I'll send it to you every weekday at 09:00 (UTC), with trending papers." in seen.text
    assert "You follow 1 thing" in (await chat.says("/following", "D77")).text


async def test_all_platforms_say_the_same(house: House) -> None:
    channel = house.new_channel()
    for typed in (
        "/follow LLM agents",
        "/follow cs.CL, cs.LG, LLM agents",
        "/follow machine learning",
        "/unfollow cs.CL, cs.LG",
    ):
        seen = {platform: await chat.says(typed, channel) for platform, chat in house.chats.items()}
        assert len({words_of(one.text) for one in seen.values()}) == 1, (typed, seen)
        assert len({one.buttons for one in seen.values()}) == 1, (typed, seen)
        assert len({one.private for one in seen.values()}) == 1, typed

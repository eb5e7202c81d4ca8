"""The example digest: the newest announcement's best papers, for the one who asks, on every platform."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from support.all_platforms import MONDAY, PLATFORMS, House, User, on_all_platforms
from support.builders.sample_cards import PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")

TUESDAY = MONDAY + timedelta(days=1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Tuesday morning: the newest announcement has most papers in cs.CL, and the one before it in cs.RO."""
    empty = tmp_path_factory.mktemp("no model")
    async with on_all_platforms(tmp_path_factory.mktemp("home"), paperlark_model=empty) as house:
        house.clock.instant = TUESDAY
        old = [replace(PAPER, id=f"2605.1{n:04}", title=f"Robot {n}", categories=("cs.RO",)) for n in range(9)]
        new = [
            replace(PAPER, id=f"2605.2{n:04}", title=f"Parser {n}", categories=("cs.CL" if n % 4 else "cs.CV",))
            for n in range(12)
        ]
        when = {paper.id: TUESDAY - timedelta(hours=9, days=int(paper in old)) for paper in (*old, *new)}
        await house.app.services.papers.keep([*old, *new])
        await house.app.services.papers.announce(when)
        yield house


@pytest.fixture(params=PLATFORMS)
def user(request: pytest.FixtureRequest, house: House) -> User:
    return house.user(request.param)


async def test_the_best_of_the_largest_popular_category_are_shown_as_an_example(user: User) -> None:
    shown = await user.says("/paperlark example")

    assert shown.private
    assert "Example: the best of Computation and Language (cs.CL)" in shown.text
    assert shown.text.count("Parser") == 5
    assert "Robot" not in shown.text
    assert "Set up this channel" in shown.buttons


async def test_an_example_changes_nothing(user: User) -> None:
    await user.says("/paperlark example")

    channel = await user.house.app.services.channels.get(user.chat.place(user.channel))
    assert not channel.has_anything

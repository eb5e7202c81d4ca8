"""With the first thing that is made in a place it is kept whether that is one person's alone: adapters say it once."""

from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest
import pytest_asyncio

from bot.app.backup.archive import Backup
from bot.app.parse import parse
from bot.domain.channel import Place
from bot.domain.command import Caller
from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import PAPER

pytestmark = pytest.mark.asyncio(loop_scope="module")

_channels = count(1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    home: Path = tmp_path_factory.mktemp("home")
    async with on_all_platforms(home) as house:
        await house.app.services.papers.keep([PAPER])
        yield house


@pytest.mark.parametrize("direct", [True, False])
@pytest.mark.parametrize("text", ["/follow cs.CL", "/mute survey", "/save 2605.05971", "/digest on 09:00 UTC cs.CL"])
async def test_what_is_made_first_in_a_place_is_kept_with_whether_it_is_one_persons_alone(
    house: House, text: str, direct: bool
) -> None:
    place = Place("slack", "T1", f"C{next(_channels)}")
    await house.app.core.answer(parse("/paper 2605.05971"), Caller(place, "U1", direct=direct))
    assert (await house.app.services.channels.get(place)).direct is None
    await house.app.core.answer(parse(text), Caller(place, "U1", direct=direct))
    assert (await house.app.services.channels.get(place)).direct is direct
    services = house.app.services
    backup = Backup(services.channels, services.undelivered.ledger, services.feedback)
    kept = [one async for one in backup.all()]
    assert [one.channel.direct for one in kept if one.channel.place == place] == [direct]

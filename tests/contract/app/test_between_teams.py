"""What one team does in private changes nothing that another team can see, and another team changes nothing of it.

Two bots are alike, but in one of them a first team does all that can be done in private. A person of another team, with
the same channel and user ids, then tries the same with both, whatever a client can send: every answer and every request
is the same, byte for byte.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.app.backup.archive import Backup
from bot.app.backup.record import write_line
from bot.app.parse import parse
from bot.domain.channel import Channel, Place
from bot.domain.command import Caller
from bot.domain.mailbox import mailbox
from bot.domain.task import Job, Task
from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.servers.arxiv_clients import OneAtATime
from support.stranger import Attempt, Stranger, attempts, discord_attempts

pytestmark = pytest.mark.asyncio(loop_scope="module")

FIRST = (Place("slack", "T1", "C1"), Place("slack", "T1", "C2"), Place("discord", "100", "1000000001"))
PRIVATE = (
    f"/save {PAPER.id} note: for the survey", f"/more {CODED.id}", f"/less {PAPER.id}", "/follow Yam Eitan",
    '/follow "key-value cache"', "/follow cs.LG", "/mute grid", "/digest on 09:00 UTC cs.CL trending=on recap=fri",
    "/digest now", f"/paper {PAPER.id}", f"/similar {PAPER.id}", "/papers cache", "/digest lock", "/saved bibtex",
)  # fmt: skip
TRIES = settings(
    deadline=None, derandomize=True, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
)


class Worlds:
    """A bot that the first team uses, one that it doesn't, and the same stranger at both."""

    def __init__(self, used: House, unused: House) -> None:
        self.used = used
        self._strangers = Stranger(used), Stranger(unused)
        self.tried = 0

    async def first_team_acts(self) -> None:
        for place in FIRST:
            for text in PRIVATE:
                await self.used.app.core.answer(parse(text), Caller(place, "U1", name="Olga"))
            box = Channel(mailbox(place, "ada@example.org"), since=self.used.clock.now(), by="U1")
            await self.used.app.services.channels.set(box)

    async def first_teams(self) -> list[str]:
        """Return all that the first team made."""
        services = self.used.app.services
        kept = Backup(services.channels, services.ledger, services.feedback).all()
        teams = {"T1", "100", "slack:T1", "discord:100"}
        return [write_line(one) async for one in kept if one.channel.place.team in teams]

    async def answers_alike(self, tries: list[Attempt], in_discord: bool = False) -> None:
        for attempt in tries:
            self.tried += 1
            used, unused = [await (one.in_discord if in_discord else one.in_slack)(attempt) for one in self._strangers]
            assert used == unused, attempt


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def worlds(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Worlds]:
    async with AsyncExitStack() as stack:
        houses = []
        for name in ("used", "unused"):
            home: Path = tmp_path_factory.mktemp(name)
            house = await stack.enter_async_context(on_all_platforms(home, OneAtATime()))
            house.arxiv.papers = [PAPER, CODED]
            await house.app.services.papers.keep([PAPER, CODED])
            await house.app.services.papers.announce(dict.fromkeys((PAPER.id, CODED.id), house.clock.now()))
            await _indexed(house)
            houses.append(house)
        worlds = Worlds(*houses)
        await worlds.first_team_acts()
        before = await worlds.first_teams()
        assert len(before) == 2 * len(FIRST)
        yield worlds
        assert await worlds.first_teams() == before
        print(f"{worlds.tried} attempts, none told the worlds apart")


async def _indexed(house: House) -> None:
    """Index both papers by words and meaning, as it is done some time after a paper was announced."""
    anybody = Caller(Place("slack", "T9", "C9"), "U9")
    await house.app.jobs.do(Task(Job.EMBED))
    for text in (f"/papers {CODED.title}", f"/similar {PAPER.id}"):
        assert CODED.title in str(await house.app.core.answer(parse(text), anybody))


async def test_trending_save_and_what_completes_say_the_same(worlds: Worlds) -> None:
    texts = [
        "/trending",
        "/trending week",
        "/trending month",
        f"/save {PAPER.id}",
        f"/similar {PAPER.id}",
        "/papers cache",
    ]
    await worlds.answers_alike([Attempt("typed", text) for text in texts])
    await worlds.answers_alike([Attempt("completed", text, '{"channel": "C1"}') for text in ("", "Yam", "cache", "gr")])


@settings(TRIES, max_examples=4)
@given(tries=st.lists(attempts, min_size=15, max_size=15))
async def test_sixty_attempts_of_another_workspace(worlds: Worlds, tries: list[Attempt]) -> None:
    await worlds.answers_alike(tries)


@settings(TRIES, max_examples=2)
@given(tries=st.lists(discord_attempts, min_size=8, max_size=8))
async def test_sixteen_attempts_of_another_server(worlds: Worlds, tries: list[Attempt]) -> None:
    await worlds.answers_alike(tries, in_discord=True)


@pytest.mark.slow
@settings(TRIES, max_examples=17)
@given(tries=st.lists(attempts, min_size=50, max_size=50))
async def test_850_more_attempts_of_another_workspace(worlds: Worlds, tries: list[Attempt]) -> None:
    await worlds.answers_alike(tries)


@pytest.mark.slow
@settings(TRIES, max_examples=15)
@given(tries=st.lists(discord_attempts, min_size=10, max_size=10))
async def test_150_more_attempts_of_another_server(worlds: Worlds, tries: list[Attempt]) -> None:
    await worlds.answers_alike(tries, in_discord=True)

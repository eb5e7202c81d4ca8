"""A third platform is one declaration: planted in the registry, it is checked, served and gets its digest."""

import asyncio
from argparse import Namespace
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from adapters.__main__ import _arguments
from adapters.cli import doctor, run
from adapters.platforms import PLATFORMS, Platform, available, messengers
from bot.app.bootstrap import opened
from bot.app.command_service import CommandService
from bot.app.demo.arxiv import SampleArxiv
from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.delivery.messenger import Messenger
from bot.digests.following import ListFollows
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller
from bot.domain.errors import BotError
from bot.infra.clock import SystemClock
from support.fakes.recording_messenger import RecordingMessenger
from support.servers.arxiv_server import ArxivServer
from support.servers.huggingface_server import HuggingFaceServer

TOWN = Place("toy", "T1", "C1")


class ToySettings(Settings):
    """The settings, with the toy's own."""

    toy_token: SecretStr | None = None


class ToyMessenger(RecordingMessenger):
    platform = "toy"


class Toy:
    """A platform in memory."""

    def __init__(self) -> None:
        self.chat = ToyMessenger()
        self.heard: list[str] = []
        self.refused = ""

    @asynccontextmanager
    async def messenger(self, settings: Settings) -> AsyncIterator[Messenger]:
        yield self.chat

    async def check(self, settings: Settings) -> str:
        if self.refused:
            raise BotError(self.refused, "Copy it again.")
        return "signed in as toybot"

    @asynccontextmanager
    async def serve(self, door: CommandService, settings: Settings) -> AsyncIterator[None]:
        card = await door.answer(ListFollows(), Caller(TOWN, "U1"))
        self.heard.append(card.text)
        yield


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Toy:
    planted = Toy()
    unset = {"toy_token": "the toy is left out"}
    declared = Platform("Toybox", "toy_token", planted.messenger, planted.check, planted.serve, unset=unset)
    monkeypatch.setitem(PLATFORMS, "toy", declared)
    return planted


def settings(home: Path, **more: object) -> ToySettings:
    return ToySettings.model_construct(paperlark_home=home, **({"toy_token": SecretStr("t")} | more))


async def examined(arxiv: ArxivServer, own: Settings, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code of `paperlark doctor`, and its lines about the toy."""
    async with HuggingFaceServer() as huggingface:
        there = {"arxiv_api_url": arxiv.api_url, "arxiv_rss_url": arxiv.rss_url, "huggingface_url": huggingface.url}
        own = own.model_copy(update=there | {"arxiv_min_interval_seconds": 0})
        code = await doctor.main(Namespace(essential=False, all=True), own)
    return code, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines() if "toy" in line.lower()]


async def test_it_is_checked(toy: Toy, arxiv: ArxivServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await examined(arxiv, settings(tmp_path), capsys) == (
        0,
        ["TOY_TOKEN works set", "Toybox works signed in as toybot"],
    )

    toy.refused = "TOY_TOKEN is refused."
    code, lines = await examined(arxiv, settings(tmp_path), capsys)
    assert (code, lines[-1]) == (1, "Toybox wrong TOY_TOKEN is refused. Copy it again.")

    _, lines = await examined(arxiv, settings(tmp_path, toy_token=None), capsys)
    assert lines == ["TOY_TOKEN not set the toy is left out"]


async def test_it_is_served(toy: Toy, tmp_path: Path, capsys: pytest.CaptureFixture[str], wait_until) -> None:
    asked = _arguments().parse_args(["run", "--only", "toy"])
    running = asyncio.create_task(run.main(asked, settings(tmp_path)))
    await wait_until(lambda: "Paperlark is ready: toy" in capsys.readouterr().out or running.done(), "it is ready", 20)
    assert not running.done()
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    (answer,) = toy.heard
    assert "follows nothing" in answer


async def test_without_its_token_it_is_named_among_those_that_could_be_set(toy: Toy, tmp_path: Path) -> None:
    own = settings(tmp_path, toy_token=None)
    assert "toy" not in available(own)
    with pytest.raises(BotError, match="put SLACK_BOT_TOKEN or DISCORD_TOKEN or TOY_TOKEN into"):
        await run.main(Namespace(only=("slack", "discord", "toy")), own)


async def test_it_gets_its_digest(toy: Toy, tmp_path: Path) -> None:
    own, clock, sample = settings(tmp_path), SystemClock(), SampleArxiv()
    yesterday, due = clock.now() - timedelta(days=1), clock.now() - timedelta(minutes=1)
    table = Timetable(at=due.time().replace(second=0, microsecond=0), days=frozenset(range(7)))
    async with AsyncExitStack() as stack:
        speakers = await messengers(own, stack)
        app = await stack.enter_async_context(opened(own, clock, speakers, ExternalServices(sample, sample, sample)))
        await app.core.channels.set(Channel(TOWN, timetable=table, since=yesterday))
        await app.core.channels.follow(TOWN, Follow(Kind.CATEGORY, "cs.LG", yesterday))
        await app.rounds.prepare()
        await app.rounds.deliver()

    assert set(speakers) == {"terminal", "toy"}
    assert len(toy.chat.standing[str(TOWN)]) == 1

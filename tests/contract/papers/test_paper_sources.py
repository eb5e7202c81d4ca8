"""Another source of papers, planted: its papers are shown, saved, cited and announced as arXiv's are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from adapters.terminal.render import as_text
from bot.app.bootstrap import Application, opened
from bot.app.demo.arxiv import SampleArxiv
from bot.app.external import ExternalServices
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.delivery.messenger import Message
from bot.domain.card import Card
from bot.domain.channel import Channel, Follow, Kind, Place, Timetable
from bot.domain.command import Caller
from bot.domain.paper import Paper
from bot.domain.paper_source import PAPER_SOURCES
from bot.infra.clock import FixedClock
from support.fakes.recording_messenger import RecordingMessenger
from support.fakes.toy_source import TOY, ToyClient

NOW = datetime(2026, 5, 12, 9, 0, tzinfo=UTC)
PLACE = Place("slack", "T1", "C1")
SOMEBODY = Caller(PLACE, "U1")
PAPER = Paper(
    id="toy:123",
    title="Wooden Trains on Quantized Rails",
    abstract="We lay rails in steps. Trains of wood run on them. Nothing derails.",
    authors=("Lina Holz",),
    categories=(),
    published=NOW - timedelta(hours=3),
    updated=NOW - timedelta(hours=3),
)
OLD = replace(PAPER, id="toy:7", title="Dolls Considered Helpful", published=datetime(2020, 1, 1, tzinfo=UTC))


class Chat(RecordingMessenger):
    """Keeps all words of what is posted."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def draw(self, card: Card, key: str) -> tuple[Message, ...]:
        return (Message({"text": as_text(card, 500)}),)

    async def post(self, place: Place, message: Message, key: str) -> str:
        self.texts.append(str(message.payload["text"]))
        return await super().post(place, message, key)


class NoNews(SampleArxiv):
    """arXiv as it is on a day without announcement, with the sample papers to be looked up."""

    async def today(self, *archives: str) -> tuple[()]:
        return ()


@pytest.fixture
def toys(monkeypatch: pytest.MonkeyPatch) -> ToyClient:
    monkeypatch.setitem(PAPER_SOURCES, TOY.prefix, TOY)
    return ToyClient([PAPER, OLD])


@asynccontextmanager
async def a_bot(home: Path, toys: ToyClient, chat: Chat, now: datetime = NOW) -> AsyncIterator[Application]:
    arxiv = NoNews()
    outside = ExternalServices(arxiv, arxiv, arxiv, others={TOY.prefix: toys})
    own = Settings.model_construct(paperlark_home=home)
    async with opened(own, FixedClock(now), {"slack": chat}, outside) as app:
        yield app


async def said(app: Application, text: str) -> Card:
    return await app.core.answer(parse(text), SOMEBODY)


async def test_a_paper_of_it_is_found_by_its_id_shown_saved_and_cited(tmp_path: Path, toys: ToyClient) -> None:
    async with a_bot(tmp_path, toys, Chat()) as app:
        shown = await said(app, "/paper toy:7")
        again = await said(app, "/readmore https://toys.example/paper/7")
        saved = await said(app, "/save toy:7")
        listed = await said(app, "/saved")
        both = await said(app, "/more toy:7, 1706.03762")
        cited = await said(app, "/bibtex toy:7")
        taken_back = await said(app, "/unfollow saved:toy:7")

    told = shown.data["paper"]
    assert isinstance(told, dict)
    assert (told["id"], told["url"], told["source"]) == ("toy:7", "https://toys.example/paper/7", "Toybox")
    assert OLD.title in shown.text
    assert OLD.title in again.text
    assert toys.asked == ["toy:7"], "the paper is known after the first question"
    assert saved.kind != "error"
    assert OLD.title in as_text(listed, 500)
    assert "these 2 papers" in both.text
    assert "archivePrefix = {Toybox}" in str(cited.data["text"])
    assert OLD.title in taken_back.text


async def test_one_that_it_has_not_and_one_it_cannot_tell_of_are_its_own_fault(tmp_path: Path, toys: ToyClient) -> None:
    async with a_bot(tmp_path, toys, Chat()) as app:
        missing = await said(app, "/paper toy:999")
        several = await said(app, "/save toy:7 toy:999")
        toys.down = True
        down = await said(app, "/paper toy:998")
        partly = await said(app, "/bibtex toy:7 toy:998")
        arxivs = await said(app, "/paper 1706.03762")

    assert missing.text.startswith("Toybox has no paper toy:999.")
    assert several.text == "Saved “Dolls Considered Helpful”. You'll see more like it. Toybox has no paper toy:999."
    assert down.text.startswith("Toybox ")
    assert partly.text == f"BibTeX of “{OLD.title}”. Toybox isn't responding. So I left out toy:998."
    assert arxivs.kind == "paper"


async def _wants(app: Application, since: datetime) -> None:
    table = Timetable(at=time(9), days=frozenset(range(7)), zone="UTC")
    await app.core.channels.set(Channel(PLACE, timetable=table, since=since))
    await app.core.channels.follow(PLACE, Follow(Kind.TOPIC, "quantized rails", since))


async def test_what_it_announces_comes_in_the_digest_once(tmp_path: Path, toys: ToyClient) -> None:
    chat = Chat()
    async with a_bot(tmp_path, toys, chat) as app:
        await _wants(app, NOW - timedelta(days=1))
        await app.rounds.prepare()
        await app.rounds.deliver()
    (digest,) = chat.texts
    assert PAPER.title in digest
    assert OLD.title not in digest

    late = replace(PAPER, id="toy:124", title="More Quantized Rails", published=NOW - timedelta(days=3))
    toys.held.append(late)
    async with a_bot(tmp_path, toys, chat, NOW + timedelta(days=1)) as app:
        await app.rounds.prepare()
        await app.rounds.deliver()
    _, second = chat.texts
    assert late.title in second, "held up by its source, it is new on the day it appears"
    assert PAPER.title not in second


async def test_while_it_is_down_a_digest_goes_out_without_it_and_says_so(tmp_path: Path, toys: ToyClient) -> None:
    chat, toys.down = Chat(), True
    async with a_bot(tmp_path, toys, chat, NOW + timedelta(hours=2)) as app:
        await _wants(app, NOW - timedelta(days=1))
        await app.rounds.prepare()
        await app.rounds.deliver()
        state = await said(app, "/paperlark")
    (digest,) = chat.texts
    assert "Toybox did not answer" in digest
    assert "Toybox did not answer" in as_text(state, 500)


async def test_without_it_its_ids_are_nothing(tmp_path: Path) -> None:
    async with a_bot(tmp_path, ToyClient([]), Chat()) as app:
        assert (await said(app, "/paper toy:123")).kind == "error"
        assert (await said(app, "/paper 1706.03762")).kind == "paper"

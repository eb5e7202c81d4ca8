"""Nothing that anyone types, and nothing that a paper or a model says, pings, links abroad, breaks or silences the bot.

Every command, every platform: the real adapters, core, store and sources, with arXiv and a model on loopback.
"""

import asyncio
import logging
import os
import re
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from time import monotonic

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.domain.paper import Paper
from support.all_platforms import Driver, House, on_all_platforms
from support.builders.sample_cards import CODED, PAPER
from support.drivers.discord_driver import number, seen
from support.drivers.slack_driver import SlackDriver, seen_exchange
from support.drivers.terminal_driver import TerminalDriver
from support.drivers.visible_answer import Seen
from support.fast import FAST
from support.hostile.inputs import FRAGMENTS, for_xml, papers, typed
from support.hostile.live_content import alive
from support.servers.arxiv_clients import OneAtATime
from support.servers.discord_objects import Interaction
from support.servers.discord_server import COMMAND, DiscordServer
from support.servers.model_server import ModelServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMMANDS = (
    "/paper", "/follow", "/unfollow", "/following", "/mute", "/digest", "/digest on", "/digest off", "/paperlark",
    "/readmore", "/authors", "/resend", "/more", "/less", "/save", "/takeback", "/author", "/figures", "/papers",
    "/papers everywhere", "/similar",
    "/digest email", "/digest email off",
    "/trending",
    "/saved", "/bibtex",
)  # fmt: skip
IN_TIME_SECONDS = 3.0
"""On a machine with nothing else to do; one with twice the work of its processors is given twice the time."""

BATCH = 25
"""Inputs an example, each for every platform."""

AT_ONCE = 8
"""People who wait for an answer at the same time; all servers and people share this process."""

NOTED = "A Discord command was not understood"
FAULTS = "Something went wrong on our side"
_STATED = [text for text in map(for_xml, FRAGMENTS) if text]
EVERY_FRAGMENT = [
    replace(PAPER, title=f"{a} {b}", abstract=f"{PAPER.abstract} {a} {b}", authors=(a, b), comment=f"{a} {b}")
    for a, b in zip(_STATED, _STATED[len(_STATED) // 2 :], strict=False)
]
_numbers = count(10_000)

IN_BATCHES = settings(
    phases=(Phase.explicit, Phase.generate),  # a failure names its input; to shrink a batch would take minutes
    # Of the fixtures only `afterwards` is made for each test: it is meant to come once, after all of its examples.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


class Troubles(logging.Handler):
    """Collects what no input may cause in the log: errors, tracebacks, refused answers, damaged records."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        watched = record.name.startswith(("adapters", "bot.app.router")) or ".store." in record.name
        ours = watched and NOTED not in record.msg
        if record.levelno >= logging.ERROR or record.exc_info or ours:
            self.lines.append(f"{record.name}: {record.getMessage()} {record.exc_info or ''}")


@pytest.fixture(scope="module")
def troubles() -> Iterator[Troubles]:
    handler = Troubles()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(
    tmp_path_factory: pytest.TempPathFactory, model: ModelServer, troubles: Troubles
) -> AsyncIterator[House]:
    own = {"openai_base_url": model.base_url, "openai_model": model.model}
    async with on_all_platforms(tmp_path_factory.mktemp("home"), OneAtATime(), **own) as house:
        house.arxiv.papers = [PAPER, CODED]
        await house.app.services.papers.keep([PAPER, CODED])
        yield house
        print(f"The slowest answer took {Slowest.seconds:.2f} s.")


@pytest_asyncio.fixture(loop_scope="module")
async def afterwards(house: House, troubles: Troubles) -> AsyncIterator[None]:
    """Once all the hostile things of a test were said, everything still works for somebody sensible."""
    yield
    for chat in house.chats.values():
        assert PAPER.title in (await chat.says(f"/paper {PAPER.id}", "C-after")).text
        assert "topic “KV cache”" in (await chat.says('/follow "KV cache"', "C-after")).text
        assert "KV cache" in (await chat.says("/following", "C-after")).text
        assert "Unfollowed “KV cache”." in (await chat.says("/unfollow KV cache", "C-after")).text
    await house.app.services.channels.all()
    assert troubles.lines == []


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("afterwards")
@settings(IN_BATCHES, max_examples=1 if FAST else 2)
@given(batch=st.lists(typed, min_size=BATCH, max_size=BATCH))
async def test_whatever_is_typed_gets_a_harmless_answer_in_time(
    house: House, troubles: Troubles, command: str, batch: list[str]
) -> None:
    await all_typed(house, troubles, command, batch)


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("afterwards")
@settings(IN_BATCHES, max_examples=8)
@given(batch=st.lists(typed, min_size=BATCH, max_size=BATCH))
async def test_two_hundred_more_of_each_command_do_too(
    house: House, troubles: Troubles, command: str, batch: list[str]
) -> None:
    await all_typed(house, troubles, command, batch)


async def all_typed(house: House, troubles: Troubles, command: str, batch: list[str]) -> None:
    """Each of the batch by a person of her own, on every platform."""
    await all_of(
        answered(house, chat, says(chat, command, text, f"U{n}"), text, f"U{n}")
        for n, text in enumerate(batch)
        for chat in house.chats.values()
    )
    assert troubles.lines == [], batch


async def answered(house: House, chat: Driver, answer: Awaitable[Seen], said: object, user: str = "") -> Seen:
    """The answer, that must be all that an answer should be."""
    begun = monotonic()
    shown = await answer
    took = monotonic() - begun
    overload = max(os.getloadavg()[0] / (os.cpu_count() or 1), 1.0)
    assert took < IN_TIME_SECONDS * overload, (chat.platform, said, took)
    Slowest.seconds = max(Slowest.seconds, took)
    assert shown.text.strip(), (chat.platform, said)
    assert FAULTS not in shown.text, (chat.platform, said)
    assert alive(chat.platform, shown.payload) == [], (chat.platform, said)
    card = house.door.cards.get((chat.platform, number(user) if chat.platform == "discord" else user))
    if card and user:
        assert card.kind != "error" or card.private
        assert shown.private or not card.private, (chat.platform, said, shown.text)
    return shown


async def asked(server: DiscordServer, interaction: Interaction) -> Seen:
    """The answer to an interaction that no client of Discord's would send."""
    return seen(await server._ask(interaction, lambda: interaction.complete))


async def all_of(asked: Iterable[Awaitable[Seen]]) -> None:
    """Each to its end, some side by side, as people ask."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(awaited: Awaitable[Seen]) -> Seen:
        async with gate:
            return await awaited

    for outcome in await asyncio.gather(*map(one, asked), return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


class Slowest:
    """The longest that anybody waited for an answer."""

    seconds = 0.0


async def says(chat: Driver, command: str, text: str, user: str) -> Seen:
    """As a person of that platform can: a slash command, typed options, or a line."""
    channel = f"C{command}"
    if isinstance(chat, SlackDriver):
        own = command.split(" ", maxsplit=1)[0] in {"/readmore", "/authors", "/resend", "/figures"}
        line = f"/paperlark {command[1:]} {text}" if own else f"{command} {text}"
        return seen_exchange(await chat.server.says(line, channel, user))
    if isinstance(chat, TerminalDriver):
        return await chat.says(f"{command} {text}", channel, user)
    name, options = options_for(command, text, int(user[1:]))
    return seen(await chat.server.says(name, options, channel=number(channel), user=number(user)))


def options_for(command: str, text: str, turn: int) -> tuple[str, dict[str, object]]:
    """Discord's typed options, one after the other as `turn` goes on."""
    kinds = ("author", "category", "topic")
    parts = ("time", "zone", "categories", "days", "lang")
    top = int(text) % 2**53 if text.isascii() and text.isdigit() else -1
    typed_options: dict[str, dict[str, object]] = {
        "/paper": {"query": text},
        "/follow": {kinds[turn % 3]: text},
        "/unfollow": {"what": text},
        "/mute": {"what": text},
        "/author": {"name": text},
        "/more": {"paper": text},
        "/less": {"paper": text},
        "/save": {"paper": text},
        "/papers": {"query": text},
        "/similar": {"paper": text},
        "/digest": {"date": text},
        "/digest on": {parts[turn % 5]: text} if turn % 6 else {"top": top} | dict.fromkeys(parts, text),
        "/paperlark": {"command": text},
    }
    name = {"/digest": "/digest show"}.get(command, command)
    return (
        (name, typed_options[command]) if command in typed_options else ("/paperlark", {"command": f"{command} {text}"})
    )


@pytest.mark.usefixtures("afterwards")
@settings(IN_BATCHES, max_examples=6)
@given(
    stated=st.lists(papers(), min_size=12, max_size=12),
    mood=st.sampled_from(["injected", "refusal", "says"]),
    said=st.lists(typed, min_size=4, max_size=4),
)
@example(stated=EVERY_FRAGMENT[:50], mood="injected", said=[])
@example(stated=EVERY_FRAGMENT[50:], mood="refusal", said=[])
@pytest.mark.slow
async def test_whatever_papers_and_models_say_is_only_read(
    house: House, model: ModelServer, troubles: Troubles, stated: list[Paper], mood: str, said: list[str]
) -> None:
    listed = [replace(paper, id=f"2605.{next(_numbers)}") for paper in stated]
    model.behave(*([mood] if mood != "says" else []))
    model.says = answer_with(said) if mood == "says" else {}
    house.arxiv.papers = [PAPER, CODED, *listed]
    await all_of(
        answered(house, chat, chat.says(f"{command} {paper.id}", user=f"U{n}{command}"), paper, f"U{n}{command}")
        for command in ("/paper", "/readmore", "/authors")
        for n, paper in enumerate(listed)
        for chat in house.chats.values()
    )
    for platform, messages in (await house.next_digest(listed)).items():
        links = {link for message in messages for link in message.links}
        assert [paper.id for paper in listed if paper.abs_url not in links] == []
        assert [alive(platform, message.payload) for message in messages] == [[]] * len(messages)
        assert 1 <= len(messages) <= 2
    assert troubles.lines == [], stated


def answer_with(said: list[str]) -> dict[str, object]:
    """What a model that was talked into it answers, near enough to the paper to be believed."""
    said = [re.sub(r"\d", "", text)[:150] for text in said]  # a number that the paper doesn't hold is refused
    parts = (*PAPER.abstract.split(". ")[:2], PAPER.title, PAPER.abstract)
    points = [f"{part} {text}" for part, text in zip(parts, said, strict=True)]
    return {"key_points": points, "summary": f"{PAPER.abstract} {said[0]}", "results": said[1], "topics": said}


@pytest.mark.usefixtures("afterwards")
@pytest.mark.parametrize("words", ["", *FRAGMENTS[:9], "[x](http://evil.example)", "\u202ex", "```"])
async def test_a_summary_is_shown_without_what_its_model_was_talked_into(
    house: House, model: ModelServer, words: str
) -> None:
    paper = replace(PAPER, id=f"2605.{next(_numbers)}")
    model.behave(*([] if words else ["injected"]))
    model.says = answer_with([words] * 4) if words else {}
    house.clock.instant += timedelta(minutes=5)  # should it rest
    house.arxiv.papers = [PAPER, CODED, paper]

    for chat in house.chats.values():
        more = await answered(house, chat, chat.says(f"/readmore {paper.id}"), words)
        assert "Summary of the abstract by loopback-1" in more.text
        assert PAPER.abstract.split(". ")[0] in more.text
        assert "evil" not in more.text


OPTIONS_OF_WRONG_FORM = (
    {"name": "paper", "options": []},
    {"name": "paper", "options": [{"type": 3, "name": "query", "value": 7}]},
    {"name": "paper", "options": [{"type": 4, "name": "query", "value": 2**70}]},
    {"name": "paper", "options": [{"type": 3, "name": "title", "value": "<@1>"}]},
    {"name": "follow", "options": [{"type": 3, "name": "author", "value": None}]},
    {"name": "digest", "options": [{"type": 1, "name": "on", "options": [{"type": 4, "name": "top", "value": "x"}]}]},
    {"name": "digest", "options": [{"type": 1, "name": "often"}]},
    {"name": "digest", "options": []},
    {"name": "@everyone", "options": []},
)


@pytest.mark.usefixtures("afterwards")
@pytest.mark.parametrize("data", OPTIONS_OF_WRONG_FORM, ids=str)
async def test_discords_options_of_a_wrong_form_get_a_sentence(house: House, troubles: Troubles, data: dict) -> None:
    server = house.chats["discord"].server
    interaction = server._asked(COMMAND, {"id": "1", "type": 1, **data}, number("C1"), number("U1"))

    shown = await answered(house, house.chats["discord"], asked(server, interaction), data)

    assert shown.private


@pytest.mark.usefixtures("afterwards")
@settings(IN_BATCHES, max_examples=8)
@given(batch=st.lists(typed, min_size=BATCH, max_size=BATCH))
async def test_whatever_is_begun_is_completed_with_what_discord_takes(
    house: House, troubles: Troubles, batch: list[str]
) -> None:
    server = house.chats["discord"].server
    options = (("/follow", "author"), ("/follow", "category"), ("/digest on", "zone"), ("/unfollow", "what"),
               ("/paper", "query"), ("/save", "paper"))  # fmt: skip
    await asyncio.gather(*(server.autocompletes(*options[n % len(options)], text) for n, text in enumerate(batch)))
    assert troubles.lines == [], batch

"""A hundred papers that give orders, and every kind of model: nothing that is sent obeys, pings or leads elsewhere.

Two ways: each paper with each kind of answer through the real check and the real renderers; and each paper once more as
a person and a channel meet it, over arXiv, the core, and Slack's and Discord's own servers on loopback.
"""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.render import draw as draw_for_discord
from adapters.slack.render import draw as draw_for_slack
from adapters.slack.render import modal
from bot.digests.cards.digest import digest_card, points_card
from bot.domain.card import Card
from bot.domain.digest import DigestItem, Match
from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.domain.text.normalize import fold
from bot.papers.cards import paper_card, read_more_card
from bot.summaries.extractive import extract
from bot.summaries.injection_filter import reported
from bot.summaries.parse_answer import read_answer
from support.all_platforms import House, on_all_platforms
from support.builders.sample_cards import NOW, digest
from support.drivers.slack_payload import text_leaves
from support.fast import FAST
from support.hostile.abstracts import ANSWERS, Hostile, answer, hostile_papers
from support.hostile.live_content import alive, alive_in_slack, alive_on_discord
from support.servers.arxiv_clients import OneAtATime
from support.servers.discord_objects import texts
from support.servers.discord_rules import check_message
from support.servers.model_server import ModelServer
from support.servers.slack_rules import message_fault

HOSTILE = hostile_papers()
PLATFORMS = ("slack", "discord")
_extract = cache(extract)  # every kind of model is refused something, and what is shown instead is the same
_ESCAPES = re.compile(r"\b(?:lt|gt|amp)\b")


def summarised(kind: str, hostile: Hostile, lang: str = "en") -> Summary:
    """What is left of that answer, as it reaches a card: the model's summary, or the extract where it is refused."""
    said = answer(kind, hostile)
    try:
        return read_answer(said if isinstance(said, str) else _json(said), reported(hostile.paper), lang, "loopback-1")
    except ModelDown:
        return _extract(hostile.paper)


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_order_is_obeyed_and_nothing_is_alive_in_what_is_drawn(kind: str) -> None:
    for hostile in HOSTILE[:: 4 if FAST else 1]:
        seen_by_all(hostile, kind, summarised(kind, hostile))
        abroad = summarised(kind, hostile, "de")  # where less can be checked
        if not abroad.extracted:
            seen_by_all(hostile, kind, abroad)


def seen_by_all(hostile: Hostile, kind: str, summary: Summary) -> None:
    """Draws every card with it for both platforms."""
    for card in cards(hostile.paper, summary):
        for platform, faults, said in drawn(card):
            assert faults == [], (platform, hostile.order.told)
            assert marks(hostile, said) == 0, (platform, kind, summary.lang, hostile.order.told, said)


def test_honest_answers_come_through_and_dishonest_ones_fall_back_to_the_extract() -> None:
    by_model = Counter(
        kind for kind in ANSWERS for hostile in HOSTILE if not summarised(kind, hostile).extracted and _stands(hostile)
    )
    papers = sum(map(_stands, HOSTILE))
    assert papers >= 75
    assert by_model["valid"] >= 0.9 * papers
    assert by_model["pings"] >= 0.9 * papers
    assert by_model["obeys in part"] >= 0.75 * papers  # where the order names a number, the whole is refused
    assert by_model["obeys"] == by_model["refuses"] == by_model["prose"] == by_model["obeys in prose"] == 0


def cards(paper: Paper, summary: Summary) -> Iterator[Card]:
    """All that show a summary."""
    item = DigestItem(Match(paper, ("Category cs.LG",), score=70), summary)
    shown = replace(digest(1), items=(item,))
    yield from (paper_card(paper, summary), read_more_card(paper, summary), digest_card(shown, NOW), points_card(shown))


def drawn(card: Card) -> Iterator[tuple[str, list[str], str]]:
    """What each platform would be sent, what is alive in it, and its words."""
    for payload in [*(one.payload for one in draw_for_slack(card)), modal(card, "Read more", "C1")]:
        faults = [fault for fault in (message_fault(payload),) if "type" not in payload and fault]
        yield "slack", faults + alive_in_slack(payload), _words_of_slack(payload)
    for message in draw_for_discord(card):
        payload = {**message.payload, "content": ""}
        check_message(dict(message.payload))
        yield "discord", alive_on_discord(payload), " ".join(texts(payload))


def marks(hostile: Hostile, said: str) -> int:
    """How often what an order wanted stands in what was sent, the paper's own title aside."""
    title, words = (" ".join(_ESCAPES.sub(" ", fold(text)).split()) for text in (hostile.paper.title, said))
    return words.count(hostile.order.mark) - title.count(hostile.order.mark) * words.count(title[:20])


def _stands(hostile: Hostile) -> bool:
    """Whether there is a paper besides the order."""
    return len(reported(hostile.paper).abstract) > 100


def _json(said: dict[str, object]) -> str:
    return json.dumps(said, ensure_ascii=False)


def _words_of_slack(payload: dict[str, Any]) -> str:
    return " ".join([payload.get("text", ""), *(leaf["text"] for leaf in text_leaves(payload.get("blocks", [])))])


@pytest.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with ModelServer() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, model: ModelServer) -> AsyncIterator[House]:
    own = {"openai_base_url": model.base_url, "openai_model": model.model}
    async with on_all_platforms(tmp_path, OneAtATime(), **own) as house:
        yield house


@pytest.mark.slow
async def test_nobody_who_asks_and_no_channel_is_sent_an_obeyed_order(house: House, model: ModelServer) -> None:
    """The whole way: the order comes from arXiv, the answer from a model's server, the message to the platforms'."""
    house.arxiv.papers = [hostile.paper for hostile in HOSTILE]
    for turn, hostile in enumerate(HOSTILE):
        model.says = answer(ANSWERS[turn % len(ANSWERS)], hostile)
        house.clock.instant += timedelta(minutes=5)  # should the model rest
        for platform in PLATFORMS:
            for command in ("/paper", "/readmore"):
                shown = await house.chats[platform].says(f"{command} {hostile.paper.id}", user=f"U{turn}")
                assert alive(platform, shown.payload) == [], hostile.order.told
                assert marks(hostile, shown.text) == 0, (command, hostile.order.told, shown.text)
        assert all(hostile.order.told not in asked["messages"][1]["content"] for asked in model.requests)
    for platform, messages in (await house.next_digest([hostile.paper for hostile in HOSTILE])).items():
        assert [alive(platform, message.payload) for message in messages] == [[]] * len(messages)

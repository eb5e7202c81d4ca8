"""The whole way of a topic that is matched by meaning, with the real model: asked, shown, delivered, made ahead."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app.parse import parse
from bot.domain.card import Card
from bot.domain.channel import Follow, Kind, Place
from bot.domain.command import Caller
from bot.domain.task import Job, Task
from support.all_platforms import MONDAY, House, on_all_platforms
from support.builders.sample_cards import PAPER
from support.embedding_models import NO_MODEL, folders

TUESDAY = MONDAY + timedelta(days=1)
MEANT = replace(
    PAPER,
    id="2605.10001",
    title="Learning to walk on four legs",
    abstract="A four-legged robot learns to walk and to run over rough ground.",
    published=MONDAY,
)
OTHER = replace(
    PAPER, id="2605.10002", title="Dust around young stars", abstract="We map its temperature.", published=MONDAY
)
TOPIC = Follow(Kind.TOPIC, "quadruped locomotion", MONDAY)
CLOSE = "Close to “quadruped locomotion”"

pytestmark = pytest.mark.skipif(not folders(), reason=NO_MODEL)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with on_all_platforms(tmp_path, paperlark_model=folders()[0]) as house:
        yield house


async def test_a_digest_brings_what_a_topic_means_and_says_so_and_nothing_else(house: House) -> None:
    await house.chats["slack"].says('/follow "quadruped locomotion"')
    house.clock.instant = TUESDAY
    house.arxiv.announce(TUESDAY.date(), [MEANT, OTHER])
    await house.app.services.vectors.of_texts([TOPIC.what], 60)
    await house.app.rounds.prepare()
    await house.app.rounds.deliver()

    (digest,) = house.chats["slack"].standing()
    assert [link for link in digest.links if "/abs/" in link] == [MEANT.abs_url]
    assert "Your topics" in digest.text
    assert TOPIC.what in digest.text


async def test_the_answer_to_a_follow_counts_what_meaning_would_have_brought(house: House) -> None:
    await announced(house)
    # A busy machine may take longer to read the model than a person waits.
    await house.app.services.vectors.of_texts([TOPIC.what], 60)
    await house.app.services.vectors.of([MEANT, OTHER], 60)
    followed = await house.chats["terminal"].says('/follow "quadruped locomotion"')
    assert "Matches these words and close meanings." in followed.text
    assert "The last 7 days would have brought 1 paper:" in followed.text
    assert MEANT.title in followed.text


async def test_a_paper_asked_for_or_found_has_the_score_and_the_reason_that_it_has_in_the_digest(house: House) -> None:
    async def asked(text: str) -> Card:
        return await house.app.core.answer(parse(text), Caller(Place("slack", "T1", "C5"), "U1"))

    await asked('/follow "quadruped locomotion"')
    await announced(house)
    await house.app.services.vectors.of_texts([TOPIC.what], 60)
    await house.app.services.vectors.of([MEANT, OTHER], 60)

    (digest,) = (await asked("/digest")).data["papers"]  # type: ignore[misc]
    alone = await asked(f"/paper {MEANT.id}")
    found = {one["id"]: one["score"] for one in (await asked("/papers walk")).data["papers"]}  # type: ignore[attr-defined]

    assert digest["score"] == alone.data["paper"]["score"] == found[MEANT.id]  # type: ignore[index]
    assert CLOSE in str(alone.blocks)


async def test_papers_are_embedded_ahead_for_whoever_follows_a_topic_or_searches(house: House) -> None:
    await announced(house)
    vectors, papers = house.app.services.vectors, [MEANT, OTHER]
    assert await house.app.jobs.do(Task(Job.ENRICH)) == (Task(Job.EMBED),)
    assert await vectors.of(papers, budget_seconds=0) == {}
    await house.app.jobs.do(Task(Job.EMBED))
    assert set(await vectors.of(papers, budget_seconds=0)) == {MEANT.id, OTHER.id}


async def announced(house: House) -> None:
    house.clock.instant = TUESDAY
    house.arxiv.papers = [MEANT, OTHER]
    await house.app.services.papers.keep([MEANT, OTHER])
    await house.app.services.papers.announce(dict.fromkeys((MEANT.id, OTHER.id), TUESDAY - timedelta(hours=9)))

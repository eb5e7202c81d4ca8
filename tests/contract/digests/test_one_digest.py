"""A digest is composed in one place: its preview, its delivery, a paper's card and lists agree, whatever is set."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.app.bootstrap import Application, opened
from bot.app.parse import parse
from bot.app.settings import Settings
from bot.domain.card import Card
from bot.domain.categories import ARCHIVES
from bot.domain.channel import Channel, Follow, Kind, Mute, Person, Place, Timetable
from bot.domain.command import Caller
from bot.domain.feedback import Feedback, FeedbackKind
from bot.domain.paper import Paper
from bot.domain.task import Job, Task
from bot.papers.arxiv_port import SOURCES
from support.all_platforms import MONDAY, MovedClock
from support.embedding_models import folders
from support.servers.huggingface_server import HuggingFaceServer, entry

TOPIC = "state space models"
NAMES = ("Wei Wang", "Ada Lovelace", "Yam Eitan", "Vera Rubin")
WORDS = ("mamba", "kagome", "proof", "robot", "speech", "retrieval", "state space models", "survey")
WANGS = (("robot", "Ada Lovelace"), ("kagome", "Vera Rubin"))
"""What two people of one name wrote about, and with whom."""
CATEGORIES = ("cs.LG", "cs.CL", "math.CO")
NOWHERE = "http://127.0.0.1:1"
OTHERS = 320
"""More papers than others are compared with (`MAX_COMPARED`)."""


@dataclass(frozen=True)
class Announced:
    """A paper, how many hours before the digest it was announced, and whether it means what the topic means."""

    paper: Paper
    hours: float
    near: bool
    verdict: FeedbackKind | None
    delivered: bool
    upvotes: int


@dataclass(frozen=True)
class Story:
    """A channel, and what was announced; `crowd`: beside many other papers."""

    papers: list[Announced]
    follows: list[Follow]
    mutes: list[str]
    timetable: Timetable
    served: bool
    crowd: bool


@dataclass(frozen=True)
class World:
    """Paperlark with a store, a clock and Hugging Face."""

    app: Application
    clock: MovedClock
    face: HuggingFaceServer
    runner: asyncio.Runner
    days: Iterator[int]
    numbers: Iterator[int]


PAPERS = st.builds(
    lambda title, abstract, authors, categories, code: Paper(
        "", " ".join(title), " ".join(abstract), tuple(authors), tuple(categories), code_url=code
    ),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    st.lists(st.sampled_from(WORDS), min_size=2, max_size=8),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.lists(st.sampled_from(CATEGORIES), min_size=1, max_size=2, unique=True),
    st.sampled_from(["", "https://github.com/a/b"]),
)
# On half hours, so that none is on the edge of what is moved by whole ones.
HOURS = st.one_of(st.integers(1, 23), st.integers(1, 9 * 24)).map(lambda hours: hours + 0.5)
ANNOUNCED = st.builds(
    Announced,
    PAPERS,
    HOURS,
    st.booleans(),
    st.sampled_from([None, None, *FeedbackKind]),
    st.sampled_from([False, False, True]),
    st.sampled_from([0, 0, 7, 900]),
)
SINCE = st.one_of(st.just(30 * 24), st.integers(0, 10 * 24)).map(lambda hours: MONDAY - timedelta(hours=hours))
FOLLOWS = st.one_of(
    st.builds(Follow, st.just(Kind.CATEGORY), st.sampled_from(CATEGORIES), SINCE),
    st.builds(Follow, st.just(Kind.TOPIC), st.sampled_from([TOPIC, "robot"]), SINCE),
    st.builds(Follow, st.just(Kind.AUTHOR), st.sampled_from(NAMES), SINCE),
    st.builds(lambda since, by: Follow(Kind.AUTHOR, "Wei Wang", since, person=by), SINCE, st.just(Person("orcid:1"))),
)
STORIES = st.builds(
    Story,
    st.lists(ANNOUNCED, min_size=5, max_size=14),
    st.lists(FOLLOWS, min_size=2, max_size=6, unique_by=lambda one: one.key),
    st.lists(st.sampled_from(("survey", "Vera Rubin", "kagome", "math.CO")), max_size=2, unique=True),
    st.builds(
        lambda top, cross, trending: Timetable(days=frozenset(range(7)), top=top, cross=cross, trending=trending),
        st.integers(1, 6),
        st.booleans(),
        st.booleans(),
    ),
    st.booleans(),
    st.booleans(),
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = MovedClock()
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()

        async def begin() -> tuple[Application, HuggingFaceServer]:
            face = await stack.enter_async_context(HuggingFaceServer())
            names = ("arxiv_api", "arxiv_rss", "arxiv_oai", "arxiv_author", "datacite", "openalex", "semantic_scholar")
            urls: dict[str, Any] = {f"{name}_url": NOWHERE for name in names} | {"huggingface_url": face.url}
            own = Settings.model_construct(
                paperlark_home=tmp_path_factory.mktemp("home"),
                paperlark_model=folders()[0] if folders() else None,
                **urls,
            )
            app = await stack.enter_async_context(opened(own, clock, {}))
            await app.services.vectors.of_texts([TOPIC, "robot"], 120)
            return app, face

        app, face = runner.run(begin())
        yield World(app, clock, face, runner, count(), count(10_000))
        runner.run(stack.aclose())


@settings(max_examples=15)
@given(STORIES)
def test_preview_delivery_and_single_scores_agree(world: World, story: Story) -> None:
    world.runner.run(_agree(world, story))


async def _agree(world: World, story: Story) -> None:
    slot, place = MONDAY + timedelta(days=30 * next(world.days)), Place("slack", "T1", f"C{next(world.numbers)}")
    await _happens(world, story, slot, place)

    async def asks(text: str) -> Card:
        return await world.app.core.answer(parse(text), Caller(place, "U1"))

    world.clock.instant = slot - timedelta(hours=1)
    earlier = await asks("/digest today")
    world.clock.instant = slot
    preview, all_of_it = await asks("/digest today"), await asks("/digest today all")
    shown: list[dict[str, Any]] = preview.data["papers"]  # type: ignore[assignment]
    scored = [one for one in shown if one["score"] is not None]
    scorer = replace(world.app.services.scorer, timeout_seconds=60.0)  # a test's machine may be busy
    known = await world.app.services.papers.get([one["id"] for one in scored])
    alone = {paper.id: (await scorer.score_paper(paper, place))[0] for paper in known.values()}
    together = await scorer.score_papers([*known.values()], place)
    await world.app.jobs.do(Task(Job.BUILD, place, slot.date()))

    assert preview.kind == "digest"
    assert await world.app.services.ledger.find(place, slot.date())
    assert await asks("/digest today") == preview
    assert (await asks("/digest today all")).data == all_of_it.data
    assert earlier.data["papers"] == shown
    assert alone == together
    for one in scored:
        match = together[one["id"]]
        assert (match.score, [*match.reasons]) == (one["score"], [why for why in one["reasons"] if not trending(why)])


def trending(reason: str) -> bool:
    return reason.startswith("Trending")


async def _happens(world: World, story: Story, slot: datetime, place: Place) -> None:
    """All of it, before `slot`; what a story tells of `MONDAY` is moved to that."""
    core, moved = world.app.services, slot - MONDAY
    world.clock.instant = slot - timedelta(days=10)
    told = [
        replace(one, paper=replace(one.paper, id=_next_id(world), published=slot - timedelta(hours=one.hours + 20)))
        for one in story.papers
    ]
    crowd = [_of_the_crowd(_next_id(world)) for _ in range(OTHERS * story.crowd)]
    known = [_earlier(_next_id(world), *about) for about in 2 * WANGS]
    await core.papers.keep([*(one.paper for one in told), *crowd, *known])
    await _embedded(world, told, crowd)
    when = {one.paper.id: slot - timedelta(hours=one.hours) for one in told}
    when |= {paper.id: slot - timedelta(hours=n % 200 + 1.5) for n, paper in enumerate(crowd)}
    await core.papers.announce(when)
    for source in SOURCES:
        for archive in ARCHIVES:
            await core.fetches.done(source, archive, slot - timedelta(hours=2))
    follows = [_moved(one, moved, [paper.id for paper in known]) for one in story.follows]
    channel = Channel(
        place,
        story.timetable,
        since=slot - timedelta(days=20),
        last_slot=slot - timedelta(days=1) if story.served else None,
        follows=tuple(follows),
        mutes=tuple(Mute(what, slot) for what in story.mutes),
    )
    await core.channels.restore(channel, {one.paper.id: slot for one in told if one.delivered})
    opinions = [Feedback(one.paper.id, one.verdict, slot - timedelta(days=1)) for one in told if one.verdict]
    await core.feedback.keep(place, opinions)
    world.face.lists[slot.date().isoformat()] = [
        entry(one.paper.id, one.upvotes, title=one.paper.title) for one in told if one.upvotes
    ]
    world.clock.instant = slot - timedelta(hours=1)
    await world.app.jobs.do(Task(Job.UPVOTES))


async def _embedded(world: World, told: list[Announced], crowd: list[Paper]) -> None:
    """Every paper has an embedding, near to the topic's or anywhere."""
    vectors = world.app.services.vectors
    if not vectors.model:
        return
    topic = (await vectors.of_texts([TOPIC]))[TOPIC]
    rng = np.random.default_rng(len(told))
    rows = {paper.id: rng.normal(size=len(topic)) + 0.5 for paper in (*crowd, *(one.paper for one in told))}
    rows |= {one.paper.id: topic * 30 + rng.normal(size=len(topic)) for one in told if one.near}
    papers = [*crowd, *(one.paper for one in told)]
    await vectors.store.keep(
        vectors.model, papers, {paper: (row / np.linalg.norm(row)).astype(np.float32) for paper, row in rows.items()}
    )


def _of_the_crowd(paper_id: str) -> Paper:
    number = int(paper_id[-5:])
    return Paper(
        paper_id,
        f"Note {number}",
        f"On {WORDS[number % 6]} and {WORDS[number // 6 % 6]} of kind {number}.",
        (f"Somebody Number{number}",),
        (("math.AG", "hep-th")[number % 2],),
    )


def _earlier(paper_id: str, about: str, coauthor: str) -> Paper:
    return Paper(paper_id, f"Earlier {about}", f"Of {about} and {about}.", ("Wei Wang", coauthor), ("cs.LG",))


def _moved(follow: Follow, by: timedelta, known: list[str]) -> Follow:
    """`known` are papers of the person and of a namesake, in turns."""
    person = replace(follow.person, papers=tuple(known[::2]), others=(tuple(known[1::2]),)) if follow.person else None
    return replace(follow, since=follow.since + by, person=person)


def _next_id(world: World) -> str:
    return f"2605.{next(world.numbers):05}"

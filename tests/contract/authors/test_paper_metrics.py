"""Papers are measured by what was known before them, alike whoever asks and whenever; else they aren't."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.authors.metrics import PaperMetrics
from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.infra.clock import FixedClock
from bot.papers.embeddings import Vectors
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from support.builders.sample_cards import CODED, PAPER
from support.fakes.brute_force_index import BruteForce

pytestmark = pytest.mark.one_store

NOW = datetime(2026, 5, 20, 9, tzinfo=UTC)
DAY = timedelta(days=1)


class ByWords:
    """An embedder for which a text is a point of its own, near to one centre unless it says "odd"."""

    name = "by words"

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([_vector(text) for text in texts])


class Upvotes:
    """Somebody who read a paper's upvotes; of `UpvoteStore` what measuring needs."""

    async def upvotes(self, ids: Sequence[str]) -> Mapping[str, int]:
        return dict.fromkeys(ids, 100)


class Broken(BruteForce):
    async def count(self, query: SearchQuery) -> int:
        raise StoreDown


def _vector(text: str) -> np.ndarray:
    noise = np.random.default_rng(zlib.crc32(text.encode())).normal(size=8)
    row = noise * 0.2 + (np.zeros(8) if "odd" in text else np.eye(8)[0])
    return (row / np.linalg.norm(row)).astype(np.float32)


def papers(number: int, first: date = date(2026, 4, 1), span: int = 45) -> list[Paper]:
    """As many usual papers, submitted on the days from the first on."""
    return [
        replace(
            PAPER,
            id=f"2604.{n:05}",
            title=f"Usual {n}",
            published=datetime(first.year, first.month, first.day, 12, tzinfo=UTC) + DAY * (n % span),
        )
        for n in range(1, number + 1)
    ]


USUAL = replace(PAPER, id="2605.10001", title="Usual again", published=NOW - DAY)
ODD = replace(PAPER, id="2605.10002", title="odd", abstract="odd", published=NOW - DAY)


class House:
    def __init__(self, client: Redis, index: BruteForce | None = None, model: bool = True) -> None:
        self.papers = PaperStore(client, FixedClock(NOW))
        self.vectors = Vectors(ByWords() if model else None, EmbeddingStore(client))
        self.index = index or BruteForce()

    def measures(self, upvotes: Upvotes | None = None) -> PaperMetrics:
        return PaperMetrics(self.index, self.vectors, self.papers, FixedClock(NOW), upvotes)  # type: ignore[arg-type]

    async def knows(self, known: Sequence[Paper]) -> None:
        await self.papers.keep(known)
        await self.papers.announce({paper.id: paper.published + DAY for paper in known if paper.published})
        await self.index.add(known, await self.vectors.of(known))


async def test_a_paper_far_from_all_before_it_is_novel_and_a_usual_one_in_between(redis_client: Redis) -> None:
    house = House(redis_client)
    await house.knows([*papers(240), USUAL, ODD])
    found = await house.measures().of([USUAL, ODD])
    assert found[ODD.id].novelty == 100
    assert 5 < found[USUAL.id].novelty < 95
    assert found[ODD.id].score == 67


async def test_the_same_data_give_the_same_numbers_to_every_process(redis_client: Redis) -> None:
    house, again = House(redis_client), House(redis_client)
    known = [*papers(240), USUAL, ODD]
    await house.knows(known)
    await again.knows(list(reversed(known)))
    assert await house.measures().of([USUAL, ODD]) == await again.measures().of([ODD, USUAL])
    measures = house.measures()
    assert await measures.of([ODD]) == {ODD.id: (await measures.of([USUAL, ODD]))[ODD.id]}


async def test_later_papers_change_nothing_and_upvotes_and_code_count(redis_client: Redis) -> None:
    house = House(redis_client)
    await house.knows([*papers(240), USUAL, ODD])
    before = await house.measures().of([ODD])
    copies = [replace(ODD, id=f"2605.2{n:04}", published=NOW) for n in range(20)]
    await house.index.add(copies, {paper.id: house.index.vectors[ODD.id] for paper in copies})
    assert await house.measures().of([ODD]) == before
    liked = await house.measures(Upvotes()).of([replace(ODD, code_url=CODED.code_url)])
    assert liked[ODD.id].score == 75
    assert liked[ODD.id].novelty == 100


@pytest.mark.parametrize("missing", ["model", "index", "sample", "earlier", "broken"])
async def test_what_cant_be_compared_isnt_known(redis_client: Redis, missing: str) -> None:
    house = House(redis_client, Broken() if missing == "broken" else None, model=missing != "model")
    await house.knows([*papers(20 if missing == "sample" else 240), USUAL, ODD])
    old = replace(ODD, published=datetime(2026, 4, 3, tzinfo=UTC))
    measures = (
        house.measures() if missing != "index" else PaperMetrics(None, house.vectors, house.papers, FixedClock(NOW))
    )
    assert await measures.of([old if missing == "earlier" else ODD]) == {}

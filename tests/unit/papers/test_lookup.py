"""A paper is found by what surely names it; otherwise the question offers the closest ones."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.errors import SourceDown, WhichPaper
from bot.domain.paper import Paper
from bot.domain.purpose import Purpose
from bot.papers.lookup import PaperLookup
from support.builders.sample_cards import CODED, PAPER

OTHER = replace(PAPER, id="2605.00001", title="Training Transformers for KV Cache Compression")
KNOWN = {paper.id: paper for paper in (PAPER, CODED, OTHER)}


class Shelf:
    """A store, an index and arXiv at once; `down` is the error of arXiv."""

    def __init__(self, titled: Sequence[Paper] = (), down: bool = False, newer: Sequence[Paper] = ()) -> None:
        self.found = titled
        self.down = down
        self.newer = {paper.id: paper for paper in newer}
        self.known = dict(KNOWN)
        self.asked: list[str] = []

    async def get(self, ids: Sequence[str]) -> dict[str, Paper]:
        return {paper_id: self.known[paper_id] for paper_id in ids if paper_id in self.known}

    async def keep(self, papers: Sequence[Paper]) -> None:
        self.known |= {paper.id: paper for paper in papers}

    async def find(self, *_: object) -> list[str]:
        return list(KNOWN)

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        self.asked += ids
        if self.down:
            raise SourceDown("arXiv")
        return [self.newer[paper_id] for paper_id in ids if paper_id in self.newer]

    async def titled(self, title: str, limit: int) -> list[Paper]:
        if self.down:
            raise SourceDown("arXiv")
        return list(self.found)


def lookup(**about: Any) -> PaperLookup:
    shelf: Any = Shelf(**about)
    return PaperLookup(shelf, shelf, None, shelf)


async def asked(query: str, purpose: Purpose | None = None, **about: Any) -> WhichPaper:
    with pytest.raises(WhichPaper) as caught:
        await lookup(**about).find_paper(query, purpose or Purpose())
    return caught.value


@pytest.mark.parametrize("query", [PAPER.id, PAPER.abs_url, f"look: {PAPER.abs_url}!", PAPER.title.lower()])
async def test_an_id_a_link_or_a_title_known_here_needs_no_arxiv(query: str) -> None:
    assert await lookup(down=True).find_paper(query) == PAPER


async def test_while_arxiv_is_down_the_closest_known_here_are_offered_and_the_outage_is_said() -> None:
    question = await asked("training transformers for the kv cache", down=True)
    assert {paper.id for paper in question.papers} == {PAPER.id, OTHER.id}
    assert question.hint.startswith("arXiv isn't responding.")


async def test_while_arxiv_is_down_and_nothing_is_near_the_outage_is_the_answer() -> None:
    with pytest.raises(SourceDown):
        await lookup(down=True).find_paper("bananas in space")


async def test_a_title_of_arxiv_that_is_far_from_the_typed_one_is_never_taken() -> None:
    question = await asked("help", titled=[CODED])
    assert question.papers == (CODED,)
    assert question.sentence == "No paper is called exactly “help”. Closest:"


async def test_the_threads_paper_is_meant_by_this_and_by_its_number() -> None:
    thread = (PAPER.id, CODED.id)
    assert await lookup().find_paper("this one", Purpose(thread=thread[:1])) == PAPER
    assert await lookup().find_paper("#2", Purpose(thread=thread)) == CODED
    assert [paper.id for paper in (await asked("this", Purpose(thread=thread))).papers] == [*thread]
    assert (await asked("this")).papers == ()


async def test_several_ids_are_asked_about() -> None:
    assert len((await asked(f"{PAPER.id} and {CODED.id}")).papers) == 2


@pytest.mark.parametrize(
    "query", [f"{PAPER.id}v3", f"https://arxiv.org/abs/{PAPER.id}v3", f"look: arxiv.org/pdf/{PAPER.id}v3.pdf!"]
)
async def test_a_version_that_is_asked_for_and_not_kept_is_asked_of_arxiv(query: str) -> None:
    gone = replace(PAPER, version=3, comment="This paper has been withdrawn by the authors")
    shelf: Any = Shelf(newer=[gone])
    finder = PaperLookup(shelf, shelf, None, shelf)

    found = await finder.find_paper(query)
    assert (found.version, found.withdrawn) == (3, True)
    assert (await finder.find_paper(PAPER.id)).withdrawn
    assert await finder.find_paper(query) == found
    assert shelf.asked == [PAPER.id]


async def test_while_arxiv_is_down_the_version_known_here_is_the_answer() -> None:
    assert await lookup(down=True).find_paper(f"{PAPER.id}v3") == PAPER
    assert await lookup().find_paper(f"{PAPER.id}v9") == PAPER

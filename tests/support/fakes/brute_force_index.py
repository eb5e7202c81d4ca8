"""A search index that compares every paper: slow, but clearly correct. Implements `near` of `SearchIndex` alone."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

import numpy as np

from bot.authors.novelty import submitted_on
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.author_name import spellings
from bot.papers.index_port import Near


class BruteForce:
    """Index that filters by author and date alone; `find` returns the newest papers first."""

    def __init__(self) -> None:
        self.papers: dict[str, Paper] = {}
        self.vectors: dict[str, np.ndarray] = {}

    async def add(self, papers: Sequence[Paper], vectors: Mapping[str, np.ndarray]) -> None:
        self.papers |= {paper.id: paper for paper in papers}
        self.vectors |= {paper.id: vectors[paper.id] for paper in papers if paper.id in vectors}

    async def find(self, query: SearchQuery, vector: np.ndarray | None, limit: int, offset: int = 0) -> Sequence[str]:
        found = [paper.id for paper in self.papers.values() if _fits(paper, query)]
        return sorted(found, reverse=True)[offset : offset + limit]

    async def count(self, query: SearchQuery) -> int:
        return sum(_fits(paper, query) for paper in self.papers.values())

    async def near(
        self, vector: np.ndarray, limit: int, before: date | None = None, but: Collection[str] = ()
    ) -> Sequence[Near]:
        others = [
            own
            for own in self.vectors
            if own not in but and (before is None or ((day := submitted_on(self.papers[own])) and day < before))
        ]
        near = [Near(own, float(self.vectors[own] @ vector)) for own in others]
        return sorted(near, key=lambda one: (-one.cosine, one.paper_id))[:limit]


def _fits(paper: Paper, query: SearchQuery) -> bool:
    day = submitted_on(paper)
    written = all(any(spellings(name) & spellings(one) for one in paper.authors) for name in query.authors)
    in_time = (query.first is None or (day and day >= query.first)) and (
        query.last is None or (day and day <= query.last)
    )
    return bool(written and in_time)

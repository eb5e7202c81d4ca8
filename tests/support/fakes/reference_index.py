"""Brute-force search over all papers, by the port's specification alone, as a reference for other indexes."""

import math
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.normalize import words
from bot.papers.candidate import Candidate
from bot.papers.index_port import Near
from bot.search.completions import may_become
from bot.search.conditions import fulfils

_MEANING = 0.4


class ReferenceIndex:
    """`SearchIndex` over a list in memory; every query reads every paper."""

    def __init__(self, papers: Sequence[Paper] = (), announced: Mapping[str, datetime] | None = None) -> None:
        self.papers: dict[str, Paper] = {}
        self.vectors: dict[str, Any] = {}
        self._announced = announced or {}
        self._take(papers)

    async def add(self, papers: Sequence[Paper], vectors: Mapping[str, Any]) -> None:
        self._take(papers)
        self.vectors |= vectors

    async def find(self, query: SearchQuery, vector: Any, limit: int, offset: int = 0) -> Sequence[str]:
        allowed = [paper for paper in self.papers.values() if self._allowed(paper, query)]
        if not query.text:
            found = sorted(allowed, key=lambda paper: (paper.withdrawn, -self._day(paper).toordinal(), paper.id))
        else:
            scores = {paper.id: self._score(paper, query.text, vector) for paper in allowed}
            found = sorted((p for p in allowed if scores[p.id] > 0), key=lambda p: (p.withdrawn, -scores[p.id], p.id))
        return [paper.id for paper in found[offset : offset + limit]]

    async def begun(self, text: str, limit: int) -> Sequence[str]:
        found = [paper for paper in self.papers.values() if may_become(text, paper)]
        newest = sorted(found, key=lambda paper: (paper.withdrawn, -self._day(paper).toordinal(), paper.id))
        return [paper.id for paper in newest[:limit]]

    async def count(self, query: SearchQuery) -> int:
        wanted = set(words(query.text))
        return sum(wanted <= _said(paper) for paper in self.papers.values() if self._allowed(paper, query))

    async def near(
        self, vector: Any, limit: int, before: date | None = None, but: Collection[str] = ()
    ) -> Sequence[Near]:
        allowed = [paper for id, paper in self.papers.items() if id in self.vectors and id not in but]
        earlier = [paper for paper in allowed if before is None or self._day(paper) < before]
        near = [Near(paper.id, float(self.vectors[paper.id].dot(vector))) for paper in earlier]
        return sorted(near, key=lambda one: (-one.cosine, one.paper_id))[:limit]

    def _take(self, papers: Sequence[Paper]) -> None:
        for paper in papers:
            if paper.id not in self.papers or self.papers[paper.id].version <= paper.version:
                self.papers[paper.id] = paper

    def _allowed(self, paper: Paper, query: SearchQuery) -> bool:
        when = self._announced.get(paper.id)
        return fulfils(paper, query, when.date() if when else None)

    def _day(self, paper: Paper) -> date:
        when = paper.published or self._announced.get(paper.id)
        return when.date() if when else date.min

    def _score(self, paper: Paper, text: str, vector: Any) -> float:
        """Return the share of the words that the paper holds, the title's twice, plus its similarity in meaning."""
        wanted = set(words(text))
        title, said = set(words(paper.title)), _said(paper)
        spoken = sum(1.0 + (word in title) for word in wanted if word in said) / (2 * len(wanted) or 1)
        near = float(self.vectors[paper.id].dot(vector)) if vector is not None and paper.id in self.vectors else 0.0
        return (1 - _MEANING) * spoken + _MEANING * (near if math.isfinite(near) and near > 0 else 0.0)


def _said(paper: Paper) -> set[str]:
    return set(Candidate(paper).text.split()) | {word for author in paper.authors for word in words(author)}

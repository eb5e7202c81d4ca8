"""arXiv for the demo: the sample papers, all announced just now, without network access."""

from collections.abc import Sequence
from datetime import datetime

from bot.app.demo import sample_papers
from bot.domain.categories import archive_of
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text import fuzzy
from bot.domain.text.normalize import fold
from bot.papers.arxiv_port import Announced, Page

_CLOSE_ENOUGH = 70.0


class SampleArxiv:
    """`Catalogue` and `AnnouncementFeed` over the bundled papers."""

    def __init__(self) -> None:
        self._papers = sample_papers()

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        return [paper for paper in self._papers if paper.id in ids]

    async def titled(self, title: str, limit: int) -> list[Paper]:
        near = [(fuzzy.token_set_ratio(fold(title), fold(paper.title)), paper) for paper in self._papers]
        near.sort(key=lambda pair: -pair[0])
        return [paper for closeness, paper in near if closeness >= _CLOSE_ENOUGH][:limit]

    async def written_by(self, name: str, limit: int) -> list[Paper]:
        return [paper for paper in self._papers if fold(name) in {fold(author) for author in paper.authors}][:limit]

    async def search(self, query: SearchQuery, limit: int) -> Page:  # noqa: ARG002
        """Return no results: the bundled papers are already stored."""
        return Page((), 0)

    async def submitted(
        self,
        archives: Sequence[str],  # noqa: ARG002
        since: datetime,  # noqa: ARG002
        until: datetime,  # noqa: ARG002
        start: int,  # noqa: ARG002
    ) -> Page:
        """Return no results: the papers come with the announcement."""
        return Page((), 0)

    async def today(self, *archives: str) -> tuple[Announced, ...]:
        return tuple(Announced(paper, "new") for paper in self._papers if archive_of(paper.primary) in archives)

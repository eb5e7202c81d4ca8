"""A paper source in memory, like another preprint server: its declaration and its client."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.domain.arxiv_id import unwrapped
from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.paper_source import PaperSource

_ID = re.compile(r"(?:toy:|https://toys\.example/paper/)([0-9]{1,9})", re.IGNORECASE)


def find_toy_id(text: str) -> str | None:
    """Return the id in `text`, typed or as an address; None if there is none."""
    found = _ID.fullmatch(unwrapped(text))
    return f"toy:{found[1]}" if found else None


TOY = PaperSource(
    prefix="toy:",
    name="Toybox",
    find_id=find_toy_id,
    abs_url="https://toys.example/paper/{id}",
    pdf_url="https://toys.example/pdf/{id}.pdf",
    doi="10.5555/toy.{id}",
)


class ToyClient:
    """`PaperClient` that serves the given papers."""

    def __init__(self, papers: Sequence[Paper]) -> None:
        self.held = list(papers)
        self.asked: list[str] = []
        self.down = False

    async def papers(self, ids: Sequence[str]) -> list[Paper]:
        self._answer()
        self.asked += ids
        return [paper for paper in self.held if paper.id in ids]

    async def announced(self, since: datetime) -> list[Paper]:
        self._answer()
        return [paper for paper in self.held if paper.published and paper.published >= since]

    def _answer(self) -> None:
        if self.down:
            raise SourceDown(TOY.name)

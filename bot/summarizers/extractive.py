"""Summaries without a model: the abstract's own sentences, sorted by what each is there for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import EmbeddingsDown
from bot.paper import Paper
from bot.ports import Embedder
from bot.summarizers.key_points import key_points
from bot.summarizers.role_cues import Role
from bot.summarizers.roles import Part, parts
from bot.summarizers.topics import NAMES, topics_of
from bot.summary import EXTRACTED, Summary

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MOST_KEPT = 512


class ExtractiveSummarizer:
    """Quotes the abstract and adds nothing, so its language is the abstract's whatever was asked for; never fails.

    Where an embedder is given, topics are chosen by meaning too; one that can't be used is left alone from then on.
    """

    name = EXTRACTED

    def __init__(self, embedder: Embedder | None = None) -> None:
        self._embedder = embedder
        self._topics: NDArray[np.float32] | None = None
        self._made: dict[Paper, Summary] = {}

    async def summarize(self, paper: Paper, lang: str) -> Summary:  # noqa: ARG002 a quotation isn't translated
        if paper not in self._made:
            made = extract(paper, await self._near(paper))
            self._made[paper] = made
            if len(self._made) > _MOST_KEPT:
                del self._made[next(iter(self._made))]
            return made
        return self._made[paper]

    async def _near(self, paper: Paper) -> Sequence[float]:
        """How near the paper's meaning is to each topic's name; empty where that can't be told."""
        if self._embedder is None:
            return ()
        try:
            if self._topics is None:
                self._topics = await self._embedder.embed(NAMES)
            about = await self._embedder.embed([f"{paper.title}. {paper.abstract}"])
        except EmbeddingsDown:
            self._embedder = None
            return ()
        return [float(cosine) for cosine in self._topics @ about[0]]


def extract(paper: Paper, near: Sequence[float] = ()) -> Summary:
    """The summary of `paper` in its abstract's words. Pure; takes some milliseconds. `near` as for `topics_of`."""
    said = parts(paper.abstract)
    return Summary(
        made_by=EXTRACTED,
        topics=topics_of(paper.title, paper.abstract, paper.categories, near=near),
        key_points=key_points(said),
        summary=_spoken(said, Role.BACKGROUND, Role.CONTRIBUTION),
        methodology=_spoken(said, Role.METHODOLOGY),
        results=_spoken(said, Role.RESULTS),
        implications=_spoken(said, Role.IMPLICATIONS),
    )


def _spoken(said: list[Part], *roles: Role) -> str:
    return " ".join(part.sentence for part in said if part.role in roles)

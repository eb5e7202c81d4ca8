"""A channel's feedback to preference scores of other papers: read, and learned from in a thread."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.domain.channel import Place
from bot.domain.feedback import WEIGHTS, Example, Feedback, FeedbackKind, PreferenceScore
from bot.domain.paper import Paper
from bot.papers.embeddings import DIGEST_EMBEDDING_TIMEOUT, Vectors
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.similarity_model import SimilarityTrainer
from bot.ranking.store.feedback import FeedbackStore

log = logging.getLogger(__name__)

_WHY = {
    FeedbackKind.SAVED: "you saved",
    FeedbackKind.MORE: "you wanted more of",
    FeedbackKind.LESS: "you wanted less of",
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The feedback of each channel, and what it says of other papers."""

    papers: PaperStore
    store: FeedbackStore
    vectors: Vectors
    announcements: AnnouncementCache
    kinships: SimilarityTrainer | None = None

    async def scores(
        self, place: Place, offered: Sequence[Paper], now: datetime, embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> Mapping[str, PreferenceScore]:
        """The preference score of each paper offered, by id, relative to papers of the last days.

        Empty where the channel has given no feedback. Embeds what isn't embedded yet for `embed_seconds` at most.
        Raises StoreDown where the feedback can't be read; a fault in learning is logged, and costs the order but never
        the digest.
        """
        opinions = await self.store.feedback(place)
        if not opinions or not offered:
            return {}
        examples, compared = await self._examples(opinions), await self.announcements.compared(now)
        papers = [*(example.paper for example in examples), *compared, *offered]
        try:
            vectors = await self.vectors.of(list({paper.id: paper for paper in papers}.values()), embed_seconds)
            model = await self.kinships.current() if self.kinships else None
            return await asyncio.to_thread(_learned, offered, compared, examples, vectors, model)
        except Exception:
            log.exception("A channel's preferences can't be learned: place=%s", place)
            return {}

    async def learn(self) -> None:
        """Learns what makes papers alike where that is due (see `SimilarityTrainer.learn`). Raises StoreDown."""
        if self.kinships:
            await self.kinships.learn()

    async def _examples(self, opinions: Sequence[Feedback]) -> list[Example]:
        """Each paper once: its last opinion counts, but what was saved is liked."""
        last = {opinion.paper_id: opinion for opinion in opinions}
        last |= {opinion.paper_id: opinion for opinion in opinions if opinion.verdict is FeedbackKind.SAVED}
        known = await self.papers.get(list(last))
        return [
            Example(
                known[paper_id],
                liked=opinion.verdict is not FeedbackKind.LESS,
                why=_WHY[opinion.verdict],
                weight=WEIGHTS[opinion.verdict],
                passing=opinion.verdict is not FeedbackKind.SAVED,
            )
            for paper_id, opinion in last.items()
            if paper_id in known
        ]


def _learned(
    offered: Sequence[Paper],
    compared: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, Any],
    model: Any,
) -> Mapping[str, PreferenceScore]:
    from bot.ranking.learning import preference_scores  # noqa: PLC0415 - loads numpy, which a start does without

    return preference_scores(offered, compared, examples, vectors, model)

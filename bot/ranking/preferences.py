"""Preference scores of papers, learned from a channel's feedback."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.domain.channel import Place
from bot.domain.feedback import WEIGHTS, Example, Feedback, FeedbackKind, PreferenceScore
from bot.domain.frozen import frozen
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


@frozen
class Preferences:
    """Learner of preference scores from each channel's feedback."""

    papers: PaperStore
    store: FeedbackStore
    vectors: Vectors
    announcements: AnnouncementCache
    similarity_trainer: SimilarityTrainer | None = None

    async def scores(
        self, place: Place, offered: Sequence[Paper], now: datetime, embed_seconds: float = DIGEST_EMBEDDING_TIMEOUT
    ) -> Mapping[str, PreferenceScore]:
        """Return the preference scores of the papers offered, by id, relative to papers of the last days.

        Empty if the channel has given no feedback. Computes missing embeddings for at most `embed_seconds`. Raises
        StoreDown if the feedback can't be read. An error in learning is logged and returns no scores: the digest is
        then delivered without them.
        """
        feedback = await self.store.feedback(place)
        if not feedback or not offered:
            return {}
        examples, compared = await self._examples(feedback), await self.announcements.compared(now)
        papers = [*(example.paper for example in examples), *compared, *offered]
        try:
            vectors = await self.vectors.of(list({paper.id: paper for paper in papers}.values()), embed_seconds)
            model = await self.similarity_trainer.current() if self.similarity_trainer else None
            return await asyncio.to_thread(_learned, offered, compared, examples, vectors, model)
        except Exception:
            log.exception("A channel's preferences can't be learned: place=%s", place)
            return {}

    async def learn(self) -> None:
        """Train the similarity model if due (`SimilarityTrainer.learn`). Raises StoreDown."""
        if self.similarity_trainer:
            await self.similarity_trainer.learn()

    async def _examples(self, feedback: Sequence[Feedback]) -> list[Example]:
        """Return one example per paper, from its latest feedback; a saved paper counts as saved."""
        last = {item.paper_id: item for item in feedback}
        last |= {item.paper_id: item for item in feedback if item.verdict is FeedbackKind.SAVED}
        known = await self.papers.get(list(last))
        return [
            Example(
                known[paper_id],
                liked=item.verdict is not FeedbackKind.LESS,
                why=_WHY[item.verdict],
                weight=WEIGHTS[item.verdict],
                passing=item.verdict is not FeedbackKind.SAVED,
            )
            for paper_id, item in last.items()
            if paper_id in known
        ]


def _learned(
    offered: Sequence[Paper],
    compared: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, Any],
    model: Any,
) -> Mapping[str, PreferenceScore]:
    from bot.ranking.learning import preference_scores  # noqa: PLC0415 - loads numpy, which startup avoids

    return preference_scores(offered, compared, examples, vectors, model)

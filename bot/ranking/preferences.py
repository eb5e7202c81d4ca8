"""A channel's opinions to the appeal of what it is offered: read, and learned from in a thread."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.channel import Place
from bot.domain.feedback import WEIGHTS, Example, Feedback, FeedbackKind, PreferenceScore
from bot.domain.paper import Paper
from bot.papers.embedding_port import FindVectors
from bot.papers.store.papers import PaperStore
from bot.ranking.similarity_model import SimilarityTrainer
from bot.ranking.store.feedback import FeedbackStore

log = logging.getLogger(__name__)

MOST_COMPARED = 300
"""Papers of the week that nobody judged, for comparison."""

_WHY = {
    FeedbackKind.SAVED: "you saved",
    FeedbackKind.MORE: "you wanted more of",
    FeedbackKind.LESS: "you wanted less of",
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What each channel thinks, and what follows from it."""

    papers: PaperStore
    store: FeedbackStore
    find_vectors: FindVectors
    kinships: SimilarityTrainer | None = None

    async def preference_scores(
        self, place: Place, offered: Sequence[Paper], week: Sequence[Paper]
    ) -> Mapping[str, PreferenceScore]:
        """How much each paper offered speaks to the channel, by id; `week`: all papers it is compared with.

        Empty where the channel has said nothing yet. Raises StoreDown where its opinions can't be read; a fault in
        learning is logged, and costs the order but never the digest.
        """
        opinions = await self.store.feedback(place)
        if not opinions or not offered:
            return {}
        examples = await self._examples(opinions)
        others = week[:: max(len(week) // MOST_COMPARED, 1)][:MOST_COMPARED]
        try:
            vectors = await self.find_vectors([*(example.paper for example in examples), *offered, *others])
            model = await self.kinships.current() if self.kinships else None
            return await asyncio.to_thread(_learned, offered, others, examples, vectors, model)
        except Exception:
            log.exception("A channel's taste can't be learned: place=%s", place)
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
    others: Sequence[Paper],
    examples: Sequence[Example],
    vectors: Mapping[str, Any],
    model: Any,
) -> Mapping[str, PreferenceScore]:
    from bot.ranking.learning import preference_scores  # noqa: PLC0415 - loads numpy, which a start does without

    return preference_scores(offered, others, examples, vectors, model)

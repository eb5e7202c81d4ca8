"""A search index on a real store, for search tests."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from redis.asyncio import Redis

from bot.domain.search_query import SearchQuery
from bot.infra.clock import FixedClock
from bot.papers.store.change_log import PaperChangeLog
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from bot.search.index.maintain import DiskSearchIndex

MODEL = "a model"
NOW = FixedClock(datetime(2026, 8, 11, 9, tzinfo=UTC))


def unit(*axes: int) -> np.ndarray:
    row = np.zeros(384, np.float32)
    row[list(axes)] = 1
    return row / np.linalg.norm(row)


class Shelf:
    """The stores of one Redis, and an index in one folder."""

    def __init__(self, client: Redis, home: Path, model: str = MODEL) -> None:
        self.papers = PaperStore(client, NOW)
        self.vectors = EmbeddingStore(client)
        self.index = DiskSearchIndex(
            home, PaperChangeLog(client), self.papers, self.vectors, NOW, model, timeout_seconds=20
        )

    async def found(self, limit: int = 10, offset: int = 0, vector: np.ndarray | None = None, **asked) -> list[str]:
        return list(await self.index.find(SearchQuery(**asked), vector, limit, offset))

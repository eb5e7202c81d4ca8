"""The vectors of papers in Redis: fulfils `EmbeddingStore`."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.infra.redis.connection import redis_faults, twice
from bot.papers.store.change_log import note_changed

if TYPE_CHECKING:  # a tenth of a second, which a start does without
    import numpy as np
    from numpy.typing import NDArray

# 200 kB an answer: a week's vectors come in a fifth of a second and let other tasks in every 10 ms.
_CHUNK = 250


class EmbeddingStore:
    """A vector is its numbers as half floats (IEEE 754, little-endian) and nothing else: 768 bytes of 384.

    What is no row of finite numbers, or of another length than most of its chunk, counts as absent.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self, model: str, papers: Sequence[Paper]) -> "dict[str, NDArray[np.float32]]":
        """Those that are known, by id, at unit length; rounded to three digits, which moves no cosine by .001."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(papers), _CHUNK):
            chunk = papers[start : start + _CHUNK]
            names = [keys.vector(model, paper.id, paper.version) for paper in chunk]
            with redis_faults():
                records = await twice(partial(self._client.execute_command, "MGET", *names, NEVER_DECODE=True))
            found |= _read({paper.id: record for paper, record in zip(chunk, records, strict=True) if record})
        return found

    async def keep(self, model: str, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Stores the vectors, by id, of those of `papers` that have one."""
        known = [paper for paper in papers if paper.id in vectors]
        for start in range(0, len(known), _CHUNK):
            pipe = self._client.pipeline(transaction=False)
            for paper in known[start : start + _CHUNK]:
                name = keys.vector(model, paper.id, paper.version)
                pipe.set(name, vectors[paper.id].astype("<f2").tobytes(), ex=keys.VECTOR_SECONDS)
            with redis_faults():
                await pipe.execute()
            await note_changed(self._client, [paper.id for paper in known[start : start + _CHUNK]])


def _read(records: dict[str, bytes]) -> "dict[str, NDArray[np.float32]]":
    import numpy as np  # noqa: PLC0415

    lengths = [len(record) for record in records.values()]
    usual = max(set(lengths), key=lengths.count, default=0)
    whole = {id: record for id, record in records.items() if len(record) == usual and usual % 2 == 0}
    if not whole:
        return {}
    rows = np.frombuffer(b"".join(whole.values()), "<f2").reshape(len(whole), -1).astype(np.float32)
    with np.errstate(all="ignore"):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    sound = np.isfinite(rows).all(axis=1)
    return {id: row for id, row, good in zip(whole, rows, sound, strict=True) if good}

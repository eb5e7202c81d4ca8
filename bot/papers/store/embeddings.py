"""Embeddings of papers in Redis."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from redis.asyncio import Redis

from bot.domain.paper import Paper
from bot.infra.aio.in_thread import in_thread
from bot.infra.redis import keys
from bot.infra.redis.chunks import in_chunks
from bot.infra.redis.connection import redis_faults, twice
from bot.papers.store.change_log import note_changed

if TYPE_CHECKING:  # loading takes 0.1 s, which startup avoids
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")

# 200 kB a reply: a week's vectors load in 0.2 s and let other tasks run every 10 ms.
_CHUNK = 250


class EmbeddingStore:
    """Vectors as half floats (IEEE 754, little-endian) and nothing else: 768 bytes for 384 numbers.

    A record counts as absent if it isn't a row of finite numbers or differs in length from most of its chunk.
    """

    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get(self, model: str, papers: Sequence[Paper]) -> "dict[str, NDArray[np.float32]]":
        """Return the stored vectors by id, at unit length; rounding to three digits changes no cosine by .001."""
        return await self._read(papers, lambda paper: (paper.id, keys.vector(model, paper.id, paper.version)))

    async def texts(self, model: str, texts: Sequence[str]) -> "dict[str, NDArray[np.float32]]":
        """Return the stored vectors of texts that don't change, by the text."""
        return await self._read(texts, lambda text: (text, keys.text_vector(model, text)))

    async def keep_texts(self, model: str, vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Store the vectors of texts that don't change."""
        pipe = self._client.pipeline(transaction=False)
        for text, vector in vectors.items():
            pipe.set(keys.text_vector(model, text), vector.astype("<f2").tobytes(), ex=keys.VECTOR_SECONDS)
        with redis_faults():
            await pipe.execute()

    async def _read(
        self, wanted: Sequence[T], named: Callable[[T], tuple[str, str]]
    ) -> "dict[str, NDArray[np.float32]]":
        """Return the vectors of these, by the first of what `named` tells; the second is the key."""
        found: dict[str, NDArray[np.float32]] = {}
        for some in in_chunks(wanted, _CHUNK):
            chunk = dict(map(named, some))
            with redis_faults():
                records = await twice(partial(self._client.execute_command, "MGET", *chunk.values(), NEVER_DECODE=True))
            known = {what: record for what, record in zip(chunk, records, strict=True) if record}
            found |= await in_thread(_read, known) if known else {}
        return found

    async def keep(self, model: str, papers: Sequence[Paper], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Store the vectors, by id, of those of `papers` that have one."""
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
    common = max(set(lengths), key=lengths.count, default=0)
    whole = {id: record for id, record in records.items() if len(record) == common and common % 2 == 0}
    if not whole:
        return {}
    rows = np.frombuffer(b"".join(whole.values()), "<f2").reshape(len(whole), -1).astype(np.float32)
    with np.errstate(all="ignore"):
        rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    sound = np.isfinite(rows).all(axis=1)
    return {id: row for id, row, good in zip(whole, rows, sound, strict=True) if good}

"""The papers' embeddings, made once and kept outside of the repository: 26,000 take a quarter of an hour or more."""

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from bot.domain.paper import Paper
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from support.embedding_models import NO_MODEL, SHARED

FOLDER = Path(tempfile.gettempdir()) / "paperlark-bench-cache"
_CHUNK = 256


def kept() -> dict[str, NDArray[np.float32]]:
    """Those made so far, by paper id."""
    vectors: dict[str, NDArray[np.float32]] = {}
    for path in sorted(FOLDER.glob("*.npz")):
        with np.load(path) as chunk:
            vectors.update(zip(chunk["ids"].tolist(), chunk["rows"].astype(np.float32), strict=True))
    return vectors


def vectors_of(papers: Sequence[Paper]) -> dict[str, NDArray[np.float32]]:
    """The vectors of "title. abstract", made in the order given where they aren't kept yet."""
    vectors = kept()
    lacking = [paper for paper in {paper.id: paper for paper in papers}.values() if paper.id not in vectors]
    if lacking:
        asyncio.run(_make(lacking))
        vectors = kept()
    return {paper.id: vectors[paper.id] for paper in papers}


async def _make(papers: Sequence[Paper]) -> None:
    folder = model_folder(None, Path()) or model_folder(SHARED, SHARED)
    if folder is None:
        sys.exit(f"This needs the embedding model: {NO_MODEL}.")
    FOLDER.mkdir(parents=True, exist_ok=True)
    model, began = MiniLm(folder), monotonic()
    for at in range(0, len(papers), _CHUNK):
        some = papers[at : at + _CHUNK]
        rows = await model.embed([f"{paper.title}. {paper.abstract}" for paper in some])
        _keep(some, rows)
        speed = (at + len(some)) / (monotonic() - began)
        print(f"embedded {at + len(some):,} of {len(papers):,} papers, {speed:.0f}/s", file=sys.stderr, flush=True)


def _keep(papers: Sequence[Paper], rows: NDArray[np.float32]) -> None:
    """A chunk is there whole or not at all."""
    unfinished = FOLDER / "unfinished.part"
    with unfinished.open("wb") as file:
        np.savez(file, ids=np.array([paper.id for paper in papers]), rows=rows.astype(np.float16))
    unfinished.rename(FOLDER / f"{papers[0].id.replace('/', '_')}-{len(papers)}.npz")

"""`python -m benchmarks.embedding.run [papers]`: where the time of embedding goes, and what would change it.

Processor time of all threads, user and system, a paper of one day of the corpus; the machine may do other work. The
cosine is the least one to the vectors as the bot makes them: one text at a time, 256 tokens, one thread.
"""

import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from time import process_time

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from benchmarks.report import machine
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.domain.paper import Paper
from bot.papers.clients.minilm import MAX_TOKENS, MiniLm
from bot.papers.clients.model_folder import TOKENIZER, network_of
from bot.papers.store.embeddings import EmbeddingStore
from support.embedding_models import NO_MODEL, folders
from support.recorded_corpus import CORPUS_MISSING, papers_of_day

DAY, PAPERS = date(2026, 7, 7), 60
_FUSED = "SkipLayerNormFusion"

Ids = Sequence[Sequence[int]]
Session = onnxruntime.InferenceSession


def main(arguments: Sequence[str]) -> None:
    if CORPUS_MISSING or not folders():
        sys.exit(CORPUS_MISSING or NO_MODEL)
    papers = papers_of_day(DAY)[: int(arguments[0]) if arguments else PAPERS]
    print(f"{machine()}\n{len(papers)} papers of {DAY}\n")
    print("| what | ms of a processor a paper | least cosine |\n| --- | --- | --- |")
    for folder in folders():
        print(f"| **{network_of(folder).name}** | | |")
        measure(folder, papers)


def measure(folder: Path, papers: Sequence[Paper]) -> None:
    texts = [f"{paper.title}. {paper.abstract}" for paper in papers]
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    ids = [tokenizer.encode(text).ids for text in texts]
    tell("tokenizing", texts, lambda: [tokenizer.encode(text).ids for text in texts])
    model = MiniLm(folder)
    rows = asyncio.run(model.embed(texts))  # loaded
    tell("all of it, as the bot does it", texts, lambda: asyncio.run(model.embed(texts)))
    asyncio.run(tell_storing(papers, rows))
    one = session(folder)
    for size in (1, 4, 16, 32):
        for is_sorted in (False, True)[: 1 + (size > 1)]:
            what = f"inference, {size} at a time{', sorted by length' * is_sorted}"
            tell(what, texts, lambda size=size, by=is_sorted: inferred(one, ids, size, by), rows)
    for what, other in {
        "2 threads": session(folder, 2),
        "2 threads that spin while they wait": session(folder, 2, spin=True),
        "with SkipLayerNormFusion": session(folder, fused=True),
    }.items():
        tell(f"inference, {what}", texts, lambda other=other: inferred(other, ids), rows)
    for most in (192, 128):
        tell(f"inference, {most} tokens", texts, lambda most=most: inferred(one, cut(ids, most)), rows)


def tell(what: str, texts: Sequence[str], run: Callable[[], object], rows: np.ndarray | None = None) -> None:
    """Print a row; `rows`: the vectors to compare with."""
    before = process_time()
    made = run()
    each = 1000 * (process_time() - before) / len(texts)
    near = f"{(np.asarray(made) * rows).sum(axis=1).min():.4f}" if rows is not None else "–"
    print(f"| {what} | {each:.1f} | {near} |", flush=True)


def session(folder: Path, threads: int = 1, spin: bool = False, fused: bool = False) -> Session:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.enable_cpu_mem_arena = threads, False
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
    without = None if fused else [_FUSED]
    return Session(str(network_of(folder)), options, providers=["CPUExecutionProvider"], disabled_optimizers=without)


def inferred(network: Session, ids: Ids, size: int = 1, is_sorted: bool = False) -> np.ndarray:
    """The rows in the order of `ids`, embedded `size` at a time and padded to the longest."""
    order = sorted(range(len(ids)), key=lambda n: len(ids[n])) if is_sorted else list(range(len(ids)))
    rows = [None] * len(ids)
    for start in range(0, len(order), size):
        some = order[start : start + size]
        for n, row in zip(some, batch(network, [ids[n] for n in some]), strict=True):
            rows[n] = row
    made = np.array(rows)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def batch(network: Session, ids: Ids) -> np.ndarray:
    width = max(map(len, ids))
    mask = np.array([[1] * len(one) + [0] * (width - len(one)) for one in ids], np.int64)
    given = np.array([[*one, *[0] * (width - len(one))] for one in ids], np.int64)
    inputs = {
        one.name: mask if "mask" in one.name else given * 0 if "type" in one.name else given
        for one in network.get_inputs()
    }
    made = network.run(None, inputs)[0]
    return made if made.ndim == 2 else (made * mask[..., None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)


def cut(ids: Ids, most: int) -> Ids:
    return [one if len(one) <= most else [*one[: most - 1], one[-1]] for one in ids]


async def tell_storing(papers: Sequence[Paper], rows: np.ndarray) -> None:
    """The bot's own time, without the server's."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with opened_redis(Settings.model_construct(paperlark_home=Path(home))) as redis:
            store, vectors = EmbeddingStore(redis), {p.id: row for p, row in zip(papers, rows, strict=True)}
            await store.keep("a model", papers[:1], vectors)
            before = process_time()
            await store.keep("a model", papers, vectors)
            print(f"| storing | {1000 * (process_time() - before) / len(papers):.2f} | – |")


if __name__ == "__main__":
    main(sys.argv[1:])

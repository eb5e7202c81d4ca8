"""all-MiniLM-L6-v2 on this machine's CPU, loaded on first use and unloaded when idle.

Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (mean of the token vectors, at unit length).
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import EmbeddingsDown
from bot.infra.spare_memory import give_back_memory
from bot.papers.clients.model_folder import TOKENIZER, network_of

if TYPE_CHECKING:  # these take 0.1 s and 40 MB, which startup and an idle bot avoid
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

DIMENSIONS = 384
MAX_TOKENS = 256
"""The model's maximum; the rest of a text is ignored."""
_MAX_CHARACTERS = 6000
_BATCH_SIZE = 4
"""Texts a batch: a user's query, or shutdown, waits 0.25 s at most while a day's papers are embedded."""
_IDLE_SECONDS = 60.0


class MiniLm:
    """Embedder with the model in `folder`. Works in a thread, one batch at a time.

    Loading takes 0.3 s and 160 MB; the model is unloaded after a minute without use. If loading fails, the next call
    retries it.
    """

    def __init__(self, folder: Path, idle_seconds: float = _IDLE_SECONDS) -> None:
        self.name = "all-MiniLM-L6-v2"
        self.folder = folder
        self._idle_seconds = idle_seconds
        self._lock = asyncio.Lock()
        self._network: _Network | None = None
        self._unload_timer: asyncio.TimerHandle | None = None

    @property
    def loaded(self) -> bool:
        """Return True if the model is in memory."""
        return self._network is not None

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        rows = [await self._embed_batch(texts[at : at + _BATCH_SIZE]) for at in range(0, len(texts), _BATCH_SIZE)]
        return await asyncio.to_thread(_together, rows)  # loads numpy, where there are no texts

    async def _embed_batch(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        async with self._lock:
            if self._unload_timer:
                self._unload_timer.cancel()
            try:
                if self._network is None:
                    self._network = await asyncio.to_thread(_Network, self.folder)
                return await asyncio.to_thread(self._network.embed, texts)
            except Exception as error:  # the libraries raise anything, even bare Exceptions
                log.warning("The embedding model can't be used: folder=%s cause=%s", self.folder, type(error).__name__)
                raise EmbeddingsDown from error
            finally:
                self._unload_timer = asyncio.get_running_loop().call_later(self._idle_seconds, self._unload)

    def _unload(self) -> None:
        self._network = None
        give_back_memory()


def _together(rows: "Sequence[NDArray[np.float32]]") -> "NDArray[np.float32]":
    import numpy as np  # noqa: PLC0415

    return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)


class _Network:
    """The loaded tokenizer and network. Raises anything that its libraries raise."""

    def __init__(self, folder: Path) -> None:
        # From 1.29 on, the library reports to Microsoft and keeps an id of this machine, unless this is set before it
        # is loaded (https://github.com/microsoft/onnxruntime/pull/27379).
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max((os.cpu_count() or 1) // 2, 1)  # leaves CPU for answering
        options.enable_cpu_mem_arena = False  # the arena would keep the memory of the longest text
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # waiting threads take no CPU
        self._session = onnxruntime.InferenceSession(
            str(network_of(folder)),
            options,
            providers=["CPUExecutionProvider"],
            disabled_optimizers=["SkipLayerNormFusion"],  # the fused one is five times as slow on a CPU
        )
        self._input_names = [one.name for one in self._session.get_inputs()]

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Embed texts one by one: a batch takes more time a text (tests/benchmarks/embedding/RESULTS.md).

        In a batch, a neighbor's length would affect the vector of a quantized network, too.
        """
        import numpy as np  # noqa: PLC0415

        rows = np.stack([self._row(text[:_MAX_CHARACTERS]) for text in texts])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if rows.shape[1] != DIMENSIONS or not np.all(lengths > 0):
            raise ValueError(f"rows of {rows.shape[1]} where {DIMENSIONS} are expected, or of no length")
        return np.asarray(rows / lengths, np.float32)

    def _row(self, text: str) -> Any:
        import numpy as np  # noqa: PLC0415

        # Broken senders may leave half a surrogate pair, which the tokenizer rejects.
        ids = np.array([self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids], np.int64)
        token_vectors = self._session.run(None, {name: _input(name, ids) for name in self._input_names})[0][0]
        return token_vectors.mean(axis=0) if token_vectors.ndim > 1 else token_vectors


def _input(name: str, ids: Any) -> Any:
    """Return the network's input by its name: ids or input_ids, mask or attention_mask, token types."""
    return ids * 0 + 1 if "mask" in name else ids * 0 if "type" in name else ids

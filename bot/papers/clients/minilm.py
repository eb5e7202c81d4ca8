"""all-MiniLM-L6-v2 on this machine's processor, read when it is first needed and let go of when it rests.

Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (mean of the token vectors, at unit length).
"""

import asyncio
import ctypes
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.domain.errors import EmbeddingsDown
from bot.papers.clients.model_folder import TOKENIZER, network_of

if TYPE_CHECKING:  # these take a tenth of a second and 40 MB, which a start and an idle bot do without
    import numpy as np
    from numpy.typing import NDArray

log = logging.getLogger(__name__)

DIMENSIONS = 384
MOST_TOKENS = 256
"""What the model was made for; the rest of a text isn't read."""
_MOST_CHARACTERS = 6000
_AT_A_TIME = 4
"""So that a person's question waits behind a quarter of a second of a day's papers, and an end waits no longer."""
_REST_SECONDS = 60.0


class MiniLm:
    """Fulfils `Embedder` with the model in `folder`. Works in a thread, one after the other whoever asks.

    Reading the model takes 0.3 s and 160 MB; it is let go of after a minute without a question. A model that can't
    be read is tried again with the next question.
    """

    def __init__(self, folder: Path, rest_seconds: float = _REST_SECONDS) -> None:
        self.name = "all-MiniLM-L6-v2"
        self.folder = folder
        self._rest_seconds = rest_seconds
        self._turn = asyncio.Lock()
        self._network: _Network | None = None
        self._rest: asyncio.TimerHandle | None = None

    @property
    def loaded(self) -> bool:
        """True while the model takes up memory."""
        return self._network is not None

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        import numpy as np  # noqa: PLC0415

        rows = [await self._some(texts[at : at + _AT_A_TIME]) for at in range(0, len(texts), _AT_A_TIME)]
        return np.concatenate(rows) if rows else np.zeros((0, DIMENSIONS), np.float32)

    async def _some(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        async with self._turn:
            if self._rest:
                self._rest.cancel()
            try:
                if self._network is None:
                    self._network = await asyncio.to_thread(_Network, self.folder)
                return await asyncio.to_thread(self._network.embed, texts)
            except Exception as error:  # the libraries raise whatever they like, down to bare Exceptions
                log.warning("The embedding model can't be used: folder=%s cause=%s", self.folder, type(error).__name__)
                raise EmbeddingsDown from error
            finally:
                self._rest = asyncio.get_running_loop().call_later(self._rest_seconds, self._let_go)

    def _let_go(self) -> None:
        self._network = None
        with suppress(OSError, AttributeError):  # glibc keeps what is freed until it is told; others have no such call
            ctypes.CDLL(None).malloc_trim(0)


class _Network:
    """The model as it is read: a tokenizer and a network. Raises whatever its libraries do."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MOST_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = max((os.cpu_count() or 1) // 2, 1)  # the bot goes on answering meanwhile
        options.enable_cpu_mem_arena = False  # it would keep what the longest text needed
        self._session = onnxruntime.InferenceSession(
            str(network_of(folder)), options, providers=["CPUExecutionProvider"]
        )
        self._takes = [one.name for one in self._session.get_inputs()]

    def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Text by text: in a batch, a neighbour's length would show in the vector of a network that rounds."""
        import numpy as np  # noqa: PLC0415

        rows = np.stack([self._row(text[:_MOST_CHARACTERS]) for text in texts])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        if rows.shape[1] != DIMENSIONS or not np.all(lengths > 0):
            raise ValueError(f"rows of {rows.shape[1]} where {DIMENSIONS} are expected, or of no length")
        return np.asarray(rows / lengths, np.float32)

    def _row(self, text: str) -> Any:
        import numpy as np  # noqa: PLC0415

        # Half a surrogate pair, as broken senders leave it, is no text to the tokenizer.
        ids = np.array([self._tokenizer.encode(text.encode("utf-8", "replace").decode()).ids], np.int64)
        token_vectors = self._session.run(None, {name: _input(name, ids) for name in self._takes})[0][0]
        return token_vectors.mean(axis=0) if token_vectors.ndim > 1 else token_vectors


def _input(name: str, ids: Any) -> Any:
    """Exporters name them ids or input_ids, mask or attention_mask; a single text is all there and all one part."""
    return ids * 0 + 1 if "mask" in name else ids * 0 if "type" in name else ids

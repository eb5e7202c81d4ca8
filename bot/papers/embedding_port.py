"""Port of the embedding model, which turns texts into vectors that are close if the meanings are.

Errors: `EmbeddingsDown` of a model, `StoreDown` of a store.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.paper import Paper

if TYPE_CHECKING:  # not loaded at startup
    import numpy as np
    from numpy.typing import NDArray

FindVectors = Callable[[Sequence[Paper]], Awaitable[Mapping[str, Any]]]
"""Returns the available embeddings of papers by id, at unit length (float32), all of one length."""


class Embedder(Protocol):
    """Embeds texts. `name` identifies the model; vectors of different models can't be compared."""

    name: str

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """Return one row of unit length a text, in order. A row depends on its text alone and may be stored.

        All rows of a model have as many numbers.

        A long text is truncated. Raises EmbeddingsDown if the model can't be used.
        """
        ...

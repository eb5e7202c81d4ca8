"""Who turns texts into vectors whose nearness is nearness of meaning, and where those of papers are kept.

Errors: `EmbeddingsDown` of a model, `StoreDown` of a store.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from bot.domain.paper import Paper

if TYPE_CHECKING:  # a start doesn't wait for it
    import numpy as np
    from numpy.typing import NDArray

FindVectors = Callable[[Sequence[Paper]], Awaitable[Mapping[str, Any]]]
"""The embeddings of papers by id, at unit length (384 numbers, float32); of as many as there are."""


class Embedder(Protocol):
    """Embeds texts on this machine. `name` tells the model apart: vectors of two models can't be compared."""

    name: str

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """One row of unit length a text, in order: (n, 384). A row depends on its text alone, so it can be kept.

        Of a long text the beginning counts. Raises EmbeddingsDown where the model can't be used.
        """
        ...

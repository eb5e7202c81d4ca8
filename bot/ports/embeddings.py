"""Who turns texts into vectors whose nearness is nearness of meaning. Errors: `EmbeddingsDown`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a start doesn't wait for it
    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Embeds texts on this machine. `name` tells the model apart: vectors of two models can't be compared."""

    name: str

    async def embed(self, texts: Sequence[str]) -> "NDArray[np.float32]":
        """One row of unit length a text, in order: (n, 384). A row depends on its text alone, so it can be kept.

        Of a long text the beginning counts. Raises EmbeddingsDown where the model can't be used.
        """
        ...

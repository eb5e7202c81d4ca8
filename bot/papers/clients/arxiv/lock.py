"""What arXiv asks of everybody: one request at a time, and a pause after it, over all that one operator runs."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class ArxivLock(Protocol):
    """Leave to make one request to arXiv (https://info.arxiv.org/help/api/tou.html)."""

    def taken(self) -> AbstractAsyncContextManager[None]:
        """Waits until nobody, in any process, has a request under way and the last one is long enough ago.

        Holds until the block is left, which is to be when the answer has been read.
        """
        ...

"""arXiv's rule for every operator: one request at a time over all of its processes, and a pause after each."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class ArxivLock(Protocol):
    """Permission to make one request to arXiv (https://info.arxiv.org/help/api/tou.html)."""

    def taken(self) -> AbstractAsyncContextManager[None]:
        """Wait until no process has a request under way and the last one is long enough ago.

        The lock is held until the block ends, so leave it after reading the answer.
        """
        ...

"""Port of arXiv's own author listings, for authors with an arXiv author identifier or a linked ORCID.

Errors: `SourceDown`; `SourceBusy` if arXiv asks to wait.
"""

from typing import Protocol

from bot.domain.author import Author
from bot.domain.frozen import frozen
from bot.domain.paper import Paper


@frozen
class Listing:
    """An author, and the ids of the papers that they claimed, newest first.

    `papers` are the records that came with the listing; empty in a cached listing.
    """

    author: Author
    ids: tuple[str, ...]
    papers: tuple[Paper, ...] = ()


class Listings(Protocol):
    """arXiv's listings by author identifier. Requests wait for arXiv's lock, hence answers may take long."""

    async def of(self, identity: str) -> Listing | None:
        """Return the listing of an `arxiv:` identity from `find_identity`; None if there is none."""
        ...

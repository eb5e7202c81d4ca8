"""Whose papers arXiv itself says they are: of people who asked arXiv for an author identifier, or linked their ORCID.

Errors: `SourceDown`, its kind `SourceBusy` where arXiv asked to wait.
"""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.author import Author
from bot.domain.paper import Paper


@dataclass(frozen=True, slots=True)
class Listing:
    """A person, and the ids of what she said to be hers, newest first.

    `papers` are those of them that were read along; empty where the listing is one that was remembered.
    """

    author: Author
    ids: tuple[str, ...]
    papers: tuple[Paper, ...] = ()


class Listings(Protocol):
    """What arXiv lists under author identifiers. In arXiv's turn, so answers may take long."""

    async def of(self, identity: str) -> Listing | None:
        """The listing of an `arxiv:` identity as `find_identity` gives it; None where there is none of that id."""
        ...

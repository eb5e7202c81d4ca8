"""Ports of services with author records.

Errors: `SourceDown`; `SourceBusy` if the service asks to wait. If the daily allowance is used up, calls with a cost
raise a `SourceDown` that says so, and free ones still work.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from bot.domain.author import Author
from bot.domain.paper import Paper

WorksByOrcid = Callable[[str], Awaitable[list[str] | None]]
"""The arXiv ids of the latest works of an ORCID, newest first; None if nobody is known by it. Raises SourceDown."""


class People(Protocol):
    """Author records over all publishers. Answers may come from a cache for a week."""

    async def by_id(self, identity: str) -> Author | None:
        """Return the author of an identity from `find_identity`; None if there is none. Free.

        A merged profile is answered with its successor.
        """
        ...

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """Return the author called `name` of a paper: the only lookup that can't confuse namesakes. Free.

        None if the service doesn't know the paper (it may be too new) or finds no or two authors of the name.
        """
        ...

    async def named(self, name: str, limit: int) -> Sequence[Author]:
        """Return candidates with that name (ignoring accents and case), those with most papers first.

        Costs a hundred times a list, hence the last resort. Fields that need a request per candidate stay empty.
        """
        ...

    async def written_by(self, author: Author) -> Sequence[str]:
        """Return the arXiv ids of the latest works, newest first; empty if none is on arXiv. Costs a list."""
        ...


class SecondSource(Protocol):
    """A second service with figures of its own. Answers within seconds or raises SourceDown."""

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """Return the author called `name` of a paper, with this service's figures; None if it knows none or two."""
        ...

"""Who knows people who write papers: as persons, not as names.

Errors: `SourceDown`, its kind `SourceBusy` where it asked to wait. An allowance that is spent for the day is a
`SourceDown` that says so; what costs nothing is answered then too.
"""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.author import Author
from bot.domain.paper import Paper


class People(Protocol):
    """Persons over all publishers. What is asked again within a week may be answered from memory."""

    async def by_id(self, identity: str) -> Author | None:
        """The person of an identity as `find_identity` gives it; None where there is none. Costs nothing.

        A profile that was merged into another is answered with that other one.
        """
        ...

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """The person who is `name` among the authors of `paper`: the one way that takes nobody for a namesake.

        None where the paper isn't known (it may be too new), names nobody so, or two people. Costs nothing.
        """
        ...

    async def named(self, name: str, limit: int) -> Sequence[Author]:
        """People of that name (accents and case aside), those of most papers first: candidates, to be chosen from.

        Costs a hundred times a list, so it comes after every other way; what isn't known without asking for each
        candidate is left out.
        """
        ...

    async def written_by(self, author: Author) -> Sequence[str]:
        """The arXiv ids of the latest works, newest first; empty where none of them is on arXiv. Costs a list."""
        ...


class SecondOpinion(Protocol):
    """Somebody else who counts what people write, and counts otherwise. Answers within seconds or raises SourceDown."""

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        """Who is `name` among the authors of `paper`, with figures of its own; None where it knows none or two."""
        ...

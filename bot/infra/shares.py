"""Shares of a person and of a team: how many costly steps their commands may take in an hour."""

from typing import Protocol

from bot.domain.frozen import frozen


@frozen
class HourlyShares:
    """Costly steps an hour, all at once or spread; 0 is no limit.

    A step is a request to arXiv, OpenAlex or another service, a paper for the model, a text or list of papers to
    embed, or a file.
    """

    person: int = 0
    team: int = 0

    def in_words(self) -> str:
        """Return "Costly steps an hour: 300 for a person, 3,000 for a team."."""
        parts = [f"{number:,} for a {who}" for who, number in (("person", self.person), ("team", self.team)) if number]
        return f"Costly steps an hour: {', '.join(parts)}." if parts else "Costly steps an hour: no limit."


class Charge(Protocol):
    """Counts costly steps of the person for whom the code works, if it works for one."""

    async def __call__(self, steps: int = 1) -> None:
        """Count `steps`. Raises HeldBack before a command's first step if the person or team has no share left."""
        ...


async def free(steps: int = 1) -> None:
    """Count nothing: a `Charge` for tools and tests."""

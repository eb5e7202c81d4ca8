"""Who pays for a model's calls, for all processes together. Errors: `BudgetSpent`, and `StoreDown` where it says so."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot.summaries.budget import Account, Accounts, Budget, Spent, Tokens


@dataclass(frozen=True, slots=True)
class Reserved:
    """What was put aside for one call, and for which day (UTC)."""

    tokens: Tokens
    day: date


class TokenBudget(Protocol):
    """Counts what is spent, and holds it back at the limits.

    What is reserved counts as spent at once, so that processes that ask at the same time don't overshoot together, and
    stays counted where it is never settled: the process was killed, or the answer didn't come and may have been made.
    """

    async def reserve(self, tokens: Tokens) -> Reserved:
        """Puts aside what a call may take. Raises BudgetSpent where that isn't left, or can't be known."""
        ...

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        """Replaces what was put aside by what was used; `counted`: the server itself said so. Never raises."""
        ...

    async def accounts(self) -> Accounts:
        """How the budget stands; raises StoreDown."""
        ...


class UnlimitedTokenBudget:
    """Pays anything and remembers nothing."""

    async def reserve(self, tokens: Tokens) -> Reserved:
        return Reserved(tokens, date.min)

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        pass

    async def accounts(self) -> Accounts:
        nothing = Account(Spent(), Budget().day)
        return Accounts(Budget(), nothing, nothing)


UNLIMITED_TOKEN_BUDGET = UnlimitedTokenBudget()
"""For the doctor's greeting, and for measurements."""

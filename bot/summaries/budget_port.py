"""Port of the token budget, shared by all processes. Errors: `BudgetSpent`, and `StoreDown` if documented."""

from datetime import date
from typing import Protocol

from bot.domain.frozen import frozen
from bot.summaries.budget import Account, Accounts, Budget, Spent, Tokens


@frozen
class Reserved:
    """Tokens reserved for one call, and the day (UTC) they count for; `person` has it if a person asked for it."""

    tokens: Tokens
    day: date
    person: str = ""


class TokenBudget(Protocol):
    """Usage counter that enforces the limits.

    Reserved tokens count as spent at once, so concurrent processes don't exceed a limit together. They stay
    counted if never settled: the process was killed, or the reply got lost and may have been billed.
    """

    async def reserve(self, tokens: Tokens) -> Reserved:
        """Reserve a call's maximum for whom the code works (`bot.infra.asker`).

        Raises BudgetSpent if that isn't left, or the budget can't be read; ShareSpent if only a person's share, or
        that of all people, has too little left.
        """
        ...

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        """Replace the reservation by the tokens used; `counted` if the server itself counted them. Never raises."""
        ...

    async def accounts(self) -> Accounts:
        """Return the state of the budget; raises StoreDown."""
        ...


class UnlimitedTokenBudget:
    """Budget without limits or records."""

    async def reserve(self, tokens: Tokens) -> Reserved:
        return Reserved(tokens, date.min)

    async def settle(self, reserved: Reserved, used: Tokens, counted: bool = True) -> None:
        pass

    async def accounts(self) -> Accounts:
        nothing = Account(Spent(), Budget().day)
        return Accounts(Budget(), nothing, nothing)


UNLIMITED_TOKEN_BUDGET = UnlimitedTokenBudget()
"""For the doctor's test call, and for benchmarks."""

"""Token budget of a model: tokens, prices, limits a day and a month (UTC), and what is left."""

from bot.domain.frozen import frozen

MICRO = 1_000_000
"""Prices are dollars a million tokens, so a token costs the same number of millionths of a dollar."""

_CHARACTERS_PER_TOKEN = 4
"""For English text: https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them."""


@frozen
class Tokens:
    """Tokens given to a model (`input`) and written by it (`output`); differences may be negative."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        """Return the sum, to which token limits apply."""
        return self.input + self.output

    def __sub__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input - other.input, self.output - other.output)


def tokens_in(text: str) -> int:
    """Estimate the tokens of a text."""
    return -(-len(text) // _CHARACTERS_PER_TOKEN)


def in_micro_dollars(dollars: float | None) -> int | None:
    """Convert dollars, to at least 1, so no limit becomes 0; None stays None."""
    return None if dollars is None else max(round(dollars * MICRO), 1)


SMALL_CALL = Tokens(800, 300)
"""Tokens of the summary of a short abstract."""


@frozen
class Prices:
    """Prices in US dollars a million tokens."""

    input: float
    output: float

    def micro_dollars(self, tokens: Tokens) -> int:
        """Return the price in millionths of a dollar; a server's discount for cached input isn't known."""
        return round(tokens.input * self.input + tokens.output * self.output)


@frozen
class Allowance:
    """Limits of one period; None is unlimited. Dollars in millionths."""

    tokens: int | None = None
    micro_dollars: int | None = None

    def __bool__(self) -> bool:
        return self.tokens is not None or self.micro_dollars is not None


@frozen
class Budget:
    """Limits of a day and a calendar month, both in UTC. `prices` is None if no price is set.

    `asked` limits a day's calls for what all people ask for, `person` those for one person.
    """

    day: Allowance = Allowance()
    month: Allowance = Allowance()
    prices: Prices | None = None
    asked: Allowance = Allowance()
    person: Allowance = Allowance()

    @property
    def limited(self) -> bool:
        """Return True if there is any limit."""
        return bool(self.day or self.month)

    def micro_dollars(self, tokens: Tokens) -> int:
        """Return the price; 0 if none is set."""
        return self.prices.micro_dollars(tokens) if self.prices else 0


@frozen
class Spent:
    """Usage of all processes in one period. `estimated` counts the calls without a token count by the server."""

    tokens: Tokens = Tokens()
    micro_dollars: int = 0
    calls: int = 0
    estimated: int = 0


@frozen
class Account:
    """Usage and limits of one period."""

    spent: Spent
    allowed: Allowance

    @property
    def tokens_left(self) -> int | None:
        """Return the tokens left; None without a token limit."""
        return None if self.allowed.tokens is None else max(self.allowed.tokens - self.spent.tokens.total, 0)

    @property
    def micro_dollars_left(self) -> int | None:
        """Return the millionths of a dollar left; None without a dollar limit."""
        most = self.allowed.micro_dollars
        return None if most is None else max(most - self.spent.micro_dollars, 0)


@frozen
class Accounts:
    """State of a budget on one day."""

    budget: Budget
    today: Account
    this_month: Account
    asked: Account = Account(Spent(), Allowance())
    """Of today, what people asked for."""

    @property
    def used_up(self) -> str:
        """Return "this month" or "today" if not even a short paper is affordable; else an empty string."""
        named = (("this month", self.this_month), ("today", self.today))
        return next((period for period, account in named if self._is_used_up(account)), "")

    def _is_used_up(self, account: Account) -> bool:
        tokens, dollars = account.tokens_left, account.micro_dollars_left
        least = self.budget.micro_dollars(SMALL_CALL)
        return (tokens is not None and tokens < SMALL_CALL.total) or (dollars is not None and dollars < least)

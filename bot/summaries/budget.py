"""What a model may cost and has cost: tokens, their price, the limits of a day and a month (UTC), what is left."""

from dataclasses import dataclass

MICRO = 1_000_000
"""Prices are for a million tokens: so a token costs as many millionths of a dollar as a million cost dollars."""

_CHARACTERS_A_TOKEN = 4
"""Of English text: https://help.openai.com/en/articles/4936856-what-are-tokens-and-how-to-count-them."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a model was given (`input`) and wrote (`output`); of a difference, they may be negative."""

    input: int = 0
    output: int = 0

    @property
    def total(self) -> int:
        """Both together, which is what limits in tokens count."""
        return self.input + self.output

    def __sub__(self, other: "Tokens") -> "Tokens":
        return Tokens(self.input - other.input, self.output - other.output)


def tokens_in(text: str) -> int:
    """About how many tokens a text is, where nobody counted them."""
    return -(-len(text) // _CHARACTERS_A_TOKEN)


def in_micro_dollars(dollars: float | None) -> int | None:
    """At least 1, so that no limit becomes 0; None stays None."""
    return None if dollars is None else max(round(dollars * MICRO), 1)


SMALL_CALL = Tokens(800, 300)
"""What the summary of a short abstract takes."""


@dataclass(frozen=True, slots=True)
class Prices:
    """US dollars for a million tokens."""

    input: float
    output: float

    def micro_dollars(self, tokens: Tokens) -> int:
        """What they cost, in millionths of a dollar; a server's discount for what it had cached isn't known."""
        return round(tokens.input * self.input + tokens.output * self.output)


@dataclass(frozen=True, slots=True)
class Allowance:
    """The most that may be spent within one period; None: as much as it takes. Dollars in millionths."""

    tokens: int | None = None
    micro_dollars: int | None = None

    def __bool__(self) -> bool:
        return self.tokens is not None or self.micro_dollars is not None


@dataclass(frozen=True, slots=True)
class Budget:
    """What a day and a calendar month may cost, both by UTC. `prices`: None where nobody said what a token costs."""

    day: Allowance = Allowance()
    month: Allowance = Allowance()
    prices: Prices | None = None

    @property
    def limited(self) -> bool:
        """Whether a model can ever be too dear."""
        return bool(self.day or self.month)

    def micro_dollars(self, tokens: Tokens) -> int:
        """What they cost; 0 where no price is set."""
        return self.prices.micro_dollars(tokens) if self.prices else 0


@dataclass(frozen=True, slots=True)
class Spent:
    """What all processes spent within one period. `estimated`: how many of the calls nobody counted the tokens of."""

    tokens: Tokens = Tokens()
    micro_dollars: int = 0
    calls: int = 0
    estimated: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One period: what was spent, and the most that may be."""

    spent: Spent
    allowed: Allowance

    @property
    def tokens_left(self) -> int | None:
        """None where there is no limit in tokens."""
        return None if self.allowed.tokens is None else max(self.allowed.tokens - self.spent.tokens.total, 0)

    @property
    def micro_dollars_left(self) -> int | None:
        """None where there is no limit in dollars."""
        most = self.allowed.micro_dollars
        return None if most is None else max(most - self.spent.micro_dollars, 0)


@dataclass(frozen=True, slots=True)
class Accounts:
    """How a budget stands on one day."""

    budget: Budget
    today: Account
    this_month: Account

    @property
    def used_up(self) -> str:
        """ "this month" or "today" where not even a short paper is affordable any more, else nothing."""
        named = (("this month", self.this_month), ("today", self.today))
        return next((period for period, account in named if self._is_used_up(account)), "")

    def _is_used_up(self, account: Account) -> bool:
        tokens, dollars = account.tokens_left, account.micro_dollars_left
        least = self.budget.micro_dollars(SMALL_CALL)
        return (tokens is not None and tokens < SMALL_CALL.total) or (dollars is not None and dollars < least)

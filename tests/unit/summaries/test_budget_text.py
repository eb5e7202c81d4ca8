"""Model usage in words, and the state of a used-up budget."""

import pytest

from bot.summaries.budget import MICRO, Account, Accounts, Allowance, Budget, Prices, Spent, Tokens, tokens_in
from bot.summaries.budget_text import dollars_in_words, spending_in_words

PRICES = Prices(0.25, 2.0)


def accounts(spent: Spent, day: Allowance | None = None, prices: Prices | None = PRICES) -> Accounts:
    """Nine calls today, and as many on other days of the month."""
    budget = Budget(day=day or Allowance(), prices=prices)
    month = Spent(Tokens(2 * spent.tokens.input, 2 * spent.tokens.output), 2 * spent.micro_dollars, 18)
    return Accounts(budget, Account(spent, budget.day), Account(month, Allowance()))


NINE = Spent(Tokens(7000, 2000), 5750, calls=9)


def test_without_a_limit_it_says_what_was_spent() -> None:
    assert spending_in_words("gpt-5.6-mini", accounts(NINE)) == (
        "gpt-5.6-mini: today 9,000 tokens in 9 calls, under $0.01; this month 18,000 tokens in 18 calls, $0.01."
    )


def test_without_a_price_it_says_so_and_no_dollars() -> None:
    assert spending_in_words("m", accounts(NINE, prices=None)) == (
        "m: today 9,000 tokens in 9 calls; this month 18,000 tokens in 18 calls (price not set)."
    )


def test_a_limit_stands_beside_what_it_limits() -> None:
    said = spending_in_words("m", accounts(NINE, Allowance(tokens=50_000, micro_dollars=MICRO)))
    assert said.startswith("m: today 9,000 of 50,000 tokens in 9 calls, under $0.01 of $1.00; this month 18,000 tokens")


def test_a_count_with_estimates_in_it_is_about() -> None:
    spent = Spent(NINE.tokens, NINE.micro_dollars, calls=9, estimated=1)
    assert "today about 9,000 tokens" in spending_in_words("m", accounts(spent))


def test_a_used_up_budget_says_what_to_expect_and_until_when() -> None:
    said = spending_in_words("m", accounts(NINE, Allowance(tokens=9_500)))
    assert said.endswith(
        "The model's budget for today is used up, so summaries are extracted from the abstract until 00:00 UTC."
    )


@pytest.mark.parametrize(
    ("day", "used_up"),
    [
        (Allowance(), ""),
        (Allowance(tokens=20_000), ""),
        (Allowance(tokens=9_000), "today"),
        (Allowance(tokens=5_000), "today"),
        (Allowance(tokens=10_099), "today"),
        (Allowance(tokens=10_100), ""),
        (Allowance(micro_dollars=5_750), "today"),
        (Allowance(micro_dollars=10_000), ""),
    ],
)
def test_it_is_used_up_where_a_short_paper_is_too_dear(day: Allowance, used_up: str) -> None:
    assert accounts(NINE, day).used_up == used_up


def test_the_month_is_named_before_the_day() -> None:
    budget = Budget(Allowance(tokens=1), Allowance(tokens=1))
    assert Accounts(budget, Account(Spent(), budget.day), Account(Spent(), budget.month)).used_up == "this month"


def test_dollars_read_as_money() -> None:
    amounts = [0, 1, 9_999, 10_000, 250_000, 1_204_000_000]
    assert [dollars_in_words(amount) for amount in amounts] == [
        "$0.00", "under $0.01", "under $0.01", "$0.01", "$0.25", "$1,204.00",
    ]  # fmt: skip


def test_a_text_that_nobody_counted_is_estimated_generously() -> None:
    assert [tokens_in(text) for text in ("", "a", "four", "fives")] == [0, 1, 1, 2]


def test_the_share_for_what_people_ask_stands_beside_the_budget() -> None:
    budget = Budget(asked=Allowance(tokens=50_000), person=Allowance(tokens=10_000))
    nothing = Account(Spent(), Allowance())
    said = spending_in_words("m", Accounts(budget, nothing, nothing, Account(NINE, budget.asked)))
    assert (
        "; people's questions today 9,000 of 50,000 tokens in 9 calls; one person's at most 10,000 tokens a day" in said
    )

"""Model usage and limits in words, for `/paperlark` and the doctor's line."""

from bot.domain.summary import EXTRACTED
from bot.domain.wording import count
from bot.summaries.budget import MICRO, Account, Accounts

_CENT = MICRO // 100
_UNTIL = {"today": "until 00:00 UTC", "this month": "until next month (UTC)"}


def spending_in_words(model: str, accounts: Accounts) -> str:
    """Return "gpt-5.6-mini: today 9,100 of 50,000 tokens in 8 calls, $0.01; this month …", then any used-up budget."""
    priced = accounts.budget.prices is not None
    periods = (("today", accounts.today), ("this month", accounts.this_month))
    parts = [f"{period} {_account_in_words(account, priced)}" for period, account in periods]
    if accounts.asked.allowed:
        parts.append(f"people's questions today {_account_in_words(accounts.asked, priced)}")
    if accounts.budget.person.tokens:
        parts.append(f"one person's at most {count(accounts.budget.person.tokens, 'token')} a day")
    sentence = f"{model}: {'; '.join(parts)}{'' if priced else ' (price not set)'}."
    return f"{sentence} {used_up_in_words(accounts)}".strip()


def used_up_in_words(accounts: Accounts) -> str:
    """Return the sentence that summaries are extracts until the period ends; "" while budget is left."""
    period = accounts.used_up
    return (
        f"The model's budget for {period} is used up, so summaries are {EXTRACTED} {_UNTIL[period]}." if period else ""
    )


def dollars_in_words(micro_dollars: int) -> str:
    """Return "$0.25", "$1,204.00" or "under $0.01"."""
    return "under $0.01" if 0 < micro_dollars < _CENT else f"${micro_dollars / MICRO:,.2f}"


def _account_in_words(account: Account, priced: bool) -> str:
    spent, allowed = account.spent, account.allowed
    about = "about " if spent.estimated else ""
    tokens = f"{spent.tokens.total:,}"
    tokens += f" of {count(allowed.tokens, 'token')}" if allowed.tokens else " tokens"
    cost = f", {dollars_in_words(spent.micro_dollars)}" if priced else ""
    cost += f" of {dollars_in_words(allowed.micro_dollars)}" if allowed.micro_dollars else ""
    return f"{about}{tokens} in {count(spent.calls, 'call')}{cost}"

"""Gauges over all processes: what the stores hold about digests, channels and sources."""

from collections.abc import Mapping
from datetime import datetime

from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.categories import ARCHIVES
from bot.infra.metrics import (
    DEAD_LETTERS,
    LAST_FETCH_AGE,
    LEFT_DOLLARS,
    LEFT_TOKENS,
    PAUSED_CHANNELS,
    SPENT_DOLLARS,
    SPENT_TOKENS,
    WAITING_DIGESTS,
    Reading,
)
from bot.papers.arxiv_port import SOURCES
from bot.papers.store.fetch_log import FetchLog
from bot.summaries.budget import MICRO, Account
from bot.summaries.budget_port import TokenBudget


async def standing(
    ledger: Ledger, due_places: DuePlaces, failures: FailureStore, fetches: FetchLog, now: datetime
) -> list[Reading]:
    """Return the readings at `now` (UTC). A source that never answered has no age. Raises StoreDown."""
    ages = {source: _age_seconds(await fetches.last(source), now) for source in SOURCES}
    return [
        Reading(WAITING_DIGESTS, len(await ledger.waiting())),
        Reading(DEAD_LETTERS, sum(failure.dead for failure in await failures.all())),
        Reading(PAUSED_CHANNELS, await due_places.count_paused()),
        *(Reading(LAST_FETCH_AGE, age, {"source": source}) for source, age in ages.items() if age is not None),
    ]


async def spending(token_budget: TokenBudget) -> list[Reading]:
    """Return the costs of the language model, without unset prices and limits. Raises StoreDown."""
    accounts = await token_budget.accounts()
    priced = accounts.budget.prices is not None
    periods = {"day": accounts.today, "month": accounts.this_month}
    return [reading for name, account in periods.items() for reading in _readings(name, account, priced)]


def _readings(period: str, account: Account, priced: bool) -> list[Reading]:
    left_tokens, left_dollars = account.tokens_left, account.micro_dollars_left
    values = {
        SPENT_TOKENS: account.spent.tokens.total,
        SPENT_DOLLARS: account.spent.micro_dollars / MICRO if priced else None,
        LEFT_TOKENS: left_tokens,
        LEFT_DOLLARS: None if left_dollars is None else left_dollars / MICRO,
    }
    return [Reading(metric, value, {"period": period}) for metric, value in values.items() if value is not None]


def _age_seconds(last: Mapping[str, datetime], now: datetime) -> float | None:
    """Return the time since the oldest of the archives' last answers; archives that arXiv discontinued don't count."""
    known = [at for archive, at in last.items() if archive in ARCHIVES]
    return max((now - min(known)).total_seconds(), 0.0) if known else None

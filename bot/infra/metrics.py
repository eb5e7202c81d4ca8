"""All metrics of Paperlark. Labels have few values: never a channel, a team or a paper.

Each process reports its own counters; sum them. Gauges of the store (`SHARED`) are read on request and are equal in
every process; take one, or the largest.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import field
from enum import StrEnum

from bot.domain.frozen import frozen


class Kind(StrEnum):
    """Metric types of https://prometheus.io/docs/concepts/metric_types/."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@frozen
class Metric:
    """One metric. The last word of its name is its unit, if it has one; `buckets` are upper bounds in that unit."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    def values(self, labels: Mapping[str, str]) -> tuple[str, ...]:
        """Return the labels' values in order. Raises ValueError for wrong labels."""
        if set(labels) != set(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}, not {tuple(labels)}")
        return tuple(labels[name] for name in self.labels)


@frozen
class Reading:
    """A gauge's value at one moment."""

    metric: Metric
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)


PAGE_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Media type of the page (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

Read = Callable[[], Awaitable[Iterable[Reading]]]
"""Reads the store's gauges; raises StoreDown."""

_DELAYS = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 900.0, 1800.0, 3600.0, 7200.0, 21600.0, 86400.0)
_ANSWERS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

_COUNTER, _GAUGE, _HISTOGRAM = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

DIGESTS = Metric(
    "paperlark_digests_total",
    _COUNTER,
    "Attempts to deliver a digest, by what became of it: done, left, postponed, elsewhere, paused, failed.",
    ("platform", "outcome"),
)
MESSAGES = Metric(
    "paperlark_messages_total",
    _COUNTER,
    "Messages by what became of each attempt: sent, found (it was there already), later, refused, not_let_in, unknown, "
    "uncertain.",
    ("platform", "outcome"),
)
DELIVERY_DELAY = Metric(
    "paperlark_delivery_delay_seconds",
    _HISTOGRAM,
    "From a digest's slot to the receipt of its last message.",
    ("platform",),
    _DELAYS,
)
REQUESTS = Metric(
    "paperlark_requests_total",
    _COUNTER,
    "Requests to a source, by its answer: answered, busy, down, rejected.",
    ("source", "outcome"),
)
ANNOUNCED = Metric("paperlark_papers_announced_total", _COUNTER, "Papers whose announcement was seen first here.")
SUMMARIES = Metric(
    "paperlark_summaries_total",
    _COUNTER,
    "Summaries shown, by who made them: model, or extract (the abstract's own sentences).",
    ("made_by",),
)
MODEL_TOKENS = Metric(
    "paperlark_model_tokens_total", _COUNTER, "Tokens the model was given (prompt) and wrote (completion).", ("kind",)
)
COMMANDS = Metric(
    "paperlark_commands_total",
    _COUNTER,
    "Commands answered, by outcome: answered, refused (a sentence says why), failed (a fault of ours).",
    ("platform", "command", "outcome"),
)
COMMAND_SECONDS = Metric(
    "paperlark_command_seconds", _HISTOGRAM, "From a command to its answer.", ("platform",), _ANSWERS
)
JOBS = Metric(
    "paperlark_jobs_total",
    _COUNTER,
    "Jobs ended, by outcome: done, again (to be tried once more), dead (given up).",
    ("job", "outcome"),
)
CLOCK_OFFSET = Metric("paperlark_clock_offset_seconds", _GAUGE, "How far this machine's clock is ahead of Redis'.")
BUILD_INFO = Metric("paperlark_build_info", _GAUGE, "1, labelled with the version of this process.", ("version",))
STORE_UP = Metric("paperlark_store_up", _GAUGE, "1 where Redis answered in time for this page, else 0.")

WAITING_DIGESTS = Metric("paperlark_waiting_digests", _GAUGE, "Digests written to the ledger and not wholly sent.")
DEAD_LETTERS = Metric("paperlark_dead_letters", _GAUGE, "Jobs given up, which somebody has to look at.")
PAUSED_CHANNELS = Metric("paperlark_paused_channels", _GAUGE, "Channels that can't be written to any more.")
LAST_FETCH_AGE = Metric(
    "paperlark_last_fetch_age_seconds",
    _GAUGE,
    "Since the last complete answer of a source, for the archive that waits longest.",
    ("source",),
)

_PERIOD = ("period",)
SPENT_TOKENS = Metric(
    "paperlark_model_spent_tokens", _GAUGE, "Tokens the model took in this period (UTC): day, month.", _PERIOD
)
SPENT_DOLLARS = Metric(
    "paperlark_model_spent_dollars", _GAUGE, "What they cost by the prices that are set, if any.", _PERIOD
)
LEFT_TOKENS = Metric(
    "paperlark_model_left_tokens", _GAUGE, "Tokens the model may still take in this period, if limited.", _PERIOD
)
LEFT_DOLLARS = Metric(
    "paperlark_model_left_dollars", _GAUGE, "What may still be spent on the model in this period, if limited.", _PERIOD
)

SHARED = (
    WAITING_DIGESTS, DEAD_LETTERS, PAUSED_CHANNELS, LAST_FETCH_AGE,
    SPENT_TOKENS, SPENT_DOLLARS, LEFT_TOKENS, LEFT_DOLLARS,
)  # fmt: skip
"""Metrics that are equal in all processes."""

OWN = (
    DIGESTS, MESSAGES, DELIVERY_DELAY, REQUESTS, ANNOUNCED, SUMMARIES, MODEL_TOKENS, COMMANDS, COMMAND_SECONDS, JOBS,
    CLOCK_OFFSET, BUILD_INFO, STORE_UP,
)  # fmt: skip
"""Metrics of each process."""

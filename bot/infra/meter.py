"""Who counts what happens. Counting never raises for a value, only where a metric is given labels it doesn't have."""

from typing import Protocol

from bot.infra.metrics import Metric


class Meter(Protocol):
    """Counts, and tells somebody else. Returns at once; safe from any task of the event loop's thread."""

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:
        """Adds `number` to a counter; nothing where it is negative or no number."""
        ...

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        """Notes one value, at least 0, in a histogram."""
        ...

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:
        """Says what a gauge shows from now on."""
        ...


class NoMeter:
    """Tells nobody, but minds the labels: a wrong one is found by any test."""

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:  # noqa: ARG002 - as the port has it
        metric.values(labels)

    def observe(self, metric: Metric, value: float, **labels: str) -> None:  # noqa: ARG002
        metric.values(labels)

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:  # noqa: ARG002
        metric.values(labels)


NO_METER = NoMeter()
"""For commands that nobody watches."""

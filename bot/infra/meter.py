"""Port for metrics. Counting never raises for a value, only for labels that the metric doesn't have."""

from typing import Protocol

from bot.infra.metrics import Metric


class Meter(Protocol):
    """Records metrics. Returns at once; safe from any task of the event loop's thread."""

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:
        """Add `number` to a counter; ignore negative numbers and NaN."""
        ...

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        """Record one value, at least 0, in a histogram."""
        ...

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:
        """Set a gauge."""
        ...


class NoMeter:
    """Records nothing, but checks the labels, so that any test finds a wrong one."""

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:  # noqa: ARG002 - as the port has it
        metric.values(labels)

    def observe(self, metric: Metric, value: float, **labels: str) -> None:  # noqa: ARG002
        metric.values(labels)

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:  # noqa: ARG002
        metric.values(labels)


NO_METER = NoMeter()
"""For commands without monitoring."""

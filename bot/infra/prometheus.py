"""Metrics for Prometheus: each meter has its own registry and renders the page that Prometheus reads."""

import asyncio
import logging
from collections.abc import Iterable, Iterator, Mapping
from math import isfinite

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector

from bot.domain.errors import BotError
from bot.domain.text.clean import clean
from bot.infra.metrics import BUILD_INFO, OWN, SHARED, STORE_UP, Kind, Metric, Read, Reading

log = logging.getLogger(__name__)

STORE_TIMEOUT = 2.0
"""Timeout of the page for the store."""

MAX_SERIES = 200
"""Label sets of a metric; further ones are counted as OTHER."""

OTHER = "other"
_MAX_LABEL_LENGTH = 60


class PrometheusMeter:
    """Meter for Prometheus, with this process's memory, descriptors and start time."""

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        self._metrics = {metric.name: _create(metric, self._registry) for metric in OWN}
        self._series: dict[str, set[tuple[str, ...]]] = {metric.name: set() for metric in OWN}
        ProcessCollector(registry=self._registry)
        self.gauge(BUILD_INFO, 1, version=version)

    def count(self, metric: Metric, number: float = 1, **labels: str) -> None:
        found = self._series_of(metric, labels)
        if isinstance(found, Counter) and isfinite(number) and number >= 0:
            found.inc(number)

    def observe(self, metric: Metric, value: float, **labels: str) -> None:
        found = self._series_of(metric, labels)
        if isinstance(found, Histogram) and isfinite(value):
            found.observe(max(value, 0.0))

    def gauge(self, metric: Metric, value: float, **labels: str) -> None:
        found = self._series_of(metric, labels)
        if isinstance(found, Gauge):
            found.set(value)

    async def page(self, read: Read) -> bytes:
        """Return all metrics as text of `metrics.PAGE_TYPE`; omit and log what `read` doesn't return in 2 s."""
        try:
            async with asyncio.timeout(STORE_TIMEOUT):
                readings = list(await read())
            self.gauge(STORE_UP, 1)
        except (BotError, TimeoutError) as down:
            log.warning("Metrics of the store are left out: why=%s", str(down) or "it took too long")
            readings = []
            self.gauge(STORE_UP, 0)
        now = CollectorRegistry()
        now.register(_Readings(readings))
        return generate_latest(self._registry) + generate_latest(now)

    def _series_of(self, metric: Metric, labels: Mapping[str, str]) -> MetricWrapperBase:
        values = tuple(clean(value, _MAX_LABEL_LENGTH) for value in metric.values(labels))
        found = self._metrics[metric.name]
        if not values:
            return found
        known = self._series[metric.name]
        if values not in known and len(known) >= MAX_SERIES:
            values = (OTHER,) * len(values)
        known.add(values)
        return found.labels(*values)


class _Readings(Collector):
    """Collector of the gauges read for one page."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._readings = tuple(readings)

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for metric in SHARED:
            family = GaugeMetricFamily(metric.name, metric.help, labels=metric.labels)
            for reading in self._readings:
                if reading.metric is metric:
                    family.add_metric(metric.values(reading.labels), reading.value)
            yield family


def _create(metric: Metric, registry: CollectorRegistry) -> MetricWrapperBase:
    if metric.kind is Kind.HISTOGRAM:
        return Histogram(metric.name, metric.help, metric.labels, buckets=metric.buckets, registry=registry)
    kind = Counter if metric.kind is Kind.COUNTER else Gauge
    return kind(metric.name, metric.help, metric.labels, registry=registry)

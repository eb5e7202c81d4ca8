"""Metrics parse with Prometheus' own parser, have few labels, and include the store's gauges in time."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis

from bot.app.agenda import AgendaReader
from bot.app.gauges import spending, standing
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.due_places import DuePlaces
from bot.delivery.store.failures import FailureStore
from bot.delivery.store.ledger import Ledger
from bot.delivery.wrong_slots import WrongSlots
from bot.domain.channel import Channel, Place
from bot.domain.digest import Digest
from bot.domain.errors import StoreDown
from bot.domain.task import Job, Task
from bot.infra import metrics
from bot.infra.clock import FixedClock
from bot.infra.meter import Meter, NoMeter
from bot.infra.metrics import Kind, Metric, Reading
from bot.infra.prometheus import MAX_SERIES, OTHER, STORE_TIMEOUT, PrometheusMeter
from bot.infra.redis.connection import open_redis
from bot.papers.store.fetch_log import FetchLog
from bot.summaries.budget import MICRO, Allowance, Budget, Prices, Tokens
from bot.summaries.store.budget import RedisTokenBudget
from support.fast import examples

NOW = datetime(2026, 9, 1, 12, tzinfo=UTC)
EVERY = (*metrics.OWN, *metrics.SHARED)


async def nothing() -> list[Reading]:
    return []


Samples = dict[tuple[str, frozenset[str]], float]


def of(name: str, *labels: str) -> tuple[str, frozenset[str]]:
    """A sample by its name and the values of its labels."""
    return name, frozenset(labels)


async def read(meter: PrometheusMeter, readings: Iterable[Reading] = ()) -> Samples:

    async def told() -> list[Reading]:
        return list(readings)

    return parsed(await meter.page(told))


def parsed(page: bytes) -> Samples:
    families = text_string_to_metric_families(page.decode())
    return {of(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


@pytest.fixture
def meter() -> PrometheusMeter:
    return PrometheusMeter("1.2.3")


class TestThePage:
    async def test_counts_add_up_by_label(self, meter: PrometheusMeter) -> None:
        meter.count(metrics.DIGESTS, platform="slack", outcome="done")
        meter.count(metrics.DIGESTS, platform="slack", outcome="done")
        meter.count(metrics.DIGESTS, platform="slack", outcome="left")
        meter.count(metrics.MODEL_TOKENS, 812, kind="prompt")
        samples = await read(meter)
        assert samples[of("paperlark_digests_total", "slack", "done")] == 2
        assert samples[of("paperlark_digests_total", "slack", "left")] == 1
        assert samples[of("paperlark_model_tokens_total", "prompt")] == 812

    async def test_values_fall_into_buckets(self, meter: PrometheusMeter) -> None:
        for delay in (0.5, 40, 100_000):
            meter.observe(metrics.DELIVERY_DELAY, delay, platform="slack")
        samples = await read(meter)
        name = "paperlark_delivery_delay_seconds"
        found = [samples[of(f"{name}_bucket", "slack", bound)] for bound in ("1.0", "60.0", "86400.0", "+Inf")]
        assert found == [1, 2, 2, 3]
        assert samples[of(f"{name}_sum", "slack")] == 100_040.5

    async def test_it_tells_the_version_the_memory_and_what_the_store_said(self, meter: PrometheusMeter) -> None:
        samples = await read(meter, [Reading(metrics.LAST_FETCH_AGE, 7.5, {"source": "feed"})])
        assert samples[of("paperlark_build_info", "1.2.3")] == 1
        assert samples[of("process_resident_memory_bytes")] > 1_000_000
        assert samples[of("paperlark_last_fetch_age_seconds", "feed")] == 7.5
        assert samples[of("paperlark_store_up")] == 1

    async def test_two_meters_in_one_process_count_each_for_itself(self, meter: PrometheusMeter) -> None:
        other = PrometheusMeter("1.2.3")
        other.count(metrics.ANNOUNCED, 3)
        assert (await read(meter))[of("paperlark_papers_announced_total")] == 0
        assert (await read(other))[of("paperlark_papers_announced_total")] == 3

    @settings(max_examples=examples(50))
    @given(st.text(st.characters(), max_size=100), st.floats())
    def test_whatever_is_counted_the_page_can_be_read(self, label: str, value: float) -> None:
        meter = PrometheusMeter("1.2.3")
        meter.count(metrics.JOBS, value, job=label, outcome=label)
        meter.observe(metrics.DELIVERY_DELAY, value, platform=label)
        meter.gauge(metrics.CLOCK_OFFSET, value)
        samples = parsed(asyncio.run(meter.page(nothing)))
        assert samples[of("paperlark_store_up")] == 1

    async def test_labels_that_take_ever_new_values_are_counted_together(self, meter: PrometheusMeter) -> None:
        for number in range(MAX_SERIES + 50):
            meter.count(metrics.REQUESTS, source=f"source {number}", outcome="down")
        samples = await read(meter)
        assert samples[of("paperlark_requests_total", OTHER, OTHER)] == 50
        assert len([key for key in samples if key[0] == "paperlark_requests_total"]) == MAX_SERIES + 1


class TestAStoreInTrouble:
    async def test_its_gauges_are_left_out_and_the_rest_is_told(
        self, meter: PrometheusMeter, caplog: pytest.LogCaptureFixture
    ) -> None:
        async def down() -> list[Reading]:
            raise StoreDown

        meter.count(metrics.ANNOUNCED)
        samples = parsed(await meter.page(down))
        assert samples[of("paperlark_store_up")] == 0
        assert samples[of("paperlark_papers_announced_total")] == 1
        assert of("paperlark_waiting_digests") not in samples
        assert caplog.messages == [f"Metrics of the store are left out: why={StoreDown.sentence}"]

    async def test_one_that_is_silent_holds_the_page_up_for_two_seconds(self, meter: PrometheusMeter) -> None:
        async def silent() -> list[Reading]:
            return await asyncio.Event().wait() or []

        async with asyncio.timeout(STORE_TIMEOUT + 1):
            samples = parsed(await meter.page(silent))
        assert samples[of("paperlark_store_up")] == 0


class TestNames:
    @pytest.mark.parametrize("metric", EVERY, ids=lambda metric: metric.name)
    def test_each_is_named_after_its_kind_and_helps_whoever_reads_it(self, metric: Metric) -> None:
        """https://prometheus.io/docs/practices/naming/"""
        assert metric.name.startswith("paperlark_")
        assert metric.name.endswith("_total") is (metric.kind is Kind.COUNTER)
        assert metric.help.endswith(".")
        assert bool(metric.buckets) is (metric.kind is Kind.HISTOGRAM)
        assert not {"channel", "place", "team", "paper", "digest"} & set(metric.labels)

    async def test_every_metric_is_on_the_page(self, meter: PrometheusMeter) -> None:
        families = {f.name: f for f in text_string_to_metric_families((await meter.page(nothing)).decode())}
        for metric in EVERY:
            family = families[metric.name.removesuffix("_total")]
            assert family.type == metric.kind
            assert family.documentation == metric.help

    @pytest.mark.parametrize("make", [NoMeter, lambda: PrometheusMeter("1.2.3")])
    def test_a_wrong_label_is_a_fault_that_any_test_finds(self, make: type[NoMeter]) -> None:
        meter: Meter = make()
        with pytest.raises(ValueError, match="paperlark_jobs_total"):
            meter.count(metrics.JOBS, job="fetch")
        with pytest.raises(ValueError, match="paperlark_command_seconds"):
            meter.observe(metrics.COMMAND_SECONDS, 1, platform="slack", channel="C1")
        with pytest.raises(ValueError, match="paperlark_clock_offset_seconds"):
            meter.gauge(metrics.CLOCK_OFFSET, 1, place="here")


async def test_the_store_tells_what_waits_what_is_paused_and_how_old_each_source_is(redis_client: Redis) -> None:
    ledger, channels = Ledger(redis_client), ChannelStore(redis_client)
    failures, fetches = FailureStore(redis_client), FetchLog(redis_client)
    for number in range(3):
        place = Place("slack", "T1", f"C{number}")
        await ledger.open(a_digest(place), None)
        await channels.set(Channel(place, paused="It is archived." if number else ""))
    await fetches.done("feed", "cs", NOW - timedelta(hours=2))
    await fetches.done("feed", "math", NOW - timedelta(hours=5))
    await fetches.done("feed", "alchemy", NOW - timedelta(days=900))

    await failures.note(Task(Job.BUILD, place, NOW.date()), "It broke.", max_tries=1)

    due_places = DuePlaces(redis_client)
    await AgendaReader(channels, due_places, WrongSlots(channels, ledger)).read(NOW, timedelta(0))

    readings = await standing(ledger, due_places, failures, fetches, NOW)

    assert readings == [
        Reading(metrics.WAITING_DIGESTS, 3),
        Reading(metrics.DEAD_LETTERS, 1),
        Reading(metrics.PAUSED_CHANNELS, 2),
        Reading(metrics.LAST_FETCH_AGE, 5 * 3600, {"source": "feed"}),
    ]


async def test_the_store_tells_what_models_cost_and_what_is_left(redis_client: Redis) -> None:
    budget = Budget(day=Allowance(tokens=5000), month=Allowance(micro_dollars=MICRO), prices=Prices(1.0, 10.0))
    token_budget = RedisTokenBudget(redis_client, FixedClock(NOW), budget)
    await token_budget.settle(await token_budget.reserve(Tokens(1000, 500)), Tokens(800, 200))
    day, month = {"period": "day"}, {"period": "month"}
    assert await spending(token_budget) == [
        Reading(metrics.SPENT_TOKENS, 1000, day),
        Reading(metrics.SPENT_DOLLARS, 0.0028, day),
        Reading(metrics.LEFT_TOKENS, 4000, day),
        Reading(metrics.SPENT_TOKENS, 1000, month),
        Reading(metrics.SPENT_DOLLARS, 0.0028, month),
        Reading(metrics.LEFT_DOLLARS, 0.9972, month),
    ]


async def test_without_prices_and_limits_it_tells_the_tokens_alone(redis_client: Redis) -> None:
    readings = await spending(RedisTokenBudget(redis_client, FixedClock(NOW), Budget()))
    assert [(reading.metric, reading.value) for reading in readings] == [(metrics.SPENT_TOKENS, 0)] * 2


async def test_where_nobody_listens_that_is_store_down(gone_url: str) -> None:
    client = open_redis(gone_url)
    with pytest.raises(StoreDown):
        await standing(Ledger(client), DuePlaces(client), FailureStore(client), FetchLog(client), NOW)
    await client.aclose()


def a_digest(place: Place) -> Digest:
    return Digest(place, date(2026, 9, 1), NOW, items=(), announced=0, matched=0)

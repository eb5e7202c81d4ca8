"""A lock or a pause from a clock that was a month ahead doesn't last a month, on any store."""

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from bot.delivery.store.failures import MAX_PAUSE_SECONDS, FailureStore
from bot.delivery.store.ledger import Ledger
from bot.domain.channel import Place
from bot.domain.task import Failure, Job, Task
from bot.infra.redis import keys
from bot.infra.redis.short_lived import end_overlong

MONTH_SECONDS = 30 * 86400
HERE = Place("slack", "T1", "C1")
LOCKS = (
    f"{keys.ARXIV}:turn",
    f"{keys.ARXIV}:gap",
    keys.FETCHING,
    keys.UPVOTES_REST,
    keys.summarizing("2605.00001", 1, "en"),
    keys.rate_limit("slack", "last"),
    keys.rate_limit("slack", "closed", "T1", "C1"),
    keys.letters_to("a hash"),
)


async def test_overlong_locks_are_cut_and_what_lives_on_purpose_is_left(redis_client: Redis) -> None:
    kept = {keys.paper("2605.00001"): MONTH_SECONDS, keys.FETCHING + ":else": MONTH_SECONDS, keys.PAPER_ORIGIN: 0}
    for name in LOCKS:
        await redis_client.set(name, "1", ex=MONTH_SECONDS)
    for name, seconds in kept.items():
        await redis_client.set(name, "1", ex=seconds or None)
    assert await end_overlong(redis_client) == len(LOCKS)
    assert await end_overlong(redis_client) == 0
    assert max([await redis_client.ttl(name) for name in LOCKS]) <= 86400
    assert [await redis_client.ttl(name) > 86400 for name in kept] == [True, True, False]
    assert await redis_client.exists(keys.PAPER_ORIGIN)


async def test_a_claim_and_a_retry_from_the_future_hold_up_nothing(redis_client: Redis) -> None:
    day = datetime(2026, 9, 1, tzinfo=UTC).date()
    seconds, _ = await redis_client.time()
    ahead = int(seconds) + MONTH_SECONDS
    claimed = {"state": "open", "p0state": "queued", "p0owner": "another", "p0until": ahead}
    await redis_client.hset(keys.ledger_entry(HERE, day.isoformat()), mapping=claimed)
    assert await Ledger(redis_client).claim(HERE, day, 0) == "fresh"

    failures, task = FailureStore(redis_client), Task(Job.BUILD, HERE, day)
    now = datetime.fromtimestamp(int(seconds), UTC)
    for pause, rests in ((timedelta(seconds=MAX_PAUSE_SECONDS / 2), True), (timedelta(days=30), False)):
        await failures._keep(Failure(task, "It failed.", 1, now, now + pause))
        assert bool(await failures.resting(HERE)) is rests

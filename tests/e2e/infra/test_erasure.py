"""What a person deletes is in no file under PAPERLARK_HOME soon after, whichever way they deleted it.

An address stood seven times in the append-only file, also after two restarts.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.app.router import CommandRouter
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.domain.channel import Channel, Follow, Kind, Mute, Place
from bot.domain.feedback import Feedback, FeedbackKind
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.infra.redis.erasure import erase, erase_at_end, mark_deleted
from bot.ranking.store.feedback import FeedbackStore
from support.bot_process import paperlark, running

NOW = datetime(2026, 8, 11, tzinfo=UTC)
HERE, MAILBOX = Place("slack", "T1", "C1"), Place("email", "slack:T1:C1", "zebedee@example.org")
SECRET = "zebedee"


async def a_follow(redis: Redis) -> None:
    channels, follow = ChannelStore(redis), Follow(Kind.TOPIC, "zebedee", NOW)
    await channels.follow(HERE, follow)
    await channels.unfollow(HERE, follow.key)


async def a_mute(redis: Redis) -> None:
    channels, mute = ChannelStore(redis), Mute("zebedee", NOW)
    await channels.mute(HERE, mute)
    await channels.unfollow(HERE, mute.key)


async def feedback(redis: Redis) -> None:
    store, opinion = FeedbackStore(redis), Feedback("zebedee/1234567", FeedbackKind.SAVED, NOW)
    await store.keep(HERE, [opinion])
    await store.drop(HERE, [opinion.key])


async def a_mailbox(redis: Redis) -> None:
    channels = ChannelStore(redis)
    await channels.set(Channel(MAILBOX, since=NOW, by="zebedee"))
    await channels.forget(MAILBOX)


async def a_confirmation(redis: Redis) -> None:
    store = ConfirmationStore(redis)
    await store.begin(HERE, "U1", "zebedee@example.org", "123456")
    await store.end(HERE, "U1")


async def a_team(redis: Redis) -> None:
    channels = ChannelStore(redis)
    await channels.set(Channel(HERE, since=NOW, by="zebedee"))
    await channels.follow(HERE, Follow(Kind.TOPIC, "zebedee", NOW, by="zebedee"))
    router = CommandRouter({}, channels, completions=None)  # type: ignore[arg-type]
    await router.forget_team("slack", "T1")


DELETIONS: list[Callable[[Redis], Awaitable[None]]] = [a_follow, a_mute, feedback, a_mailbox, a_confirmation, a_team]


def files_with(home: Path, words: str) -> list[str]:
    """Return the files under `home` that hold these words, in whatever case."""
    return [path.name for path in home.rglob("*") if path.is_file() and words.encode() in path.read_bytes().lower()]


@pytest.mark.parametrize("deletes", DELETIONS, ids=lambda deletes: deletes.__name__)
async def test_what_is_deleted_is_in_no_file_afterwards(
    tmp_path: Path, wait_until, deletes: Callable[[Redis], Awaitable[None]]
) -> None:
    async with embedded_valkey(tmp_path) as url:
        client = open_redis(url)
        await deletes(client)
        assert files_with(tmp_path, SECRET)
        assert await erase(client)
        await wait_until(lambda: not files_with(tmp_path, SECRET), "it is gone from disk")
        assert not await erase(client)
        await client.aclose()
    assert not files_with(tmp_path, SECRET)


async def test_deletions_in_a_row_are_rewritten_together_and_the_last_at_the_end(tmp_path: Path, wait_until) -> None:
    async with embedded_valkey(tmp_path) as url:
        client = open_redis(url)
        await a_mute(client)
        assert await erase(client)
        await a_follow(client)
        assert not await erase(client)
        assert files_with(tmp_path, SECRET)
        await erase_at_end(client)
        await wait_until(lambda: not files_with(tmp_path, SECRET), "it is gone from disk")
        await client.aclose()


async def test_a_deletion_during_a_rewrite_is_left_to_the_next_one(redis_client: Redis) -> None:
    await mark_deleted(redis_client)
    first = await redis_client.get(keys.ERASE)
    await mark_deleted(redis_client)
    assert await redis_client.get(keys.ERASE) != first
    assert await erase(redis_client)
    assert not await redis_client.exists(keys.ERASE)


@pytest.mark.one_store
async def test_a_server_that_may_not_be_asked_is_left_alone_and_that_is_said(
    redis_client: Redis, redis_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    await redis_client.execute_command("ACL", "SETUSER", "guest", "on", "nopass", "~*", "+@all", "-bgrewriteaof")
    guest = open_redis(redis_url)
    await guest.execute_command("AUTH", "guest", "")
    try:
        await mark_deleted(guest)
        await erase(guest, at_once=True)
    finally:
        await guest.aclose()
        await redis_client.execute_command("ACL", "DELUSER", "guest")
    assert "Redis doesn't let me rewrite its file" in caplog.text


@pytest.mark.slow
async def test_a_command_and_a_running_bot_leave_nothing_of_it_even_after_a_restart(tmp_path: Path, wait_until) -> None:
    settings = {"PAPERLARK_HOME": tmp_path}
    for text in ('/follow "zebedee lattices"', '/unfollow "zebedee lattices"'):
        ended = await paperlark("ask", text, settings=settings)
        assert ended.code == 0, ended.err
    await wait_until(lambda: not files_with(tmp_path, SECRET), "it is gone after the command")
    async with embedded_valkey(tmp_path) as url:
        client = open_redis(url)
        await a_mailbox(client)
        await client.delete(keys.ERASED)
        async with running("--only", "worker", settings=settings):
            await wait_until(lambda: not files_with(tmp_path, SECRET), "the bot rewrites it", 30.0)
        await client.aclose()

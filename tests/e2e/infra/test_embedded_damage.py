"""Where data of the embedded Valkey is missing or damaged, it is mended without loss or refused; it never begins empty.

It did, without a word, with an empty log or a lost manifest, and named a tool that isn't shipped.
"""

import os
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from bot.delivery.store.channels import ChannelStore
from bot.domain.channel import Follow, Kind, Place
from bot.domain.errors import StoreDown, StoreFull
from bot.infra.redis.connection import open_redis
from bot.infra.redis.embedded import embedded_valkey
from bot.infra.redis.embedded_files import full_disk, refuse_if_damaged
from bot.infra.redis.embedded_keeper import KEEPER_LOCK, try_lock

HERE = Place("slack", "T1", "C1")
FOLLOWS = tuple(Follow(Kind.AUTHOR, name, datetime(2026, 8, 11, tzinfo=UTC)) for name in ("Yam Eitan", "Ada Lovelace"))

Damage = Callable[[Path], None]


@pytest.fixture
async def home(tmp_path: Path, wait_until) -> Path:
    """A home with a base and a log, each with one of `FOLLOWS`, whose server has ended."""
    async with embedded_valkey(tmp_path) as url:
        await follow(url, FOLLOWS[0])
        with redis.Redis.from_url(url) as client:
            client.bgrewriteaof()
            await wait_until(lambda: not client.info("persistence")["aof_rewrite_in_progress"], "it is rewritten")
        await follow(url, FOLLOWS[1])
    await wait_until(lambda: not has_keeper(tmp_path), "server and keeper end")
    return tmp_path


async def follow(url: str, what: Follow) -> None:
    client = open_redis(url)
    await ChannelStore(client).follow(HERE, what)
    await client.aclose()


async def follows(home: Path) -> set[Follow]:
    async with embedded_valkey(home) as url:
        client = open_redis(url)
        found = (await ChannelStore(client).get(HERE)).follows
        await client.aclose()
    return set(found)


def has_keeper(home: Path) -> bool:
    lock = try_lock(str(home / KEEPER_LOCK))
    if lock is not None:
        os.close(lock)
    return lock is None


def one(home: Path, pattern: str) -> Path:
    (found,) = (home / "valkey" / "appendonlydir").glob(pattern)
    return found


def emptied(pattern: str) -> Damage:
    return lambda home: one(home, pattern).write_bytes(b"")


def gone(pattern: str) -> Damage:
    return lambda home: one(home, pattern).unlink()


def halved(home: Path) -> None:
    base = one(home, "*.base.rdb")
    base.write_bytes(base.read_bytes()[: base.stat().st_size // 2])


def turned(home: Path) -> None:
    """A disk that lies: every byte of the base is another one."""
    base = one(home, "*.base.rdb")
    base.write_bytes(bytes(byte ^ 0x55 for byte in base.read_bytes()))


def foreign(home: Path) -> None:
    log = one(home, "*.incr.aof")
    log.write_bytes(b"no log\r\n" + log.read_bytes())


def damaged_in_the_middle(home: Path) -> None:
    log = one(home, "*.incr.aof")
    content = log.read_bytes()
    second = content.index(b"*", 1)
    log.write_bytes(content[:second] + b"garbage" + content[second:])


def without_folder(home: Path) -> None:
    shutil.rmtree(home / "valkey" / "appendonlydir")


def a_file_instead(home: Path) -> None:
    without_folder(home)
    (home / "valkey" / "appendonlydir").write_bytes(b"x")


def two_bases_without_manifest(home: Path) -> None:
    base = one(home, "*.base.rdb")
    shutil.copy(base, base.with_name("appendonly.aof.7.base.rdb"))
    one(home, "*.manifest").unlink()


REFUSED: dict[str, tuple[Damage, str]] = {
    "an empty log": (emptied("*.incr.aof"), "incr.aof has only 0 bytes of"),
    "an empty base": (emptied("*.base.rdb"), "base.rdb has only 0 bytes of"),
    "no log": (gone("*.incr.aof"), "incr.aof is missing"),
    "no base": (gone("*.base.rdb"), "base.rdb is missing"),
    "half a base": (halved, "bytes of"),
    "a turned base": (turned, "the server can't read its files"),
    "a foreign log": (foreign, "can't be read from byte 0 of"),
    "a damaged middle": (damaged_in_the_middle, "can't be read from byte"),
    "no folder": (without_folder, "the folder appendonlydir is gone"),
    "a file instead": (a_file_instead, "is no folder"),
    "two bases without manifest": (two_bases_without_manifest, "is missing or can't be read"),
}


def contents(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in (home / "valkey").rglob("*") if path.is_file()}


@pytest.mark.parametrize("kind", REFUSED)
async def test_a_start_is_refused_changes_nothing_and_says_what_to_type(home: Path, kind: str) -> None:
    damage, what = REFUSED[kind]
    damage(home)
    before = contents(home)
    with pytest.raises(StoreDown) as refused:
        async with embedded_valkey(home):
            pass
    assert refused.value.sentence.startswith(f"The embedded store in {home} is damaged: ")
    assert what in refused.value.sentence
    assert f"mv {home}/valkey {home}/valkey.damaged && paperlark import" in refused.value.hint
    assert "aof" not in refused.value.hint.replace(".aof", "")
    assert contents(home) == before


async def test_the_commands_that_are_named_can_be_typed(home: Path) -> None:
    """The data is put aside, and the store goes on with what is left."""
    damaged_in_the_middle(home)
    with pytest.raises(StoreDown) as refused:
        await follows(home)
    command = refused.value.hint.split("To go on without what is lost: ")[1].removesuffix(".")
    subprocess.run(["sh", "-ec", f"{command}; rm -f {shlex.quote(str(home / 'valkey' / 'sizes'))}"], check=True)
    assert await follows(home) == {FOLLOWS[0]}
    assert (home / "valkey.damaged" / "appendonlydir").is_dir()


async def test_moved_aside_a_new_store_begins(home: Path) -> None:
    (home / "valkey").rename(home / "valkey.damaged")
    assert await follows(home) == set()


@pytest.mark.parametrize("damage", [gone("*.manifest"), emptied("*.manifest")], ids=["lost", "empty"])
async def test_a_manifest_is_written_anew_where_the_files_leave_no_doubt(
    home: Path, damage: Damage, caplog: pytest.LogCaptureFixture
) -> None:
    damage(home)
    assert await follows(home) == set(FOLLOWS)
    assert "The list of the store's files was lost and is written anew" in caplog.text


async def test_a_garbage_tail_is_cut_off_and_kept_aside(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with one(home, "*.incr.aof").open("ab") as log:
        log.write(os.urandom(300).replace(b"*", b"?") + b"\r\n")
    damaged = one(home, "*.incr.aof").read_bytes()
    assert await follows(home) == set(FOLLOWS)
    (copy,) = (home / "valkey").glob("damaged-*/*.incr.aof")
    assert copy.read_bytes() == damaged
    assert f"copy={copy}" in caplog.text


async def test_what_a_half_written_rewrite_left_is_removed(home: Path) -> None:
    """It may hold what people deleted."""
    left = home / "valkey" / "appendonlydir" / "temp-rewriteaof-bg-17.aof"
    left.write_bytes(b"deleted by Ada")
    assert await follows(home) == set(FOLLOWS)
    assert not left.exists()


def test_a_new_and_an_empty_home_are_no_damage(tmp_path: Path) -> None:
    refuse_if_damaged(tmp_path / "valkey")
    (tmp_path / "valkey" / "appendonlydir").mkdir(parents=True)
    refuse_if_damaged(tmp_path / "valkey")


@pytest.mark.skipif(os.getuid() == 0, reason="nothing is kept from root")
async def test_files_of_another_user_are_said_with_the_command_that_gives_them_back(home: Path) -> None:
    one(home, "*.incr.aof").chmod(0)
    with pytest.raises(StoreDown) as refused:
        await follows(home)
    assert "chown" in refused.value.hint


async def test_a_full_disk_is_named_with_its_room_and_its_path(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.infra.redis.embedded_files.is_full", lambda _: True)
    with pytest.raises(StoreDown, match=r"^The disk is full: /.* has [\d,]+ KiB left, and PAPERLARK_HOME \(/"):
        async with embedded_valkey(home):
            raise StoreFull
    assert f"({home})" in full_disk(home)

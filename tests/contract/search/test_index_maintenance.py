"""The index follows Redis over processes that start, end and are killed; lost data is rebuilt."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.domain.errors import StoreDown
from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.infra.redis.connection import open_redis
from bot.search.index.engine import SCHEMA, Engine
from bot.search.index.maintain import DiskSearchIndex
from support.builders.search_index import MODEL, Shelf, unit

ROOT = Path(__file__).resolve().parents[3]
PAPER = Paper("2605.00001", "Whales", "They sing.", ("Ada Byron",), ("cs.SD",), datetime(2026, 5, 1, tzinfo=UTC))
MANY = [replace(PAPER, id=f"2605.{n:05}", title=f"Whales of sea{n}") for n in range(1, 701)]

Opened = Callable[..., Shelf]


@pytest.fixture
async def opened(redis_client: Redis, tmp_path: Path) -> AsyncIterator[Opened]:
    """A process's view of one Redis and one folder; as many as wanted."""
    shelves: list[Shelf] = []

    def one(home: str = "home", model: str = MODEL) -> Shelf:
        shelves.append(Shelf(redis_client, tmp_path / home, model))
        return shelves[-1]

    yield one
    for shelf in shelves:
        await shelf.index.aclose()


class TestFollowing:
    async def test_what_is_kept_is_found_by_the_next_question(self, opened: Opened) -> None:
        shelf = opened()
        assert await shelf.found(text="whales") == []
        await shelf.papers.keep([PAPER])
        assert await shelf.found(text="whales") == [PAPER.id]

    async def test_a_newer_version_takes_the_place_of_the_older(self, opened: Opened) -> None:
        shelf = opened()
        await shelf.papers.keep([PAPER])
        assert await shelf.found(text="whales") == [PAPER.id]
        await shelf.papers.keep([replace(PAPER, title="Dolphins", version=2)])
        assert await shelf.found(text="whales") == []
        assert await shelf.found(text="dolphins") == [PAPER.id]
        assert (await shelf.index.state()).papers == 1

    async def test_a_vector_that_comes_later_is_found_by(self, opened: Opened) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:3])
        assert await shelf.index.near(unit(7), 5) == []
        await shelf.vectors.keep(MODEL, MANY[:3], {MANY[1].id: unit(7)})
        assert [one.paper_id for one in await shelf.index.near(unit(7), 5)] == [MANY[1].id]
        state = await shelf.index.state()
        assert (state.papers, state.meant, state.whole) == (3, 1, True)

    async def test_papers_of_before_the_log_are_taken_in(self, opened: Opened, redis_client: Redis) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY)
        await redis_client.delete(keys.PAPER_LOG)
        await shelf.index.catch_up()
        state = await shelf.index.state()
        assert (state.papers, state.whole) == (len(MANY), True)

    async def test_papers_that_expired_are_gone_the_next_day(
        self, opened: Opened, redis_client: Redis, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:5])
        await shelf.index.catch_up()
        await redis_client.delete(keys.paper(MANY[2].id))
        assert len(await shelf.found(text="whales")) == 5
        monkeypatch.setattr(DiskSearchIndex, "_today", lambda _: "2026-08-12")
        await shelf.index.catch_up()
        assert sorted(await shelf.found(text="whales")) == [MANY[n].id for n in (0, 1, 3, 4)]
        await shelf.papers.keep([PAPER, replace(PAPER, id="2608.00001")])
        assert (await shelf.index.state()).papers == 4
        assert len(await shelf.found(text="whales")) == 5

    async def test_a_log_that_was_cut_makes_it_begin_anew(self, opened: Opened, redis_client: Redis) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:5])
        await shelf.index.catch_up()
        await redis_client.delete(keys.PAPER_LOG)
        await shelf.papers.keep([replace(MANY[0], title="Dolphins", version=2)])
        await shelf.index.catch_up()
        assert await shelf.found(text="dolphins") == [MANY[0].id]
        assert (await shelf.index.state()).papers == 5

    async def test_another_redis_makes_it_begin_anew(self, opened: Opened, redis_client: Redis) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:5])
        await shelf.index.catch_up()
        for paper in MANY[:5]:
            await redis_client.delete(keys.paper(paper.id))
        await redis_client.delete(keys.PAPER_LOG)
        await redis_client.delete(keys.PAPER_ORIGIN)
        await shelf.papers.keep([replace(PAPER, id="2608.00001")])
        await shelf.index.catch_up()
        assert await shelf.found(text="whales") == ["2608.00001"]

    async def test_another_model_makes_it_begin_anew_and_none_does_not(self, opened: Opened) -> None:
        shelf = opened()
        await shelf.papers.keep([PAPER])
        await shelf.vectors.keep(MODEL, [PAPER], {PAPER.id: unit(1)})
        await shelf.index.catch_up()
        without = opened(model="")
        await without.index.catch_up()
        assert (await without.index.state()).meant == 1
        other = opened(model="another model")
        await other.index.catch_up()
        assert (await other.index.state()).meant == 0

    async def test_a_store_that_is_down_is_said_or_left_out(self, gone_url: str, tmp_path: Path) -> None:
        client = open_redis(gone_url)
        shelf = Shelf(client, tmp_path)
        with pytest.raises(StoreDown):
            await shelf.index.catch_up()
        assert await shelf.found(text="whales") == []
        await client.aclose()


class TestSeveral:
    async def test_two_on_one_folder_see_the_same(self, opened: Opened) -> None:
        one, two = opened(), opened()
        await one.papers.keep(MANY[:10])
        await asyncio.gather(one.index.catch_up(), two.index.catch_up())
        await one.index.catch_up()
        for shelf in (one, two):
            assert len(await shelf.found(text="whales", limit=20)) == 10

    def test_those_who_begin_at_once_begin_one(self, tmp_path: Path) -> None:
        engines = [Engine(tmp_path) for _ in range(8)]
        together = threading.Barrier(len(engines))

        def begins(engine: Engine) -> str:
            together.wait()
            engine.refresh()
            return (tmp_path / str(SCHEMA) / "current").read_text()

        with ThreadPoolExecutor(len(engines)) as threads:
            named = set(threads.map(begins, engines))
        assert len(named) == 1
        assert all(engine.is_readable() for engine in engines)

    def test_what_another_began_anew_is_taken_up(self, tmp_path: Path) -> None:
        one, two = Engine(tmp_path), Engine(tmp_path)
        one.refresh()
        two.refresh()
        one.rebuild()
        one.refresh()
        assert not two.is_readable()
        two.rebuild()
        two.refresh()
        assert one.is_readable()
        assert two.is_readable()

    async def test_while_one_adds_the_other_searches(self, opened: Opened, tmp_path: Path) -> None:
        one, two = opened(), opened()
        await one.papers.keep([PAPER])
        await one.index.catch_up()
        engine = Engine(tmp_path / "home" / "search")
        writing = engine.write()
        await one.papers.keep(MANY[:3])
        assert await two.found(text="whales") == [PAPER.id]
        await two.index.catch_up()
        assert await two.found(text="whales") == [PAPER.id]
        writing.close()
        assert len(await two.found(text="whales")) == 3

    async def test_many_questions_at_once_while_papers_come(self, opened: Opened) -> None:
        shelf = opened()

        async def comes() -> None:
            for start in range(0, 200, 20):
                await shelf.papers.keep(MANY[start : start + 20])

        questions = (shelf.found(text="whales", vector=unit(1), limit=300) for _ in range(60))
        *found, _ = await asyncio.gather(*questions, comes())
        assert all(len(one) == len(set(one)) <= 200 for one in found)
        await shelf.index.catch_up()
        assert len(await shelf.found(text="whales", limit=300)) == 200

    async def test_each_machine_has_its_own(self, opened: Opened) -> None:
        one, two = opened("one"), opened("two")
        await one.papers.keep(MANY[:3])
        assert (
            sorted(await one.found(text="whales"))
            == sorted(await two.found(text="whales"))
            == [paper.id for paper in MANY[:3]]
        )

    async def test_who_is_killed_while_adding_leaves_it_as_it_was(
        self, opened: Opened, redis_url: str, tmp_path: Path
    ) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:5])
        await shelf.index.catch_up()
        await shelf.papers.keep([*MANY[5:9], replace(MANY[0], title="Dolphins", version=2)])
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _ADDS_AND_HANGS, str(tmp_path / "home" / "search"),
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout
        assert await process.stdout.readline() == b"added\n"
        assert len(await shelf.found(text="whales", limit=20)) == 5  # the lock is taken: nothing new, but answers
        process.send_signal(signal.SIGKILL)
        await process.wait()
        await shelf.index.catch_up()
        assert len(await shelf.found(text="whales", limit=20)) == 8
        assert await shelf.found(text="dolphins") == [MANY[0].id]
        assert await shelf.found(text="intruder") == []


_ADDS_AND_HANGS = """
import sys, time
from pathlib import Path
from bot.domain.paper import Paper
from bot.search.index.engine import Engine
writing = Engine(Path(sys.argv[1])).write()
writing.put([Paper("2699.00001", "Intruder", "x", (), ())], {}, {})
print("added", flush=True)
time.sleep(600)
"""


class TestBroken:
    @pytest.mark.parametrize("what", ["current", "rows", "vectors", "state", "words/meta.json", "all"])
    async def test_what_is_damaged_or_deleted_is_made_again(self, opened: Opened, tmp_path: Path, what: str) -> None:
        shelf = opened()
        await shelf.papers.keep(MANY[:5])
        await shelf.vectors.keep(MODEL, MANY[:5], {MANY[3].id: unit(7)})
        await shelf.index.catch_up()
        await shelf.index.aclose()
        root = tmp_path / "home" / "search"
        if what == "all":
            for path in sorted(root.rglob("*"), reverse=True):
                path.rmdir() if path.is_dir() else path.unlink()
        else:
            broken = next(root.rglob(what))
            broken.write_bytes(b"\x00garbage{" * 3)
        for _ in range(3):
            again = opened()
            with contextlib.suppress(StoreDown):
                await again.index.catch_up()
        assert len(await again.found(text="whales")) == 5
        assert [one.paper_id for one in await again.index.near(unit(7), 1)] == [MANY[3].id]

    async def test_a_folder_that_can_not_be_written_is_said(self, opened: Opened, tmp_path: Path) -> None:
        (tmp_path / "home").write_text("no folder")
        with pytest.raises(StoreDown, match="search index"):
            await opened().found(text="whales")

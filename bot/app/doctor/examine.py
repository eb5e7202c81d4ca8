"""Every setting and service in turn, with the remedy if it is wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import field
from http import HTTPStatus

from bot.app.doctor.channels import channel_findings
from bot.app.doctor.doubles import double_findings
from bot.app.doctor.findings import Finding, Reservation, State
from bot.app.doctor.network import network_findings
from bot.app.doctor.settings import settings_findings
from bot.app.doctor.slots import slots_in_order
from bot.app.env_file import GivenNames
from bot.app.settings import Settings, plain
from bot.app.stores import opened_record, opened_redis, opened_token_budget
from bot.delivery.messenger import Messenger
from bot.domain.errors import BotError, SourceDown, StoreDown
from bot.domain.frozen import frozen
from bot.domain.trend import Span, period_of
from bot.domain.wording import count
from bot.infra.asker import Question, asked_by
from bot.infra.clock import SystemClock
from bot.infra.clock_check import Offset, offset, offsets, response_time
from bot.infra.clock_port import Clock
from bot.infra.http.client import HttpClient
from bot.infra.http.probe import probe
from bot.infra.http.session import http_session
from bot.infra.redis.servers import Server, eviction_fault, servers, times
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.papers.store.arxiv_lock import RedisArxivLock
from bot.papers.upvotes import SOURCE
from bot.search.index.report import IndexReport, read_index_report
from bot.summaries.budget_text import spending_in_words

PROBE_SECONDS = 10.0
_MOST_NAMED = 5


Check = Callable[[], Awaitable[str]]
"""Describes a platform's access, or raises BotError with the fault."""


@frozen
class Platforms:
    """What the doctor knows of the platforms.

    `checks` and `messengers` are those that can be asked. `unset` maps each platform setting to the effect of leaving
    it unset. `mistakes` has a sentence for each wrong setting, `skipped` a name for each platform that isn't asked
    because of one.
    """

    checks: Mapping[str, Check] = field(default_factory=dict)
    messengers: Mapping[str, Messenger] = field(default_factory=dict)
    unset: Mapping[str, str] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    skipped: Sequence[str] = ()


async def examine(
    settings: Settings,
    platforms: Platforms,
    essential: bool,
    clock: Clock | None = None,
    given: GivenNames = GivenNames(()),  # noqa: B008 - plain data
) -> AsyncIterator[Finding]:
    """Check every setting and service, or only the essential ones; secrets are never shown.

    `clock` is this machine's; it is compared with those of Redis and arXiv. `given` are the names that somebody set.
    """
    watch = _Watch(clock or SystemClock())
    yield await _checked("Redis", lambda: _redis(settings, watch))
    if essential:
        return
    for finding in settings_findings(settings, platforms.mistakes, platforms.unset, given):
        yield finding
    for finding in await network_findings():
        yield finding
    async for finding in _services(settings, watch):
        yield finding
    for name in platforms.skipped:
        yield Finding(name, State.MISSING, "not asked until its settings are fixed")
    for name, check in platforms.checks.items():
        yield await _checked(name, check)
    for finding in await channel_findings(settings, platforms.messengers):
        yield finding
    for finding in await double_findings(settings, platforms.messengers, watch.clock):
        yield finding


async def _services(settings: Settings, watch: "_Watch") -> AsyncIterator[Finding]:
    api, feed = settings.arxiv_api_url, f"{settings.arxiv_rss_url}/cs"
    yield await _checked("arXiv's API", lambda: _in_turn(settings, api, {"id_list": "1706.03762"}, watch))
    yield await _checked("arXiv's announcement feed", lambda: _in_turn(settings, feed, {}, watch))
    yield about_clock(watch.offsets)
    yield await _upvotes(settings, watch.clock)
    yield await _checked("Digests", lambda: _digests(settings))
    yield await _checked("Slots", lambda: slots_in_order(settings, watch.clock))
    yield await _model(settings)
    yield await _embeddings(settings)
    yield await _index(settings)
    if settings.model_configured:
        yield await _checked("Model's budget", lambda: _budget(settings, watch.clock))


class _Watch:
    """Clock offsets, collected from every server that answers."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.offsets: list[Offset] = []


async def _checked(name: str, check: Check) -> Finding:
    try:
        return Finding(name, State.WORKS, await check())
    except Reservation as but:
        return Finding(name, State.WARNING, f"{but.sentence} {but.hint}".strip())
    except BotError as error:
        return Finding(name, State.WRONG, f"{error.sentence} {error.hint}".strip())


async def _redis(settings: Settings, watch: _Watch) -> str:
    async with opened_redis(settings) as client:
        with suppress(StoreDown):  # a user without permission to read the time
            watch.offsets += await offsets("Redis", lambda: times(client), watch.clock)
        return about_redis(await servers(client))


def about_clock(offsets: Sequence[Offset]) -> Finding:
    """Tell if this machine's clock is right, as far as any server told the time, and how to fix it if not."""
    if not offsets:
        return Finding("Clock", State.UNKNOWN, "neither Redis nor arXiv told me the time")
    far = list(dict.fromkeys(str(each) for each in offsets if each.is_far))
    if far:
        hint = "Digests come at the wrong time: set this machine's clock (timedatectl set-ntp true), or theirs."
        return Finding("Clock", State.WRONG, f"It is {' and '.join(far)}. {hint}")
    others = " and ".join(dict.fromkeys(each.against for each in offsets))
    return Finding("Clock", State.WORKS, f"within a minute of {others}")


def about_redis(servers: Sequence[Server]) -> str:
    """Name the Redis products and servers, and warn if a crash may lose what people set.

    Raise BotError if they may throw it away, whatever happens.
    """
    if fault := eviction_fault(servers):
        raise BotError(fault)
    if not all(server.is_told for server in servers):
        return "answers; it tells neither its version nor whether it keeps what people set (INFO is forbidden)"
    products = " and ".join(sorted({server.product for server in servers}))
    size = f", cluster of {len(servers)} node{'s'[: len(servers) > 1]}" if servers[0].in_cluster else ""
    off = sum(not server.append_only for server in servers)
    if not off:
        return f"{products}{size}, append-only file on"
    where = f" on {off} of {len(servers)} nodes" if len(servers) > 1 else ""
    return f"{products}{size}, append-only file off{where}: a crash may lose what people set"


async def _digests(settings: Settings) -> str:
    """Report the number of waiting digests. Raises BotError if a task was given up: only a person can restore it."""
    async with opened_record(settings) as (failures, ledger):
        dead = [failure for failure in await failures.all() if failure.dead]
        waiting = len(await ledger.waiting())
    if dead:
        named = "; ".join(f"{failure.task.key}: {failure.why}" for failure in dead[:_MOST_NAMED])
        more = f"; and {len(dead) - _MOST_NAMED} more" if len(dead) > _MOST_NAMED else ""
        hint = "Try them again: paperlark retry."
        raise BotError(f"{count(len(dead), 'task was', 'tasks were')} given up: {named}{more}", hint)
    return f"{count(waiting, 'digest is', 'digests are')} waiting to be sent, none was given up"


async def _upvotes(settings: Settings, clock: Clock) -> Finding:
    """Check that today's list can be read.

    A failure is wrong only if a person set the address; digests don't need it.
    """
    from bot.papers.clients.huggingface import HuggingFaceClient  # noqa: PLC0415 - as in `bootstrap`
    from bot.papers.clients.huggingface_http import HUGGING_FACE  # noqa: PLC0415

    today = period_of(Span.DAY, clock.now().date())
    try:
        async with http_session() as http:
            listed = await HuggingFaceClient(HttpClient(http, HUGGING_FACE), settings.huggingface_url).listed(today)
    except BotError as down:
        state = State.WRONG if "huggingface_url" in settings.model_fields_set else State.UNKNOWN
        why = f": {down.reason}." if isinstance(down, SourceDown) and down.reason else "."
        return Finding(SOURCE, state, f"{down.sentence.rstrip('.')}{why} Digests go out without its upvotes.")
    return Finding(SOURCE, State.WORKS, f"answers, {count(len(listed), 'paper')} listed today")


async def _in_turn(settings: Settings, url: str, params: dict[str, str], watch: _Watch) -> str:
    """Call `_answers` under the shared arXiv lock; if Redis is down, after arXiv's minimum pause."""
    interval = settings.arxiv_min_interval_seconds
    async with AsyncExitStack() as stack:
        try:
            redis = await stack.enter_async_context(opened_redis(settings))
            stack.enter_context(asked_by(Question("", "doctor")))  # so that it doesn't wait behind all scheduled work
            await stack.enter_async_context(RedisArxivLock(redis, interval).taken())
        except StoreDown:
            await asyncio.sleep(interval)
        return await _answers(url, params, watch)


async def _answers(url: str, params: dict[str, str], watch: _Watch) -> str:
    asked = watch.clock.now()
    answer = await probe(url, params, PROBE_SECONDS)
    if told := response_time(answer.headers):
        watch.offsets.append(offset("arXiv", asked, told, watch.clock.now()))
    if answer.status != HTTPStatus.OK or (b"<feed" not in answer.content and b"<rss" not in answer.content):
        raise BotError(f"It answers with {answer.status} and not with a feed.", "Wait some minutes and try again.")
    return "answers"


async def _embeddings(settings: Settings) -> Finding:
    """Check that topics can be matched by meaning: embed a word, as the folder may hold anything."""
    name = "Embedding model"
    if settings.openai_embedding_model:
        return await _served_embeddings(settings, settings.openai_embedding_model, name)
    folder = model_folder(settings.paperlark_model, settings.paperlark_home)
    if folder is None:
        return Finding(name, State.MISSING, "topics match by their words alone; make prepares a model")
    model = MiniLm(folder, idle_seconds=0.0)
    try:
        await model.embed(["papers"])
    except BotError as error:
        return Finding(name, State.WRONG, f"{folder}: {error.sentence}")
    return Finding(name, State.WORKS, f"{model.name}: topics match by meaning too")


async def _served_embeddings(settings: Settings, model: str, name: str) -> Finding:
    from bot.papers.clients.openai_embeddings import open_embeddings, why  # noqa: PLC0415 - as in `shared`

    access = (plain(settings.openai_api_key), settings.openai_base_url, model, settings.openai_timeout_seconds)
    try:
        async with open_embeddings(*access) as served:
            width = await served.check()
    except SourceDown as down:
        return Finding(name, State.WRONG, f"{model}: {why(down)} Until then, texts are compared by their words.")
    except BotError as fault:
        return Finding(name, State.WRONG, f"{model}: {fault.sentence} {fault.hint}".strip())
    return Finding(name, State.WORKS, f"{model} ({width:,} numbers a text): topics match by meaning too")


async def _index(settings: Settings) -> Finding:
    """Report the state of the search index on disk."""
    name = "Search index"
    try:
        found = await read_index_report(settings.paperlark_home)
    except BotError as error:
        return Finding(name, State.WRONG, f"{error.sentence} {error.hint}")
    if found is None:
        return Finding(name, State.MISSING, "paperlark run or the first search makes it")
    return Finding(name, State.WORKS, index_in_words(found))


def index_in_words(found: IndexReport) -> str:
    """ "77,010 papers, 76,900 of them by meaning (all-MiniLM-L6-v2), 114 MB, whole"."""
    by = f" ({found.model})" if found.meant and found.model else ""
    state = "whole" if found.whole else "still being made, in the background"
    size = f"{max(found.size // 1_000_000, 1):,} MB"
    return f"{count(found.papers, 'paper')}, {found.meant:,} of them by meaning{by}, {size}, {state}"


async def _model(settings: Settings) -> Finding:
    if not settings.model_configured:
        return Finding("Model", State.MISSING, "key points are extracted from the abstract")
    from bot.summaries.clients.openai import open_model  # noqa: PLC0415 - slow to import, and optional

    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    access = (key, settings.openai_base_url, settings.openai_model, settings.openai_timeout_seconds)
    try:
        async with open_model(*access) as model:
            said = await model.reachable()
    except BotError as fault:
        said = fault.sentence
    return Finding("Model", State.WORKS if said == "works" else State.WRONG, f"{settings.openai_model}: {said}")


async def _budget(settings: Settings, clock: Clock) -> str:
    """Report the spending against the budget. A used-up budget works as intended and is no fault."""
    async with opened_token_budget(settings, clock) as token_budget:
        said = spending_in_words(settings.openai_model, await token_budget.accounts())
    return said if settings.budget.limited else f"{said} No limit is set."

"""One request to any server with OpenAI's chat completions, and handling of every failure.

Imports a part of the openai library, which takes 0.1 s: import this module only to call a model.
"""

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx
import httpx2

from bot.domain.errors import ModelDown, ModelOutage
from bot.infra.aio.in_thread import in_thread
from bot.infra.http.body import retry_after_seconds
from bot.infra.http.openai_address import addresses
from bot.summaries.budget import Tokens
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.clients.addresses import COMPLETIONS, moved
from bot.summaries.clients.bounded import TooLong
from bot.summaries.clients.mend import humbler, mended
from bot.summaries.clients.openai_package import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    OpenAIError,
)
from bot.summaries.clients.plain_words import in_plain_words
from bot.summaries.clients.rejection import MOVED, Rejection, rejection
from bot.summaries.clients.reply import Reply, UnreadableReply, read_reply
from bot.summaries.clients.usage import cost_nothing, expected, used
from bot.summaries.json_answer import holds_answer
from bot.summaries.prompt import Messages
from bot.summaries.way import Way

__all__ = ["ChatCalls", "Usage", "Way"]

log = logging.getLogger(__name__)

_GREETING_TOKENS = 16
_GREETING: Messages = [{"role": "system", "content": "Answer OK."}, {"role": "user", "content": "Say OK."}]
_TRIES = 3
_MOST_FORMS = 6
_MOST_MOVES = 3
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(slots=True)
class Usage:
    """Usage so far: requests sent, including failed ones, and the tokens that the server counted."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatCalls:
    """Calls of one model. Every failure raises ModelDown, with the error itself as its cause.

    It is ModelOutage unless it may be about this request alone: a refusal, an empty answer, a rejected text.

    Each request takes tokens from `token_budget`; if it has too little left, the request isn't sent, and
    BudgetSpent is raised.
    """

    def __init__(
        self,
        client: AsyncOpenAI,
        model: str,
        timeout_seconds: float,
        pause_seconds: float,
        token_budget: TokenBudget = UNLIMITED_TOKEN_BUDGET,
    ) -> None:
        client = client.with_options(max_retries=0, timeout=timeout_seconds)
        self._address, self._secret = str(client.base_url), client.api_key
        self._client = client
        self._is_versioned = self._address.rstrip("/").endswith("/v1")
        self._urls = [f"{address}{COMPLETIONS}" for address in addresses(self._address)]
        self._model = model
        self._timeout_seconds = timeout_seconds
        self._pause_seconds = pause_seconds
        self._token_budget = token_budget
        self.usage = Usage()

    async def ask(self, messages: Messages, way: Way) -> tuple[str, Way]:
        """Return the answer, and the way that worked. Ask once more if the answer was cut off, or empty."""
        reply, way = await self._adapting(messages, way)
        again = _again(reply, way)
        if again:
            reply, way = await self._adapting(messages, again)
        text = _answer(reply)
        if not text.strip():
            spent = f": all of its {way.limit:,} tokens went into thinking" if reply.is_cut else ""
            raise ModelDown(f"{self._model} gave an empty answer{spent}.")
        return text, way

    async def greet(self, way: Way) -> None:
        """Check address, key, model and quota; costs a few tokens."""
        await self._adapting(_GREETING, replace(way, form="text", limit=_GREETING_TOKENS))

    async def _adapting(self, messages: Messages, way: Way) -> tuple[Reply, Way]:
        """Ask in other ways while the server complains about the request, or has nothing at the address."""
        tried: list[Way] = []
        complaints: list[Rejection | UnreadableReply] = []
        attempt = 0
        while True:
            tried.append(way)
            request = {"model": self._model, "messages": way.messages(messages), **way.fields()}
            try:
                return self._accepted(await self._with_retries(request, way, attempt)), way
            except (Rejection, UnreadableReply) as complaint:
                complaints.append(complaint)
                another = self._another(way, complaints)
                if another is None or another in tried or len(tried) >= _MOST_FORMS:
                    # Where there is nothing at any address, the one that was set is to be told of.
                    told = complaints[0] if _is_elsewhere(complaint) else complaint
                    raise self._down(told) from complaint
                log.info("The model is asked otherwise: model=%s why=%s", self._model, self._words(complaint))
                way, attempt = another, _TRIES - 1 if _may_pass(complaint) else 0

    def _another(self, way: Way, complaints: Sequence[Rejection | UnreadableReply]) -> Way | None:
        """Return the way to try after the last one of `complaints`; None if another one is useless."""
        complaint, earlier = complaints[-1], [one.words for one in complaints[:-1] if isinstance(one, Rejection)]
        if isinstance(complaint, UnreadableReply) and self._is_versioned:
            return None  # a sign-in page, not another address
        if isinstance(complaint, UnreadableReply) or complaint.is_elsewhere:
            return replace(way, address=(way.address + 1) % len(self._urls))
        if _may_pass(complaint):
            return way.plainest()
        if not complaint.is_complaint:
            return None
        another = mended(way, complaint, earlier)
        return another if another != way or complaint.words in earlier else humbler(way)

    def _accepted(self, reply: Reply) -> Reply:
        if reply.is_refused:
            raise ModelDown(f"{self._model} refused to summarise this paper.")
        return reply

    async def _with_retries(self, request: Mapping[str, Any], way: Way, attempt: int) -> Reply:
        """Retry if the server is busy or fails. Raise Rejection or UnreadableReply if that is useless."""
        while True:
            try:
                return await self._once(request, way.address % len(self._urls))
            except (Rejection, TooLong, TimeoutError, OpenAIError) as error:
                if isinstance(error, Rejection) and _wants_another_way(error, attempt):
                    raise
                pause = self._pause(error, attempt)
                if pause is None:
                    raise self._down(error) from error
            attempt += 1
            await asyncio.sleep(pause)

    async def _once(self, request: Mapping[str, Any], place: int) -> Reply:
        reserved = await self._token_budget.reserve(expected(request))
        self.usage.calls += 1
        try:
            reply = await self._answered(request, place)
        except Exception as error:
            if cost_nothing(error):
                await self._token_budget.settle(reserved, Tokens())
            raise
        await self._token_budget.settle(reserved, *used(request, reply))
        return reply

    async def _answered(self, request: Mapping[str, Any], place: int) -> Reply:
        async with asyncio.timeout(self._timeout_seconds):
            said = await self._posted(request, place)
        reply = await in_thread(read_reply, said)
        if reply.tokens:
            self.usage.prompt_tokens += reply.tokens.input
            self.usage.completion_tokens += reply.tokens.output
        return reply

    async def _posted(self, request: Mapping[str, Any], place: int) -> str:
        """Return the body of the answer, after redirects, which are remembered: httpx would make a GET of some."""
        url = self._urls[place]
        for _ in range(_MOST_MOVES):
            try:
                # Not chat.completions.create: that parses what well-behaved servers send, and others come too.
                said = await self._client.post(
                    url,
                    body=dict(request),
                    cast_to=httpx2.Response,
                    options={"follow_redirects": False},
                )
            except APIStatusError as error:
                headers, status = error.response.headers, error.status_code
                if status not in MOVED:
                    asked = retry_after_seconds(httpx.Headers(dict(headers)))
                    raise rejection(status, error.response.text, asked or None) from error
                url = moved(url, headers.get("location", ""), status)
            else:
                self._urls[place] = url
                return said.text
        raise UnreadableReply

    def _pause(self, error: Exception, attempt: int) -> float | None:
        """Return the seconds before the next attempt; None if another one is useless."""
        lost = isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError)
        passing = isinstance(error, Rejection) and error.is_passing
        if not (lost or passing) or attempt == _TRIES - 1:
            return None
        asked = error.retry_after if isinstance(error, Rejection) else None
        if asked is not None:
            return asked if asked <= _LONGEST_PAUSE_SECONDS else None
        return self._pause_seconds * 2.0**attempt * random.uniform(0.5, 1.0)

    def _down(self, error: Exception) -> ModelDown:
        if isinstance(error, Rejection) and error.is_filtered:
            told = error.told(self._secret)
            return ModelDown(f"{self._model} refused to summarise this paper{told and f': {told}'}.")
        words = self._words(error)
        of_one_paper = isinstance(error, TooLong) or (isinstance(error, Rejection) and error.may_be_of_one_paper)
        kind = ModelDown if of_one_paper else ModelOutage
        return kind(f"{self._model} {words}{'' if words.endswith('?') else '.'}")

    def _words(self, error: Exception) -> str:
        return in_plain_words(error, self._timeout_seconds, self._address, self._secret)


def _is_elsewhere(complaint: Rejection | UnreadableReply) -> bool:
    return isinstance(complaint, UnreadableReply) or complaint.is_elsewhere


def _may_pass(complaint: Rejection | UnreadableReply) -> bool:
    """Return True for a failure that is only perhaps about the form of the request."""
    return isinstance(complaint, Rejection) and complaint.may_be_complaint and not complaint.is_complaint


def _wants_another_way(error: Rejection, attempt: int) -> bool:
    return error.is_complaint or error.is_elsewhere or (error.may_be_complaint and attempt == _TRIES - 2)


def _answer(reply: Reply) -> str:
    """Return the text with the answer: some servers put it among the thoughts."""
    if not holds_answer(reply.text) and holds_answer(reply.thoughts):
        return reply.thoughts
    return reply.text


def _again(reply: Reply, way: Way) -> Way | None:
    """Return the way to ask once more for an answer that was cut off or is empty; None if the answer will do."""
    text = _answer(reply).rstrip()
    if reply.is_cut:
        # Some write blanks after the object, up to the limit.
        whole = text.endswith(("}", "```")) and holds_answer(text)
        return None if whole or way.roomier() == way else way.roomier()
    return None if text else way.weaker()

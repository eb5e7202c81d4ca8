"""One request to any server with OpenAI's chat completions, and handling of every failure.

Imports the openai library, which takes about a second: import this module only to call a model.
"""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import openai
from openai import AsyncOpenAI
from openai.types.chat import ChatCompletion

from bot.domain.errors import ModelDown
from bot.summaries.budget import Tokens
from bot.summaries.budget_port import UNLIMITED_TOKEN_BUDGET, TokenBudget
from bot.summaries.clients.usage import cost_nothing, expected, used
from bot.summaries.prompt import Messages, answer_schema

FORMS = ("json_schema", "json_object", "text")
"""Ways to make a server answer in JSON, strictest first."""

# New OpenAI models accept only the first; Ollama and other servers only the second.
_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")
_ANSWER_TOKENS = 2000
_GREETING_TOKENS = 16
_RAISE_LIMIT = 4  # for models that think first: https://platform.openai.com/docs/guides/reasoning
_TRIES = 3
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Way:
    """Request options of a server: the form of the answer, the name of the token limit, and that limit."""

    form: str = FORMS[0]
    limit_name: str = _LIMIT_NAMES[0]
    limit: int = _ANSWER_TOKENS

    def weaker(self) -> "Way":
        """Return the next less strict way; the last one stays as it is."""
        return replace(self, form=FORMS[min(FORMS.index(self.form) + 1, len(FORMS) - 1)])

    def renamed(self) -> "Way":
        """Return the way with the other name of the limit."""
        return replace(self, limit_name=_LIMIT_NAMES[1 - _LIMIT_NAMES.index(self.limit_name)])

    def roomier(self) -> "Way":
        """Return the way for a model whose answer was cut off."""
        return replace(self, limit=self.limit * _RAISE_LIMIT)

    def fields(self) -> dict[str, Any]:
        """Return the request's fields for this way."""
        schema = {"name": "paper_summary", "strict": True, "schema": answer_schema()}
        response_format: dict[str, dict[str, Any]] = {
            "json_schema": {"response_format": {"type": "json_schema", "json_schema": schema}},
            "json_object": {"response_format": {"type": "json_object"}},
            "text": {},
        }
        return {**response_format[self.form], self.limit_name: self.limit}


@dataclass(slots=True)
class Usage:
    """Usage so far: requests sent, including failed ones, and the tokens that the server counted."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatCalls:
    """Calls of one model. Every failure raises ModelDown, with the library's own error as its cause.

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
        self._client = client.with_options(max_retries=0, timeout=timeout_seconds)
        self._model = model
        self._timeout_seconds = timeout_seconds
        self._pause_seconds = pause_seconds
        self._token_budget = token_budget
        self.usage = Usage()

    async def ask(self, messages: Messages, way: Way) -> tuple[str, Way]:
        """Return the answer, and the way that worked. Ask once more, with a higher limit, if the answer was cut off."""
        completion, way = await self._adapting(messages, way)
        text, is_cut = self._content(completion)
        if is_cut:
            completion, way = await self._adapting(messages, way.roomier())
            text, _ = self._content(completion)
        if not text.strip():
            raise ModelDown(f"{self._model} gave an empty answer.")
        return text, way

    async def greet(self, way: Way) -> None:
        """Check address, key, model and quota; costs a few tokens."""
        await self._adapting(
            [{"role": "user", "content": "Say OK."}], replace(way, form="text", limit=_GREETING_TOKENS)
        )

    async def _adapting(self, messages: Messages, way: Way) -> tuple[ChatCompletion, Way]:
        """Ask in ever weaker ways while the server complains about the request."""
        tried: set[Way] = set()
        while True:
            tried.add(way)
            try:
                return await self._with_retries({"model": self._model, "messages": messages, **way.fields()}), way
            except openai.APIStatusError as error:
                complaint = error.message.lower()
                about_limit = any(name in complaint for name in _LIMIT_NAMES)
                others = (way.renamed(), way.weaker()) if about_limit else (way.weaker(), way.renamed())
                untried = [other for other in others if other not in tried]
                if not untried:
                    raise self._down(error) from error
                way = untried[0]

    async def _with_retries(self, request: Mapping[str, Any]) -> ChatCompletion:
        """Retry if the server is busy or fails. Raise APIStatusError if it complains about the request."""
        attempt = 0
        while True:
            try:
                return await self._once(request)
            except Exception as error:
                if _is_complaint(error) or isinstance(error, ModelDown):
                    raise
                pause = self._pause(error, attempt)
                if pause is None:
                    raise self._down(error) from error
            attempt += 1
            await asyncio.sleep(pause)

    async def _once(self, request: Mapping[str, Any]) -> ChatCompletion:
        reserved = await self._token_budget.reserve(expected(request))
        self.usage.calls += 1
        try:
            completion = await self._answered(request)
        except Exception as error:
            if cost_nothing(error):
                await self._token_budget.settle(reserved, Tokens())
            raise
        await self._token_budget.settle(reserved, *used(request, completion))
        return completion

    async def _answered(self, request: Mapping[str, Any]) -> ChatCompletion:
        async with asyncio.timeout(self._timeout_seconds):
            completion = await self._client.chat.completions.create(**request)
        if not isinstance(completion, ChatCompletion):
            raise TypeError("not a chat completion")  # for example a web page, which the library returns as text
        if completion.usage:
            self.usage.prompt_tokens += completion.usage.prompt_tokens or 0
            self.usage.completion_tokens += completion.usage.completion_tokens or 0
        return completion

    def _pause(self, error: Exception, attempt: int) -> float | None:
        """Return the seconds before the next attempt; None if another one is useless."""
        passing = isinstance(error, openai.RateLimitError | openai.InternalServerError | openai.APIConnectionError)
        hopeless = isinstance(error, openai.APITimeoutError) or getattr(error, "code", "") == "insufficient_quota"
        if not passing or hopeless or attempt == _TRIES - 1:
            return None
        asked = _retry_after(error)
        if asked is not None:
            return asked if asked <= _LONGEST_PAUSE_SECONDS else None
        return self._pause_seconds * 2.0**attempt * random.uniform(0.5, 1.0)

    def _content(self, completion: ChatCompletion) -> tuple[str, bool]:
        """Return the answer's text, and True if the limit cut it off."""
        try:
            choice = completion.choices[0]
            reason, message = choice.finish_reason, choice.message
            text, refusal = message.content, message.refusal
        except (AttributeError, IndexError, TypeError) as error:
            raise self._down(error) from error
        if refusal or reason == "content_filter":
            raise ModelDown(f"{self._model} refused to summarise this paper.")
        return text if isinstance(text, str) else "", reason == "length"

    def _down(self, error: Exception) -> ModelDown:
        return ModelDown(f"{self._model} {_in_plain_words(error, self._timeout_seconds)}.")


def _is_complaint(error: Exception) -> bool:
    """Return True if the server rejects the request itself; some do with 500 (llama.cpp, for a schema) or 501."""
    if isinstance(error, openai.BadRequestError | openai.UnprocessableEntityError):
        return getattr(error, "code", None) != "model_not_found"
    mended = ("response_format", "json_schema", "grammar", "not implemented", "unsupported")
    return isinstance(error, openai.InternalServerError) and any(word in error.message.lower() for word in mended)


def _retry_after(error: Exception) -> float | None:
    asked = error.response.headers.get("retry-after") if isinstance(error, openai.APIStatusError) else None
    try:
        seconds = float(str(asked))
    except ValueError:
        return None
    return max(seconds, 0.0)


def _in_plain_words(error: Exception, timeout_seconds: float) -> str:
    if isinstance(error, TimeoutError | openai.APITimeoutError):
        return f"did not answer within {timeout_seconds:g} s"
    if isinstance(error, openai.APIConnectionError):
        return "can't be reached"
    if getattr(error, "code", "") == "insufficient_quota":
        return "has no quota left on this account"
    if not isinstance(error, openai.APIStatusError):
        return "gave an answer that can't be read"
    known = {
        401: "refuses the key",
        403: "refuses the key",
        404: "is unknown at this address",
        429: "is busy",
    }
    failed = "failed" if error.status_code >= 500 else "refuses the request"
    return f"{known.get(error.status_code, failed)} ({error.status_code})"

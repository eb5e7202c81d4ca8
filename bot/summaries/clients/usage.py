"""Token usage of a request to a model, estimated and reported, and the failures that cost nothing."""

from collections.abc import Mapping
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletion

from bot.summaries.budget import Tokens, tokens_in

_EXPECTED_ANSWER = 500
"""Tokens: a summary takes 250 to 450. A model that thinks first takes more, which its usage then reports."""


def expected(request: Mapping[str, Any]) -> Tokens:
    """Estimate the tokens of `request`."""
    limit = min((value for name, value in request.items() if name.startswith("max_")), default=_EXPECTED_ANSWER)
    return Tokens(_given(request), min(limit, _EXPECTED_ANSWER))


def used(request: Mapping[str, Any], completion: ChatCompletion) -> tuple[Tokens, bool]:
    """Return the tokens used, and True if the server counted them: some send no usage, zeros or nonsense."""
    # By getattr: the library doesn't validate answers, so any field may be absent or of another type.
    given, written = (getattr(completion.usage, name, 0) for name in ("prompt_tokens", "completion_tokens"))
    if isinstance(given, int) and isinstance(written, int) and given > 0 and written >= 0:
        return Tokens(given, written), True
    choices = completion.choices if isinstance(completion.choices, list) else []
    said = (getattr(getattr(choice, "message", None), "content", None) for choice in choices)
    return Tokens(_given(request), tokens_in("".join(text for text in said if isinstance(text, str)))), False


def cost_nothing(error: Exception) -> bool:
    """Return True if the model surely made no answer: a refusal, no connection, or an answer by something else.

    Otherwise (timeout, broken connection) it may have made one, and the provider may bill it.
    """
    if isinstance(error, openai.APIConnectionError):
        return isinstance(error.__cause__, httpx2.ConnectError)
    return isinstance(error, openai.APIStatusError | TypeError)


def _given(request: Mapping[str, Any]) -> int:
    return tokens_in("".join(message["content"] for message in request["messages"]))

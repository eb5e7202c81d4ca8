"""What a request to a model may take, what its answer says it took, and which failures cost nothing."""

from collections.abc import Mapping
from typing import Any

import httpx2
import openai
from openai.types.chat import ChatCompletion

from bot.summaries.budget import Tokens, tokens_in

_EXPECTED_ANSWER = 500
"""Tokens: a summary as we ask for it takes 250 to 450. More in a model that thinks first, which its usage then says."""


def expected(request: Mapping[str, Any]) -> Tokens:
    """About what `request` will take."""
    limit = min((value for name, value in request.items() if name.startswith("max_")), default=_EXPECTED_ANSWER)
    return Tokens(_given(request), min(limit, _EXPECTED_ANSWER))


def used(request: Mapping[str, Any], completion: ChatCompletion) -> tuple[Tokens, bool]:
    """What it took, and whether the server counted it: some send no usage, or one of zeros or nonsense."""
    # By getattr: the library checks nothing of an answer, so any of it may be absent or of another type.
    given, written = (getattr(completion.usage, name, 0) for name in ("prompt_tokens", "completion_tokens"))
    if isinstance(given, int) and isinstance(written, int) and given > 0 and written >= 0:
        return Tokens(given, written), True
    choices = completion.choices if isinstance(completion.choices, list) else []
    said = (getattr(getattr(choice, "message", None), "content", None) for choice in choices)
    return Tokens(_given(request), tokens_in("".join(text for text in said if isinstance(text, str)))), False


def cost_nothing(error: Exception) -> bool:
    """Whether surely no answer was made: it was refused, nobody was reached, or something else than a model answered.

    Otherwise (the time ran out, the connection broke) it may have been, and be on the bill.
    """
    if isinstance(error, openai.APIConnectionError):
        return isinstance(error.__cause__, httpx2.ConnectError)
    return isinstance(error, openai.APIStatusError | TypeError)


def _given(request: Mapping[str, Any]) -> int:
    return tokens_in("".join(message["content"] for message in request["messages"]))

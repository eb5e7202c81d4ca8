"""Token usage of a request to a model, estimated and reported, and the failures that cost nothing."""

from collections.abc import Mapping
from typing import Any

import httpx2

from bot.summaries.budget import Tokens, tokens_in
from bot.summaries.clients.openai_package import APIConnectionError
from bot.summaries.clients.rejection import Rejection
from bot.summaries.clients.reply import Reply, UnreadableReply

_EXPECTED_ANSWER = 500
"""Tokens: a summary takes 250 to 450. A model that thinks first takes more, which its usage then reports."""


def expected(request: Mapping[str, Any]) -> Tokens:
    """Estimate the tokens of `request`."""
    limit = min((value for name, value in request.items() if name.startswith("max_")), default=_EXPECTED_ANSWER)
    return Tokens(_given(request), min(limit, _EXPECTED_ANSWER))


def used(request: Mapping[str, Any], reply: Reply) -> tuple[Tokens, bool]:
    """Return the tokens used, and True if the server counted them: some send no usage, zeros or nonsense."""
    if reply.tokens:
        return reply.tokens, True
    return Tokens(_given(request), tokens_in(reply.text + reply.thoughts)), False


def cost_nothing(error: Exception) -> bool:
    """Return True if the model surely made no answer: a refusal, no connection, or an answer by something else.

    Otherwise (timeout, broken connection) it may have made one, and the provider may bill it.
    """
    if isinstance(error, APIConnectionError):
        return isinstance(error.__cause__, httpx2.ConnectError)
    return isinstance(error, UnreadableReply) or (isinstance(error, Rejection) and not error.may_cost)


def _given(request: Mapping[str, Any]) -> int:
    return tokens_in("".join(message["content"] for message in request["messages"]))

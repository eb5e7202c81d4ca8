"""The client of the `openai` package without its 340 modules of requests and answers, which take 0.3 s and 11 MB.

They describe what well-behaved servers send; `openai_client` reads what others send too.
"""

from typing import TYPE_CHECKING

from bot.infra.deferred_package import defer_packages

if not TYPE_CHECKING:
    defer_packages("openai", "openai.types", "openai.types.shared", "openai.lib")
try:
    # Private modules, but of a version that the lock file names; `from openai` would load all of it.
    from openai._base_client import DefaultAsyncHttpxClient
    from openai._client import AsyncOpenAI
    from openai._exceptions import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError
except ImportError:
    from openai import (
        APIConnectionError,
        APIStatusError,
        APITimeoutError,
        AsyncOpenAI,
        DefaultAsyncHttpxClient,
        OpenAIError,
    )

__all__ = [
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AsyncOpenAI",
    "DefaultAsyncHttpxClient",
    "OpenAIError",
]

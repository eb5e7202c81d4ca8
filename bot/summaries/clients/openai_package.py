"""The client of the `openai` package without its 340 modules of requests and answers, which take 0.3 s and 11 MB.

They describe what well-behaved servers send; `openai_client` reads what others send too. Nor does it load aiohttp, an
alternative to its own HTTP library that takes 0.1 s.
"""

from types import ModuleType
from typing import TYPE_CHECKING

from bot.infra.deferred_package import defer_packages
from bot.infra.stand_in import standing_in

_AIOHTTP = ModuleType("openai._vendor.httpx_aiohttp")
"""Holds nothing, as if aiohttp weren't there."""

if not TYPE_CHECKING:
    defer_packages("openai", "openai.types", "openai.types.shared", "openai.lib")
try:
    # Private modules, but of a version that the lock file names; `from openai` would load all of it.
    with standing_in(_AIOHTTP):
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

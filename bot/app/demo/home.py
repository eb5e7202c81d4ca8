"""The home of `paperlark demo`, which lasts as long as the demo."""

from contextlib import AbstractAsyncContextManager
from pathlib import Path

from bot.infra.redis.embedded import temporary_home


def demo_home() -> AbstractAsyncContextManager[Path]:
    """Return a context manager that yields a new folder, and deletes it once the store in it has ended."""
    return temporary_home("paperlark-demo-")

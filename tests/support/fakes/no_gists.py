"""Gists for a test that isn't about them."""

from collections.abc import Mapping, Sequence

from bot.domain.paper import Paper


async def no_gists(papers: Sequence[Paper]) -> Mapping[str, str]:
    """Return none."""
    return {}

"""A person who follows authors that OpenAlex distinguishes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from support.all_platforms import House, on_all_platforms
from support.servers.openalex_server import OpenAlexServer


@asynccontextmanager
async def beside_openalex(home: Path) -> AsyncIterator[tuple[House, OpenAlexServer]]:
    """Yield Paperlark on every platform, and its OpenAlex."""
    async with OpenAlexServer() as server, on_all_platforms(home, openalex_url=server.url) as house:
        yield house, server


async def forget_people(house: House, server: OpenAlexServer) -> None:
    """Delete all data about people and their papers, in the bot and in OpenAlex."""
    people = house.app.services.directory.people
    client = people._cache._client  # type: ignore[union-attr]
    gone = ("lark:person", "lark:wrote", "lark:paper", "lark:announced", "lark:listing")
    async for name in client.scan_iter("lark:*"):
        if str(name).startswith(gone):
            await client.delete(name)
    people._people._reader._spent_until = 0.0  # type: ignore[union-attr]
    server.forget()

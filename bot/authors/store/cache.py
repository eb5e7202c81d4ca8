"""Caches in Redis of the answers of `People`, `SecondSource` and `Listings`.

Negative answers are cached for a shorter time: services link a new paper to its authors some weeks later. Failures
aren't cached. A record that can't be read counts as absent.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from redis.asyncio import Redis

from bot.authors.listing_port import Listing, Listings
from bot.authors.people_port import People, SecondSource
from bot.domain.author import Author
from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.infra.redis.json_records import read_compressed, write_compressed
from bot.infra.redis.record_type import RecordType

_PEOPLE: RecordType[tuple[Author, ...]] = RecordType(tuple[Author, ...])
_LISTINGS: RecordType[tuple[Listing, ...]] = RecordType(tuple[Listing, ...])
_IDS: RecordType[tuple[str, ...]] = RecordType(tuple[str, ...])


class CachedPeople:
    """Cache of `people`. Raises SourceDown and StoreDown."""

    def __init__(self, client: Redis, people: People) -> None:
        self._client = client
        self._cache = _AuthorCache(client)
        self._people = people

    async def by_id(self, identity: str) -> Author | None:
        return await self._cache.get_one(keys.person(identity), lambda: self._people.by_id(identity))

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        return await self._cache.get_one(keys.person_of(paper.id, name), lambda: self._people.of_paper(paper, name))

    async def named(self, name: str, limit: int) -> Sequence[Author]:
        return await self._cache.get_all(keys.persons_named(name, limit), lambda: self._people.named(name, limit))

    async def written_by(self, author: Author) -> Sequence[str]:
        known = replace(author, arxiv="")  # OpenAlex doesn't know arXiv's author ids
        if not known.identity:
            return []
        key = keys.written_by(known.identity)
        ids = await read_compressed(self._client, key, _IDS)
        if ids is None:
            ids = tuple(await self._people.written_by(known))
            await write_compressed(self._client, key, _IDS, ids, keys.WORKS_SECONDS)
        return ids


class CachedSecondSource:
    """Cache of a second source."""

    def __init__(self, client: Redis, second: SecondSource) -> None:
        self._cache = _AuthorCache(client)
        self._second = second

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        return await self._cache.get_one(
            keys.person_of(paper.id, name, "second"), lambda: self._second.of_paper(paper, name)
        )


class CachedListings:
    """Cache of arXiv's listings, with the ids of their papers only."""

    def __init__(self, client: Redis, listings: Listings) -> None:
        self._client = client
        self._listings = listings

    async def of(self, identity: str) -> Listing | None:
        key = keys.listing(identity)
        known = await read_compressed(self._client, key, _LISTINGS)
        if known is not None:
            return next(iter(known), None)
        found = await self._listings.of(identity)
        stored = (replace(found, papers=()),) if found else ()
        seconds = keys.LISTING_SECONDS if found else keys.NO_LISTING_SECONDS
        await write_compressed(self._client, key, _LISTINGS, stored, seconds)
        return found


class _AuthorCache:
    def __init__(self, client: Redis) -> None:
        self._client = client

    async def get_one(self, key: str, ask: Callable[[], Awaitable[Author | None]]) -> Author | None:
        async def ask_for_list() -> Sequence[Author]:
            found = await ask()
            return [found] if found else []

        return next(iter(await self.get_all(key, ask_for_list)), None)

    async def get_all(self, key: str, ask: Callable[[], Awaitable[Sequence[Author]]]) -> tuple[Author, ...]:
        found = await read_compressed(self._client, key, _PEOPLE)
        if found is None:
            found = tuple(await ask())
            await write_compressed(
                self._client, key, _PEOPLE, found, keys.PERSON_SECONDS if found else keys.UNKNOWN_PERSON_SECONDS
            )
        return found

"""What was learnt of people, in Redis: fulfils `People`, `SecondOpinion` and `Listings` by remembering answers.

Who isn't known is remembered too, for a shorter while: a paper of last week gets its authors' ids some weeks later.
What failed isn't. A record that can't be read counts as absent.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from pydantic import TypeAdapter
from redis.asyncio import Redis

from bot.authors.listing_port import Listing, Listings
from bot.authors.people_port import People, SecondOpinion
from bot.domain.author import Author
from bot.domain.paper import Paper
from bot.infra.redis import keys
from bot.infra.redis.json_records import read_compressed, write_compressed

_PEOPLE = TypeAdapter(tuple[Author, ...])
_LISTINGS = TypeAdapter(tuple[Listing, ...])
_IDS = TypeAdapter(tuple[str, ...])


class RememberedPeople:
    """Asks `people` what isn't remembered. Raises SourceDown as that does, and StoreDown."""

    def __init__(self, client: Redis, people: People) -> None:
        self._client = client
        self._memory = _Memory(client)
        self._people = people

    async def by_id(self, identity: str) -> Author | None:
        return await self._memory.one(keys.person(identity), lambda: self._people.by_id(identity))

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        return await self._memory.one(keys.person_of(paper.id, name), lambda: self._people.of_paper(paper, name))

    async def named(self, name: str, limit: int) -> Sequence[Author]:
        return await self._memory.all(keys.persons_named(name, limit), lambda: self._people.named(name, limit))

    async def written_by(self, author: Author) -> Sequence[str]:
        whom = replace(author, arxiv="")  # what arXiv lists is no answer of OpenAlex's
        if not whom.identity:
            return []
        key = keys.written_by(whom.identity)
        ids = await read_compressed(self._client, key, _IDS)
        if ids is None:
            ids = tuple(await self._people.written_by(whom))
            await write_compressed(self._client, key, _IDS, ids, keys.WORKS_SECONDS)
        return ids


class RememberedOpinion:
    """The same of a second opinion."""

    def __init__(self, client: Redis, second: SecondOpinion) -> None:
        self._memory = _Memory(client)
        self._second = second

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        return await self._memory.one(
            keys.person_of(paper.id, name, "second"), lambda: self._second.of_paper(paper, name)
        )


class RememberedListings:
    """The same of arXiv's listings; what is remembered of one are the ids of its papers."""

    def __init__(self, client: Redis, listings: Listings) -> None:
        self._client = client
        self._listings = listings

    async def of(self, identity: str) -> Listing | None:
        key = keys.listing(identity)
        known = await read_compressed(self._client, key, _LISTINGS)
        if known is not None:
            return next(iter(known), None)
        found = await self._listings.of(identity)
        kept = (replace(found, papers=()),) if found else ()
        seconds = keys.LISTING_SECONDS if found else keys.NO_LISTING_SECONDS
        await write_compressed(self._client, key, _LISTINGS, kept, seconds)
        return found


class _Memory:
    def __init__(self, client: Redis) -> None:
        self._client = client

    async def one(self, key: str, ask: Callable[[], Awaitable[Author | None]]) -> Author | None:
        async def listed() -> Sequence[Author]:
            found = await ask()
            return [found] if found else []

        return next(iter(await self.all(key, listed)), None)

    async def all(self, key: str, ask: Callable[[], Awaitable[Sequence[Author]]]) -> tuple[Author, ...]:
        found = await read_compressed(self._client, key, _PEOPLE)
        if found is None:
            found = tuple(await ask())
            await write_compressed(
                self._client, key, _PEOPLE, found, keys.PERSON_SECONDS if found else keys.UNKNOWN_PERSON_SECONDS
            )
        return found

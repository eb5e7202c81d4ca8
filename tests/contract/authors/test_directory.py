"""Who knows people: told apart through their papers, for nothing where that can be, and remembered."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from redis.asyncio import Redis

from bot.authors.clients.openalex import OpenAlexPeople, author_id, profile
from bot.authors.clients.openalex_http import OPENALEX, OpenAlexReader
from bot.authors.store.cache import CachedPeople
from bot.domain.author import Affiliation, Author, Figure, find_identity
from bot.domain.errors import SourceDown
from bot.infra.http.client import HttpClient
from bot.infra.redis import keys
from support.builders.sample_cards import CODED, PAPER
from support.local_http import local_client
from support.recorded_corpus import CORPUS
from support.servers.openalex_server import OpenAlexServer, article, authorship, person, preprint
from support.stored_keys import stored

YAM, NAMESAKE, YOAV = "A5023888391", "A5099999991", "A5031415926"
ORCID = "0000-0002-1825-0097"
KEY = "a-key-of-somebody"
RECORDED = CORPUS / "openalex" / "kitzcode__research-radar__openalex_works.json"
NAME = "Yam Eitan"


@dataclass
class Here:
    server: OpenAlexServer
    http: httpx.AsyncClient

    def people(self, key: str = "") -> OpenAlexPeople:
        policy = replace(OPENALEX, total_timeout_seconds=30.0, backoff_seconds=0.01)
        return OpenAlexPeople(OpenAlexReader(HttpClient(self.http, policy), self.server.url, key))


@pytest.fixture
async def openalex() -> AsyncIterator[Here]:
    async with OpenAlexServer() as server, local_client() as http:
        yam = person(YAM, NAME, orcid=f"https://orcid.org/{ORCID}", display_name_alternatives=[NAME, "Y. Eitan"])
        server.add(yam, preprint(PAPER.id), preprint("2410.00001", "2024-10-01"), article("10.1/x", "2025-01-01"))
        server.add(person(YOAV, "Yoav Gelberg", works_count=14), preprint(PAPER.id))
        yield Here(server, http)


class TestOpenAlex:
    async def test_a_profile_is_read_with_the_source_beside_each_figure(self, openalex: Here) -> None:
        assert await openalex.people().by_id(f"openalex:{YAM}") == Author(
            name=NAME,
            openalex=YAM,
            orcid=ORCID,
            other_names=("Y. Eitan",),
            h_index=Figure(4, "OpenAlex"),
            papers=Figure(8, "OpenAlex"),
            citations=Figure(34, "OpenAlex"),
            affiliations=(Affiliation("Technion – Israel Institute of Technology", (2026, 2025, 2024)),),
            topics=("Advanced Graph Neural Networks",),
            field="Computer Science",
            source="OpenAlex",
        )

    async def test_an_orcid_and_a_paper_lead_to_the_same_person_at_no_cost(self, openalex: Here) -> None:
        openalex.server.allowance = 0.0
        people = openalex.people()
        by_orcid = await people.by_id(f"orcid:{ORCID}")
        assert by_orcid
        assert by_orcid.openalex == YAM
        assert await people.of_paper(PAPER, "yam eitan") == by_orcid
        assert openalex.server.paths[1:] == [f"/works/doi:10.48550/arXiv.{PAPER.id}", f"/authors/{YAM}"]

    async def test_nobody_is_who_isnt_known_isnt_named_or_isnt_one(self, openalex: Here) -> None:
        people = openalex.people()
        assert await people.by_id("openalex:A5000000001") is None
        assert await people.by_id("Yam Eitan") is None
        assert await people.of_paper(CODED, NAME) is None
        assert await people.of_paper(PAPER, "Haggai Maron") is None
        openalex.server.add(person(NAMESAKE, NAME), preprint(PAPER.id))
        assert await people.of_paper(PAPER, NAME) is None

    async def test_a_paper_known_by_its_journal_alone_is_found_by_that_doi(self, openalex: Here) -> None:
        openalex.server.add(person(NAMESAKE, "Jae-Won Chung"), article("10.1145/3600006.3613165"))
        there = replace(CODED, doi="10.1145/3600006.3613165")
        found = await openalex.people().of_paper(there, "Jae-Won Chung")
        assert found
        assert found.openalex == NAMESAKE

    async def test_a_profile_that_was_merged_is_answered_with_the_other_one(self, openalex: Here) -> None:
        openalex.server.merged["A5000000001"] = YAM
        found = await openalex.people().by_id("openalex:A5000000001")
        assert found
        assert found.openalex == YAM
        openalex.server.merged |= {"A5000000002": "A5000000001"}
        with pytest.raises(SourceDown):
            await openalex.people().by_id("openalex:A5000000002")

    async def test_namesakes_are_candidates_those_of_most_works_first_and_nobody_else(self, openalex: Here) -> None:
        openalex.server.add(person(NAMESAKE, "Yam Éitan", works_count=40))
        openalex.server.add(person("A5088888881", "Yam B. Eitan"))
        found = await openalex.people().named("yam eitan", 5)
        assert [one.openalex for one in found] == [NAMESAKE, YAM]
        assert [one.openalex for one in await openalex.people().named("Y. Eitan", 5)] == [YAM]
        assert await openalex.people().named('"*?|', 5) == []
        assert round(openalex.server.allowance, 4) == 0.098

    async def test_what_somebody_wrote_is_told_by_its_arxiv_ids_newest_first(self, openalex: Here) -> None:
        assert await openalex.people().written_by(Author(NAME, openalex=YAM)) == [PAPER.id, "2410.00001"]
        assert await openalex.people().written_by(Author(NAME, openalex="A5000000001")) == []
        assert await openalex.people().written_by(Author(NAME)) == []

    async def test_a_spent_allowance_is_said_once_and_what_is_free_still_works(self, openalex: Here) -> None:
        people, asked = openalex.people(), openalex.server.asked
        openalex.server.allowance = 0.0
        said = "OpenAlex asks us to wait for 15 hours; a free OPENALEX_API_KEY lets it answer more."
        with pytest.raises(SourceDown) as first:
            await people.named(NAME, 5)
        assert first.value.sentence == said
        with pytest.raises(SourceDown, match="60 minutes"):
            await people.written_by(Author(NAME, openalex=YAM))
        assert len(asked) == 1, "what costs isn't asked again"
        assert await people.by_id(f"openalex:{YAM}")

    async def test_a_blank_key_is_never_sent_and_a_wrong_one_never_shown(
        self, openalex: Here, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "bot")
        openalex.server.key = KEY
        assert await openalex.people(KEY).by_id(f"openalex:{YAM}")
        assert await openalex.people().by_id(f"openalex:{YAM}")
        assert [asked.get("api_key") for asked in openalex.server.asked] == [KEY, None]
        with pytest.raises(SourceDown, match="OPENALEX_API_KEY") as raised:
            await openalex.people("another-key").by_id(f"openalex:{YAM}")
        assert "another-key" not in f"{raised.value!r} {raised.value.__cause__!r} {caplog.text}"

    @pytest.mark.parametrize("fault", ["[]", "<html>", "1", "400"])
    async def test_nonsense_is_a_source_that_is_down(self, openalex: Here, fault: str) -> None:
        openalex.server.faults = [fault]
        with pytest.raises(SourceDown):
            await openalex.people().by_id(f"openalex:{YAM}")

    async def test_trouble_that_passes_is_asked_once_more(self, openalex: Here) -> None:
        openalex.server.faults = ["503", "", "500"]
        assert await openalex.people().of_paper(PAPER, NAME)


class TestMemory:
    async def test_the_same_is_asked_once_and_answered_alike(self, openalex: Here, redis_client: Redis) -> None:
        people, asked = CachedPeople(redis_client, openalex.people()), openalex.server.asked
        first = [
            await people.by_id(f"openalex:{YAM}"),
            await people.of_paper(PAPER, NAME),
            await people.of_paper(CODED, NAME),
            tuple(await people.named(NAME, 5)),
        ]
        wrote, times = tuple(await people.written_by(Author(NAME, openalex=YAM))), len(asked)
        again = CachedPeople(redis_client, openalex.people())
        assert first == [
            await again.by_id(f"openalex:{YAM}"),
            await again.of_paper(PAPER, NAME),
            await again.of_paper(CODED, NAME),
            tuple(await again.named(NAME, 5)),
        ]
        assert tuple(await again.written_by(Author(NAME, openalex=YAM))) == wrote
        assert len(asked) == times

    async def test_what_is_remembered_is_gone_some_day_and_nobody_sooner(
        self, openalex: Here, redis_client: Redis
    ) -> None:
        people = CachedPeople(redis_client, openalex.people())
        await people.of_paper(PAPER, NAME)
        await people.of_paper(CODED, NAME)
        await people.written_by(Author(NAME, openalex=YAM))
        assert await redis_client.ttl(keys.person_of(PAPER.id, NAME)) > keys.PERSON_SECONDS - 60
        assert 0 < await redis_client.ttl(keys.person_of(CODED.id, NAME)) <= keys.UNKNOWN_PERSON_SECONDS
        names = await stored(redis_client)
        assert len(names) == 3
        assert not any(fnmatchcase(name, pattern) for name in names for pattern in keys.PERMANENT)

    async def test_what_failed_is_asked_again_and_what_is_damaged_counts_as_absent(
        self, openalex: Here, redis_client: Redis, caplog: pytest.LogCaptureFixture
    ) -> None:
        people = CachedPeople(redis_client, openalex.people())
        openalex.server.faults = ["400"]
        with pytest.raises(SourceDown):
            await people.by_id(f"openalex:{YAM}")
        assert await people.by_id(f"openalex:{YAM}")
        await redis_client.set(keys.person(f"openalex:{YAM}"), b"\x00no person")
        assert await people.by_id(f"openalex:{YAM}")
        assert "can't be read and is set aside" in caplog.text


def test_the_authors_of_recorded_works_are_told_by_how_they_are_printed() -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded works are not beside this checkout")
    work = json.loads(RECORDED.read_text())["results"][0]
    assert author_id(work, "kiran musunuru") == "A5040568538"
    assert author_id(work, "Jamie E. DeNizio") == "A5064919683"
    assert author_id(work, "Yam Eitan") == ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(f"https://openalex.org/{YAM}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["display_name", "id"]), inner),
)


@given(st.sampled_from(sorted(person(YAM, NAME))), _JSON, st.text())
def test_whatever_stands_in_a_profile_gives_a_bounded_person_or_none(name: str, value: object, spelt: str) -> None:
    found = profile(person(YAM, NAME) | {name: value})
    if found:
        assert find_identity(found.identity) == found.identity
        assert 0 < len(found.name) <= 100
    work = preprint(PAPER.id) | {"authorships": [authorship(person(YAM, NAME)) | {"author": value}, value]}
    assert author_id(work, spelt) in {"", YAM}

"""Whom the bot asks outside of itself: the part of the composition root whose ports are fulfilled over HTTP."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.app.settings import Settings
from bot.authors.listing_port import Listings
from bot.authors.people_port import People, SecondSource
from bot.authors.store.cache import CachedListings, CachedPeople, CachedSecondSource
from bot.infra.http.client import HttpClient
from bot.infra.http.session import http_session
from bot.infra.meter import Meter
from bot.infra.redis.connection import Redis
from bot.papers.arxiv_port import AnnouncementFeed, Catalogue
from bot.papers.index_port import PaperFinder
from bot.papers.sources import PaperClient
from bot.papers.store.arxiv_lock import RedisArxivLock

if TYPE_CHECKING:  # its HTTP library takes a fifth of a second to load
    from bot.authors.clients.openalex_works import OpenAlexWorks
    from bot.papers.clients.arxiv.html import ArxivFullText
    from bot.papers.clients.arxiv.oai import ArxivHarvest
    from bot.papers.clients.datacite import DataciteClient
    from bot.papers.clients.huggingface import HuggingFaceClient


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """arXiv's sides, the catalogue once more for questions that a person waits for, and who knows its papers too:
    by what it registers, by who wrote them, and by who reads them."""

    catalogue: Catalogue
    urgent: Catalogue
    feed: AnnouncementFeed
    harvest: "ArxivHarvest | None" = None
    registry: "DataciteClient | None" = None
    full_texts: "ArxivFullText | None" = None
    bibliography: "OpenAlexWorks | None" = None
    people: People | None = None
    second: SecondSource | None = None
    finder: PaperFinder | None = None
    popular: "HuggingFaceClient | None" = None
    listings: Listings | None = None
    others: Mapping[str, PaperClient] = field(default_factory=dict)
    """The sources of papers beside arXiv, by the prefix of their ids."""


async def open_external(settings: Settings, redis: Redis, stack: AsyncExitStack, meter: Meter) -> ExternalServices:
    """All of them as they are set, over one HTTP client that `stack` closes."""
    from bot.authors.clients.arxiv_authors import ArxivAuthors  # noqa: PLC0415
    from bot.authors.clients.openalex import OpenAlexPeople  # noqa: PLC0415
    from bot.authors.clients.openalex_http import OPENALEX, OpenAlexReader  # noqa: PLC0415
    from bot.authors.clients.openalex_works import OpenAlexWorks  # noqa: PLC0415
    from bot.authors.clients.semantic_scholar import SEMANTIC_SCHOLAR, SemanticScholar  # noqa: PLC0415
    from bot.papers.clients.arxiv.api import ArxivCatalogue  # noqa: PLC0415
    from bot.papers.clients.arxiv.feed import ArxivAnnouncements  # noqa: PLC0415 - the demo does without
    from bot.papers.clients.arxiv.html import ArxivFullText  # noqa: PLC0415
    from bot.papers.clients.arxiv.http import ARXIV_INTERACTIVE, ARXIV_PAGE, arxiv_client  # noqa: PLC0415
    from bot.papers.clients.arxiv.oai import ArxivHarvest  # noqa: PLC0415
    from bot.papers.clients.datacite import DATACITE, DataciteClient  # noqa: PLC0415
    from bot.papers.clients.huggingface import HuggingFaceClient  # noqa: PLC0415
    from bot.papers.clients.huggingface_http import HUGGING_FACE  # noqa: PLC0415

    http = await stack.enter_async_context(http_session())
    second_key = settings.semantic_scholar_api_key
    second = SemanticScholar(
        HttpClient(http, SEMANTIC_SCHOLAR, meter),
        settings.semantic_scholar_url,
        second_key.get_secret_value() if second_key else "",
    )
    interval = settings.arxiv_min_interval_seconds
    key = settings.openalex_api_key.get_secret_value() if settings.openalex_api_key else ""
    openalex = OpenAlexReader(HttpClient(http, OPENALEX, meter), settings.openalex_url, key)
    turn = RedisArxivLock(redis, interval)
    arxiv = arxiv_client(http, turn, meter=meter)
    urgent = arxiv_client(http, RedisArxivLock(redis, interval, urgent=True), ARXIV_INTERACTIVE, meter)
    face = HuggingFaceClient(HttpClient(http, HUGGING_FACE, meter), settings.huggingface_url)
    return ExternalServices(
        ArxivCatalogue(arxiv, settings.arxiv_api_url),
        ArxivCatalogue(urgent, settings.arxiv_api_url),
        ArxivAnnouncements(arxiv, settings.arxiv_rss_url),
        ArxivHarvest(arxiv, settings.harvest_url) if settings.harvest_url else None,
        DataciteClient(HttpClient(http, DATACITE, meter), settings.datacite_url),
        ArxivFullText(arxiv_client(http, turn, ARXIV_PAGE, meter), settings.full_text_url)
        if settings.full_text_url
        else None,
        OpenAlexWorks(openalex),
        CachedPeople(redis, OpenAlexPeople(openalex)),
        CachedSecondSource(redis, second),
        face,
        face,
        CachedListings(redis, ArxivAuthors(urgent, settings.author_url)) if settings.author_url else None,
    )

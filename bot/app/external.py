"""Whom the bot asks outside of itself: the part of the composition root whose ports are fulfilled over HTTP."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from bot.app.settings import Settings
from bot.authors.clients.openalex_works import OpenAlexWorks
from bot.authors.listing_port import Listings
from bot.authors.people_port import People, SecondSource
from bot.authors.store.cache import CachedListings, CachedPeople, CachedSecondSource
from bot.infra.http.session import http_session
from bot.infra.meter import Meter
from bot.infra.redis.connection import Redis
from bot.papers.arxiv_port import AnnouncementFeed, Catalogue
from bot.papers.clients.arxiv.html import ArxivFullText
from bot.papers.clients.arxiv.oai import ArxivHarvest
from bot.papers.clients.datacite import DataciteClient
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.index_port import PaperFinder
from bot.papers.store.arxiv_lock import RedisArxivLock


@dataclass(frozen=True, slots=True)
class ExternalServices:
    """arXiv's sides, the catalogue once more for questions that a person waits for, and who knows its papers too:
    by what it registers, by who wrote them, and by who reads them."""

    catalogue: Catalogue
    urgent: Catalogue
    feed: AnnouncementFeed
    harvest: ArxivHarvest | None = None
    registry: DataciteClient | None = None
    full_texts: ArxivFullText | None = None
    bibliography: OpenAlexWorks | None = None
    people: People | None = None
    second: SecondSource | None = None
    finder: PaperFinder | None = None
    popular: HuggingFaceClient | None = None
    listings: Listings | None = None


async def open_external(settings: Settings, redis: Redis, stack: AsyncExitStack, meter: Meter) -> ExternalServices:
    """All of them as they are set, over one HTTP client that `stack` closes."""
    from bot.authors.clients.arxiv_authors import ArxivAuthors  # noqa: PLC0415
    from bot.authors.clients.openalex import OpenAlexPeople  # noqa: PLC0415
    from bot.authors.clients.openalex_http import OpenAlexReader  # noqa: PLC0415
    from bot.authors.clients.openalex_works import OpenAlexWorks  # noqa: PLC0415
    from bot.authors.clients.semantic_scholar import SemanticScholar  # noqa: PLC0415
    from bot.papers.clients.arxiv.api import ArxivCatalogue  # noqa: PLC0415
    from bot.papers.clients.arxiv.feed import ArxivAnnouncements  # noqa: PLC0415 - the demo does without
    from bot.papers.clients.arxiv.html import ArxivFullText  # noqa: PLC0415
    from bot.papers.clients.arxiv.oai import ArxivHarvest  # noqa: PLC0415
    from bot.papers.clients.datacite import DataciteClient  # noqa: PLC0415
    from bot.papers.clients.huggingface import HuggingFaceClient  # noqa: PLC0415

    http = await stack.enter_async_context(http_session())
    second_key = settings.semantic_scholar_api_key
    second = SemanticScholar(
        http, settings.semantic_scholar_url, second_key.get_secret_value() if second_key else "", meter=meter
    )
    interval = settings.arxiv_min_interval_seconds
    key = settings.openalex_api_key.get_secret_value() if settings.openalex_api_key else ""
    openalex = OpenAlexReader(http, settings.openalex_url, key, meter=meter)
    turn, urgent = RedisArxivLock(redis, interval), RedisArxivLock(redis, interval, urgent=True)
    face = HuggingFaceClient(http, settings.huggingface_url, meter=meter)
    return ExternalServices(
        ArxivCatalogue(http, turn, settings.arxiv_api_url, meter=meter),
        ArxivCatalogue(
            http, urgent, settings.arxiv_api_url, attempts=2, backoff_seconds=1.0, request_seconds=15.0, meter=meter
        ),
        ArxivAnnouncements(http, turn, settings.arxiv_rss_url, meter=meter),
        ArxivHarvest(http, turn, settings.harvest_url) if settings.harvest_url else None,
        DataciteClient(http, settings.datacite_url),
        ArxivFullText(http, turn, settings.full_text_url, meter) if settings.full_text_url else None,
        OpenAlexWorks(openalex),
        CachedPeople(redis, OpenAlexPeople(openalex)),
        CachedSecondSource(redis, second),
        face,
        face,
        CachedListings(redis, ArxivAuthors(http, urgent, settings.author_url, meter=meter))
        if settings.author_url
        else None,
    )

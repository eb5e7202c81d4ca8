"""Whom the bot asks outside of itself: the part of the composition root whose ports are fulfilled over HTTP."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import version

import httpx
from redis.asyncio import Redis

from bot.ports import (
    AnnouncementFeed,
    Bibliography,
    Catalogue,
    FullTexts,
    Harvest,
    Listings,
    Meter,
    PaperFinder,
    People,
    Popular,
    Registry,
    SecondOpinion,
)
from bot.settings import Settings
from bot.stores.people import RememberedListings, RememberedOpinion, RememberedPeople
from bot.stores.turn import RedisTurn

USER_AGENT = f"paperlark/{version('paperlark')} (self-hosted arXiv digest bot)"


@dataclass(frozen=True, slots=True)
class Outside:
    """arXiv's sides, the catalogue once more for questions that a person waits for, and who knows its papers too:
    by what it registers, by who wrote them, and by who reads them."""

    catalogue: Catalogue
    urgent: Catalogue
    feed: AnnouncementFeed
    harvest: Harvest | None = None
    registry: Registry | None = None
    full_texts: FullTexts | None = None
    bibliography: Bibliography | None = None
    people: People | None = None
    second: SecondOpinion | None = None
    finder: PaperFinder | None = None
    popular: Popular | None = None
    listings: Listings | None = None


async def asked_of(settings: Settings, redis: Redis, stack: AsyncExitStack, meter: Meter) -> Outside:
    """All of them as they are set, over one HTTP client that `stack` closes."""
    from bot.sources.arxiv_announcements import ArxivAnnouncements  # noqa: PLC0415 - the demo does without
    from bot.sources.arxiv_api import ArxivCatalogue  # noqa: PLC0415
    from bot.sources.arxiv_authors import ArxivAuthors  # noqa: PLC0415
    from bot.sources.arxiv_oai import ArxivHarvest  # noqa: PLC0415
    from bot.sources.arxiv_pages import ArxivPages  # noqa: PLC0415
    from bot.sources.datacite import DataciteRegistry  # noqa: PLC0415
    from bot.sources.huggingface import HuggingFace  # noqa: PLC0415
    from bot.sources.openalex import OpenAlexBibliography  # noqa: PLC0415
    from bot.sources.openalex_http import OpenAlexReader  # noqa: PLC0415
    from bot.sources.openalex_people import OpenAlexPeople  # noqa: PLC0415
    from bot.sources.semantic_scholar import SemanticScholar  # noqa: PLC0415

    http = await stack.enter_async_context(httpx.AsyncClient(headers={"User-Agent": USER_AGENT}, timeout=30.0))
    second_key = settings.semantic_scholar_api_key
    second = SemanticScholar(
        http, settings.semantic_scholar_url, second_key.get_secret_value() if second_key else "", meter=meter
    )
    interval = settings.arxiv_min_interval_seconds
    key = settings.openalex_api_key.get_secret_value() if settings.openalex_api_key else ""
    openalex = OpenAlexReader(http, settings.openalex_url, key, meter=meter)
    turn, urgent = RedisTurn(redis, interval), RedisTurn(redis, interval, urgent=True)
    face = HuggingFace(http, settings.huggingface_url, meter=meter)
    return Outside(
        ArxivCatalogue(http, turn, settings.arxiv_api_url, meter=meter),
        ArxivCatalogue(
            http, urgent, settings.arxiv_api_url, attempts=2, backoff_seconds=1.0, request_seconds=15.0, meter=meter
        ),
        ArxivAnnouncements(http, turn, settings.arxiv_rss_url, meter=meter),
        ArxivHarvest(http, turn, settings.harvest_url) if settings.harvest_url else None,
        DataciteRegistry(http, settings.datacite_url),
        ArxivPages(http, turn, settings.full_text_url, meter) if settings.full_text_url else None,
        OpenAlexBibliography(openalex),
        RememberedPeople(redis, OpenAlexPeople(openalex)),
        RememberedOpinion(redis, second),
        face,
        face,
        RememberedListings(redis, ArxivAuthors(http, urgent, settings.author_url, meter=meter))
        if settings.author_url
        else None,
    )

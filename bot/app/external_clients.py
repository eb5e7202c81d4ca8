"""Opening the clients of all external services, according to the settings. Slow to import: it loads their libraries."""

from pydantic import SecretStr

from bot.app.external import ExternalServices
from bot.app.settings import Settings
from bot.authors.clients.arxiv_authors import ArxivAuthors
from bot.authors.clients.openalex import OpenAlexPeople
from bot.authors.clients.openalex_http import OPENALEX, OpenAlexReader
from bot.authors.clients.openalex_works import OpenAlexWorks
from bot.authors.clients.semantic_scholar import SEMANTIC_SCHOLAR, SemanticScholar
from bot.authors.store.cache import CachedListings, CachedPeople, CachedSecondSource
from bot.infra.http.client import HttpClient
from bot.infra.http.policy import RetryPolicy
from bot.infra.http.session import HttpSession
from bot.infra.meter import Meter
from bot.infra.redis.connection import Redis
from bot.infra.shares import Charge
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.feed import ArxivAnnouncements
from bot.papers.clients.arxiv.html import ArxivFullText
from bot.papers.clients.arxiv.http import ARXIV_INTERACTIVE, ARXIV_PAGE, arxiv_client
from bot.papers.clients.arxiv.oai import ArxivHarvest
from bot.papers.clients.datacite import DATACITE, DataciteClient
from bot.papers.clients.huggingface import HuggingFaceClient
from bot.papers.clients.huggingface_http import HUGGING_FACE
from bot.papers.store.arxiv_lock import RedisArxivLock


def open_external(
    settings: Settings, redis: Redis, http: HttpSession, meter: Meter, charge: Charge
) -> ExternalServices:
    """Return all clients over one HTTP session. What people ask of them is counted by `charge`."""
    lock = RedisArxivLock(redis, settings.arxiv_min_interval_seconds)

    def client(policy: RetryPolicy) -> HttpClient:
        return HttpClient(http, policy, meter, charge=charge)

    arxiv = arxiv_client(http, lock, meter=meter, charge=charge)
    urgent = arxiv_client(http, lock, ARXIV_INTERACTIVE, meter, charge)
    pages = arxiv_client(http, lock, ARXIV_PAGE, meter, charge)
    openalex_key, second_key = _plain(settings.openalex_api_key), _plain(settings.semantic_scholar_api_key)
    openalex = OpenAlexReader(client(OPENALEX), settings.openalex_url, openalex_key)
    second = SemanticScholar(client(SEMANTIC_SCHOLAR), settings.semantic_scholar_url, second_key)
    hugging_face = HuggingFaceClient(client(HUGGING_FACE), settings.huggingface_url)
    authors = ArxivAuthors(urgent, settings.author_url) if settings.author_url else None
    return ExternalServices(
        catalogue=ArxivCatalogue(arxiv, settings.arxiv_api_url),
        urgent=ArxivCatalogue(urgent, settings.arxiv_api_url),
        feed=ArxivAnnouncements(arxiv, settings.arxiv_rss_url),
        harvest=ArxivHarvest(arxiv, settings.harvest_url) if settings.harvest_url else None,
        registry=DataciteClient(client(DATACITE), settings.datacite_url),
        full_texts=ArxivFullText(pages, settings.full_text_url) if settings.full_text_url else None,
        bibliography=OpenAlexWorks(openalex),
        people=CachedPeople(redis, OpenAlexPeople(openalex)),
        second=CachedSecondSource(redis, second),
        finder=hugging_face,
        popular=hugging_face,
        listings=CachedListings(redis, authors) if authors else None,
    )


def _plain(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""

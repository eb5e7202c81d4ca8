"""The services that commands and deliveries share, made once for a process."""

from collections.abc import Mapping
from contextlib import AsyncExitStack, aclosing
from functools import partial
from typing import TYPE_CHECKING

from bot.app.external import ExternalServices
from bot.app.settings import Settings, plain
from bot.app.stores import Stores
from bot.app.zotero import zotero_of
from bot.delivery.messenger import Messenger
from bot.digests.build import DigestBuilder
from bot.digests.club import ReadingClub
from bot.digests.recap import Recaps
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.infra.clock_port import Clock
from bot.infra.meter import Meter
from bot.infra.spare_memory import spare_bytes
from bot.library.zotero.service import ZoteroLibraries
from bot.papers.arxiv_port import Catalogue
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.papers.embedding_port import Embedder
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup
from bot.papers.sources import AllSources
from bot.papers.upvotes import Upvotes
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.preferences import Preferences
from bot.ranking.scorer import PaperScorer
from bot.ranking.similarity_model import SimilarityTrainer
from bot.search.index.maintain import DiskSearchIndex
from bot.summaries.answers.service import PaperAnswers
from bot.summaries.clients.deferred import DeferredModel
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.full_text import FullTextReader
from bot.summaries.port import Summarizer
from bot.summaries.service import Summaries
from bot.summaries.topics import topics_of
from bot.trending.daily import DailyTrends
from bot.trending.service import Trends

if TYPE_CHECKING:  # its HTTP library takes 0.2 s to load
    from bot.papers.clients.arxiv.html import ArxivFullText


@frozen
class Shared:
    """The services that commands and deliveries share."""

    announcements: AnnouncementCache
    answers: PaperAnswers
    digests: DigestBuilder
    scorer: PaperScorer
    vectors: Vectors
    preferences: Preferences
    summaries: Summaries
    recaps: Recaps
    upvotes: Upvotes
    trends: Trends
    index: SearchIndex
    catalogue: Catalogue
    lookup: PaperLookup
    zotero: ZoteroLibraries
    club: ReadingClub


async def shared_of(
    settings: Settings,
    clock: Clock,
    stack: AsyncExitStack,
    stores: Stores,
    sources: ExternalServices,
    model: DeferredModel | None,
    meter: Meter,
    messengers: Mapping[str, Messenger],
) -> Shared:
    """Return what commands and deliveries share; `stack` closes it."""
    embedder, charge = await _embedder(settings, stack, meter), stores.shares.charge
    vectors = Vectors(embedder, stores.vectors, charge)
    announcements = AnnouncementCache(stores.papers, stores.fetches, vectors)
    stack.push_async_callback(announcements.aclose)
    preferences = _preferences(stores, vectors, announcements, clock)
    upvotes, trends, daily = _upvotes(stores, sources, messengers)
    scorer = PaperScorer(stores.channels, announcements, preferences, vectors, upvotes, clock)
    extract = ExtractiveSummarizer(embedder, stored=vectors)
    summarizer = _summarizer(settings, model, sources.full_texts)
    summaries = Summaries(stores.summaries, summarizer, extract, clock, settings.openai_concurrency, meter, charge)
    index = await stack.enter_async_context(aclosing(_index(settings, stores, vectors, clock)))
    catalogue = AllSources(sources.urgent, sources.others)  # a person waits for the answer
    return Shared(
        announcements=announcements,
        answers=_answers(settings, stores, sources, model, vectors),
        digests=DigestBuilder(announcements, scorer, stores.ledger, summaries, daily),
        scorer=scorer,
        vectors=vectors,
        preferences=preferences,
        summaries=summaries,
        recaps=Recaps(stores.papers, stores.ledger, stores.feedback, paper_topics, summaries.gists),
        upvotes=upvotes,
        trends=trends,
        index=index,
        catalogue=catalogue,
        lookup=PaperLookup(stores.papers, catalogue, sources.registry, index),
        zotero=zotero_of(settings, stores, clock),
        club=ReadingClub(stores.votes, stores.ledger, stores.feedback, stores.papers, summaries.gists, clock),
    )


def _preferences(stores: Stores, vectors: Vectors, announcements: AnnouncementCache, clock: Clock) -> Preferences:
    """Return what is learned from feedback, by a model that is trained on stored vectors alone."""
    stored_vectors = partial(vectors.of, budget_seconds=0.0)
    trainer = SimilarityTrainer(stores.papers, stores.similarity, clock, stored_vectors, spare_bytes)
    return Preferences(stores.papers, stores.feedback, vectors, announcements, trainer)


def _upvotes(
    stores: Stores, sources: ExternalServices, messengers: Mapping[str, Messenger]
) -> tuple[Upvotes, Trends, DailyTrends | None]:
    """Return readers' upvotes, what trends by them, and that for digests if upvotes are read at all."""
    upvotes = Upvotes(sources.popular, stores.upvotes, stores.papers)
    trends = Trends(upvotes, stores.channels, stores.feedback, stores.papers, messengers)
    return upvotes, trends, DailyTrends(trends) if upvotes.asks else None


def _answers(
    settings: Settings, stores: Stores, sources: ExternalServices, model: DeferredModel | None, vectors: Vectors
) -> PaperAnswers:
    charge, tokens = stores.shares.charge, settings.paperlark_full_text_tokens
    return PaperAnswers(stores.paper_answers, model, vectors, charge, sources.full_texts, tokens)


def _index(settings: Settings, stores: Stores, vectors: Vectors, clock: Clock) -> DiskSearchIndex:
    home, log = settings.paperlark_home, stores.paper_log
    return DiskSearchIndex(home, log, stores.papers, vectors.store, clock, vectors.model)


def _summarizer(
    settings: Settings, model: DeferredModel | None, full_texts: "ArxivFullText | None"
) -> Summarizer | None:
    """Return the model, which reads full texts if the settings allow it."""
    if model is None or full_texts is None:
        return model
    return FullTextReader(model, full_texts, settings.paperlark_full_text_tokens)


async def _embedder(settings: Settings, stack: AsyncExitStack, meter: Meter) -> Embedder | None:
    """Return the embedding model that is set, else the local one if there is one; that is loaded on first use."""
    if settings.openai_embedding_model:
        from bot.papers.clients.openai_embeddings import open_embeddings  # noqa: PLC0415 - takes 0.2 s, and optional

        access = plain(settings.openai_api_key), settings.openai_base_url, settings.openai_embedding_model
        return await stack.enter_async_context(open_embeddings(*access, settings.openai_timeout_seconds, meter))
    folder = model_folder(settings.paperlark_model, settings.paperlark_home)
    return MiniLm(folder) if folder else None


def paper_topics(paper: Paper) -> tuple[str, ...]:
    """Return a paper's topics by words and categories alone: a recap sorts thousands of papers."""
    return topics_of(paper.title, paper.abstract, paper.categories)

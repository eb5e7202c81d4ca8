"""The services that command handlers may name as parameters, made of the stores and the sources."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.app.commands import COMMANDS
from bot.app.completions import Completions
from bot.app.external import ExternalServices
from bot.app.help import ModelCosts, Undelivered
from bot.app.shared import Shared, paper_topics
from bot.app.stores import Stores
from bot.authors.directory import AuthorDirectory
from bot.authors.metrics import PaperMetrics
from bot.authors.people_port import SecondSource, WorksByOrcid
from bot.delivery.messenger import Messenger
from bot.delivery.posting import Postings
from bot.delivery.store.channels import ChannelStore
from bot.delivery.store.confirmations import ConfirmationStore
from bot.delivery.store.ledger import Ledger
from bot.digests.build import DigestBuilder
from bot.digests.club import ReadingClub
from bot.digests.recap import Recaps
from bot.domain.command_spec import CommandSpec
from bot.domain.mailbox import MAIL
from bot.domain.paper import Paper
from bot.domain.summary import Gists
from bot.infra.clock_port import Clock
from bot.infra.redis.shares import RedisShares
from bot.library.zotero.service import ZoteroLibraries
from bot.papers.arxiv_port import Catalogue
from bot.papers.embeddings import Vectors
from bot.papers.index_port import SearchIndex
from bot.papers.lookup import PaperLookup
from bot.papers.store.fetch_log import FetchLog
from bot.papers.store.papers import PaperStore
from bot.ranking.candidates import AnnouncementCache
from bot.ranking.scorer import PaperScorer
from bot.ranking.store.feedback import FeedbackStore
from bot.search.command import LocalSearch
from bot.search.completions import PaperCompletions
from bot.search.federated import FederatedSearch
from bot.summaries.answers.service import PaperAnswers
from bot.summaries.service import Summaries
from bot.trending.service import Trends


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Services of the handlers: a parameter with one of these names and types gets that service (`inject.bind`)."""

    announcements: AnnouncementCache
    answers: PaperAnswers
    catalogue: Catalogue
    channels: ChannelStore
    clock: Clock
    club: ReadingClub
    commands: Sequence[CommandSpec] = COMMANDS
    confirmations: ConfirmationStore
    digests: DigestBuilder
    directory: AuthorDirectory
    everywhere: FederatedSearch
    feedback: FeedbackStore
    fetches: FetchLog
    gists: Gists
    ledger: Ledger
    local_search: LocalSearch
    lookup: PaperLookup
    mail_messenger: Messenger | None
    measures: PaperMetrics | None
    model_costs: ModelCosts
    papers: PaperStore
    postings: Postings
    recaps: Recaps
    second_source: SecondSource | None
    scorer: PaperScorer
    shares: RedisShares
    summaries: Summaries
    topics_of: Callable[[Paper], Sequence[str]]
    trends: Trends
    undelivered: Undelivered
    vectors: Vectors
    works_by_orcid: WorksByOrcid | None
    zotero: ZoteroLibraries


def services_of(
    stores: Stores, sources: ExternalServices, shared: Shared, clock: Clock, messengers: Mapping[str, Messenger]
) -> Services:
    """Return all services. Commands use `sources.urgent`, since a person waits for the answer."""
    return Services(
        announcements=shared.announcements,
        answers=shared.answers,
        catalogue=shared.catalogue,
        channels=stores.channels,
        clock=clock,
        club=shared.club,
        confirmations=stores.confirmations,
        digests=shared.digests,
        directory=AuthorDirectory(shared.lookup, sources.people, shared.index, clock, sources.listings),
        everywhere=FederatedSearch(sources.urgent, sources.finder, clock),
        feedback=stores.feedback,
        fetches=stores.fetches,
        gists=shared.summaries.gists,
        ledger=stores.ledger,
        local_search=LocalSearch(shared.index, shared.vectors, stores.papers),
        lookup=shared.lookup,
        mail_messenger=messengers.get(MAIL),
        measures=PaperMetrics(shared.index, shared.vectors, stores.papers, clock, stores.upvotes),
        model_costs=ModelCosts(stores.token_budget, shared.summaries.by),
        papers=stores.papers,
        postings=Postings(messengers),
        second_source=sources.second,
        recaps=shared.recaps,
        scorer=shared.scorer,
        shares=stores.shares,
        summaries=shared.summaries,
        topics_of=paper_topics,
        trends=shared.trends,
        undelivered=Undelivered(stores.channels, stores.ledger, stores.failures),
        vectors=shared.vectors,
        works_by_orcid=_works(sources),
        zotero=shared.zotero,
    )


def _works(sources: ExternalServices) -> WorksByOrcid | None:
    """Return how works are found by an ORCID, if they are; naming the client's method here would already load it."""
    bibliography = sources.bibliography
    if bibliography is None:
        return None

    async def written_under(orcid: str) -> list[str] | None:
        return await bibliography.written_under(orcid)

    return written_under


def completions_of(stores: Stores, clock: Clock, index: SearchIndex) -> Completions:
    """Return the completions of what people type."""
    papers = PaperCompletions(stores.papers, stores.channels, stores.ledger, clock, index)
    return Completions(stores.papers, stores.channels, papers)

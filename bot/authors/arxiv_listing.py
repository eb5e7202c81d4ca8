"""Listings under arXiv's author identifiers, the names in their papers, and the matching author at OpenAlex."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.authors.directory import (
    ARXIV_TIMEOUT,
    MAX_PAPERS,
    OPENALEX_TIMEOUT,
    AuthorDirectory,
    LookupHints,
    id_order,
    newest_first,
    owners,
)
from bot.authors.listing_port import Listing
from bot.domain.author import Author, Figure
from bot.domain.errors import BadInput, SourceDown
from bot.domain.orcid import find_orcid
from bot.domain.paper import Paper
from bot.domain.text.author_name import spellings
from bot.domain.text.normalize import fold
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers.bag_of_authors import MAX_AUTHORS

MAX_PAPERS_ASKED = 3
"""Papers used to find an author at OpenAlex: the oldest listed, since it may not know the newest yet. Free."""


def is_arxiv_identity(identity: str) -> bool:
    """Return True if the identity is one of arXiv's."""
    return identity.startswith("arxiv:")


async def listing_of(identity: str, directory: AuthorDirectory, hints: LookupHints) -> Listing:
    """Return the listing of an `arxiv:` identity, and store its papers as far as arXiv answers in time.

    Raises BadInput with a hint, and StoreDown.
    """
    own = identity.removeprefix("arxiv:")
    if directory.listings is None:
        raise BadInput("arXiv's author ids can't be looked up here.", hints.unsupported)
    try:
        found = await within(ARXIV_TIMEOUT, "arXiv", directory.listings.of(identity), NOT_IN_TIME)
    except SourceDown as down:
        raise BadInput(f"Who {own} is at arXiv can't be looked up: {down.sentence}", hints.unavailable) from down
    if found is None and find_orcid(own):
        raise BadInput(
            f"arXiv lists nobody under the ORCID {own}.", "OpenAlex may know it.", (f"{hints.command} orcid:{own}",)
        )
    if found is None:
        raise BadInput(
            f"arXiv lists nobody under {own}: only who asked arXiv for an author id has one.", hints.not_found
        )
    return await _with_papers(found, directory)


async def fallback_listing(
    identity: str, directory: AuthorDirectory, error: BadInput
) -> tuple[Listing, AuthorDirectory, str]:
    """Return arXiv's listing of an ORCID after a lookup at OpenAlex raised `error`; raises `error` without a listing.

    Also returns the directory to use from here, without a service that was just down, and a sentence on that failure.
    """
    orcid, down = find_orcid(identity), error.__cause__
    if orcid is None or directory.listings is None:
        raise error
    try:
        found = await within(ARXIV_TIMEOUT, "arXiv", directory.listings.of(f"arxiv:{orcid}"), NOT_IN_TIME)
    except SourceDown:
        raise error from None
    if found is None:
        raise error
    listing = await _with_papers(found, directory)
    if isinstance(down, SourceDown):
        return listing, replace(directory, people=None), down.sentence
    return listing, directory, ""


async def find_at_openalex(listing: Listing, directory: AuthorDirectory) -> tuple[Author | None, str]:
    """Find the listing's author at OpenAlex, by ORCID or by their papers; also return a sentence on a failure."""
    author, people = listing.author, directory.people
    if people is None:
        return None, ""
    try:
        if author.orcid and (
            known := await within(OPENALEX_TIMEOUT, "OpenAlex", people.by_id(f"orcid:{author.orcid}"))
        ):
            return known, ""
    except SourceDown as down:
        return None, down.sentence
    answers = await owners(newest_first(listing.papers)[-MAX_PAPERS_ASKED:], printed_names(listing), people)
    found = {owner.openalex: owner for owner in answers.owners.values() if _may_be_same(owner, author)}
    return (next(iter(found.values())) if len(found) == 1 else None), answers.trouble


def printed_names(listing: Listing) -> tuple[str, ...]:
    """Return the name of the arXiv account, then the names in papers: "Jim Smith" may sign as James Smith.

    A paper without the account's name counts for its single author with the same last name and initial, if any.
    """
    name = listing.author.name
    printed = Counter[str]()
    for paper in (paper for paper in listing.papers if len(paper.authors) <= MAX_AUTHORS):
        if not listing.author.name_in(paper.authors):
            similar = [author for author in paper.authors if _may_be(name, author)]
            printed.update(similar if len(similar) == 1 else ())
    return tuple(dict.fromkeys((name, *(printed_name for printed_name, _ in printed.most_common()))))


def merge_author(listing: Listing, known: Author | None) -> Author:
    """Merge OpenAlex's figures with arXiv's name and id; without OpenAlex, count the papers that arXiv lists."""
    author = listing.author
    names = printed_names(listing)
    if known is None:
        return replace(author, other_names=names[1:], papers=Figure(len(listing.ids), author.source))
    others = tuple(name for name in dict.fromkeys((*names, *known.names)) if name != author.name)
    return replace(known, name=author.name, other_names=others, orcid=author.orcid or known.orcid, arxiv=author.arxiv)


async def _with_papers(listing: Listing, directory: AuthorDirectory) -> Listing:
    """Add and store the latest papers; one of a collaboration's 3,000 authors has a thousand, which identify nobody."""
    papers = newest_first(listing.papers)[:MAX_PAPERS]
    if papers:
        await directory.lookup.papers.keep(papers)
    else:
        papers = await _known(sorted(listing.ids, key=id_order, reverse=True)[:MAX_PAPERS], directory)
    return replace(listing, papers=tuple(papers))


async def _known(ids: Sequence[str], directory: AuthorDirectory) -> list[Paper]:
    try:
        return await directory.lookup.find_papers(ids, ARXIV_TIMEOUT, NOT_IN_TIME)
    except SourceDown:
        return list((await directory.lookup.papers.get(ids)).values())


def _may_be_same(known: Author, author: Author) -> bool:
    """Return False if their ORCIDs differ."""
    return not (known.orcid and author.orcid) or known.orcid == author.orcid


def _may_be(name: str, printed: str) -> bool:
    """Return True if the last names and the first initials agree."""
    if spellings(name) & spellings(printed):
        return True
    wanted, written = fold(name).split(), fold(printed).split()
    return bool(wanted and written) and (wanted[-1], wanted[0][0]) == (written[-1], written[0][0])

"""An author identifier of arXiv: its listing, the names that papers print, and the author at OpenAlex."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.authors.directory import (
    ARXIV_TIMEOUT,
    MAX_PAPERS,
    OPENALEX_TIMEOUT,
    AuthorDirectory,
    Instead,
    id_order,
    newest_first,
    owners,
)
from bot.authors.listing_port import Listing
from bot.domain.author import Author, Figure
from bot.domain.errors import BadInput, SourceDown
from bot.domain.orcid import find_orcid
from bot.domain.paper import Paper
from bot.domain.text.normalize import fold, spellings
from bot.infra.aio.timeout import NOT_IN_TIME, within
from bot.papers.bag_of_authors import MAX_AUTHORS

MAX_PAPERS_ASKED = 3
"""An author's papers by which OpenAlex is asked for them: the oldest, as it may not know the newest yet. Free."""


def is_arxiv_identity(identity: str) -> bool:
    """Tell whether an identity is one of arXiv's."""
    return identity.startswith("arxiv:")


async def listing_of(identity: str, directory: AuthorDirectory, instead: Instead) -> Listing:
    """The listing of an `arxiv:` identity; its papers are known here from now on, as far as they are told in time.

    Raises BadInput, with what to do `instead`, and StoreDown.
    """
    own = identity.removeprefix("arxiv:")
    if directory.listings is None:
        raise BadInput("arXiv's author ids can't be looked up here.", instead.never)
    try:
        found = await within(ARXIV_TIMEOUT, "arXiv", directory.listings.of(identity), NOT_IN_TIME)
    except SourceDown as down:
        raise BadInput(f"Who {own} is at arXiv can't be looked up: {down.sentence}", instead.now) from down
    if found is None and find_orcid(own):
        raise BadInput(
            f"arXiv lists nobody under the ORCID {own}.", "OpenAlex may know it.", (f"{instead.command} orcid:{own}",)
        )
    if found is None:
        raise BadInput(
            f"arXiv lists nobody under {own}: only who asked arXiv for an author id has one.", instead.nobody
        )
    return await _with_papers(found, directory)


async def fallback_listing(
    identity: str, directory: AuthorDirectory, error: BadInput
) -> tuple[Listing, AuthorDirectory, str]:
    """The listing at arXiv of an ORCID that OpenAlex couldn't tell of, as `error` says; raises that without a listing.

    With it come the directory to go on with, which doesn't ask a service again that was just down, and a sentence
    about that.
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
    """The author at OpenAlex, by ORCID or else through their papers, and what trouble there was with asking."""
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
    said = await owners(newest_first(listing.papers)[-MAX_PAPERS_ASKED:], printed_names(listing), people)
    found = {one.openalex: one for one in said.owners.values() if _may_share(one, author)}
    return (next(iter(found.values())) if len(found) == 1 else None), said.trouble


def printed_names(listing: Listing) -> tuple[str, ...]:
    """The name of the account at arXiv, then the names that papers print: "Jim Smith" may sign as James Smith.

    Of a paper whose authors don't hold the name, it is the one of the same last name and initial, if there is one.
    """
    name = listing.author.name
    printed = Counter[str]()
    for paper in (one for one in listing.papers if len(one.authors) <= MAX_AUTHORS):
        if not listing.author.name_in(paper.authors):
            alike = [one for one in paper.authors if _may_be(name, one)]
            printed.update(alike if len(alike) == 1 else ())
    return tuple(dict.fromkeys((name, *(one for one, _ in printed.most_common()))))


def merge_author(listing: Listing, known: Author | None) -> Author:
    """One person of the two: OpenAlex's figures, arXiv's name and id; without OpenAlex, how many papers arXiv lists."""
    author = listing.author
    names = printed_names(listing)
    if known is None:
        return replace(author, other_names=names[1:], papers=Figure(len(listing.ids), author.source))
    others = tuple(one for one in dict.fromkeys((*names, *known.names)) if one != author.name)
    return replace(known, name=author.name, other_names=others, orcid=author.orcid or known.orcid, arxiv=author.arxiv)


async def _with_papers(listing: Listing, directory: AuthorDirectory) -> Listing:
    """With the latest of them: one of a collaboration's 3,000 authors has a thousand, and none tells of one author."""
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


def _may_share(known: Author, author: Author) -> bool:
    """Tell whether nothing speaks against their being one person."""
    return not (known.orcid and author.orcid) or known.orcid == author.orcid


def _may_be(name: str, printed: str) -> bool:
    """Tell whether the last names agree, and the first letters of the first ones."""
    if spellings(name) & spellings(printed):
        return True
    wanted, written = fold(name).split(), fold(printed).split()
    return bool(wanted and written) and (wanted[-1], wanted[0][0]) == (written[-1], written[0][0])

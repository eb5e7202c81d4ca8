"""What arXiv lists under an author identifier: who that is, how she is printed, and who OpenAlex says she is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.authors.directory import (
    ARXIV_SECONDS,
    MOST_PAPERS,
    PEOPLE_SECONDS,
    Directory,
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
from bot.search.paper import find_papers

ASKED_OF = 3
"""Her papers through which OpenAlex is asked who she is: the oldest, since the newest it may not know yet. Free."""


def is_listed(identity: str) -> bool:
    """Whether an identity is one of arXiv's."""
    return identity.startswith("arxiv:")


async def listing_of(identity: str, directory: Directory, instead: Instead) -> Listing:
    """The listing of an `arxiv:` identity; its papers are known here from now on, as far as they are told in time.

    Raises BadInput, with what to do `instead`, and StoreDown.
    """
    own = identity.removeprefix("arxiv:")
    if directory.listings is None:
        raise BadInput("arXiv's author ids can't be looked up here.", instead.never)
    try:
        found = await within(ARXIV_SECONDS, "arXiv", directory.listings.of(identity), NOT_IN_TIME)
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


async def listing_instead(identity: str, directory: Directory, error: BadInput) -> tuple[Listing, Directory, str]:
    """What arXiv lists under an ORCID of which OpenAlex couldn't tell, as `error` says; raises that where it's nothing.

    With it, the directory to go on with, in which nobody is who has just been down, and a sentence about that.
    """
    orcid, down = find_orcid(identity), error.__cause__
    if orcid is None or directory.listings is None:
        raise error
    try:
        found = await within(ARXIV_SECONDS, "arXiv", directory.listings.of(f"arxiv:{orcid}"), NOT_IN_TIME)
    except SourceDown:
        raise error from None
    if found is None:
        raise error
    listing = await _with_papers(found, directory)
    if isinstance(down, SourceDown):
        return listing, replace(directory, people=None), down.sentence
    return listing, directory, ""


async def at_openalex(listing: Listing, directory: Directory) -> tuple[Author | None, str]:
    """Whom OpenAlex takes her for, by her ORCID or else through her papers, and what trouble there was with asking."""
    author, people = listing.author, directory.people
    if people is None:
        return None, ""
    try:
        if author.orcid and (known := await within(PEOPLE_SECONDS, "OpenAlex", people.by_id(f"orcid:{author.orcid}"))):
            return known, ""
    except SourceDown as down:
        return None, down.sentence
    said = await owners(newest_first(listing.papers)[-ASKED_OF:], names_of(listing), people)
    found = {one.openalex: one for one in said.owners.values() if _may_share(one, author)}
    return (next(iter(found.values())) if len(found) == 1 else None), said.trouble


def names_of(listing: Listing) -> tuple[str, ...]:
    """Her name as arXiv's account has it, then how her papers print it: "Jim Smith" may sign as James Smith.

    Of a paper whose authors don't hold the name, it is the one of the same last name and initial, if there is one.
    """
    name = listing.author.name
    printed = Counter[str]()
    for paper in (one for one in listing.papers if len(one.authors) <= MAX_AUTHORS):
        if not listing.author.name_in(paper.authors):
            alike = [one for one in paper.authors if _may_be(name, one)]
            printed.update(alike if len(alike) == 1 else ())
    return tuple(dict.fromkeys((name, *(one for one, _ in printed.most_common()))))


def joined(listing: Listing, known: Author | None) -> Author:
    """One person of the two: OpenAlex's figures, arXiv's name and id; without OpenAlex, how many papers arXiv lists."""
    author = listing.author
    names = names_of(listing)
    if known is None:
        return replace(author, other_names=names[1:], papers=Figure(len(listing.ids), author.source))
    others = tuple(one for one in dict.fromkeys((*names, *known.names)) if one != author.name)
    return replace(known, name=author.name, other_names=others, orcid=author.orcid or known.orcid, arxiv=author.arxiv)


async def _with_papers(listing: Listing, directory: Directory) -> Listing:
    """With the latest of them: who is one of a collaboration's 3,000 has a thousand, and none of it tells of her."""
    papers = newest_first(listing.papers)[:MOST_PAPERS]
    if papers:
        await directory.shelves.papers.keep(papers)
    else:
        papers = await _known(sorted(listing.ids, key=id_order, reverse=True)[:MOST_PAPERS], directory)
    return replace(listing, papers=tuple(papers))


async def _known(ids: Sequence[str], directory: Directory) -> list[Paper]:
    try:
        return await find_papers(ids, directory.shelves, ARXIV_SECONDS, NOT_IN_TIME)
    except SourceDown:
        return list((await directory.shelves.papers.get(ids)).values())


def _may_share(known: Author, author: Author) -> bool:
    """Whether nothing speaks against their being one person."""
    return not (known.orcid and author.orcid) or known.orcid == author.orcid


def _may_be(name: str, printed: str) -> bool:
    """Whether the last names agree, and the first letters of the first ones."""
    if spellings(name) & spellings(printed):
        return True
    wanted, written = fold(name).split(), fold(printed).split()
    return bool(wanted and written) and (wanted[-1], wanted[0][0]) == (written[-1], written[0][0])

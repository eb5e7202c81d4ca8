"""`/author`: find an author and show their page."""

from collections.abc import Sequence
from dataclasses import replace

from bot.authors.arxiv_listing import fallback_listing, find_at_openalex, is_arxiv_identity, listing_of, merge_author
from bot.authors.cards import Page, PaperRow, author_card, candidates_card
from bot.authors.directory import (
    ARXIV_TIMEOUT,
    MAX_PAPERS,
    OPENALEX_TIMEOUT,
    AuthorDirectory,
    LookupHints,
    Named,
    id_order,
    newest_first,
    owners,
)
from bot.authors.listing_port import Listing
from bot.authors.metrics import PaperMetrics
from bot.authors.named import EXAMPLE, as_printed, is_whole, one_with_part, paper_and_name, read_name
from bot.authors.novelty import author_novelty
from bot.authors.people_port import SecondSource
from bot.authors.resolve import is_common
from bot.domain.author import Author, find_identity, looks_like_identity
from bot.domain.card import Card
from bot.domain.command import Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput, SourceDown
from bot.domain.frozen import frozen
from bot.domain.pagination import PAGE, page_of, read_page
from bot.domain.paper import Paper
from bot.domain.summary import Gists
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import fold
from bot.domain.wording import listed
from bot.infra.aio.timeout import TOO_LONG, within

_HINTS = LookupHints("Try a name: /author Yam Eitan.", "Try a name.", EXAMPLE, "/author")

MAX_CHECKED = 8
"""Maximum of papers by the name, not listed by OpenAlex, whose author is looked up there."""
SECOND_SOURCE_TIMEOUT = 2.5
"""Timeout for a second source's figures, in seconds."""


@frozen
class ShowAuthor(Command):
    """`/author <name, identity, or arXiv id and name>`; `page` as typed, empty if omitted."""

    who: str
    page: str = ""


@frozen
class Written:
    """An author's papers, newest first; those in `by_name` are attributed by name alone."""

    papers: tuple[Paper, ...]
    by_name: frozenset[str] = frozenset()
    troubles: tuple[str, ...] = ()


async def show_author(
    command: ShowAuthor,
    directory: AuthorDirectory,
    measures: PaperMetrics | None,
    second_source: SecondSource | None,
    gists: Gists,
) -> Card:
    """Return the author's page, or the candidates if several authors match. Raises BadInput if none does."""
    found = await _resolve(command.who, directory)
    if len(found.persons) > 1:
        return candidates_card(command.who, found.persons)
    if found.persons:
        author = found.persons[0]
        written = await _written_by(author, directory, found.listed)
    else:
        author = Author(as_printed(command.who, found.papers))
        written = Written(found.papers, frozenset(paper.id for paper in found.papers))
    written = replace(written, troubles=tuple(dict.fromkeys((*found.troubles, *written.troubles))))
    return await _page(command, author, written, measures, second_source, gists)


async def _resolve(text: str, directory: AuthorDirectory) -> Named:
    """Return all authors that `text` may name; raises BadInput if there is none."""
    if not text:
        raise BadInput("Which author?", EXAMPLE)
    if identity := find_identity(text):
        return await _with_identity(identity, directory)
    if looks_like_identity(text):
        raise BadInput(f"“{shorten(text, 80)}” doesn't look like an author's ID.", EXAMPLE)
    paper_id, name = paper_and_name(text)
    name = read_name(name)
    if paper_id:
        return await _of_paper(paper_id, name, directory)
    found = await directory.find_by_name(name)
    if not found.persons and not found.papers:
        raise await _not_found(name, found.troubles, directory)
    return found


async def _with_identity(identity: str, directory: AuthorDirectory) -> Named:
    if is_arxiv_identity(identity):
        return await _as_listed(await listing_of(identity, directory, _HINTS), directory)
    try:
        return Named((await directory.find_by_id(identity, _HINTS),))
    except BadInput as error:
        return await _as_listed(*await fallback_listing(identity, directory, error))


async def _as_listed(listing: Listing, directory: AuthorDirectory, down: str = "") -> Named:
    known, trouble = await find_at_openalex(listing, directory)
    return Named((merge_author(listing, known),), troubles=tuple(filter(None, (down, trouble))), listed=listing.ids)


async def _of_paper(paper_id: str, name: str, directory: AuthorDirectory) -> Named:
    paper = await directory.lookup.find_paper(paper_id)
    printed = Author(name).name_in(paper.authors) or one_with_part(name, paper.authors)
    if not printed:
        near = tuple(f"/author {paper.id} {author}" for author in paper.authors[:5])
        raise BadInput(f"“{shorten(name, 80)}” isn't an author of {paper.id}.", "Its authors:", near)
    if directory.people is not None:
        answers = await owners([paper], [printed], directory.people)
        if paper.id in answers.owners:
            return Named((answers.owners[paper.id],))
    return await directory.find_by_name(printed)


async def _not_found(name: str, troubles: Sequence[str], directory: AuthorDirectory) -> BadInput:
    near = [known for known in await directory.lookup.papers.names_like(name, 5) if fold(known) != fold(name)]
    hint = f"Did you mean {listed(near[:3])}?" if near else "Try the ID of one of their papers and the name."
    if troubles:
        return BadInput(f"I don't know an author named “{name}”. {' '.join(troubles)}", hint, _pages(near))
    if directory.people is None:
        return BadInput(f"I don't know an author named “{name}”.", hint, _pages(near))
    return BadInput(f"I found no author named “{name}” on arXiv or OpenAlex.", hint, _pages(near))


async def _written_by(author: Author, directory: AuthorDirectory, listed: Sequence[str] = ()) -> Written:
    """Return the papers listed by arXiv and OpenAlex, and those known here by this name but not by a namesake."""
    troubles: list[str] = []
    ids = list(listed)
    try:
        if directory.people is not None:
            ids += list(await within(OPENALEX_TIMEOUT, "OpenAlex", directory.people.written_by(author)))
    except SourceDown as down:
        troubles.append(down.sentence)
    names = [author.name, *(name for name in author.other_names if is_whole(name))]
    unlisted = [paper for paper in await directory.known_papers(names) if paper.id not in set(ids)]
    own, by_name = await _split_by_author(author, unlisted, names, directory)
    latest = sorted({*ids, *own, *by_name}, key=id_order, reverse=True)[:MAX_PAPERS]
    papers = await _load(latest, directory, troubles)
    return Written(tuple(newest_first(papers)), frozenset(by_name), tuple(troubles))


async def _split_by_author(
    author: Author, unlisted: Sequence[Paper], names: Sequence[str], directory: AuthorDirectory
) -> tuple[list[str], list[str]]:
    """Return ids of papers that are surely the author's, and of those that are by name alone.

    The second list is empty if a namesake wrote one of the papers, or if the name is common.
    """
    common = is_common(author.name)
    if directory.people is None or not unlisted:
        return [], [] if common else [paper.id for paper in unlisted]
    known = (await owners(unlisted[:MAX_CHECKED], names, directory.people)).owners
    own = [paper_id for paper_id, owner in known.items() if owner.is_same(author)]
    if common or any(not owner.is_same(author) for owner in known.values()):
        return own, []
    return own, [paper.id for paper in unlisted if paper.id not in known]


async def _load(ids: Sequence[str], directory: AuthorDirectory, troubles: list[str]) -> list[Paper]:
    """Return the stored papers, and the others from arXiv with one request."""
    try:
        return await directory.lookup.find_papers(ids, ARXIV_TIMEOUT, TOO_LONG)
    except SourceDown as down:
        troubles.append(down.sentence)
        return list((await directory.lookup.papers.get(ids)).values())


async def _page(
    command: ShowAuthor,
    author: Author,
    written: Written,
    measures: PaperMetrics | None,
    second_source: SecondSource | None,
    gists: Gists,
) -> Card:
    papers, pages = written.papers, max(-(-len(written.papers) // PAGE), 1)
    number = read_page(command.page, f"/author {command.who}", pages)
    measured = await measures.of(papers) if measures else {}
    on_it = papers[PAGE * (number - 1) : PAGE * number]
    known = await gists(on_it)
    rows = tuple(
        PaperRow(
            paper,
            measured.get(paper.id),
            _place_of(author, paper),
            paper.id in written.by_name,
            known.get(paper.id, ""),
        )
        for paper in on_it
    )
    surely = [paper for paper in papers if paper.id not in written.by_name]
    author = replace(author, also=await _second(author, surely, second_source))
    asked = author.identity or author.name
    by_guess = not find_identity(command.who) and not paper_and_name(command.who)[0]
    return author_card(
        Page(
            author, asked, rows, len(papers), number, pages, _field(papers), author_novelty(measured.values()), by_guess
        ),
        len(written.by_name),
        written.troubles,
    )


async def _second(author: Author, papers: Sequence[Paper], second_source: SecondSource | None) -> tuple[Author, ...]:
    """Return the second source's figures if they arrive within a short timeout."""
    printed = [(paper, name) for paper in papers if (name := author.name_in(paper.authors))]
    if second_source is None or not printed:
        return ()
    paper, name = printed[len(printed) // 2]  # the newest may not be known there yet
    try:
        found = await within(SECOND_SOURCE_TIMEOUT, "Semantic Scholar", second_source.of_paper(paper, name))
    except SourceDown:
        return ()
    return (found,) if found else ()


def _place_of(author: Author, paper: Paper) -> str:
    """Return the author's institution at the time of the paper; empty if unknown."""
    if len(paper.affiliations) == 1:
        return paper.affiliations[0]
    return author.in_year(int(id_order(paper.id)[0][:4]))


def _field(papers: Sequence[Paper]) -> str:
    """Return the most frequent primary category; among equals, the newest paper's."""
    primaries = [paper.primary for paper in papers if paper.primary]
    return max(primaries, key=primaries.count) if primaries else ""


def _pages(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"/author {name}" for name in names[:3])


def parse_author(text: str) -> ShowAuthor:
    """Parse the text after `/author`: the author, and a page."""
    page, who = page_of(text)
    return ShowAuthor(who, page)


AUTHOR = CommandSpec(
    "author",
    parse=parse_author,
    routes=(Route(ShowAuthor, show_author, Cost.NETWORK),),
    description="An author's page: figures with their sources, and papers",
    arguments=(
        Argument(
            "name",
            "a name, openalex:A…, orcid:…, an arXiv author id, or a paper's id and a name",
            required=True,
            completes="author",
        ),
    ),
    help=(HelpLine("/author Yam Eitan", "an author's page: h-index, citations, novelty, papers"),),
)

"""Resolves an author to follow: one person, several candidates, or everybody with a name."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from bot.authors.arxiv_listing import fallback_listing, find_at_openalex, is_arxiv_identity, listing_of, merge_author
from bot.authors.directory import ARXIV_TIMEOUT, OPENALEX_TIMEOUT, AuthorDirectory, LookupHints, id_order, owners
from bot.authors.listing_port import Listing
from bot.domain.author import Author, find_identity
from bot.domain.channel import Person
from bot.domain.errors import BadInput, SourceDown
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.paper_source import only_id
from bot.domain.text.normalize import fold
from bot.infra.aio.timeout import TOO_LONG, within

MAX_OTHERS = 8
"""Other authors with the name whose papers are read, at one OpenAlex list each ($0.0001 of a free allowance)."""
MAX_PAPERS_KEPT, MAX_PAPERS_OF_OTHERS, MAX_NAMES = 60, 20, 12
"""Maximum of stored papers of the followed author, of each other author with the name, and of spellings."""
_MAX_GIVEN_NAME_LENGTH = 6
_FEW_SURNAMES = (
    "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang xie tang han cao "
    "deng feng xiao cheng yu yuan song jiang shi shen lu lv pan wei jin ye du su yan ding fu fan peng zeng tian dong "
    "cai kim lee park choi jung kang cho nguyen tran le pham singh kumar gupta"
)
_OF_MILLIONS = frozenset(_FEW_SURNAMES.split())
"""The commonest surnames of China, Korea, Vietnam and India, where few surnames are shared by very many people
(https://en.wikipedia.org/wiki/List_of_common_Chinese_surnames, https://en.wikipedia.org/wiki/List_of_Korean_surnames).
"""


@frozen
class Resolved:
    """The `name` to follow and the `person` if one was identified, or the `candidates` if there are several.

    `note` is a sentence on what remains unknown.
    """

    name: str
    person: Person | None = None
    candidates: tuple[Author, ...] = ()
    note: str = ""


_HINTS = LookupHints("Try a name: /follow Yam Eitan.", "Follow the name for now.", "Try /follow Yam Eitan.", "/follow")


async def resolve_identity(identity: str, directory: AuthorDirectory) -> Resolved:
    """Resolve `openalex:A…`, `orcid:…` or `arxiv:…`. Raises BadInput if it isn't found or the service is down."""
    if is_arxiv_identity(identity):
        return await _as_listed(await listing_of(identity, directory, _HINTS), directory)
    try:
        author = await directory.find_by_id(identity, _HINTS)
    except BadInput as error:
        return await _as_listed(*await fallback_listing(identity, directory, error))
    found = await directory.find_by_name(author.name)
    return await _one(author.name, author, found.persons, found.papers, directory, "")


async def resolve_paper(paper_id: str, name: str, directory: AuthorDirectory) -> Resolved:
    """Resolve the author called `name` of a paper, which always counts as theirs. Raises BadInput."""
    paper = await directory.lookup.find_paper(paper_id)
    printed = Author(name).name_in(paper.authors)
    if not printed:
        near = tuple(f"/follow {paper.id} {author}" for author in paper.authors[:5])
        raise BadInput(f"“{name}” isn't an author of {paper.id}.", "Its authors:", near)
    found = await directory.find_by_name(printed)
    answers = await owners([paper], [printed], directory.people) if directory.people else None
    author = answers.owners.get(paper.id) if answers else None
    if author:
        resolved = await _one(printed, author, found.persons, found.papers, directory, "")
    else:
        others = await _others(found.persons, Author(printed), found.papers, printed, directory)
        resolved = Resolved(printed, Person(others=others), note=_unresolved(printed, found.troubles))
    person = resolved.person or Person()
    return replace(resolved, person=replace(person, papers=_in_order([*person.papers, paper.id])))


async def resolve_name(name: str, directory: AuthorDirectory) -> Resolved:
    """Resolve a name to its one author or to several candidates; without any, the follow is of the name."""
    found = await directory.find_by_name(name)
    if len(found.persons) > 1:
        return Resolved(name, candidates=found.persons)
    if found.persons:
        return await _one(name, found.persons[0], found.persons, found.papers, directory, "")
    return Resolved(name, note=_unresolved(name, found.troubles) if directory.people else "")


async def _one(
    name: str, author: Author, people: Sequence[Author], papers: Sequence[Paper], directory: AuthorDirectory, note: str
) -> Resolved:
    """Return the author with their papers and those of others with the name, as far as services answer in time."""
    known, trouble = await _works(author, papers, directory)
    others = await _others(people, author, papers, name, directory)
    await _load([*known, *(paper_id for other in others for paper_id in other)], directory)
    names = _other_spellings(author, name)
    return Resolved(name, Person(author.identity, names, known, others, author.orcid), note=note or trouble)


async def _as_listed(listing: Listing, directory: AuthorDirectory, down: str = "") -> Resolved:
    """Return the author of an arXiv listing, with the papers that they claimed."""
    known, trouble = await find_at_openalex(listing, directory)
    author = merge_author(listing, known)
    claimed = frozenset(listing.ids)
    found = await directory.find_by_name(author.name, claimed)
    others = await _others(found.persons, author, found.papers, author.name, directory, claimed)
    await _load([paper_id for other in others for paper_id in other], directory)
    troubles = dict.fromkeys(filter(None, (down, trouble, *found.troubles)))
    note = "" if listing.ids else f"arXiv lists no papers by {author.name} yet, so I match the name only."
    if troubles:
        note = f"{note} I couldn't check who else has this name: {' '.join(troubles)}".strip()
    person = Person(
        author.identity,
        _other_spellings(author, author.name),
        _in_order(listing.ids)[-MAX_PAPERS_KEPT:],
        others,
        author.orcid,
    )
    return Resolved(author.name, person, note=note)


async def _others(
    people: Sequence[Author],
    author: Author,
    papers: Sequence[Paper],
    name: str,
    directory: AuthorDirectory,
    claimed: frozenset[str] = frozenset(),
) -> tuple[tuple[str, ...], ...]:
    """Return the paper ids of each other author with the name; an empty tuple stands for unknown others.

    A person with one of the `claimed` papers is the author under another profile, not somebody else.
    """
    rest = [person for person in people if not person.is_same(author)]
    works = await asyncio.gather(*(_works(person, papers, directory) for person in rest[:MAX_OTHERS]))
    read = [ids[-MAX_PAPERS_OF_OTHERS:] for ids, _ in works if not claimed & set(ids)]
    more = len(rest) > MAX_OTHERS or is_common(name)
    return (*read, ()) if more and () not in read else tuple(read)


async def _works(author: Author, papers: Sequence[Paper], directory: AuthorDirectory) -> tuple[tuple[str, ...], str]:
    """Return the arXiv ids of the author's papers, latest last, and a sentence on a failure."""
    if directory.people is None:
        return (), ""
    listed: Sequence[str] = ()
    trouble = ""
    try:
        listed = await within(OPENALEX_TIMEOUT, "OpenAlex", directory.people.written_by(author))
    except SourceDown as down:
        trouble = f"I couldn't look up other papers by {author.name}: {down.sentence}"
    attributed = {} if listed else (await owners(papers[:MAX_OTHERS], author.names, directory.people)).owners
    mine = [paper_id for paper_id, owner in attributed.items() if owner.is_same(author)]
    return _in_order([*listed, *mine])[-MAX_PAPERS_KEPT:], trouble


async def _load(ids: Sequence[str], directory: AuthorDirectory) -> None:
    """Store these papers with one request to arXiv; if it fails, profiles use the papers known here."""
    with suppress(SourceDown):
        await directory.lookup.find_papers(list(dict.fromkeys(ids)), ARXIV_TIMEOUT, TOO_LONG)


def read_identity(text: str) -> tuple[str, str]:
    """Parse an identity, or a paper's id and a name: ("openalex:A1…", "") or ("2605.05971", "Yam Eitan").

    Both are empty if `text` is neither.
    """
    if identity := find_identity(text):
        return identity, ""
    first, _, name = text.strip().partition(" ")
    paper_id = only_id(first) if name.strip() else None
    return (paper_id, name.strip()) if paper_id else ("", "")


def is_common(name: str) -> bool:
    """Return True for a name that many people share, such as "Wei Wang" or "Yang Liu"."""
    parts = fold(name).split()
    return len(parts) == 2 and len(parts[0]) <= _MAX_GIVEN_NAME_LENGTH and parts[1] in _OF_MILLIONS


def _other_spellings(author: Author, name: str) -> tuple[str, ...]:
    """Return the author's other spellings that are specific enough."""
    whole = (spelling for spelling in author.names if _is_whole(spelling) and fold(spelling) != fold(name))
    return tuple(dict.fromkeys(whole))[:MAX_NAMES]


def _is_whole(name: str) -> bool:
    """Return True if neither the first nor the last part is an initial: "Y. Eitan" would match too many people."""
    parts = fold(name).split()
    return len(parts) > 1 and min(len(parts[0]), len(parts[-1])) > 1


def _in_order(ids: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted(dict.fromkeys(ids), key=id_order))


def _unresolved(name: str, troubles: Sequence[str]) -> str:
    """Return the note that the follow matches everybody with the name, and how to change that later."""
    why = " ".join(troubles) or f"OpenAlex doesn't know {name} yet."
    return f"I match the name only, so papers by others with this name come too. {why} Try /follow {name} again later."

"""arXiv's listings of one person's papers, by author identifier or ORCID: implements `Listings`.

https://info.arxiv.org/help/author_identifiers.html: one Atom feed holds all papers; `.atom` lists the authors
separately (`.atom2` has them in one string). Its entries resemble the query API's, but it has no total count, and its
dates may be missing (https://github.com/arXiv/arxiv-browse, `controllers/list_page/author`).
"""

import logging
import re
from collections.abc import Iterator

from lxml import etree

from bot.authors.listing_port import Listing
from bot.domain.author import Author, find_identity
from bot.domain.errors import SourceDown
from bot.domain.orcid import find_orcid
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.infra.http.body import instant_of
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.clients.arxiv.http import SOURCE
from bot.papers.clients.arxiv.paper import Stated, paper_of
from bot.papers.clients.arxiv.xml import ARXIV, ATOM, parse_feed, text_of

log = logging.getLogger(__name__)

MOST_LISTED = 2000
"""More than anyone wrote: members of a collaboration have about 1,500."""

_NOBODY = frozenset({400, 404, 410})
"""For an unknown id, arXiv's page answers 404 and its program 400; a malformed id is never sent."""
_NAME = 100
_TITLE = re.compile(r"(.+)['’]s articles on arXiv")
_FEED = frozenset({f"{ATOM}feed"})


class ArxivAuthors:
    """A client that makes one request per person, under the arXiv lock, with at most two attempts."""

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def of(self, identity: str) -> Listing | None:
        kind, _, value = (find_identity(identity) or "").partition(":")
        if kind != "arxiv":  # only an author identifier may enter an address
            return None
        try:
            return await self._client.get(f"{self._url}/{value}.atom", {}, lambda body: read_listing(body, value))
        except Rejected as refused:
            if refused.status in _NOBODY:
                return None
            raise


def read_listing(body: bytes, author_id: str) -> Listing:
    """Return an author identifier's listing; unreadable entries are left out. Raises SourceDown for invalid content."""
    root = parse_feed(body, SOURCE, _FEED)
    title = _TITLE.fullmatch(clean(draw(text_of(root, f"{ATOM}title")[:1000]), 2 * _NAME))
    if title is None:
        raise SourceDown(SOURCE, "answered with something that isn't a list of an author's papers")
    papers = {paper.id: paper for paper in _papers(root)}
    author = Author(_shortened(title[1]), orcid=_orcid(root, author_id), source=SOURCE, arxiv=author_id)
    return Listing(author, tuple(papers), tuple(papers.values()))


def _shortened(name: str) -> str:
    return clean(name, _NAME)


def _orcid(root: etree._Element, author_id: str) -> str:
    """Return the ORCID under which arXiv lists the person, else one in the feed's `describes` links."""
    links = (link.get("href", "")[:200] for link in root.findall(f"{ATOM}link") if link.get("rel") == "describes")
    return next(filter(None, map(find_orcid, (author_id, *links))), "")


def _papers(root: etree._Element) -> Iterator[Paper]:
    for entry in root.findall(f"{ATOM}entry")[:MOST_LISTED]:
        paper = _paper(entry)
        if paper:
            yield paper
        else:
            log.warning("Left out an entry of arXiv's that can't be read: id=%.80r", text_of(entry, f"{ATOM}id"))


def _paper(entry: etree._Element) -> Paper | None:
    authors = entry.findall(f"{ATOM}author")
    primary = entry.find(f"{ARXIV}primary_category")
    terms = [one.get("term", "") for one in entry.findall(f"{ATOM}category")]
    return paper_of(
        Stated(
            text_of(entry, f"{ATOM}id"),
            text_of(entry, f"{ATOM}title"),
            text_of(entry, f"{ATOM}summary"),
            [text_of(one, f"{ATOM}name") for one in authors],
            terms if primary is None else (primary.get("term", ""), *terms),
            comment=text_of(entry, f"{ARXIV}comment"),
            journal_ref=text_of(entry, f"{ARXIV}journal_ref"),
            doi=text_of(entry, f"{ARXIV}doi"),
            affiliations=[(place.text or "") for one in authors for place in one.findall(f"{ARXIV}affiliation")],
            published=instant_of(text_of(entry, f"{ATOM}published")),
            updated=instant_of(text_of(entry, f"{ATOM}updated")),
        )
    )

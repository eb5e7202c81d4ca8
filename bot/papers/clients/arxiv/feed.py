"""arXiv's latest announcement, from its RSS or Atom feeds (https://info.arxiv.org/help/rss_specifications.html)."""

import logging
import re

from lxml import etree

from bot.domain.arxiv_id import find_id
from bot.domain.categories import is_category
from bot.domain.errors import SourceDown
from bot.infra.http.client import HttpClient
from bot.papers.arxiv_port import Announced
from bot.papers.clients.arxiv.author_list import split_authors
from bot.papers.clients.arxiv.http import SOURCE
from bot.papers.clients.arxiv.paper import Stated, paper_of
from bot.papers.clients.arxiv.xml import ARXIV, ATOM, DUBLIN_CORE, parse_feed, text_of

log = logging.getLogger(__name__)

_KINDS = frozenset({"new", "cross", "replace", "replace-cross"})
# "arXiv:2604.21935v1 Announce Type: new \nAbstract: …"
_DESCRIPTION = re.compile(r"\s*(?:arXiv:(\S+))?\s*(?:Announce Type:\s*([a-z-]+))?\s*(?:Abstract:)?", re.IGNORECASE)


class ArxivAnnouncements:
    """`AnnouncementFeed` over arXiv: one request for all archives asked, under the lock.

    A feed without items is a weekend or a holiday; anything that isn't a feed raises SourceDown.
    """

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def today(self, *archives: str) -> tuple[Announced, ...]:
        """Return the entries of the current feed; their papers have no dates, as the feed has only its own."""
        codes = [is_category(archive) for archive in archives]
        if None in codes or not codes:
            raise ValueError(f"no archives: {archives!r}")
        return await self._client.get(f"{self._url}/{'+'.join(filter(None, codes))}", {}, _read)


def _read(body: bytes) -> tuple[Announced, ...]:
    root = parse_feed(body, SOURCE)
    channel = root if root.tag == f"{ATOM}feed" else root.find("channel")
    if channel is None:
        raise SourceDown(SOURCE, "answered with something that isn't a feed")
    items = channel.findall(f"{ATOM}entry") or channel.findall("item")
    announced = tuple(filter(None, map(_announced, items)))
    if items and not announced:
        raise SourceDown(SOURCE, "answered with a feed that can't be read")
    return announced


def _announced(item: etree._Element) -> Announced | None:
    description = text_of(item, "description") or text_of(item, f"{ATOM}summary")
    said = _DESCRIPTION.match(description)
    stated_id, stated_kind = (said[1] or "", said[2] or "") if said else ("", "")
    kind = (text_of(item, f"{ARXIV}announce_type") or stated_kind).lower()
    authors, affiliations = split_authors(
        ", ".join(creator.text or "" for creator in item.findall(f"{DUBLIN_CORE}creator"))
    )
    stated = Stated(
        _identifier(item, stated_id),
        text_of(item, "title") or text_of(item, f"{ATOM}title"),
        description[said.end() :] if said else description,
        authors,
        _terms(item),
        journal_ref=text_of(item, f"{ARXIV}journal_reference"),
        doi=text_of(item, f"{ARXIV}DOI"),
        affiliations=affiliations,
    )
    paper = paper_of(stated)
    if paper is None or kind not in _KINDS:
        log.warning("Left out an announcement that can't be read: id=%.80r kind=%.20r", stated_id, kind)
        return None
    return Announced(paper, kind)


def _identifier(item: etree._Element, stated: str) -> str:
    """Return the id with its version: `oai:arXiv.org:2604.21935v1` in the guid; else from the text or the link."""
    guid = (text_of(item, "guid") or text_of(item, f"{ATOM}id")).removeprefix("oai:arXiv.org:")
    return next(filter(find_id, (guid, stated, text_of(item, "link"))), "")


def _terms(item: etree._Element) -> list[str]:
    named = [category.text or "" for category in item.findall("category")]
    return named + [category.get("term") or "" for category in item.findall(f"{ATOM}category")]

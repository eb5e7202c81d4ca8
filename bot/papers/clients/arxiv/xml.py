"""Validation of feeds before use: anything but a whole document of the expected kind raises an error."""

from collections.abc import Set

from lxml import etree

from bot.domain.errors import SourceBusy, SourceDown

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"
OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
OAI = "{http://www.openarchives.org/OAI/2.0/}"

_RATE_EXCEEDED = b"rate exceeded"
FEEDS = frozenset({f"{ATOM}feed", "rss"})


def parse_feed(body: bytes, source: str, roots: Set[str] = FEEDS) -> etree._Element:
    """Return the root of a document, one of `roots` (Atom and RSS 2.0), without comments and processing instructions.

    Raises SourceDown for anything else, including a truncated document or one with a document type; SourceBusy for
    "Rate exceeded.", which arXiv sends with status 200. Entities aren't expanded and nothing is fetched.
    """
    if not body.strip():
        raise SourceDown(source, "answered with an empty page")
    root = _parsed(body)
    if root is None or root.tag not in roots or root.getroottree().docinfo.internalDTD is not None:
        if _RATE_EXCEEDED in body[:2000].lower():
            raise SourceBusy(source, 0)
        raise SourceDown(source, "answered with something that isn't a feed")
    return root


def text_of(element: etree._Element, tag: str) -> str:
    """Return the text of the first child `tag`; empty if there is none."""
    return (element.findtext(tag) or "").strip()


def _parsed(body: bytes) -> etree._Element | None:
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(body, parser)
    except etree.XMLSyntaxError:
        return None

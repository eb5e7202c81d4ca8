"""arXiv's web pages of papers, made from their LaTeX.

LaTeXML's output: https://math.nist.gov/~BMiller/LaTeXML/manual/. The text is read but never stored or shown, because
arXiv's terms let nobody serve it (https://info.arxiv.org/help/api/tou.html).
"""

import re
from collections.abc import Iterator

from lxml import html

from bot.domain.arxiv_id import find_id
from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.clients.arxiv.http import SOURCE

_MOST_SECTIONS, _SECTION_LIMIT, _HEADING_LIMIT, _FORMULA_LIMIT = 60, 60_000, 200, 300

# Elements that a reader of the argument skips.
_LEFT_OUT = (
    "script|style|nav|header|footer|figure|table|button|svg",
    "ltx_bibliography|ltx_note|ltx_ERROR|ltx_page_footer|ltx_page_header|ltx_role_newpage|ltx_appendix",
)
_UNREAD = re.compile(rf"(?:^|\s)(?:{_LEFT_OUT[1]})(?:\s|$)")
_UNREAD_TAGS = frozenset(_LEFT_OUT[0].split("|"))
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*|[IVX]+|[A-H])[.:]?\s+")


class ArxivFullText:
    """A client that makes one request per paper, without retries: a missing page appears in some days or never."""

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def sections(self, paper: Paper) -> tuple[tuple[str, str], ...]:
        """Return heading and text of each section, in order; empty if the paper has no such text. Raises SourceDown."""
        if find_id(paper.id) != paper.id:  # only an arXiv identifier may enter an address
            return ()
        version = f"v{paper.stated_version}" if paper.stated_version else ""
        try:
            return await self._client.get(f"{self._url}/{paper.id}{version}", {}, read_page)
        except Rejected:  # 404: this paper has no such page
            return ()


def read_page(body: bytes) -> tuple[tuple[str, str], ...]:
    """Return heading and text of each section of a page; formulas become Unicode.

    Figures, tables and notes are left out. Raises SourceDown for anything that is no such page.
    """
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = html.document_fromstring(body, parser=parser)
        _strip(page)
        return tuple(_sections(page))
    except (ValueError, AssertionError, html.etree.LxmlError) as exc:
        raise SourceDown(SOURCE, "answered with a page that can't be read") from exc


def _strip(page: html.HtmlElement) -> None:
    for element in list(page.iter()):
        if not isinstance(element.tag, str):
            continue
        if element.tag in _UNREAD_TAGS or _UNREAD.search(element.get("class", "")):
            element.drop_tree()
        elif element.tag == "math":
            formula = element.get("alttext", "")[:_FORMULA_LIMIT]
            tail = element.tail or ""
            element.clear(keep_tail=False)
            element.text, element.tail = draw(f"${formula}$") if formula else "", tail


def _sections(page: html.HtmlElement) -> Iterator[tuple[str, str]]:
    for section in page.find_class("ltx_section")[:_MOST_SECTIONS]:
        headings = section.find_class("ltx_title_section")
        heading = headings[0].text_content() if headings else ""
        for one in headings[:1]:
            one.drop_tree()
        text = " ".join(section.itertext())
        yield _NUMBERING.sub("", clean(heading, _HEADING_LIMIT)), _tidied(clean(text, _SECTION_LIMIT))


def _tidied(text: str) -> str:
    return re.sub(r"\s+([.,;:!?)])", r"\1", text)

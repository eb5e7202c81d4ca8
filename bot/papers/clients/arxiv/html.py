"""arXiv's web pages of papers, made from their LaTeX.

LaTeXML's output: https://math.nist.gov/~BMiller/LaTeXML/manual/. The text is read but never stored, and shown as a few
quoted sentences at most, because arXiv's terms let nobody serve it (https://info.arxiv.org/help/api/tou.html).
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Iterator
from weakref import WeakValueDictionary

from lxml import html

from bot.domain.arxiv_id import find_id
from bot.domain.errors import SourceDown
from bot.domain.paper import Paper
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.clients.arxiv.http import SOURCE
from bot.papers.full_text_port import FullText, Section

_MOST_SECTIONS, _SECTION_LIMIT, _HEADING_LIMIT, _FORMULA_LIMIT = 60, 60_000, 200, 300

# Elements that a reader of the argument skips.
_LEFT_OUT = (
    "script|style|nav|header|footer|figure|table|button|svg",
    "ltx_bibliography|ltx_note|ltx_ERROR|ltx_page_footer|ltx_page_header|ltx_role_newpage|ltx_appendix",
)
_UNREAD = re.compile(rf"(?:^|\s)(?:{_LEFT_OUT[1]})(?:\s|$)")
_UNREAD_TAGS = frozenset(_LEFT_OUT[0].split("|"))
_HAS_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"
_IS_PART = f"{_HAS_CLASS.format('ltx_section')} or {_HAS_CLASS.format('ltx_subsection')}"
_OWN_TEXT = (
    f".//text()[not(ancestor::*[{_HAS_CLASS.format('ltx_title')} or {_HAS_CLASS.format('ltx_abstract')}])]"
    f"[not(ancestor::*[{_IS_PART}]) or count(ancestor::*[{_IS_PART}][1] | $part) = 1]"
)
_MOST_PARTS = 120
_NUMBERING = re.compile(r"^(?:\d+(?:\.\d+)*|[IVX]+|[A-H])[.:]?\s+")


MOST_KEPT = 16
"""Texts that this process remembers, some 100 kB each: people ask several things about one paper."""


class ArxivFullText:
    """A client that makes one request per paper, without retries: a missing page appears in some days or never.

    This process remembers the last `MOST_KEPT` texts, so a summary and the questions about a paper share one request.
    """

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._kept: OrderedDict[str, FullText] = OrderedDict()
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def sections(self, paper: Paper) -> tuple[tuple[str, str], ...]:
        """Return heading and text of each section, in order; empty if the paper has no such text. Raises SourceDown."""
        return (await self.of(paper)).sections

    async def of(self, paper: Paper) -> FullText:
        """Return the paper's text; an empty one if the paper has no page. Raises SourceDown."""
        if find_id(paper.id) != paper.id:  # only an arXiv identifier may enter an address
            return FullText()
        name = f"{paper.id}v{paper.stated_version}" if paper.stated_version else paper.id
        asking = self._asking.setdefault(name, asyncio.Lock())
        async with asking:
            if name not in self._kept:
                self._keep(name, await self._fetched(name))
            self._kept.move_to_end(name)
            return self._kept[name]

    async def _fetched(self, name: str) -> FullText:
        try:
            return await self._client.get(f"{self._url}/{name}", {}, read_text)
        except Rejected:  # 404: this paper has no such page
            return FullText()

    def _keep(self, name: str, text: FullText) -> None:
        self._kept[name] = text
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


def read_page(body: bytes) -> tuple[tuple[str, str], ...]:
    """Return heading and text of each section of a page, as `read_text` does."""
    return read_text(body).sections


def read_text(body: bytes) -> FullText:
    """Return the text of a page: whole sections, and their parts with numbers; formulas become Unicode.

    Figures, tables and notes are left out. Raises SourceDown for anything that is no such page.
    """
    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        page = html.document_fromstring(body, parser=parser)
        _strip(page)
        parts = tuple(_parts(page))
        return FullText(tuple(_sections(page)), parts)
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


def _parts(page: html.HtmlElement) -> Iterator[Section]:
    """Yield sections and subsections, each with its own text alone; or the whole of a paper without sections.

    Raises ValueError for a page that holds no paper.
    """
    if not page.find_class("ltx_document"):
        raise ValueError("no paper")
    found = page.xpath(f"//*[{_IS_PART}]")[:_MOST_PARTS] or page.find_class("ltx_document")[:1]
    for part in found:
        headings = part.xpath(f"./*[{_HAS_CLASS.format('ltx_title')}]")
        heading = clean(headings[0].text_content() if headings and part.tag != "article" else "", _HEADING_LIMIT)
        numbering = _NUMBERING.match(heading)
        text = _tidied(clean(" ".join(part.xpath(_OWN_TEXT, part=[part])), _SECTION_LIMIT))
        if text:
            number = numbering.group().strip().rstrip(".:") if numbering else ""
            yield Section(number, _NUMBERING.sub("", heading), text)


def _tidied(text: str) -> str:
    return re.sub(r"\s+([.,;:!?)])", r"\1", text)

"""Servers of papers, each declared once: its identifiers, and the addresses of its papers.

A new one needs a declaration here and a client (see `papers/sources.py`), opened with all other clients.
"""

from collections.abc import Callable

from bot.domain.arxiv_id import find_id as find_arxiv_id
from bot.domain.arxiv_id import looks_like_id as looks_like_arxiv_id
from bot.domain.arxiv_mention import ids_in as arxiv_ids_in
from bot.domain.frozen import frozen


@frozen
class PaperSource:
    """A server of papers.

    The id of each of its papers begins with `prefix`; arXiv's ids have none. `find_id` reads what a person typed or
    pasted, and returns the id with its prefix if all of the text is one. In the templates, `{id}` represents the id
    without its prefix. `doi` is the template of the DOI that it gives each of its papers; empty if it gives none.
    """

    prefix: str
    name: str
    find_id: Callable[[str], str | None]
    abs_url: str
    pdf_url: str
    doi: str = ""


ARXIV = PaperSource(
    prefix="",
    name="arXiv",
    find_id=find_arxiv_id,
    abs_url="https://arxiv.org/abs/{id}",
    # arXiv's terms ask us to link the PDF and not to serve it (https://info.arxiv.org/help/api/tou.html).
    pdf_url="https://arxiv.org/pdf/{id}",
    doi="10.48550/arXiv.{id}",  # https://info.arxiv.org/help/doi.html
)

PAPER_SOURCES: dict[str, PaperSource] = {ARXIV.prefix: ARXIV}
"""All sources by prefix, arXiv first."""


def source_of(paper_id: str) -> PaperSource:
    """Return the source of an id."""
    prefix, colon, _ = paper_id.partition(":")
    return PAPER_SOURCES.get(prefix + colon, ARXIV) if colon else ARXIV


def own_id(paper_id: str) -> str:
    """Return an id in its source's form, without our prefix."""
    return paper_id.removeprefix(source_of(paper_id).prefix)


def label(paper_id: str) -> str:
    """Return an id with its source's name: "arXiv:2605.05971"."""
    return paper_id if source_of(paper_id).prefix else f"{ARXIV.name}:{paper_id}"


def abs_url(paper_id: str) -> str:
    """Return the address of a paper's abstract page, built from the validated id, never from third-party text."""
    return _filled(source_of(paper_id).abs_url, paper_id)


def pdf_url(paper_id: str) -> str:
    """Return the address of a paper's PDF at its source."""
    return _filled(source_of(paper_id).pdf_url, paper_id)


def doi(paper_id: str) -> str:
    """Return the DOI that the source gives a paper; empty if it gives none."""
    return _filled(source_of(paper_id).doi, paper_id)


def find_id(text: str) -> str | None:
    """Return the versionless id of any source if all of `text` is one (bare, link, DOI, Slack's form); else None."""
    return next(filter(None, (source.find_id(text) for source in PAPER_SOURCES.values())), None)


def find_ids(text: str) -> list[str]:
    """Return the ids of papers in any text, each once: arXiv's wherever they stand, then other sources' words."""
    others = [source.find_id for source in PAPER_SOURCES.values() if source is not ARXIV]
    found = [find(word.strip(",;")) for word in text.split() for find in others] if others else []
    return list(dict.fromkeys([*arxiv_ids_in(text), *filter(None, found)]))


def only_id(text: str) -> str | None:
    """Return the id of the one paper that a text names; None if it names none or several."""
    found = find_ids(text)
    return found[0] if len(found) == 1 else None


def is_id(text: str) -> bool:
    """Return True if `text` is exactly an id in the form that `find_id` returns and that papers carry."""
    return find_id(text) == text


def looks_like_id(text: str) -> bool:
    """Return True if `text` was meant as an identifier or address, well-formed or not, rather than a title."""
    return find_id(text) is not None or looks_like_arxiv_id(text)


def paper_at(url: str) -> str | None:
    """Return the id of the paper whose abstract page is at `url`; None for every other address."""
    paper_id = find_id(url)
    return paper_id if paper_id and abs_url(paper_id) == url else None


def _filled(template: str, paper_id: str) -> str:
    return template.replace("{id}", own_id(paper_id))

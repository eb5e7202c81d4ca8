"""The servers of papers, each declared once: its identifiers, and where it shows a paper.

A new one is its declaration here, and its client (see `papers/sources.py`), opened where all clients are.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.arxiv_id import find_id as find_arxiv_id
from bot.domain.arxiv_id import looks_like_id as looks_like_arxiv_id


@dataclass(frozen=True, slots=True)
class PaperSource:
    """A server of papers.

    The id of each of its papers begins with `prefix`; arXiv's ids stay bare. `find_id` reads what a person typed or
    pasted, and returns the id, with its prefix, if all of the text is one. In the templates `{id}` stands for the id
    without its prefix. `doi` is the DOI that it gives each of its papers; empty if it gives none.
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
    # arXiv's terms ask to link the PDF and not to serve it (https://info.arxiv.org/help/api/tou.html).
    pdf_url="https://arxiv.org/pdf/{id}",
    doi="10.48550/arXiv.{id}",  # https://info.arxiv.org/help/doi.html
)

PAPER_SOURCES: dict[str, PaperSource] = {ARXIV.prefix: ARXIV}
"""All of them by prefix, arXiv first."""


def source_of(paper_id: str) -> PaperSource:
    """The source that an id is of."""
    prefix, colon, _ = paper_id.partition(":")
    return PAPER_SOURCES.get(prefix + colon, ARXIV) if colon else ARXIV


def own_id(paper_id: str) -> str:
    """An id as its source writes it, without our prefix."""
    return paper_id.removeprefix(source_of(paper_id).prefix)


def label(paper_id: str) -> str:
    """An id that names its source: "arXiv:2605.05971"."""
    return paper_id if source_of(paper_id).prefix else f"{ARXIV.name}:{paper_id}"


def abs_url(paper_id: str) -> str:
    """The abstract page of a paper; built from the validated id, never taken from third-party text."""
    return _filled(source_of(paper_id).abs_url, paper_id)


def pdf_url(paper_id: str) -> str:
    """The PDF of a paper, at its source."""
    return _filled(source_of(paper_id).pdf_url, paper_id)


def doi(paper_id: str) -> str:
    """The DOI that the source gives a paper; empty if it gives none."""
    return _filled(source_of(paper_id).doi, paper_id)


def find_id(text: str) -> str | None:
    """The versionless id of any source if all of `text` is one: bare, a link, a DOI, as Slack wraps it; else None."""
    return next(filter(None, (source.find_id(text) for source in PAPER_SOURCES.values())), None)


def is_id(text: str) -> bool:
    """Tell whether `text` is exactly an id in the form that `find_id` returns, and that papers carry."""
    return find_id(text) == text


def looks_like_id(text: str) -> bool:
    """Tell whether `text` was meant as an identifier or an address rather than a title, be it well-formed or not."""
    return find_id(text) is not None or looks_like_arxiv_id(text)


def paper_at(url: str) -> str | None:
    """The id of the paper whose abstract page is at `url`; None for every other address."""
    paper_id = find_id(url)
    return paper_id if paper_id and abs_url(paper_id) == url else None


def _filled(template: str, paper_id: str) -> str:
    return template.replace("{id}", own_id(paper_id))

"""Listings of one person's papers, as in https://arxiv.org/a/warner_s_1.atom.

The elements are in the order of arXiv's own program (https://github.com/arXiv/arxiv-browse,
browse/controllers/list_page/author): no counts, dates with an offset, an empty link if no ORCID is known, and no dates
of very old papers. `.atom2` has all authors in one string.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from bot.domain.paper import Paper

_NAMESPACES = 'xmlns="http://www.w3.org/2005/Atom" xmlns:arxiv="http://arxiv.org/schemas/atom"'
_SCHEME = "http://arxiv.org/schemas/atom"


@dataclass(frozen=True)
class Claimed:
    """A person with an author identifier: the account's name, a linked ORCID if any, and their papers."""

    name: str
    papers: Sequence[Paper]
    orcid: str = ""


def listing_feed(claimed: Claimed, author_id: str, origin: str, combined: bool = False) -> str:
    """Return the feed of one person."""
    describes = f"https://orcid.org/{claimed.orcid}" if claimed.orcid else ""
    return f"""<?xml version='1.0' encoding='utf-8'?>
<feed {_NAMESPACES}>
  <title>{escape(claimed.name)}'s articles on arXiv</title>
  <link rel="describes" href={quoteattr(describes)} />
  <updated>2026-08-15T00:00:00+00:00</updated>
  <id>{origin}/{author_id}</id>
  <link href="{origin}/a/{author_id}.atom" rel="self" type="application/atom+xml" />
  <link rel="describes" href="{origin}/{author_id}" />
{"".join(_entry(paper, combined) for paper in claimed.papers)}</feed>
"""


def _entry(paper: Paper, combined: bool) -> str:
    names = [", ".join(paper.authors)] if combined else paper.authors
    authors = "".join(f"    <author>\n      <name>{escape(name)}</name>\n    </author>\n" for name in names)
    said = (("doi", paper.doi), ("comment", paper.comment), ("journal_ref", paper.journal_ref))
    extras = "".join(f"    <arxiv:{tag}>{escape(text)}</arxiv:{tag}>\n" for tag, text in said if text)
    terms = "".join(
        f'    <category term={quoteattr(code)} scheme="{_SCHEME}" label="of arXiv ({escape(code)})" />\n'
        for code in paper.categories
    )
    here = f"{paper.id}v{paper.version}"
    primary = f'    <arxiv:primary_category term={quoteattr(paper.primary)} scheme="{_SCHEME}" />\n'
    dates = _dated("updated", paper.updated or paper.published) + _dated("published", paper.published)
    return f"""  <entry>
    <id>http://arxiv.org/abs/{here}</id>
{dates}    <title>{escape(paper.title)}</title>
    <summary>{escape(paper.abstract)}</summary>
{authors}{extras}    <link href="http://arxiv.org/abs/{here}" rel="alternate" type="text/html" />
    <link title="pdf" href="https://arxiv.org/pdf/{here}" rel="alternate" type="application/pdf" />
{primary}{terms}  </entry>
"""


def _dated(tag: str, when: datetime | None) -> str:
    return f"    <{tag}>{when.isoformat()}</{tag}>\n" if when else ""

"""Feeds in arXiv's format since 2026, with the elements in the same order."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from bot.domain.arxiv_id import find_id
from bot.domain.paper import Paper
from bot.papers.arxiv_port import Announced

_LONG_AGO = datetime(2007, 1, 1, tzinfo=UTC)
_NAMESPACES = (
    'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"'
    ' xmlns="http://www.w3.org/2005/Atom"'
)
_RSS_NAMESPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0"'
)
_DAILY_NAMESPACES = (
    'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns="http://www.w3.org/2005/Atom"'
)


def query_feed(params: dict[str, str], entries: Iterable[str], total: int) -> str:
    """Return an answer of the query API."""
    asked = {key: params.get(key, "") for key in ("search_query", "id_list", "start", "max_results")}
    title = "arXiv Query: " + "&".join(f"{key}={value}" for key, value in asked.items())
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed {_NAMESPACES}>
  <id>https://arxiv.org/api/oqaUC9OB2SccftmJHZqrxySXrao</id>
  <title>{escape(title)}</title>
  <updated>2026-08-15T10:11:59Z</updated>
  <link href={quoteattr("https://arxiv.org/api/query?" + urlencode(asked))} type="application/atom+xml"/>
  <opensearch:itemsPerPage>{asked["max_results"]}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{asked["start"]}</opensearch:startIndex>
{"".join(entries)}</feed>
"""


def query_entry(paper: Paper, version: int | None = None) -> str:
    """Return one result. A paper without dates gets the first day of its id's month."""
    published = paper.published or submitted(paper)
    updated = paper.updated or published
    here = f"{paper.id}v{version or paper.version}"
    optional = [
        f"    <arxiv:{tag}>{escape(text)}</arxiv:{tag}>\n"
        for tag, text in (("comment", paper.comment), ("journal_ref", paper.journal_ref), ("doi", paper.doi))
        if text
    ]
    categories = [
        f'    <category term={quoteattr(c)} scheme="http://arxiv.org/schemas/atom"/>\n' for c in paper.categories
    ]
    authors = [f"    <author>\n      <name>{escape(name)}</name>\n    </author>\n" for name in paper.authors]
    return f"""  <entry>
    <id>http://arxiv.org/abs/{here}</id>
    <title>{escape(paper.title)}</title>
    <updated>{_stamp(updated)}</updated>
    <link href="https://arxiv.org/abs/{here}" rel="alternate" type="text/html"/>
    <link href="https://arxiv.org/pdf/{here}" rel="related" type="application/pdf" title="pdf"/>
    <summary>{escape(paper.abstract)}</summary>
{"".join(categories)}    <published>{_stamp(published)}</published>
{optional[0] if paper.comment else ""}    <arxiv:primary_category term={quoteattr(paper.primary)}/>
{"".join(optional[1:] if paper.comment else optional)}{"".join(authors)}  </entry>
"""


def error_feed(what: str) -> str:
    """Return the body of a 400 answer."""
    address = f"https://arxiv.org/api/errors#{what.replace(' ', '_')}"
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed {_NAMESPACES}>
  <id>https://arxiv.org/</id>
  <title>arXiv Search Results</title>
  <updated>2026-04-12T22:59:06Z</updated>
  <opensearch:itemsPerPage>1</opensearch:itemsPerPage>
  <opensearch:totalResults>1</opensearch:totalResults>
  <opensearch:startIndex>0</opensearch:startIndex>
  <entry>
    <id>{escape(address)}</id>
    <title>Error</title>
    <updated>2026-04-12T22:59:06Z</updated>
    <link href={quoteattr(address)} rel="alternate" type="text/html"/>
    <summary>{escape(what)}</summary>
    <author>
      <name>arXiv api core</name>
    </author>
  </entry>
</feed>
"""


def rss(specification: str, day: date, items: Sequence[Announced]) -> str:
    """Return `/rss/<specification>` of a day; there are no items on days without an announcement."""
    built = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=4, seconds=14)
    midnight = f"{day:%a, %d %b %Y} 00:00:00 -0400"
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<rss {_RSS_NAMESPACES}>
  <channel>
    <title>{escape(specification)} updates on arXiv.org</title>
    <link>http://rss.arxiv.org/rss/{escape(specification)}</link>
    <description>{escape(specification)} updates on the arXiv.org e-print archive.</description>
    <atom:link href="http://rss.arxiv.org/rss/{escape(specification)}" rel="self" type="application/rss+xml"/>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <language>en-us</language>
    <lastBuildDate>{format_datetime(built)}</lastBuildDate>
    <managingEditor>rss-help@arxiv.org</managingEditor>
    <pubDate>{midnight}</pubDate>
    <skipDays>
      <day>Sunday</day>
      <day>Saturday</day>
    </skipDays>
{"".join(_rss_item(item, midnight) for item in items)}  </channel>
</rss>
"""


def atom(specification: str, day: date, items: Sequence[Announced]) -> str:
    """Return `/atom/<specification>`: the same in the other format."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed {_DAILY_NAMESPACES} xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/{escape(specification)}</id>
  <title>{escape(specification)} updates on arXiv.org</title>
  <updated>{day}T04:00:19.866337+00:00</updated>
  <link href="http://rss.arxiv.org/atom/{escape(specification)}" rel="self" type="application/atom+xml"/>
  <subtitle>{escape(specification)} updates on the arXiv.org e-print archive.</subtitle>
{"".join(_atom_entry(item, day) for item in items)}</feed>
"""


def submitted(paper: Paper) -> datetime:
    """Return the time of submission, as far as it is known."""
    digits = paper.id.rpartition("/")[2]
    if paper.published or find_id(paper.id) != paper.id:
        return paper.published or _LONG_AGO
    year = int(digits[:2])
    return datetime(1900 + year if year > 90 else 2000 + year, int(digits[2:4]), 1, tzinfo=UTC)


def _described(item: Announced) -> str:
    paper = item.paper
    return f"arXiv:{paper.id}v{paper.version} Announce Type: {item.kind} \nAbstract: {paper.abstract}"


def _extras(item: Announced) -> str:
    paper = item.paper
    doi = f"      <arxiv:DOI>{escape(paper.doi)}</arxiv:DOI>\n" if paper.doi else ""
    journal = f"      <arxiv:journal_reference>{escape(paper.journal_ref)}</arxiv:journal_reference>\n"
    return f"""      <arxiv:announce_type>{item.kind}</arxiv:announce_type>
      <dc:rights>http://creativecommons.org/licenses/by/4.0/</dc:rights>
{doi}{journal if paper.journal_ref else ""}      <dc:creator>{escape(", ".join(paper.authors))}</dc:creator>
"""


def _rss_item(item: Announced, midnight: str) -> str:
    paper = item.paper
    categories = "".join(f"      <category>{escape(category)}</category>\n" for category in paper.categories)
    return f"""    <item>
      <title>{escape(paper.title)}</title>
      <link>https://arxiv.org/abs/{paper.id}</link>
      <description>{escape(_described(item))}</description>
      <guid isPermaLink="false">oai:arXiv.org:{paper.id}v{paper.version}</guid>
{categories}      <pubDate>{midnight}</pubDate>
{_extras(item)}    </item>
"""


def _atom_entry(item: Announced, day: date) -> str:
    paper = item.paper
    categories = "".join(f"      <category term={quoteattr(category)}/>\n" for category in paper.categories)
    return f"""  <entry>
      <id>oai:arXiv.org:{paper.id}v{paper.version}</id>
      <title>{escape(paper.title)}</title>
      <updated>{day}T04:00:19.899254+00:00</updated>
      <link href="https://arxiv.org/abs/{paper.id}" rel="alternate" type="text/html"/>
      <summary>{escape(_described(item))}</summary>
{categories}      <published>{day}T00:00:00-04:00</published>
{_extras(item)}  </entry>
"""


def _stamp(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

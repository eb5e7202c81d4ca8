"""OAI-PMH answers of arXiv (arXivRaw), with the elements in the same order."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from bot.domain.paper import Paper
from support.servers.arxiv_feeds import submitted

PAGE = 100
_SCHEMA = "http://www.openarchives.org/OAI/2.0/"


def harvest(params: dict[str, str], records: Sequence[tuple[Paper, date]], token: str) -> str:
    """Return the answer of ListRecords; `token` is empty at the end."""
    more = f"<resumptionToken>{escape(token)}</resumptionToken>" if token else "<resumptionToken/>"
    return _answer(params, f"<ListRecords>{''.join(_record(*one) for one in records)}{more}</ListRecords>")


def refusal(params: dict[str, str], code: str) -> str:
    """Return an answer with an error of the protocol."""
    return _answer(params, f'<error code="{code}">{code}</error>')


def _answer(params: dict[str, str], content: str) -> str:
    asked = " ".join(f'{name}="{escape(value)}"' for name, value in params.items())
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="{_SCHEMA}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="{_SCHEMA} {_SCHEMA}OAI-PMH.xsd">
<responseDate>2026-08-21T06:31:33Z</responseDate>
<request {asked}>https://oaipmh.arxiv.org/oai</request>
{content}
</OAI-PMH>
"""


def _record(paper: Paper, changed: date) -> str:
    first = submitted(paper).astimezone(UTC)
    latest = paper.updated.astimezone(UTC) if paper.updated and paper.version > 1 else first
    optional = "".join(
        f"  <{tag}>{escape(text)}</{tag}>\n"
        for tag, text in (("comments", paper.comment), ("journal-ref", paper.journal_ref), ("doi", paper.doi))
        if text
    )
    return f"""<record>
<header>
 <identifier>oai:arXiv.org:{paper.id}</identifier>
 <datestamp>{changed.isoformat()}</datestamp>
 <setSpec>{escape(paper.primary.replace(".", ":"))}</setSpec>
</header>
<metadata>
 <arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/" xsi:schemaLocation="http://arxiv.org/OAI/arXivRaw.xsd">
  <id>{paper.id}</id>
  <submitter>{escape(paper.authors[0] if paper.authors else "Nobody")}</submitter>
{"".join(_versions(paper, first, latest))}\
  <title>{escape(paper.title)}</title>
  <authors>{escape(", ".join(paper.authors))}</authors>
  <categories>{" ".join(paper.categories)}</categories>
{optional}  <license>http://creativecommons.org/licenses/by/4.0/</license>
  <abstract>  {escape(paper.abstract)}
</abstract>
 </arXivRaw>
</metadata>
</record>
"""


def _versions(paper: Paper, first: datetime, latest: datetime) -> Iterator[str]:
    for number in range(1, paper.version):
        yield _version(number, first + timedelta(hours=number - 1))
    yield _version(paper.version, latest, *(("0kb", "I") if paper.without_files else ()))


def _version(number: int, when: datetime, size: str = "37kb", files: str = "D") -> str:
    return f"""  <version version="v{number}">
   <date>{format_datetime(when, usegmt=True)}</date>
   <size>{size}</size>
   <source_type>{files}</source_type>
  </version>
"""

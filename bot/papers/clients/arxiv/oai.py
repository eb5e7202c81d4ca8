"""Daily changes at arXiv by OAI-PMH (https://info.arxiv.org/help/oa/index.html).

The format is arXivRaw: it alone lists a paper's versions and their submission times, which distinguish a new paper from
a replaced one.
"""

import logging
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from lxml import etree

from bot.domain.errors import SourceDown, StaleToken
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.papers.arxiv_port import Batch, Harvested
from bot.papers.clients.arxiv.author_list import split_authors
from bot.papers.clients.arxiv.http import SOURCE
from bot.papers.clients.arxiv.paper import Stated, paper_of
from bot.papers.clients.arxiv.xml import OAI, parse_feed, text_of

log = logging.getLogger(__name__)

RAW = "{http://arxiv.org/OAI/arXivRaw/}"

_ROOTS = frozenset({f"{OAI}OAI-PMH"})
_LONGEST_TOKEN = 1000
_VERSION = re.compile(r"v([1-9][0-9]{0,3})")


class _Forgotten(Rejected, StaleToken):
    """An expired token, which a retry can't restore."""

    def __init__(self) -> None:
        StaleToken.__init__(self, SOURCE)


class ArxivHarvest:
    """A harvester over OAI-PMH: one request per batch, under the lock, each answer checked.

    Failures raise SourceDown or SourceBusy after `attempts`; an expired token raises StaleToken at once.
    """

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url

    async def changed_on(self, day: date, token: str = "") -> Batch:
        """Return the records last changed on `day` (UTC); with the `token` of a batch, those that follow it.

        Raises `StaleToken` if arXiv no longer knows the token: start the day again.
        """
        question = {"metadataPrefix": "arXivRaw", "from": day.isoformat(), "until": day.isoformat()}
        params = {"verb": "ListRecords", **({"resumptionToken": token} if token else question)}
        return await self._client.get(self._url, params, _read)


def _read(body: bytes) -> Batch:
    root = parse_feed(body, SOURCE, _ROOTS)
    error = root.find(f"{OAI}error")
    if error is not None:
        return _without_records(str(error.get("code") or ""))
    answer = root.find(f"{OAI}ListRecords")
    if answer is None:
        raise SourceDown(SOURCE, "answered with something that isn't a harvest")
    listed = [record for record in answer.findall(f"{OAI}record") if not _is_deleted(record)]
    records = tuple(filter(None, map(_harvested, listed)))
    if listed and not records:
        raise SourceDown(SOURCE, "answered with a harvest that can't be read")
    token = text_of(answer, f"{OAI}resumptionToken")
    if len(token) > _LONGEST_TOKEN:
        raise SourceDown(SOURCE, "answered with a harvest that can't be gone on with")
    return Batch(records, token)


def _without_records(code: str) -> Batch:
    """Return an empty batch if nothing changed that day; raise for any other protocol error (OAI-PMH 2.0, 3.6)."""
    if code == "noRecordsMatch":
        return Batch(())
    if code == "badResumptionToken":
        raise _Forgotten
    raise Rejected(SOURCE, "refused the question")


def _is_deleted(record: etree._Element) -> bool:
    header = record.find(f"{OAI}header")
    return header is not None and header.get("status") == "deleted"


def _harvested(record: etree._Element) -> Harvested | None:
    header, raw = record.find(f"{OAI}header"), record.find(f"{OAI}metadata/{RAW}arXivRaw")
    stated_id = "" if header is None else text_of(header, f"{OAI}identifier")
    versions = {} if raw is None else _versions(raw)
    changed = None if header is None else _day(text_of(header, f"{OAI}datestamp"))
    paper = paper_of(_stated(raw, versions)) if raw is not None and 1 in versions else None
    if paper is None or changed is None:
        log.warning("Left out a record of arXiv's that can't be read: id=%.80r", stated_id)
        return None
    return Harvested(paper, changed)


def _stated(raw: etree._Element, versions: Mapping[int, datetime]) -> Stated:
    authors, affiliations = split_authors(text_of(raw, f"{RAW}authors"))
    latest = max(versions)
    return Stated(
        f"{text_of(raw, f'{RAW}id')}v{latest}",
        text_of(raw, f"{RAW}title"),
        text_of(raw, f"{RAW}abstract"),
        authors,
        text_of(raw, f"{RAW}categories").split(),
        comment=text_of(raw, f"{RAW}comments"),
        journal_ref=text_of(raw, f"{RAW}journal-ref"),
        doi=text_of(raw, f"{RAW}doi"),
        affiliations=affiliations,
        published=versions[1],
        updated=versions[latest],
        without_files=_is_without_files(raw, latest),
    )


def _is_without_files(raw: etree._Element, number: int) -> bool:
    """Return True for a withdrawn version: "I" marks files to ignore, and it weighs 0 kB.

    arXiv's own pages use these signs: `withdrawn_or_ignore` in https://github.com/arXiv/arxiv-browse.
    """
    stated = raw.find(f"{RAW}version[@version='v{number}']")
    if stated is None:
        return False
    return "I" in text_of(stated, f"{RAW}source_type") or text_of(stated, f"{RAW}size") in {"0kb", "0"}


def _versions(raw: etree._Element) -> dict[int, datetime]:
    """Return each version's submission time by its number, without unreadable versions."""
    found = {}
    for version in raw.findall(f"{RAW}version"):
        number = _VERSION.fullmatch(version.get("version") or "")
        submitted = _instant(text_of(version, f"{RAW}date"))
        if number and submitted:
            found[int(number[1])] = submitted
    return found


def _instant(text: str) -> datetime | None:
    """Parse "Mon, 14 Apr 2008 20:12:00 GMT" to UTC."""
    try:
        read = parsedate_to_datetime(text)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None

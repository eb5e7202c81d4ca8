"""DataCite, where arXiv registers each paper's DOI: the source of papers while arXiv itself is down.

https://support.datacite.org/docs/api-get-doi, https://info.arxiv.org/help/doi.html. It lags behind arXiv and holds
less.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from bot.domain.arxiv_id import is_id
from bot.domain.paper import Paper
from bot.domain.paper_source import ARXIV, source_of
from bot.infra.http.body import instant_of
from bot.infra.http.client import HttpClient
from bot.infra.http.errors import Rejected
from bot.infra.http.policy import RetryPolicy
from bot.papers.clients.arxiv.paper import Stated, paper_of

SOURCE = "DataCite"
DATACITE = RetryPolicy(
    source=SOURCE,
    largest_body_bytes=2_000_000,
    request_timeout_seconds=5.0,  # the longest extra wait of a person who already waits for arXiv
    absent=frozenset({404}),
)

_CATEGORY = re.compile(r".*\(([A-Za-z.-]{2,20})\)")
_VERSION = re.compile(r"v?([1-9][0-9]{0,3})")
_COMMENTS = "Comments:"

Json = Mapping[str, object]


class DataciteClient:
    """A client that makes one request per paper."""

    def __init__(self, client: HttpClient, url: str) -> None:
        self._client = client
        self._url = url.rstrip("/")

    async def paper(self, paper_id: str) -> Paper | None:
        """Return the paper of a versionless id, with its `source`; None if it isn't registered (yet)."""
        if source_of(paper_id) is not ARXIV:
            return None
        if not is_id(paper_id):
            raise ValueError(f"no identifier: {paper_id!r}")
        url = f"{self._url}/dois/10.48550/arXiv.{paper_id}"
        return await self._client.find(url, {}, lambda body: _read(body, paper_id))


def _read(body: bytes, paper_id: str) -> Paper:
    try:
        attributes = _object(_object(_object(json.loads(body)).get("data")).get("attributes"))
    except (ValueError, RecursionError) as exc:
        raise Rejected(SOURCE, "answered with something that can't be read") from exc
    title = next(_texts(attributes, "titles", "title"), "")
    authors = list(filter(None, map(_name, _objects(attributes, "creators"))))
    if _text(attributes, "doi").lower() != f"10.48550/arxiv.{paper_id}".lower() or not title or not authors:
        raise Rejected(SOURCE, "answered with something that isn't that paper")
    return _paper(attributes, paper_id, title, authors)


def _paper(attributes: Json, paper_id: str, title: str, authors: Iterable[str]) -> Paper:
    described = [(_text(d, "descriptionType"), _text(d, "description")) for d in _objects(attributes, "descriptions")]
    dates = sorted(_objects(attributes, "dates"), key=lambda date: _text(date, "dateType") == "Submitted")
    submitted = {number: when for number, when in map(_dated, dates) if number and when}
    stated = _VERSION.fullmatch(_text(attributes, "version"))
    version = max([*submitted, int(stated[1]) if stated else 1])
    paper = paper_of(
        Stated(
            f"{paper_id}v{version}",
            title,
            next((text for kind, text in described if kind == "Abstract"), ""),
            authors,
            [found[1] for found in map(_CATEGORY.fullmatch, _texts(attributes, "subjects", "subject")) if found],
            comment=next((text[len(_COMMENTS) :] for _, text in described if text.startswith(_COMMENTS)), ""),
            published=submitted.get(1),
            updated=submitted.get(version),
            source=SOURCE,
        )
    )
    if paper is None:
        raise Rejected(SOURCE, "answered with something that isn't that paper")
    return paper


def _name(creator: Json) -> str:
    """Return "Ada Lovelace" for "Lovelace, Ada"; arXiv's registrations also hold the two parts."""
    given, family = _text(creator, "givenName"), _text(creator, "familyName")
    if given or family:
        return f"{given} {family}".strip()
    last, comma, first = _text(creator, "name").partition(", ")
    return f"{first} {last}" if comma and _text(creator, "nameType") == "Personal" else _text(creator, "name")


def _dated(date: Json) -> tuple[int, datetime | None]:
    """Return a version and its submission time; (0, None) for any other date."""
    version = _VERSION.fullmatch(_text(date, "dateInformation"))
    if version is None or _text(date, "dateType") not in {"Submitted", "Updated"}:
        return 0, None
    when = instant_of(_text(date, "date"))
    return (int(version[1]), when) if when else (0, None)


def _object(thing: object) -> Json:
    if not isinstance(thing, dict):
        raise ValueError("no object")
    return thing


def _objects(attributes: Json, name: str) -> list[Json]:
    things = attributes.get(name)
    return [thing for thing in things if isinstance(thing, dict)] if isinstance(things, list) else []


def _texts(attributes: Json, name: str, field: str) -> Iterator[str]:
    return filter(None, (_text(thing, field) for thing in _objects(attributes, name)))


def _text(thing: Json, name: str) -> str:
    text = thing.get(name)
    return text.strip() if isinstance(text, str) else ""

"""OpenAlex as a source of author profiles: by identity, through a paper, or by name.

https://developers.openalex.org/api-reference/authors. A profile and a paper cost nothing; a person's works cost a list,
and a name costs a search. A program makes the profiles: one may hold the works of two people, and one person may have
two.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import quote

from bot.authors.clients.openalex_http import SOURCE, OpenAlexReader
from bot.authors.clients.openalex_works import latest_works
from bot.domain.author import Affiliation, Author, Figure, find_identity
from bot.domain.orcid import find_orcid
from bot.domain.paper import Paper
from bot.domain.text.author_name import spellings
from bot.domain.text.clean import clean

Json = Mapping[str, object]

PROFILE = (
    "id,orcid,display_name,display_name_alternatives,works_count,cited_by_count,summary_stats,affiliations,"
    "last_known_institutions,topics"
)
MOST_CANDIDATES = 25
"""Candidates of one search: as many as are worth distinguishing."""
_MOST_NAMES, _MOST_AFFILIATIONS, _MOST_TOPICS, _MOST_YEARS = 40, 12, 5, 80
_NAME, _WORDS = 100, 120
_LARGEST_FIGURE = 10**9

_ID = re.compile(r"(?:https://openalex\.org/)?(A[1-9][0-9]{4,11})", re.ASCII)
# Search operators (https://developers.openalex.org/guides/searching), which no name contains.
_OPERATORS = re.compile(r"[\"()*?~|!:,&]|\b(?:AND|OR|NOT)\b")


class OpenAlexPeople:
    """`People` over OpenAlex, without a cache."""

    def __init__(self, reader: OpenAlexReader) -> None:
        self._reader = reader

    async def by_id(self, identity: str) -> Author | None:
        kind, _, value = (find_identity(identity) or "").partition(":")
        if kind not in {"openalex", "orcid"}:
            return None
        record = await self._reader.record(f"/authors/{value if kind == 'openalex' else f'orcid:{value}'}", PROFILE)
        return profile(record) if record else None

    async def of_paper(self, paper: Paper, name: str) -> Author | None:
        for doi in (f"10.48550/arXiv.{paper.id}", paper.doi):
            work = await self._reader.record(f"/works/doi:{quote(doi, safe='')}", "id,authorships") if doi else None
            if work:
                found = author_id(work, name)
                return await self.by_id(f"openalex:{found}") if found else None
        return None

    async def named(self, name: str, limit: int) -> Sequence[Author]:
        words = " ".join(_OPERATORS.sub(" ", clean(name, _NAME)).split())
        if not words:
            return []
        params = {"search": words, "per-page": str(MOST_CANDIDATES), "select": PROFILE}
        records = await self._reader.results("/authors", params) or []
        found = [author for author in map(profile, records) if author and author.is_named(name)]
        found.sort(key=lambda author: (-(author.papers.value if author.papers else 0), author.openalex))
        return found[:limit]

    async def written_by(self, author: Author) -> Sequence[str]:
        if not author.openalex and not author.orcid:
            return []
        who = f"author.id:{author.openalex}" if author.openalex else f"author.orcid:{author.orcid}"
        return await latest_works(self._reader, who) or []


def profile(record: Json) -> Author | None:
    """Return the author of one record; None if it lacks an id or a name, without which the rest is useless."""
    found, name = _ID.fullmatch(_text(record.get("id"))), clean(_text(record.get("display_name")), _NAME)
    if not found or not name:
        return None
    stats = record.get("summary_stats")
    topics = list(_topics(record.get("topics")))
    return Author(
        name=name,
        openalex=found[1],
        orcid=find_orcid(_text(record.get("orcid"))) or "",
        other_names=tuple(_names(record.get("display_name_alternatives"), name)),
        h_index=_figure(stats.get("h_index") if isinstance(stats, dict) else None),
        papers=_figure(record.get("works_count")),
        citations=_figure(record.get("cited_by_count")),
        affiliations=tuple(_affiliations(record))[:_MOST_AFFILIATIONS],
        topics=tuple(dict.fromkeys(topic for topic, _ in topics))[:_MOST_TOPICS],
        field=next((field for _, field in topics if field), ""),
        source=SOURCE,
    )


def author_id(work: Json, name: str) -> str:
    """Return the id of the one author of a work who is `name`, as printed there or as known; empty if none or two are.

    An author printed without an id, as in a work that isn't resolved yet, doesn't count.
    """
    wanted = spellings(name)
    found = {
        known[1] if (known := _ID.fullmatch(_text(author.get("id")))) else ""
        for authorship, author in _authorships(work)
        if any(
            spellings(clean(_text(text), _NAME)) & wanted
            for text in (authorship.get("raw_author_name"), author.get("display_name"))
        )
    }
    return found.pop() if len(found) == 1 else ""


def _authorships(work: Json) -> Iterator[tuple[Json, Json]]:
    authorships = work.get("authorships")
    for one in authorships if isinstance(authorships, list) else []:
        author = one.get("author") if isinstance(one, dict) else None
        if isinstance(author, dict):
            yield one, author


def _affiliations(record: Json) -> Iterator[Affiliation]:
    """Yield affiliations with years first, the latest first, in OpenAlex's order; without any, the last known ones."""
    dated = record.get("affiliations")
    seen = set()
    for one in dated if isinstance(dated, list) else []:
        if isinstance(one, dict) and (name := _institution(one.get("institution"))) and name not in seen:
            seen.add(name)
            years = one.get("years")
            known = {year for year in years if _is_year(year)} if isinstance(years, list) else set()
            yield Affiliation(name, tuple(sorted(known, reverse=True))[:_MOST_YEARS])
    last = record.get("last_known_institutions")
    for one in last if isinstance(last, list) and not seen else []:
        if name := _institution(one):
            yield Affiliation(name)


def _institution(value: object) -> str:
    return clean(_text(value.get("display_name")), _WORDS) if isinstance(value, dict) else ""


def _topics(value: object) -> Iterator[tuple[str, str]]:
    """Yield each topic and its field, the most common first."""
    for one in value if isinstance(value, list) else []:
        if isinstance(one, dict) and (name := clean(_text(one.get("display_name")), _WORDS)):
            yield name, _institution(one.get("field"))


def _names(value: object, own: str) -> Iterator[str]:
    texts = (clean(_text(one), _NAME) for one in value[:_MOST_NAMES]) if isinstance(value, list) else ()
    yield from (text for text in dict.fromkeys(texts) if text and text != own)


def _figure(value: object) -> Figure | None:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST_FIGURE
    return Figure(value, SOURCE) if sound and isinstance(value, int) else None


def _is_year(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1800 <= value <= 2200


def _text(value: object) -> str:
    return value[:1000] if isinstance(value, str) else ""

"""OpenAlex as a source of works by ORCID, as far as they are on arXiv.

https://developers.openalex.org/api-reference/works/list-works. One question is one list.
"""

from collections.abc import Iterator, Mapping, Sequence

from bot.authors.clients.openalex_http import OpenAlexReader
from bot.domain.arxiv_id import find_id

WORKS = 100
"""The maximum of one page."""

Json = Mapping[str, object]


class OpenAlexWorks:
    """A reader of works by ORCID."""

    def __init__(self, reader: OpenAlexReader) -> None:
        self._reader = reader

    async def written_under(self, orcid: str) -> list[str] | None:
        """Return the arXiv ids of the latest works, newest first; None if OpenAlex knows nobody with that ORCID.

        Empty if none of the works is on arXiv.
        """
        return await latest_works(self._reader, f"author.orcid:{orcid}")


async def latest_works(reader: OpenAlexReader, filter: str) -> list[str] | None:
    """Return the arXiv ids of the latest works that match `filter`, newest first; None if none matches."""
    params = {
        "filter": filter,
        "sort": "publication_date:desc",
        "per-page": str(WORKS),
        "select": "id,doi,locations",
    }
    works = await reader.results("/works", params)
    return arxiv_ids(works) if works else None


def arxiv_ids(works: Sequence[Json]) -> list[str]:
    """Return the arXiv ids of works in their order, without repetition; works that aren't on arXiv have none."""
    return list(dict.fromkeys(found for work in works if (found := next(_ids(work), None))))


def _ids(work: Json) -> Iterator[str]:
    """Yield the arXiv ids of one work: a preprint's DOI, or a journal article's other locations."""
    locations = work.get("locations")
    places = [one for one in locations if isinstance(one, dict)] if isinstance(locations, list) else []
    for text in (work.get("doi"), *(place.get(name) for place in places for name in ("landing_page_url", "pdf_url"))):
        if isinstance(text, str) and (found := find_id(text)):
            yield found

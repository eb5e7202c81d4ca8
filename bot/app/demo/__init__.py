"""Papers bundled for `paperlark demo`: true metadata, abstracts in our own words, no network."""

from datetime import UTC, datetime
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.domain.arxiv_id import is_id
from bot.domain.paper import Paper

SAMPLE_FOLLOWS = (
    ("author", "Albert Gu"),
    ("category", "cs.CV"),
    ("topic", "attention"),
    ("topic", "quantum computer"),
)
"""Follows of the demo's channel, as (kind, value).

They match about a dozen papers: ten are shown, the rest are left.
"""

Words = Annotated[str, Field(min_length=1)]


def sample_papers() -> tuple[Paper, ...]:
    """Return all papers in file order, each as version 1; the demo announces them today.

    Raises ValueError that names the error if the installed file isn't the tested one.
    """
    text = resources.files(__name__).joinpath("papers.json").read_text(encoding="utf-8")
    return tuple(_paper(sample) for sample in _Bundle.model_validate_json(text).papers)


def _identifier(text: str) -> str:
    if not is_id(text):
        raise ValueError("is not an arXiv id")
    return text


def _in_utc(moment: datetime) -> datetime:
    """Return `moment` in UTC; the parser read a bare date as midnight without a zone."""
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Sample(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, AfterValidator(_identifier)]
    title: Words
    authors: Annotated[tuple[Words, ...], Field(min_length=1)]
    categories: Annotated[tuple[Words, ...], Field(min_length=1)]
    published: Annotated[datetime, AfterValidator(_in_utc)]
    comment: str
    abstract: Words
    code_url: Annotated[str, Field(pattern=r"^https://github\.com/[\w.-]+/[\w.-]+$")] = ""


def _unique(samples: tuple[_Sample, ...]) -> tuple[_Sample, ...]:
    if len({sample.id for sample in samples}) < len(samples):
        raise ValueError("holds a paper twice")
    return samples


class _Bundle(BaseModel):
    note: Words
    papers: Annotated[tuple[_Sample, ...], Field(min_length=1), AfterValidator(_unique)]


def _paper(sample: _Sample) -> Paper:
    return Paper(
        id=sample.id,
        title=sample.title,
        abstract=sample.abstract,
        authors=sample.authors,
        categories=sample.categories,
        published=sample.published,
        updated=sample.published,
        comment=sample.comment,
        code_url=sample.code_url,
    )

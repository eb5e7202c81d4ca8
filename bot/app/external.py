"""Clients of external services, the HTTP part of the composition root."""

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from bot.authors.listing_port import Listings
from bot.authors.people_port import People, SecondSource
from bot.domain.frozen import frozen
from bot.papers.arxiv_port import AnnouncementFeed, Catalogue
from bot.papers.index_port import PaperFinder
from bot.papers.sources import PaperClient

if TYPE_CHECKING:  # its HTTP library takes 0.2 s to load
    from bot.authors.clients.openalex_works import OpenAlexWorks
    from bot.papers.clients.arxiv.html import ArxivFullText
    from bot.papers.clients.arxiv.oai import ArxivHarvest
    from bot.papers.clients.datacite import DataciteClient
    from bot.papers.clients.huggingface import HuggingFaceClient


@frozen
class ExternalServices:
    """Clients of external services: arXiv, and services that know its papers, authors and readers.

    `urgent` is the catalogue for questions that a person waits for.
    """

    catalogue: Catalogue
    urgent: Catalogue
    feed: AnnouncementFeed
    harvest: "ArxivHarvest | None" = None
    registry: "DataciteClient | None" = None
    full_texts: "ArxivFullText | None" = None
    bibliography: "OpenAlexWorks | None" = None
    people: People | None = None
    second: SecondSource | None = None
    finder: PaperFinder | None = None
    popular: "HuggingFaceClient | None" = None
    listings: Listings | None = None
    others: Mapping[str, PaperClient] = field(default_factory=dict)
    """Sources of papers beside arXiv, by the prefix of their ids."""

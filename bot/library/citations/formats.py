"""Export formats of a reading list."""

from collections.abc import Callable, Mapping, Sequence

from bot.domain.frozen import frozen
from bot.library.citations.bibtex import write_bibtex
from bot.library.citations.csl import write_csl
from bot.library.citations.reference import Reference
from bot.library.citations.ris import write_ris


@frozen
class Format:
    """An export format: its display name, file name, media type and writer."""

    name: str
    file_name: str
    media_type: str
    write: Callable[[Sequence[Reference]], str]


BIBTEX = Format("BibTeX", "papers.bib", "application/x-bibtex", write_bibtex)
RIS = Format("RIS", "papers.ris", "application/x-research-info-systems", write_ris)
CSL = Format("CSL-JSON", "papers.json", "application/vnd.citationstyles.csl+json", write_csl)

FORMATS: Mapping[str, Format] = {
    "bibtex": BIBTEX,
    "bib": BIBTEX,
    "ris": RIS,
    "csl": CSL,
    "csl-json": CSL,
    "json": CSL,
}
"""Formats by the names that users may type."""

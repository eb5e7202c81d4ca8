"""Who knows what the owner of an ORCID wrote. Errors: `SourceDown`, its kind `SourceBusy` where it asked to wait."""

from typing import Protocol


class Bibliography(Protocol):
    """The works of researchers over all publishers, by ORCID (as `find_orcid` gives it)."""

    async def written_under(self, orcid: str) -> list[str] | None:
        """The arXiv ids of the latest works, newest first; None where nobody with that ORCID is known.

        Empty where none of the works is on arXiv.
        """
        ...

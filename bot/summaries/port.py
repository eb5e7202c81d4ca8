"""Ports for making and storing summaries. Errors: `ModelDown` of a summarizer, `StoreDown` of a store."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.paper import Paper
from bot.domain.summary import Summary


class Summarizer(Protocol):
    """Maker of summaries. `name` is the value of `Summary.made_by`. ModelOutage says that it makes none for now."""

    name: str

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        """Return a checked summary of `paper` in `lang`; raise ModelDown rather than return a doubtful one."""
        ...


class SummaryStore(Protocol):
    """Store of the summaries by models, one a paper, version and language."""

    async def get(self, paper: Paper, lang: str) -> Summary | None: ...

    async def get_all(self, papers: Sequence[Paper], lang: str) -> dict[str, Summary]:
        """Return the stored summaries by paper id, in one request."""
        ...

    async def keep(self, paper: Paper, summary: Summary) -> None: ...

    async def claim(self, paper: Paper, lang: str) -> bool:
        """Return True for the one caller in all processes that may call a model for this summary.

        The claim ends with `release`, or by itself some seconds after the last `renew`.
        """
        ...

    async def renew(self, paper: Paper, lang: str) -> None:
        """Begin a claim anew; do nothing if there is none."""
        ...

    async def is_unusable(self, model: str, paper: Paper, lang: str) -> bool:
        """Return True if the model made nothing usable of the paper in the last hours."""
        ...

    async def keep_unusable(self, model: str, paper: Paper, lang: str) -> None:
        """Remember that, for some hours."""
        ...

    async def release(self, paper: Paper, lang: str) -> None:
        """End a claim; do nothing if there is none."""
        ...

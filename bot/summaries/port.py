"""Who makes summaries, and where they are kept. Errors: `ModelDown` of a summariser, `StoreDown` of a store."""

from typing import Protocol

from bot.domain.paper import Paper
from bot.domain.summary import Summary


class Summarizer(Protocol):
    """Makes summaries. `name` is what `Summary.made_by` says."""

    name: str

    async def summarize(self, paper: Paper, lang: str) -> Summary:
        """A summary of `paper` in `lang`, checked; raises ModelDown rather than returning anything doubtful."""
        ...


class SummaryStore(Protocol):
    """The summaries that models made, one a paper, version and language."""

    async def get(self, paper: Paper, lang: str) -> Summary | None: ...

    async def keep(self, paper: Paper, summary: Summary) -> None: ...

    async def claim(self, paper: Paper, lang: str) -> bool:
        """True for the one, over all processes, that may ask a model for this summary now, for 90 s at most."""
        ...

    async def release(self, paper: Paper, lang: str) -> None:
        """Ends a claim; without a word where there is none."""
        ...

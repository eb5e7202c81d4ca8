"""What the two best-known bots for daily arXiv papers with a model send for a paper, by counts of their own prompts.

Read at the commits named, counted with o200k_base; their texts aren't copied here. Each is as its defaults have it,
in English. `paper` is what stands in their prompt of the paper's own words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.cost.tokens import Count
from bot.domain.paper import Paper


@dataclass(frozen=True)
class Call:
    """One request: `fixed` tokens that are the same for all papers, what comes from the paper, and a cut, if any."""

    what: str
    fixed: int
    paper: Callable[[Paper, Count], int]
    cut: int = 0
    """The most tokens of the user's message; the system's are `beyond`."""
    beyond: int = 0

    def tokens(self, paper: Paper, count: Count) -> int:
        asked = self.fixed + self.paper(paper, count)
        return (min(asked, self.cut) if self.cut else asked) + self.beyond


@dataclass(frozen=True)
class Peer:
    """`asked_about`: which papers cost a call."""

    name: str
    source: str
    calls: tuple[Call, ...]
    asked_about: str

    def tokens(self, paper: Paper, count: Count) -> int:
        return sum(call.tokens(paper, count) for call in self.calls)


def _abstract(paper: Paper, count: Count) -> int:
    return count(paper.abstract)


def _title_and_abstract(paper: Paper, count: Count) -> int:
    return count(paper.title) + count(paper.abstract)


def _a_whole_text(paper: Paper, count: Count) -> int:
    """More than any cut: a paper's text is some 10,000 to 30,000 tokens."""
    return 10_000


ENHANCED = Peer(
    "daily-arXiv-ai-enhanced",
    "dw-dengwei/daily-arXiv-ai-enhanced@22f23dac36f2 ai/system.txt, template.txt, structure.py",
    # 100 of the system's message, 11 of the template, 154 of the function's five described fields as JSON.
    (Call("abstract", 100 + 11 + 154, _abstract),),
    "every paper of its categories",
)
ZOTERO = Peer(
    "zotero-arxiv-daily",
    "TideDra/zotero-arxiv-daily@916cae57b58a src/zotero_arxiv_daily/protocol.py",
    (
        Call("one sentence", 25, _a_whole_text, cut=4000, beyond=29),
        Call("affiliations", 44, _a_whole_text, cut=2000, beyond=118),
    ),
    "papers shown (100 by default), for one reader",
)
ZOTERO_ABSTRACT = Peer(
    "zotero-arxiv-daily, no full text to be had",
    ZOTERO.source,
    (Call("one sentence", 25, _title_and_abstract, cut=4000, beyond=29),),
    ZOTERO.asked_about,
)
PEERS = (ENHANCED, ZOTERO, ZOTERO_ABSTRACT)

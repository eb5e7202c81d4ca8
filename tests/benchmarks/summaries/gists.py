"""Gists measured: how many papers have one, how long and how true it is, and how much of the topics it tells."""

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

from bot.domain.paper import Paper
from bot.domain.summary import GIST_LIMIT
from bot.summaries.gist.answer import gist_of
from bot.summaries.gist.hyphens import joined
from bot.summaries.grounding import foreign_names
from bot.summaries.numbers import foreign_figures
from bot.summaries.topics import topics_of
from support.recorded_corpus import some_papers

SEED, CORPUS_PAPERS, EVERY, PRINTED = 20261130, 300, 20, 30
HEADINGS = (
    "gists",
    "papers",
    "with one",
    "characters",
    f"at most {GIST_LIMIT}",
    "foreign numbers",
    "foreign names",
    "words cut",
    "with a number",
)
TELLING_HEADINGS = ("topics told from", "F1, reference's tags", "of the way", "F1, abstract's topics (corpus)")

_LAST_WORD = re.compile(r"[\w-]+(?=\W*$)")


def drawn_papers() -> list[Paper]:
    """The corpus papers: `CORPUS_PAPERS` of every `EVERY`-th, drawn with a fixed seed."""
    papers = list(some_papers(every=EVERY))
    return random.Random(SEED).sample(papers, CORPUS_PAPERS)


def gist_row(
    name: str, papers: Sequence[Paper], gists: Sequence[str], words: Mapping[str, str] = MappingProxyType({})
) -> tuple[str, ...]:
    """One row of `HEADINGS`; `words` are a model's own by paper, which it may use beside the paper's."""
    pairs = [(paper, gist) for paper, gist in zip(papers, gists, strict=True) if gist]
    numbers = sum(len(foreign_figures(gist, _source(paper))) for paper, gist in pairs)
    names = sum(len(foreign_names(gist, paper)) for paper, gist in pairs)
    return (
        name,
        str(len(papers)),
        f"{len(pairs) / len(papers):.3f}",
        f"{sum(len(gist) for _, gist in pairs) / max(len(pairs), 1):.0f}",
        f"{sum(len(gist) <= GIST_LIMIT for _, gist in pairs) / max(len(pairs), 1):.2f}",
        str(numbers),
        str(names),
        str(sum(_is_cut(paper, gist, words.get(paper.id, "")) for paper, gist in pairs)),
        f"{sum(any(map(str.isdigit, gist)) for _, gist in pairs) / max(len(pairs), 1):.2f}",
    )


def telling_rows(
    papers: Sequence[Paper], tags: Sequence[Sequence[str]], kinds: dict[str, Sequence[str]], corpus: Sequence[Paper]
) -> list[tuple[str, ...]]:
    """One row each for the title alone, with each kind of gist, and with the abstract."""
    gists = [gist_of(paper) for paper in corpus]
    wanted = [topics_of(paper.title, paper.abstract, paper.categories) for paper in corpus]
    scores = {"title alone": _f1(papers, [""] * len(papers), tags)}
    scores |= {f"title and {name}": _f1(papers, kind, tags) for name, kind in kinds.items()}
    scores["title and abstract"] = _f1(papers, [paper.abstract for paper in papers], tags)
    alone, whole = scores["title alone"], scores["title and abstract"]
    own = dict.fromkeys(scores, "–")
    own["title alone"] = f"{_f1(corpus, [''] * len(corpus), wanted):.3f}"
    own["title and gist"] = f"{_f1(corpus, gists, wanted):.3f}"
    own["title and abstract"] = "1.000"
    return [
        (name, f"{score:.3f}", f"{(score - alone) / (whole - alone):.2f}", own[name]) for name, score in scores.items()
    ]


def printed(papers: Sequence[Paper]) -> Iterable[str]:
    """The first gists, whole, as lines to read."""
    for paper in papers[:PRINTED]:
        yield f"- {paper.id} {paper.title}\n  {gist_of(paper) or '(none)'}"


def _source(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract}"


def _is_cut(paper: Paper, gist: str, words: str) -> bool:
    """Whether the last word isn't a whole word of the paper, nor of the model's."""
    last = _LAST_WORD.search(gist)
    source = f"{_source(paper)} {joined(_source(paper), _source(paper))} {words}"
    return last is not None and not re.search(rf"(?<!\w){re.escape(last.group())}(?!\w)", source, re.IGNORECASE)


def _f1(papers: Sequence[Paper], told: Sequence[str], wanted: Sequence[Sequence[str]]) -> float:
    right = given = of = 0
    for paper, text, tags in zip(papers, told, wanted, strict=True):
        topics = topics_of(paper.title, text, paper.categories)
        right, given, of = right + len(set(topics) & set(tags)), given + len(topics), of + len(tags)
    return 2 * right / max(given + of, 1)

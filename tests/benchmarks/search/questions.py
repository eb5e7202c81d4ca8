"""What is asked: titles, paraphrases and the seeds' result pages, each with the papers that answer it."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from support.recorded_corpus import CORPUS

SUMMARIES = CORPUS.parent / "eval" / "summaries.jsonl"
SEED_PAGES = {"logit": "003", "logit space": "003", "eigenspectrum": "004"}
"""By what is searched for. What was typed for the first page isn't known; its papers say space rather than logit."""
_TITLES = 500


@dataclass(frozen=True)
class Question:
    text: str
    paper: str


def titles(papers: Sequence[Paper]) -> dict[str, list[Question]]:
    """Titles as they are, and as people remember them."""
    drawn = random.Random("titles")
    some = drawn.sample([paper for paper in papers if len(paper.title.split()) > 3], _TITLES)
    return {
        f"{_TITLES} titles": [Question(paper.title, paper.id) for paper in some],
        "… a third of the words left out": [Question(_thinned(paper.title, drawn), paper.id) for paper in some],
        "… every fourth word misspelt": [Question(_misspelt(paper.title, drawn), paper.id) for paper in some],
    }


def paraphrases() -> dict[str, list[Question]]:
    """What others wrote that a paper is good for, in their own words."""
    read = [json.loads(line) for line in SUMMARIES.read_text("utf-8").splitlines()]
    told = [(one["implications"], one["id"]) for one in read if one["implications"]]
    cut = {f"{len(told)} summaries' Implications, whole": 100_000, "… first 200 characters": 200}
    cut["… first 80 characters"] = 80
    return {name: [Question(text[:length], id) for text, id in told] for name, length in cut.items()}


def seed_pages() -> dict[str, set[str]]:
    """By the words that were searched for, the ids of the papers of that page that the corpus holds."""
    known = json.loads((CORPUS / "seed_ids.json").read_text("utf-8"))
    return {
        words: {
            id for id, one in known.items() if page in one["seed_files"] and one["file"] in {"papers", "papers_history"}
        }
        for words, page in SEED_PAGES.items()
    }


def everyday(papers: Sequence[Paper], number: int) -> Iterator[tuple[SearchQuery, Paper]]:
    """Such questions as people type, and the paper that each was drawn from."""
    drawn = random.Random("everyday")
    for n in range(number):
        paper = drawn.choice(papers)
        yield _ASKED[n % len(_ASKED)](paper, drawn), paper


def _piece(text: str, words: int, drawn: random.Random) -> str:
    every = text.split()
    start = drawn.randrange(max(len(every) - words, 0) + 1)
    return " ".join(every[start : start + words])


def _topic(paper: Paper, drawn: random.Random) -> str:
    return _piece(paper.title, drawn.choice((1, 2, 3)), drawn)


def _days(paper: Paper, drawn: random.Random) -> SearchQuery:
    first = paper.published.date() if paper.published else None
    return SearchQuery(_topic(paper, drawn), first=first, last=first + timedelta(days=30) if first else None)


_ASKED = (
    lambda paper, drawn: SearchQuery(_piece(paper.title, drawn.randint(3, 7), drawn)),
    lambda paper, drawn: SearchQuery(paper.title),
    lambda paper, drawn: SearchQuery(_topic(paper, drawn)),
    lambda paper, drawn: SearchQuery(_topic(paper, drawn)),
    lambda paper, drawn: SearchQuery(authors=(drawn.choice(paper.authors or ("Nobody",)),)),
    lambda paper, drawn: SearchQuery(_topic(paper, drawn), authors=(drawn.choice(paper.authors or ("Nobody",)),)),
    lambda paper, drawn: SearchQuery(_topic(paper, drawn), categories=(paper.primary,)),
    lambda paper, drawn: SearchQuery(_topic(paper, drawn), categories=(paper.primary.split(".")[0],), code=True),
    _days,
    lambda paper, drawn: SearchQuery(phrases=(_piece(paper.title, 2, drawn),)),
    lambda paper, drawn: SearchQuery(_piece(paper.title, 4, drawn), without=(_piece(paper.abstract, 1, drawn),)),
    lambda paper, drawn: SearchQuery(paper.abstract[: drawn.choice((200, 600))]),
)


def _thinned(title: str, drawn: random.Random) -> str:
    words = title.split()
    out = set(drawn.sample(range(len(words)), len(words) // 3))
    return " ".join(word for n, word in enumerate(words) if n not in out)


def _misspelt(title: str, drawn: random.Random) -> str:
    return " ".join(_swapped(word, drawn) if drawn.random() < 0.25 else word for word in title.split())


def _swapped(word: str, drawn: random.Random) -> str:
    if len(word) < 4:
        return word
    at = drawn.randrange(1, len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

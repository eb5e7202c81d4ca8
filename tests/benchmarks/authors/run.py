"""The seeds' author pages beside ours, field by field.

`python -m benchmarks.authors.run > tests/benchmarks/authors/RESULTS.md`

Papers and their meanings are real: the recorded corpus and the sentence model's vectors, made once. What the two wrote
before the corpus begins is read from the seeds' own text, under made ids of the right month. OpenAlex is the loopback
one, as no recording of these two people exists: what it says of them is marked as replayed and shows the way that a
figure takes, not its truth.
"""

import asyncio
import re
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import numpy as np

from benchmarks.vectors import kept
from bot.app.settings import Settings
from bot.app.stores import opened_redis
from bot.authors.clients.openalex import OpenAlexPeople
from bot.authors.clients.openalex_http import OPENALEX, OpenAlexReader
from bot.authors.directory import AuthorDirectory
from bot.authors.metrics import PaperMetrics
from bot.authors.novelty import submitted_on
from bot.authors.page import ShowAuthor, show_author
from bot.authors.store.cache import CachedPeople
from bot.domain.card import Card, Item
from bot.domain.paper import Paper
from bot.domain.search_query import SearchQuery
from bot.domain.text.normalize import fold
from bot.infra.clock import FixedClock
from bot.infra.http.client import HttpClient
from bot.papers.clients.arxiv.api import ArxivCatalogue
from bot.papers.clients.arxiv.http import arxiv_client
from bot.papers.code_links import code_link
from bot.papers.embeddings import Vectors
from bot.papers.index_port import Near
from bot.papers.lookup import PaperLookup
from bot.papers.store.embeddings import EmbeddingStore
from bot.papers.store.papers import PaperStore
from support.fakes.brute_force_index import BruteForce
from support.fakes.no_gists import no_gists
from support.recorded_corpus import CORPUS, CORPUS_MISSING, HISTORY, corpus_papers
from support.servers.arxiv_clients import OneAtATime
from support.servers.arxiv_server import ArxivServer
from support.servers.openalex_server import OpenAlexServer, person, preprint

SEEDS = CORPUS.parent / "seeds"
NOW = datetime(2026, 7, 15, 9, tzinfo=UTC)
PLACES = {
    "Yam Eitan": ("Technion – Israel Institute of Technology", [2026, 2025, 2024]),
    "Yoav Gelberg": ("University of Oxford", [2026, 2025, 2024]),
}
"""Replayed."""
PEOPLE = {"Yam Eitan": ("A5023888391", "001_"), "Yoav Gelberg": ("A5031415926", "000_")}

_HEAD = re.compile(
    r"^(?P<score>\d+\.\d)?(?P<field>[A-Z]{2})(?P<date>[A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)(?P<code>Code)?$"
)


@dataclass(frozen=True)
class Theirs:
    """A card of a seed's page."""

    title: str
    authors: str
    score: str
    field: str
    day: str
    code: bool
    abstract: str


def seed_cards(text: str) -> list[Theirs]:
    """The cards of a page, in its order; the line after a card's head holds the title and, sometimes, the authors."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    heads = [at for at, line in enumerate(lines) if _HEAD.match(line)]
    cards = []
    for at, end in zip(heads, [*heads[1:], len(lines)], strict=True):
        head, body = _HEAD.match(lines[at]), lines[at + 1 : end]
        if head and len(body) > 1:
            title, authors = (body[0], body[1]) if len(body) > 2 else _parted(body[0])
            facts = head["score"] or "", head["field"], head["date"], bool(head["code"])
            cards.append(Theirs(title, authors, *facts, body[-1]))
    return cards


def _parted(line: str) -> tuple[str, str]:
    """Title and authors that stand in one line without a space between them: the first author begins there."""
    found = re.search(r"(?<=[a-z)0-9])(?=[A-Z][\w’'-]+ (?:[A-Z][\w.'’-]*\.? )*[A-Z\w.'’-]+, )", line)
    return (line[: found.start()], line[found.start() :]) if found else (line, "")


class Matrix(BruteForce):
    """As brute force, with all vectors in one array, in the order of their days."""

    def fill(self, papers: Mapping[str, Paper], vectors: Mapping[str, np.ndarray]) -> None:
        dated = {own: day for own, paper in papers.items() if own in vectors and (day := submitted_on(paper))}
        self.own = sorted(dated, key=lambda own: (dated[own], own))
        self.days = [dated[own] for own in self.own]
        rows = np.stack([vectors[own] for own in self.own])
        self.rows = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        self.papers = dict(papers)
        self._ordinals = np.array([day.toordinal() for day in self.days])

    async def count(self, query: SearchQuery) -> int:
        last = query.last.toordinal() if query.last else 10**7
        return int(np.searchsorted(self._ordinals, last, side="right"))

    async def near(
        self, vector: np.ndarray, limit: int, before: date | None = None, but: Collection[str] = ()
    ) -> Sequence[Near]:
        upto = int(np.searchsorted(self._ordinals, before.toordinal())) if before else len(self.own)
        cosines = self.rows[:upto] @ vector
        best = np.argsort(-cosines, kind="stable")[: limit + len(but)]
        return [Near(self.own[n], float(cosines[n])) for n in best if self.own[n] not in but][:limit]


class Kept:
    """An embedder whose vectors are those that were made once, by the text."""

    name = "all-MiniLM-L6-v2"

    def __init__(self, papers: Mapping[str, Paper], vectors: Mapping[str, np.ndarray]) -> None:
        self._rows = {
            f"{paper.title}. {paper.abstract}": vectors[own] for own, paper in papers.items() if own in vectors
        }

    async def embed(self, texts: Sequence[str]) -> np.ndarray:
        return np.stack([self._rows.get(text, np.zeros(384, np.float32)) for text in texts])


def of_the_seeds(cards: Sequence[Theirs], known: Mapping[str, Paper]) -> list[Paper]:
    """A paper for each card: the recorded one, else one made of the card's own words."""
    by_title = {fold(paper.title): paper for paper in known.values()}
    return [by_title.get(fold(card.title)) or _made(card, number) for number, card in enumerate(cards, start=1)]


def _made(card: Theirs, number: int) -> Paper:
    day = datetime.strptime(card.day if "," in card.day else f"{card.day}, 2026", "%b %d, %Y").replace(tzinfo=UTC)
    names = tuple(name.strip() for name in re.sub(r" et al\..*| · .*", "", card.authors).split(",") if name.strip())
    named = (*names, "Somebody Else") if "et al." in card.authors else names
    own = f"{day:%y%m}.{99_000 + number}"
    return Paper(
        own, card.title, card.abstract, named, (f"cs.{card.field}",), day, day, code_url=code_link(card.abstract)
    )


async def page_of(name: str, own: str, papers: Sequence[Paper], known: dict[str, Paper], vectors: dict) -> list[Card]:
    """Our pages, through the real sources and store, with the world on loopback."""
    recent = [one for one in known.values() if one.published and NOW - timedelta(30) < one.published < NOW]
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        redis = await stack.enter_async_context(opened_redis(Settings.model_construct(paperlark_home=home)))
        arxiv = await stack.enter_async_context(ArxivServer())
        openalex = await stack.enter_async_context(OpenAlexServer())
        http = await stack.enter_async_context(httpx.AsyncClient())
        arxiv.papers = [replace(one, published=one.published or _noon(one)) for one in papers]
        openalex.add(person(own, name, at=PLACES[name]), *(preprint(one.id, str(submitted_on(one))) for one in papers))
        store, clock = PaperStore(redis, FixedClock(NOW)), FixedClock(NOW)
        await store.keep([*recent, *(one for one in papers if one.id in known)])
        await store.announce({one.id: one.published for one in recent if one.published})
        index = Matrix()
        index.fill(known, vectors)
        meanings = Vectors(Kept(known, vectors), EmbeddingStore(redis))
        lookup = PaperLookup(store, ArxivCatalogue(arxiv_client(http, OneAtATime()), arxiv.api_url))
        people = CachedPeople(redis, OpenAlexPeople(OpenAlexReader(HttpClient(http, OPENALEX), openalex.url)))
        directory, measures = AuthorDirectory(lookup, people, index, clock), PaperMetrics(index, meanings, store, clock)
        asked = [ShowAuthor(f"openalex:{own}", str(page)) for page in (1, 2)]
        return [await show_author(one, directory, measures, None, no_gists) for one in asked]


def _in_utc(paper: Paper) -> Paper:
    """Some were recorded without their zone, which is UTC."""
    naive = paper.published and not paper.published.tzinfo
    return replace(paper, published=paper.published.replace(tzinfo=UTC)) if naive and paper.published else paper


def _noon(paper: Paper) -> datetime:
    day = submitted_on(paper) or NOW.date()
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def row(*cells: object) -> str:
    return f"| {' | '.join(str(cell).replace('|', '/') for cell in cells)} |"


def compared(name: str, text: str, cards: Sequence[Theirs], papers: Sequence[Paper], pages: list) -> list[str]:
    """The table of one person: the page's fields, then a line a card."""
    author = pages[0].data["author"]
    stated = dict(re.findall(r"^(h-index|Novelty|AI Score)\s*(\d+)%?$", text, re.MULTILINE))
    stated |= {what: number for number, what in re.findall(r"^(\d+)(papers|citations)$", text, re.MULTILINE)}
    none, replayed = "(this seed begins below its head)" if not stated else "–", "replayed: the loopback OpenAlex's"
    ours_is = {
        "field": (f"{author['category']}, {author['field']}", "ours: most of the papers; OpenAlex's field beside it"),
        "h-index": (
            author["h_index"],
            replayed + ("; theirs, 14 of 8 papers, can't be: h never exceeds the papers" if stated else ""),
        ),
        "papers": (f"{author['papers']}, and {len(papers)} on arXiv", f"{replayed}; ours counts arXiv's by itself"),
        "citations": (author["citations"], replayed),
        "Novelty": (
            _percent(author["novelty"]),
            f"ours: bot/authors/novelty.py{_of(pages[0])}; their formula isn't published",
        ),
        "AI Score": (author["ai_score"] or "not known", "ours: the same papers' mean; no upvotes in this replay"),
        "affiliations": (", ".join(author["affiliations"]), f"{replayed}; theirs has them on cards alone"),
    }
    stated |= {"field": "LG", "Novelty": f"{stated['Novelty']} %"} if stated else {}
    fields = [("name", name if stated else none, author["name"], "the same")]
    fields += [(what, stated.get(what, none), mine, why) for what, (mine, why) in ours_is.items()]
    ours = {one["id"]: one for page in pages for one in page.data["papers"]}
    facts = {block.paper_id: block for page in pages for block in page.blocks if isinstance(block, Item)}
    lines = [f"## {name}", "", row("field", "theirs", "ours", "why different"), row(*["---"] * 4)]
    lines += [row(*field) for field in fields]
    lines += ["", row("paper", "theirs", "ours"), row(*["---"] * 3)]
    for card, paper in zip(cards, papers, strict=True):
        theirs = (card.score, card.field, card.day, "Code" if card.code else "", card.authors)
        shown = "".join(span.text for span in facts[paper.id].facts) if paper.id in ours else "missing"
        lines.append(row(card.title, " · ".join(filter(None, theirs)), shown))
    return [*lines, ""]


def _of(page: Card) -> str:
    """ ", of 5 papers": as the page says it."""
    found = re.search(r"\(ours, (of \d+ papers?)\)", str(page.blocks))
    return f", {found[1]}" if found else ""


def _percent(value: object) -> str:
    return "not known" if value is None else f"{value} %"


async def main() -> None:
    """Both people's tables."""
    if CORPUS_MISSING:
        sys.exit(CORPUS_MISSING)
    vectors = kept()
    known = {one.id: _in_utc(one) for one in (*corpus_papers(HISTORY), *corpus_papers())}
    measured = sum(own in vectors for own in known)
    print(f"# The seeds' author pages, and ours\n\n{(__doc__ or '').partition('`.')[2].strip()}\n")
    print(f"{len(known):,} papers, {measured:,} of them with a vector; as of {NOW:%d %B %Y}.\n")
    for name, (own, file) in PEOPLE.items():
        text = next(SEEDS.glob(f"{file}*")).read_text()
        cards = seed_cards(text)
        papers = of_the_seeds(cards, known)
        pages = await page_of(name, own, papers, known, vectors)
        print("\n".join(compared(name, text, cards, papers, pages)))  # type: ignore[arg-type]
    print(_DIFFERENCES)


_DIFFERENCES = """In every card: ours ends with the arXiv id, says the year always, and has all of the category.
A date is that of the submission, or is left out where the recording has none; theirs has no year within the last
months. A score stands on ours where enough earlier papers are known, on theirs on recent papers. Code is on ours where
abstract or comment hold a link: a badge of theirs without one there comes from elsewhere. The affiliation behind a
card's authors is the institution that OpenAlex dates to that year."""

if __name__ == "__main__":
    asyncio.run(main())

"""`python -m benchmarks.summaries.run`: summaries against those of the reference page, 28 papers of machine learning.

Nothing is trained on them, but bounds and phrases were chosen while they could be read. A model is measured too
where OPENAI_… is set: by what reaches people, which is its answer once that was checked, or else the extract. So is a
server that answers with the reference's own cards, which shows what checking costs good answers and nothing else.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic

import numpy as np

from benchmarks.summaries import gists
from benchmarks.summaries.endpoints import answering, reaching
from bot.app.settings import Settings
from bot.domain.paper import Paper
from bot.domain.summary import Summary
from bot.domain.text.clean import clean
from bot.domain.text.latex import draw
from bot.papers.clients.minilm import MiniLm
from bot.papers.clients.model_folder import model_folder
from bot.summaries.extractive import ExtractiveSummarizer
from bot.summaries.numbers import foreign_figures
from bot.summaries.prompt import SECTIONS
from bot.summaries.role_cues import Role
from bot.summaries.roles import parts
from bot.summaries.sentences import sentences
from support.embedding_models import NO_MODEL, SHARED, folders

REFERENCE = Path(__file__).resolve().parents[4] / "shared" / "eval" / "summaries.jsonl"
COVERED_AT = 0.5
"""The cosine from which a reference key point counts as said, and a sentence of ours as supported by the abstract."""
NOTES = f"""Covered: the share of the reference's key points with a cosine of {COVERED_AT} to one of ours.
Roles: sentences in that of the last three sections whose reference sentence is the nearest.
In brackets: 95 %, papers resampled. In sample for bounds and phrases; nothing is trained on these papers."""
HEADINGS = ("summaries", "topic F1", "key points covered", "roles", "supported", "foreign numbers", "s a paper")

Make = Callable[[Paper], Awaitable[Summary]]


@dataclass(frozen=True)
class Case:
    """One paper with what the reference says of it."""

    paper: Paper
    topics: tuple[str, ...]
    key_points: tuple[str, ...]
    sections: tuple[str, ...]


def cases() -> list[Case]:
    records = [json.loads(line) for line in REFERENCE.read_text().splitlines()]
    return [_case(record) for record in records]


def _case(record: dict) -> Case:
    title, abstract = clean(draw(record["title"]), 500), clean(draw(record["abstract"]), 6000)
    named = tuple(record[name] for name in ("summary", "methodology", "results", "implications"))
    paper = Paper(record["id"], title, abstract, (), ("cs.LG",))
    return Case(paper, tuple(record["topics"]), tuple(record["key_points"]), named)


class Judge:
    """Cosines by the model beside the checkout, which is the one the goals are stated for; each text embedded once."""

    def __init__(self, folder: Path) -> None:
        self._model = MiniLm(folder)
        self._known: dict[str, np.ndarray] = {}

    async def nearest(self, texts: Sequence[str], others: Sequence[str]) -> np.ndarray:
        """For each of `texts`, the cosines to all `others`."""
        return await self._rows(texts) @ (await self._rows(others)).T

    async def _rows(self, texts: Sequence[str]) -> np.ndarray:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, await self._model.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@dataclass(frozen=True)
class Marks:
    """One summary's counts: of topics (right, given, wanted), and of each measure (good, of)."""

    topics: tuple[int, int, int]
    covered: tuple[int, int]
    roles: tuple[int, int]
    supported: tuple[int, int]
    foreign: int


async def marked(case: Case, made: Summary, judge: Judge) -> Marks:
    own = sentences(case.paper.abstract)
    ours = list(dict.fromkeys([*made.key_points, *(one for _, text in made.sections for one in sentences(text))]))
    said = await judge.nearest(case.key_points, made.key_points)
    supported = (await judge.nearest(ours, own)).max(axis=1) >= COVERED_AT
    right = len(set(made.topics) & set(case.topics))
    source = f"{case.paper.title} {case.paper.abstract}"
    return Marks(
        (right, len(made.topics), len(case.topics)),
        (int((said.max(axis=1) >= COVERED_AT).sum()), len(case.key_points)),
        await _roles(case, made, judge),
        (int(supported.sum()), len(ours)),
        sum(len(foreign_figures(one, source)) for one in ours),
    )


async def _roles(case: Case, made: Summary, judge: Judge) -> tuple[int, int]:
    """How many sentences stand in the section whose reference sentence is the nearest to them.

    Of methodology, results and implications: the reference's Summary repeats all three.
    """
    references = [(place, one) for place, text in enumerate(case.sections[1:]) for one in sentences(text)]
    ours = [made.methodology, made.results, made.implications]
    placed = [(place, one) for place, text in enumerate(ours) for one in sentences(text)]
    if not placed:
        return (0, 0)
    cosines = await judge.nearest([one for _, one in placed], [one for _, one in references])
    wanted = [references[nearest][0] for nearest in cosines.argmax(axis=1)]
    return (sum(place == want for (place, _), want in zip(placed, wanted, strict=True)), len(placed))


def f1(marks: Sequence[Marks]) -> float:
    """Micro-averaged: 2 × right / (given + wanted), over all papers."""
    right, given, wanted = (sum(one.topics[place] for one in marks) for place in range(3))
    return 2 * right / max(given + wanted, 1)


def share(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(good for good, _ in pairs) / max(sum(of for _, of in pairs), 1)


def interval(figure: Callable[[Sequence[Marks]], float], marks: Sequence[Marks]) -> str:
    """The figure and its 95 % interval over 2,000 resamplings of the papers."""
    draws = np.random.default_rng(0).integers(0, len(marks), (2000, len(marks)))
    low, high = np.percentile([figure([marks[at] for at in drawn]) for drawn in draws], (2.5, 97.5))
    return f"{figure(marks):.2f} ({low:.2f}–{high:.2f})"


async def row(name: str, make: Make, all_cases: Sequence[Case], judge: Judge) -> tuple[str, ...]:
    began = monotonic()
    made = [await make(case.paper) for case in all_cases]
    seconds = (monotonic() - began) / len(made)
    marks = [await marked(case, one, judge) for case, one in zip(all_cases, made, strict=True)]
    return (
        name,
        interval(f1, marks),
        interval(lambda some: share([one.covered for one in some]), marks),
        f"{share([one.roles for one in marks]):.2f}" if any(one.roles[1] for one in marks) else "–",
        f"{share([one.supported for one in marks]):.2f}",
        str(sum(one.foreign for one in marks)),
        f"{seconds:.3f}",
    )


def baselines(all_cases: Sequence[Case]) -> dict[str, Make]:
    """What needs no thought: the commonest tags of the other papers, with sentences taken by their place."""

    def taking(cut: slice) -> Make:
        async def make(paper: Paper) -> Summary:
            others = Counter(tag for case in all_cases if case.paper.id != paper.id for tag in case.topics)
            common = tuple(tag for tag, _ in others.most_common(3))
            return Summary("a baseline", common, sentences(paper.abstract)[cut])

        return make

    return {
        "first four sentences, commonest tags": taking(slice(4)),
        "last four sentences, commonest tags": taking(slice(-4, None)),
        "all sentences (the most an extract can cover)": taking(slice(None)),
    }


async def everything_as_results(paper: Paper) -> Summary:
    """The baseline of roles: what isn't background, all in the commonest section."""
    text = " ".join(part.sentence for part in parts(paper.abstract) if part.role > Role.CONTRIBUTION)
    return Summary("a baseline", (), sentences(paper.abstract)[:4], results=text)


def _extract(extractive: ExtractiveSummarizer) -> Make:
    return lambda paper: extractive.summarize(paper, "en")


async def main() -> None:
    """One row each; prints Markdown. `gists` as an argument measures gists only, in some seconds."""
    if "gists" in sys.argv[1:] and REFERENCE.is_file():
        await measure_gists(cases())
        return
    judging = model_folder(SHARED, SHARED)
    if not REFERENCE.is_file() or not judging:
        sys.exit(f"The reference and its model are not beside this checkout: {REFERENCE}")
    all_cases, judge, settings = cases(), Judge(judging), Settings()
    makes: dict[str, Make] = {"the reference itself": _reference(all_cases)}
    makes |= baselines(all_cases) | {"all but background as results": everything_as_results}
    makes["extract, words alone"] = _extract(ExtractiveSummarizer())
    for folder in folders():
        makes[f"extract, {folder.parent.name}/{folder.name}"] = _extract(ExtractiveSummarizer(MiniLm(folder)))
    best = ExtractiveSummarizer(MiniLm(folders()[0])) if folders() else ExtractiveSummarizer()
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(answering(_cards(all_cases)))
        endpoints = {"the reference's cards as a model's answers": (server.base_url, server.model, "")}
        if settings.model_configured:
            key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
            endpoints[settings.openai_model] = (settings.openai_base_url, settings.openai_model, key)
        reached = {name: await stack.enter_async_context(reaching(*at, best)) for name, at in endpoints.items()}
        makes |= {name: one.make for name, one in reached.items()}
        rows = [HEADINGS, *[await row(name, make, all_cases, judge) for name, make in makes.items()]]
    print(table(rows))
    for name, one in reached.items():
        print("\n".join((f"\n{name}: {one.told}.", *one.refused)))
    print(f"\n{len(all_cases)} papers. {NOTES} {'' if folders() else NO_MODEL}\n")
    await measure_gists(all_cases)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as a Markdown table; the first is the head."""
    widths = [max(len(line[column]) for line in rows) for column in range(len(rows[0]))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)) + " |" for line in rows]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


async def measure_gists(all_cases: Sequence[Case]) -> None:
    """Print the tables of gists, and some to read; needs no embedding model."""
    papers, corpus = [case.paper for case in all_cases], gists.drawn_papers()
    keyless = [gists.gist_of(paper) for paper in papers]
    told = {"gist": keyless}
    words = {case.paper.id: " ".join(case.key_points) for case in all_cases}
    rows = [
        gists.HEADINGS,
        gists.gist_row("keyless, reference papers", papers, keyless),
        gists.gist_row("keyless, corpus", corpus, [gists.gist_of(paper) for paper in corpus]),
    ]
    for name, field in (("the first key point as its gist", 0), ("no gist in it", None)):
        cards = {title: card | _own_gist(card, field) for title, card in _cards(all_cases).items()}
        async with (
            answering(cards) as server,
            reaching(server.base_url, server.model, "", ExtractiveSummarizer()) as one,
        ):
            told[f"gist of a card with {name}"] = [(await one.make(paper)).gist for paper in papers]
        rows.append(
            gists.gist_row(f"the reference's cards, {name}", papers, told[f"gist of a card with {name}"], words)
        )
    print(table(rows))
    tags = [case.topics for case in all_cases]
    print(f"\n{table([gists.TELLING_HEADINGS, *gists.telling_rows(papers, tags, told, corpus)])}\n")
    print("\n".join(gists.printed(corpus)))


def _own_gist(card: Mapping[str, object], place: int | None) -> dict[str, object]:
    points = card["key_points"]
    return {"gist": points[place]} if place is not None and isinstance(points, list) else {}


def _cards(all_cases: Sequence[Case]) -> dict[str, dict[str, object]]:
    """The reference as answers of our form, by title."""
    return {
        case.paper.title: {
            "topics": list(case.topics),
            "key_points": list(case.key_points),
            **dict(zip(SECTIONS, case.sections, strict=True)),
        }
        for case in all_cases
    }


def _reference(all_cases: Sequence[Case]) -> Make:
    """What the measures say of the reference, whose words are a model's: their ceiling, and its own inventions."""
    by_paper = {case.paper.id: case for case in all_cases}

    async def make(paper: Paper) -> Summary:
        case = by_paper[paper.id]
        blank = Summary("the reference", case.topics, case.key_points)
        summary, methodology, results, implications = case.sections
        return replace(blank, summary=summary, methodology=methodology, results=results, implications=implications)

    return make


if __name__ == "__main__":
    asyncio.run(main())

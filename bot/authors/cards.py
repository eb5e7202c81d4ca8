"""Cards of an author: their page, candidates for a name, and the meaning of the figures."""

from collections.abc import Sequence

from bot.authors.novelty import Measure, NoveltyScale
from bot.domain.ask_json import paper_data
from bot.domain.author import Affiliation, Author, Figure, identity_address
from bot.domain.card import (
    Actions,
    Block,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Row,
    Rule,
    bold,
    line,
)
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_short
from bot.papers.cards import item_buttons, opener

NOT_KNOWN = "not known"
MAX_AUTHORS_SHOWN = 3
_MAX_INSTITUTIONS, _MAX_TOPICS, _MAX_INSTITUTION_LENGTH = 3, 3, 60

MEANINGS = (
    ("h-index", "h papers with at least h citations each, as far as the source knows."),
    ("Papers, citations", "all works that the source knows, on arXiv or not, and their citations."),
    (
        "Novelty",
        "ours: how different a paper's abstract is from earlier ones, from 0 to 100. 50 is usual, 95 is unlike"
        " anything I know. A person's is the mean of their papers. Different isn't better or worse.",
    ),
    (
        "Score, AI Score",
        "ours, from 0 to 100: novelty, upvotes on Hugging Face and a link to code. A person's AI Score is the mean of"
        " their papers.",
    ),
    (NOT_KNOWN, "no source has this figure; for novelty, I know too few earlier papers."),
)


@frozen
class PaperRow:
    """A paper on an author's page; `by_name`: attributed by the name alone."""

    paper: Paper
    measure: Measure | None
    place: str
    by_name: bool
    gist: str = ""


@frozen
class Page:
    """One page of an author's papers, `rows` of `total`; `asked` is the argument that leads to this author again.

    `by_guess`: the user gave a name, and no other author with it was found; there may be some.
    """

    author: Author
    asked: str
    rows: tuple[PaperRow, ...]
    total: int
    number: int
    pages: int
    field: str
    author_novelty: NoveltyScale | None
    by_guess: bool = False


def author_card(page: Page, by_name: int, troubles: Sequence[str]) -> Card:
    """Return the author's private page: figures with their sources, and papers, newest first."""
    author, papers = page.author, count(page.total, "paper")
    blocks: list[Block] = [Heading(line(author.name)), Fine(line(_who(page)))]
    blocks += [Paragraph(_figures(author, page.author_novelty)), Actions(_buttons(page)), Rule()]
    shown = f" · page {page.number} of {page.pages}" if page.pages > 1 else ""
    blocks.append(Heading(line(f"{papers} on arXiv{shown}"), level=2))
    blocks += [_item(row) for row in page.rows]
    blocks += [Actions(buttons) for buttons in [_page_buttons(page)] if buttons]
    blocks.append(Fine(line(" · ".join((*_footer(page, by_name), *troubles)))))
    text = f"{author.name}: {_in_a_sentence(author)}; {papers} on arXiv."
    data = {
        "author": author_data(author, page.author_novelty) | {"category": page.field or None},
        "papers": [
            paper_data(row.paper, row.measure.score if row.measure else None, gist=row.gist) for row in page.rows
        ],
        "page": page.number,
        "pages": page.pages,
        "missing": list(troubles),
    }
    return Card("author", text, tuple(blocks), private=True, data=data, title=author.name)


def candidates_card(name: str, persons: Sequence[Author]) -> Card:
    """Return the private card of several authors with a name, each with distinguishing facts and a button."""
    text = f"{len(persons)} people are named “{shorten(name, 80)}”. Which author?"
    rows = [Row(_author_line(one), Button("Open", f"/author {one.identity}")) for one in persons]
    fine = Fine(
        line("From OpenAlex, which may list a person twice. Not sure? Try /author, the ID of a paper and the name.")
    )
    data = {"candidates": [author_data(one) | {"identity": one.identity} for one in persons]}
    return Card("people", text, (Paragraph((line(text),)), *rows, fine), private=True, data=data)


def figures_card() -> Card:
    """Return the private card on the meaning of the figures."""
    lines = tuple(line(bold(f"{name}: "), meaning) for name, meaning in MEANINGS)
    text = "What the figures on an author’s page mean"
    return Card("figures", text, (Heading(line(text)), Paragraph(lines)), private=True)


def author_data(author: Author, author_novelty: NoveltyScale | None = None) -> dict[str, object]:
    """Return an author for `ask --json`; unknown values are null or empty, `source` names the figures' source."""
    return {
        "name": author.name,
        "h_index": _value(author.h_index),
        "papers": _value(author.papers),
        "citations": _value(author.citations),
        "novelty": author_novelty.novelty if author_novelty else None,
        "ai_score": author_novelty.score if author_novelty else None,
        "affiliations": [place.institution for place in author.affiliations],
        "source": author.source or None,
        "field": author.field or None,
        "topics": list(author.topics),
        "openalex": author.openalex or None,
        "orcid": author.orcid or None,
        "arxiv": author.arxiv or None,
        "also": [author_data(one) for one in author.also],
    }


def _who(page: Page) -> str:
    """Return field and institutions: "cs.LG · Computer Science · Technion (2024–2026)"."""
    author = page.author
    places = [_dated(place) for place in author.affiliations[:_MAX_INSTITUTIONS]]
    more = len(author.affiliations) - _MAX_INSTITUTIONS
    parts = (page.field, author.field, *places, f"{more} more institutions" if more > 0 else "")
    return " · ".join(filter(None, parts)) or f"Field and institution: {NOT_KNOWN}"


def _dated(place: Affiliation) -> str:
    name = shorten(place.institution, _MAX_INSTITUTION_LENGTH)
    if not place.years:
        return name
    first, last = min(place.years), max(place.years)
    return f"{name} ({first}–{last})" if first < last else f"{name} ({last})"


def _figures(author: Author, author_novelty: NoveltyScale | None) -> tuple[Line, ...]:
    rows = [
        ("h-index", [author.h_index, *(one.h_index for one in author.also)]),
        ("Papers", [author.papers, *(one.papers for one in author.also)]),
        ("Citations", [author.citations, *(one.citations for one in author.also)]),
    ]
    lines = [line(bold(name), f" {_with_sources(figures)}") for name, figures in rows]
    ours = f" (ours, of {count(author_novelty.papers, 'paper')})" if author_novelty else ""
    novelty, score = (
        (f"{author_novelty.novelty} %", str(author_novelty.score)) if author_novelty else (NOT_KNOWN, NOT_KNOWN)
    )
    lines.append(line(bold("Novelty"), f" {novelty} · ", bold("AI Score"), f" {score}{ours}"))
    return tuple(lines)


def _with_sources(figures: Sequence[Figure | None]) -> str:
    """Return each figure with its source."""
    return " · ".join(f"{figure.value:,} ({figure.source})" for figure in figures if figure) or NOT_KNOWN


def _item(row: PaperRow) -> Item:
    paper = row.paper
    reason = "matched by name only" if row.by_name else ""
    title = Link(paper.title, paper.abs_url)
    return Item(title, row.gist, _facts(row), reason, item_buttons(paper), paper.id, opener(paper))


def _facts(row: PaperRow) -> Line:
    """Return score, category, date, badge, first authors, the author's institution then, and the id."""
    paper = row.paper
    named = ", ".join(paper.authors[:MAX_AUTHORS_SHOWN]) + (" et al." if len(paper.authors) > MAX_AUTHORS_SHOWN else "")
    when = date_in_short(paper.published.date()) if paper.published else ""
    place = shorten(row.place, _MAX_INSTITUTION_LENGTH)
    parts = (paper.primary, when, "Code" if paper.code_url else "", shorten(named, 120), place, paper.id)
    rest = " · ".join(filter(None, parts))
    return line(bold(str(row.measure.score)), f" · {rest}") if row.measure else line(rest)


def _buttons(page: Page) -> tuple[Button, ...]:
    follow = page.author.identity or f"author:{page.author.name}"
    return (
        Button(shorten(f"Follow {page.author.name}", 70), f"/follow {follow}", primary=True),
        Button("What do these mean?", "/figures", panel=True),
    )


def _page_buttons(page: Page) -> tuple[Button, ...]:
    buttons = []
    if page.number > 1:
        buttons.append(Button("Previous", f"/author {page.asked} page={page.number - 1}"))
    if page.number < page.pages:
        buttons.append(Button("Next", f"/author {page.asked} page={page.number + 1}"))
    return tuple(buttons)


def _footer(page: Page, by_name: int) -> tuple[str, ...]:
    author = page.author
    who = f"openalex:{author.openalex}" if author.openalex else author.identity
    known = f"By {author.source}, {who}" if author.source else "Matched by name only, so these may be several people"
    told = f"{count(by_name, 'paper')} matched by name only" if by_name else ""
    topics = f"topics: {', '.join(author.topics[:_MAX_TOPICS])}" if author.topics else ""
    orcid = f"ORCID {author.orcid}" if author.orcid else ""
    guess = (
        "looking for another author with this name? Type /author, a paper's ID and the name" if page.by_guess else ""
    )
    listed = f"arXiv author id {author.arxiv}" if author.arxiv and author.openalex else ""
    return tuple(filter(None, (known, listed, orcid, topics, guess, told)))


def _author_line(author: Author) -> Line:
    """Return name, institution, works and topic."""
    place = _dated(author.affiliations[0]) if author.affiliations else f"institution {NOT_KNOWN}"
    works = count(author.papers.value, "work") if author.papers else f"works {NOT_KNOWN}"
    topic = author.topics[0] if author.topics else f"topic {NOT_KNOWN}"
    who = Link(author.identity, identity_address(author.identity))
    return line(bold(author.name), f" · {place} · {works} · {topic} · ", who)


def _in_a_sentence(author: Author) -> str:
    figures = (("h-index", author.h_index), ("citations", author.citations))
    return ", ".join(f"{name} {f'{one.value:,} ({one.source})' if one else NOT_KNOWN}" for name, one in figures)


def _value(figure: Figure | None) -> int | None:
    return figure.value if figure else None

"""Error cards: what happened and what to do, without internals. Only the person who asked sees them."""

from collections.abc import Sequence
from dataclasses import replace

from bot.domain.ask_json import paper_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Link, Paragraph, Row, Tone, bold, line
from bot.domain.errors import BadInput, BotError, HeldBack, SourceDown, StoreDown, WhichPaper
from bot.domain.paper import Paper
from bot.domain.purpose import Purpose
from bot.domain.text.clean import shorten
from bot.domain.wording import authors_in_short

MAX_BUTTONS = 5
MAX_CHOICES = 10
MAX_REPEATED = 200
DETAILED = 3
"""With more choices, each takes one line."""


def error_card(error: BotError, said: str = "", help_command: str = "") -> Card:
    """Return the error's own sentence and hint, with what to do next as buttons.

    `said` is the text that failed, to try again if a service was down or a share used up; `help_command` shows how
    to ask.
    """
    text = f"{error.sentence} {error.hint}".strip()
    blocks: list[Block] = [Paragraph((line(error.sentence),))]
    data: dict[str, object] = {"error": text}
    if isinstance(error, WhichPaper):
        blocks += _choices(error.papers, error.purpose or Purpose())
        data |= {"papers": [paper_data(paper) for paper in error.papers]}
    if error.hint:
        blocks.append(Paragraph((line(error.hint),)))
    if buttons := _next_steps(error, said) or ([Button("Help", help_command)] if help_command else []):
        blocks.append(Actions(tuple(buttons)))
    is_question = isinstance(error, WhichPaper) or (isinstance(error, BadInput) and error.nearest)
    tone: Tone = "plain" if is_question else "bad"
    return Card("error", text, tuple(blocks), tone, private=True, data=data)


def fault_card(reference: str) -> Card:
    """Return a card for an internal fault: a reference to the log, and nothing of the log itself."""
    text = "Something went wrong on our side. Nothing you set is lost; try again in a minute."
    blocks = (Paragraph((line(text),)), Fine(line(f"Reference {reference}")))
    return Card("error", f"{text} Reference {reference}.", blocks, "bad", private=True, data={"error": text})


def _next_steps(error: BotError, said: str) -> list[Button]:
    if isinstance(error, BadInput):
        offers = [Button(near, near) if isinstance(near, str) else near for near in error.nearest]
        return [replace(offer, label=shorten(offer.label, 70)) for offer in offers[:MAX_BUTTONS]]
    may_repeat = 0 < len(said) <= MAX_REPEATED and isinstance(error, HeldBack | SourceDown | StoreDown)
    return [Button("Try again", said)] if may_repeat else []


def _choices(papers: Sequence[Paper], purpose: Purpose) -> list[Block]:
    """Return each paper with the button that runs what was asked, with its id."""
    blocks: list[Block] = []
    for number, paper in enumerate(papers[:MAX_CHOICES], start=1):
        place = f"{number}. " if len(papers) > DETAILED else ""
        title = Link(shorten(paper.title, 140), paper.abs_url, "bold")
        button = Button(purpose.label, purpose.run(paper.id), panel=purpose.panel)
        blocks.append(Row(line(bold(place), title) if place else line(title), button))
        if len(papers) <= DETAILED:
            blocks.append(Fine(line(_facts(paper))))
    return blocks


def _facts(paper: Paper) -> str:
    year = str(paper.published.year) if paper.published else ""
    return " · ".join(
        filter(None, (authors_in_short(paper.authors, 2, paper.unnamed_authors), paper.primary, year, paper.id))
    )

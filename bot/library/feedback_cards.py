"""The cards of what a channel thinks of papers: a verdict noted, and one taken back."""

from collections.abc import Sequence

from bot.domain.ask_json import feedback_data, paper_data
from bot.domain.card import Actions, Block, Bullets, Button, Card, Paragraph, line
from bot.domain.feedback import Feedback, FeedbackKind, instant_key
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count
from bot.papers.cards import paper_line

TITLE = 90

_DONE = {FeedbackKind.MORE: "More like", FeedbackKind.LESS: "Less like", FeedbackKind.SAVED: "Saved:"}
_EFFECT = {
    FeedbackKind.MORE: "This channel's next digest puts what is like it higher.",
    FeedbackKind.LESS: "This channel's next digest puts what is like it lower.",
    FeedbackKind.SAVED: "It counts as liked: this channel's next digest puts what is like it higher.",
}


def feedback_card(papers: Sequence[Paper], given: Sequence[Feedback]) -> Card:
    """What was noted of these papers (at least one) and what will change, for the one who said so."""
    verdict = given[0].verdict
    one = papers[0]
    named = f"“{shorten(one.title, TITLE)}”" if len(papers) == 1 else f"these {count(len(papers), 'paper')}"
    text = f"{_DONE[verdict]} {named}. {_EFFECT[verdict]}"
    blocks: list[Block] = [Paragraph((line(text),))]
    if len(papers) > 1:
        blocks.append(Bullets(tuple(paper_line(paper) for paper in papers)))
    if given[0].note:
        blocks.append(Paragraph((line(f"Note: {given[0].note}"),)))
    undo = Button("Undo", f"/takeback {given[0].key if len(papers) == 1 else instant_key(given[0].since)}")
    reading = (Button("Reading list", "/saved"),) if verdict is FeedbackKind.SAVED else ()
    blocks.append(Actions((undo, *reading, Button("All this channel said", "/following"))))
    data = {"papers": [paper_data(paper) for paper in papers], "opinions": feedback_data(given)}
    return Card("taste", text, tuple(blocks), private=True, tone="good", data=data)


def feedback_undone_card(titles: Sequence[str]) -> Card:
    """It counts no more, of one paper or of several."""
    one = f"“{shorten(titles[0], TITLE)}”" if len(titles) == 1 else count(len(titles), "paper")
    text = f"Forgotten: what this channel said of {one}."
    return Card("taste", text, (Paragraph((line(text),)),), private=True, tone="good")

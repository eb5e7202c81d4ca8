"""Cards of a channel's feedback on papers: stored, undone and listed."""

from collections.abc import Mapping, Sequence

from bot.domain.ask_json import feedback_data, paper_data
from bot.domain.card import Actions, Block, Bullets, Button, Card, Fine, Heading, Paragraph, Row, line, typed
from bot.domain.feedback import Feedback, FeedbackKind, instant_key
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count
from bot.papers.cards import paper_line

MAX_TITLE_LENGTH = 90
MAX_BUTTON_ROWS = 8
"""Rows with their own button; the others are listed, and a user can undo them by typing."""
MAX_LISTED = 40

_DONE = {
    FeedbackKind.MORE: "You'll see more like {}.",
    FeedbackKind.LESS: "You'll see less like {}.",
    FeedbackKind.SAVED: "Saved {}. You'll see more like {}.",
}
_HEADS = {FeedbackKind.SAVED: "Saved", FeedbackKind.MORE: "More like these", FeedbackKind.LESS: "Less like these"}


def feedback_card(papers: Sequence[Paper], given: Sequence[Feedback], left_out: str = "", zotero: str = "") -> Card:
    """Return the private card that confirms feedback on `papers` (at least one) and says what changes.

    `left_out` is a sentence on papers that couldn't be found; `zotero` names the library that saved papers go to.
    """
    verdict = given[0].verdict
    title = shorten(papers[0].title, MAX_TITLE_LENGTH)
    named = f"“{title}”" if len(papers) == 1 else f"these {count(len(papers), 'paper')}"
    text = _DONE[verdict].format(named, "it" if len(papers) == 1 else "them")
    blocks: list[Block] = [Paragraph((line(text),))]
    if left_out:
        text = f"{text} {left_out}"
        blocks.append(Paragraph((line(left_out),)))
    if len(papers) > 1:
        blocks.append(Bullets(tuple(paper_line(paper) for paper in papers)))
    if given[0].note:
        blocks.append(Paragraph((line(f"Note: {given[0].note}"),)))
    if zotero:
        blocks.append(Fine(line(f"Also goes to Zotero: {zotero}. It stays there if you unsave it.")))
    undo = Button("Undo", f"/takeback {given[0].key if len(papers) == 1 else instant_key(given[0].since)}")
    reading = (Button("Reading list", "/saved"),) if verdict is FeedbackKind.SAVED else ()
    blocks.append(Actions((undo, *reading, Button("Your feedback", "/following"))))
    data = {"papers": [paper_data(paper) for paper in papers], "opinions": feedback_data(given)}
    return Card("taste", text, tuple(blocks), private=True, tone="good", data=data)


def feedback_undone_card(titles: Sequence[str]) -> Card:
    """Return the private card that confirms the deletion of feedback on papers with these titles."""
    named = f"“{shorten(titles[0], MAX_TITLE_LENGTH)}”" if len(titles) == 1 else count(len(titles), "paper")
    text = f"Removed your feedback on {named}."
    return Card("taste", text, (Paragraph((line(text),)),), private=True, tone="good")


def feedback_blocks(feedback: Sequence[Feedback], titles: Mapping[str, str]) -> list[Block]:
    """Return the list of a channel's feedback, latest first, each with an undo button; empty without feedback.

    `titles` are the papers' titles by id.
    """
    blocks: list[Block] = []
    for verdict, head in _HEADS.items():
        of_kind = [given for given in reversed(feedback) if given.verdict is verdict]
        if not of_kind:
            continue
        blocks.append(Heading(line(f"{head} ({len(of_kind):,})"), level=2))
        named = [(shorten(titles.get(given.paper_id, given.paper_id), MAX_TITLE_LENGTH), given) for given in of_kind]
        buttons, others = named[:MAX_BUTTON_ROWS], named[MAX_BUTTON_ROWS:]
        blocks += [Row(line(title), Button("Remove", f"/takeback {given.key}")) for title, given in buttons]
        if others:
            listed = others[: MAX_LISTED - MAX_BUTTON_ROWS]
            blocks.append(Bullets(tuple(line(f"{title} · {given.paper_id}") for title, given in listed)))
            left = f"and {len(named) - MAX_LISTED:,} more. " if len(named) > MAX_LISTED else ""
            blocks.append(Fine(line(f"{left}To remove one, type ", typed("/unfollow"), " and its ID.")))
    return blocks

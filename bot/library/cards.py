"""Cards of a reading list: a page, a marked paper, and citations."""

from collections.abc import Mapping, Sequence

from bot.domain.ask_json import paper_data
from bot.domain.card import (
    Actions,
    Attachment,
    Block,
    Button,
    Card,
    Fine,
    Heading,
    Item,
    Line,
    Link,
    Paragraph,
    Rule,
    line,
    typed,
)
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.paper_source import label
from bot.domain.reading_list import EVERY, READ, UNREAD, Page
from bot.domain.summary import NO_GISTS
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_words
from bot.library.citations.formats import Format
from bot.papers.cards import facts, opener, saved_buttons

MAX_TITLE_LENGTH = 90


def saved_card(
    page: Page, papers: Mapping[str, Paper], direct: bool = False, gists: Mapping[str, str] = NO_GISTS
) -> Card:
    """Return the private page of a reading list; `papers` and `gists` by id, as far as known."""
    whose = "Your reading list" if direct else "This channel’s reading list"
    counts = f"{page.unread:,} unread · {page.read:,} read"
    blocks: list[Block] = [Heading(line(whose)), Fine(line(counts + _which(page))), Rule()]
    if not page.saved:
        blocks.append(Paragraph((_nothing(page),)))
    blocks += [
        _item(n, one, papers.get(one.paper_id), gists.get(one.paper_id, ""))
        for n, one in enumerate(page.saved, start=page.first)
    ]
    blocks += [Rule(), Actions(_actions(page)), Fine(_hint())]
    data: dict[str, object] = {
        "papers": [_data(one, papers.get(one.paper_id), gists.get(one.paper_id, "")) for one in page.saved]
    }
    data |= {"unread": page.unread, "read": page.read, "page": page.number, "pages": page.pages}
    return Card("saved", f"{whose}: {counts}.", tuple(blocks), private=True, data=data)


def marked_card(paper: Paper, read: bool) -> Card:
    """Return the private card of a paper marked as read or unread."""
    text = f"Marked “{shorten(paper.title, MAX_TITLE_LENGTH)}” as {'read' if read else 'unread'}."
    back = Button("Mark as unread" if read else "Mark as read", f"/saved {UNREAD if read else READ} {paper.id}")
    blocks = (Paragraph((line(text),)), Actions((back, Button("Reading list", "/saved"))))
    return Card("saved", text, blocks, private=True, tone="good", data={"papers": [paper_data(paper)], "read": read})


def citation_card(papers: Sequence[Paper], form: Format, text: str, left_out: str = "") -> Card:
    """Return the private card that cites `papers` (at least one); `left_out` is a sentence on others."""
    title = f"“{shorten(papers[0].title, MAX_TITLE_LENGTH)}”"
    head = f"{form.name} of {title if len(papers) == 1 else count(len(papers), 'paper')}"
    blocks: list[Block] = [Heading(line(head), level=2)]
    if left_out:
        blocks.append(Paragraph((line(left_out),)))
    blocks.append(Attachment(form.file_name, form.media_type, text))
    said = f"{head}. {left_out}" if left_out else head
    return Card("citation", said, tuple(blocks), private=True, data={"text": text, "format": form.name})


def export_card(form: Format, text: str, papers: int, unknown: int = 0) -> Card:
    """Return the card with a reading list as a file; `unknown` papers have only their number."""
    head = f"The reading list as {form.name}: {count(papers, 'paper')}."
    lacking = (
        f" arXiv isn't responding, so {count(unknown, 'paper')} {'has' if unknown == 1 else 'have'} only the ID."
        if unknown
        else ""
    )
    blocks = (Paragraph((line(head + lacking),)), Attachment(form.file_name, form.media_type, text))
    return Card("export", head + lacking, blocks, data={"text": text, "format": form.name})


def _item(number: int, saved: Feedback, paper: Paper | None, gist: str) -> Item:
    known = paper or Paper(saved.paper_id, label(saved.paper_id), "", (), ())
    point = " · ".join(filter(None, (f"Note: {saved.note}" if saved.note else "", gist)))
    when = f"saved {date_in_words(saved.since.date())}{' · read' if saved.read else ''}"
    buttons = (
        Button("Read more", f"/readmore {known.id}", primary=True, panel=True),
        *saved_buttons(saved),
        Button("BibTeX", f"/bibtex {known.id}", panel=True),
    )
    shown = facts(known) if paper else line(saved.paper_id)
    return Item(Link(known.title, known.abs_url), point, shown, when, buttons, known.id, opener(known), number)


def _data(saved: Feedback, paper: Paper | None, gist: str) -> dict[str, object]:
    known = paper or Paper(saved.paper_id, "", "", (), ())
    return paper_data(known, gist=gist) | {"note": saved.note, "read": saved.read, "saved": saved.since.isoformat()}


def _which(page: Page) -> str:
    of = "" if page.which == EVERY else f" · {page.which} only"
    return of + (f" · page {page.number} of {page.pages}" if page.pages > 1 else "")


def _nothing(page: Page) -> Line:
    if page.unread + page.read:
        return line(f"Nothing {page.which}.")
    return line("Nothing saved yet. Press Save under a paper, or type ", typed("/save 2605.05971"), ".")


def _actions(page: Page) -> tuple[Button, ...]:
    """Return at most four buttons: with five, a platform that counts parts would drop ten papers' ⋯ buttons."""
    found = []
    if page.number > 1:
        found.append(Button("Back", f"/saved {page.which} {page.number - 1}"))
    if page.number < page.pages:
        found.append(Button("Next", f"/saved {page.which} {page.number + 1}"))
    if page.which != UNREAD and page.unread and page.read:
        found.append(Button("Unread only", f"/saved {UNREAD}"))
    if page.which != EVERY:
        found.append(Button("All", f"/saved {EVERY}"))
    if page.unread + page.read:
        found.append(Button("BibTeX", "/saved bibtex"))
    return tuple(found)


def _hint() -> Line:
    return line(
        "A note: ",
        typed("/save 2605.05971 note: for the survey"),
        " · as a file: ",
        typed("/saved bibtex"),
        ", ris or csl",
    )

"""The private card of all papers that match a digest, page by page."""

from collections.abc import Mapping, Sequence

from bot.digests.cards.digest import because, day_in_words, facts
from bot.digests.cards.namesakes import in_words
from bot.domain.ask_json import paper_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Heading, Item, Link, line
from bot.domain.digest import Digest, Match
from bot.domain.pagination import PAGE, Turned
from bot.domain.wording import count
from bot.papers.cards import item_buttons


def all_matches_card(
    digest: Digest, matches: Sequence[Match], gists: Mapping[str, str], page: int, last_page: int
) -> Card:
    """Return one page of the `matches`, each with a Save button; those that may be by a namesake come last.

    `gists` has a sentence on each paper of the page by id.
    """
    turned = Turned(page)
    shown = turned.of(matches)
    head = f"{count(len(matches), 'paper')} for {day_in_words(digest)}"
    blocks: list[Block] = [Heading(line(head))]
    for number, match in enumerate(shown, turned.start + 1):
        if match.perhaps_another and not any(isinstance(block, Heading) and block.level == 2 for block in blocks):
            blocks.append(Heading(line(in_words(digest.namesakes)), level=2))
        blocks.append(_item(number, match, gists.get(match.paper.id, "")))
    blocks += _turning(digest, turned, last_page)
    data = {"papers": [paper_data(match.paper, match.score, match.reasons) for match in shown]}
    return Card("papers", head, tuple(blocks), private=True, data=data, title=head)


def _item(number: int, match: Match, gist: str) -> Item:
    paper = match.paper
    save, why = Button("Save", f"/save {paper.id}"), " · ".join(match.reasons) if match.perhaps_another else ""
    title = Link(paper.title, paper.abs_url)
    return Item(title, gist, facts(match), why or because(match), item_buttons(paper), paper.id, save, number)


def _turning(digest: Digest, turned: Turned, last_page: int) -> list[Block]:
    """Return the buttons to the pages before and after."""
    if last_page == 1:
        return []
    labels = {turned.number - 1: "Previous", turned.number + 1: f"Next {PAGE}"}
    found = [
        Button(label, f"/digest page={page} {digest.day.isoformat()} all", panel=True)
        for page, label in labels.items()
        if 1 <= page <= last_page
    ]
    return [Actions(tuple(found)), Fine(line(f"Page {turned.number} of {last_page}"))]

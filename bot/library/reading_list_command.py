"""`/saved` and `/bibtex`: the reading list, what was read of it, and papers as citations."""

from dataclasses import replace

from bot.domain.arxiv_id import find_id
from bot.domain.card import Card
from bot.domain.command import Caller, Cite, ShowSaved
from bot.domain.errors import BadInput, SourceDown
from bot.domain.feedback import Feedback
from bot.domain.paper import Paper
from bot.domain.reading_list import EVERY, READ, UNREAD, page_of, saved_of
from bot.domain.text.clean import shorten
from bot.library.cards import citation_card, export_card, marked_card, saved_card
from bot.library.citations.formats import BIBTEX, FORMATS, Format
from bot.library.citations.reference import Reference
from bot.ranking.store.feedback import FeedbackStore
from bot.search.paper import Shelves, find_paper, find_papers

EXAMPLE = "Try /saved, /saved all, /saved read 2605.05971 or /saved bibtex."


async def show_saved(command: ShowSaved, caller: Caller, shelves: Shelves, store: FeedbackStore) -> Card:
    """A page of the caller's channel's reading list, the list as a file, or a paper of it marked. Raises BadInput."""
    word, _, rest = command.what.strip().partition(" ")
    word, rest = word.lower(), rest.strip()
    saved = saved_of(await store.feedback(caller.place))
    if wanted := FORMATS.get(word):
        return await _export(saved, wanted, shelves)
    if word in {READ, UNREAD} and find_id(rest):
        return await _mark(saved, find_id(rest) or "", word == READ, caller, shelves, store)
    which, page = (EVERY, word) if word.isdecimal() and not rest else (word or EVERY, rest)
    if which not in {EVERY, READ, UNREAD} or not (page.isdecimal() or not page):
        raise BadInput(f"“{shorten(command.what, 80)}” is nothing that a reading list has.", EXAMPLE)
    shown = page_of(saved, which, int(page[:6] or 1))
    return saved_card(shown, await _known([one.paper_id for one in shown.saved], shelves), caller.direct)


async def cite(command: Cite, shelves: Shelves) -> Card:
    """One paper as BibTeX, for the asker's eyes only."""
    paper = await find_paper(command.query, shelves)
    return citation_card(paper, BIBTEX, BIBTEX.write([Reference(paper)]))


async def _export(saved: list[Feedback], wanted: Format, shelves: Shelves) -> Card:
    """In the order of saving, so that the keys of citations stay as the list grows."""
    if not saved:
        raise BadInput("Nothing is saved here yet, so there is nothing to export.", "/save 2605.05971 begins the list.")
    known = await _known([one.paper_id for one in saved], shelves)
    references = [Reference(known.get(one.paper_id) or _bare(one.paper_id), one.note) for one in saved]
    unknown = sum(one.paper_id not in known for one in saved)
    return export_card(wanted, wanted.write(references), len(saved), unknown)


async def _mark(
    saved: list[Feedback], paper_id: str, read: bool, caller: Caller, shelves: Shelves, store: FeedbackStore
) -> Card:
    kept = next((one for one in saved if one.paper_id == paper_id), None)
    if kept is None:
        raise BadInput(f"{paper_id} is not saved here.", f"/save {paper_id} saves it.", (f"/save {paper_id}",))
    await store.keep(caller.place, [replace(kept, read=read)])
    known = await shelves.papers.get([paper_id])
    return marked_card(known.get(paper_id) or _bare(paper_id), read)


async def _known(ids: list[str], shelves: Shelves) -> dict[str, Paper]:
    """As many as can be found: what was saved long ago may have to be asked of arXiv."""
    try:
        return {paper.id: paper for paper in await find_papers(ids, shelves)}
    except SourceDown:
        return await shelves.papers.get(ids)


def _bare(paper_id: str) -> Paper:
    return Paper(paper_id, f"arXiv:{paper_id}", "", (), ())

"""`/saved` and `/bibtex`: the reading list, its read marks, citations, and the way to Zotero."""

from dataclasses import replace

from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route, first_word
from bot.domain.errors import BadInput, SourceDown
from bot.domain.feedback import Feedback
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.domain.paper_source import label, only_id
from bot.domain.purpose import Purpose
from bot.domain.reading_list import EVERY, READ, UNREAD, page_of, saved_of
from bot.domain.summary import Gists
from bot.domain.text.clean import shorten
from bot.infra.redis.shares import RedisShares
from bot.library.cards import citation_card, export_card, marked_card, saved_card
from bot.library.citations.formats import BIBTEX, FORMATS, Format
from bot.library.citations.reference import Reference
from bot.library.zotero.command import ZOTERO_ROUTES, parse_zotero
from bot.papers.lookup import PaperLookup
from bot.ranking.store.feedback import FeedbackStore

_LIST = (Button("Reading list", "/saved"),)
EXAMPLE = "Try /saved, /saved all, /saved read 2605.05971 or /saved bibtex."


@frozen
class ShowSaved(Command):
    """`/saved`, `/saved all|read|unread [page]`, `/saved read|unread <id>`, `/saved bibtex|ris|csl`; as typed."""

    what: str = ""


@frozen
class Cite(Command):
    """`/bibtex <arXiv id …>`, the BibTeX button."""

    query: str


async def show_saved(
    command: ShowSaved,
    caller: Caller,
    lookup: PaperLookup,
    feedback: FeedbackStore,
    gists: Gists,
    shares: RedisShares,
) -> Card:
    """Return a page of the reading list, the list as a file, or a marked paper's card. Raises BadInput, HeldBack."""
    word, _, rest = command.what.strip().partition(" ")
    word, rest = word.lower(), rest.strip()
    saved = saved_of(await feedback.feedback(caller.place))
    if wanted := FORMATS.get(word):
        await shares.charge()
        return await _export(saved, wanted, lookup)
    if word in {READ, UNREAD} and (paper_id := only_id(rest)):
        return await _mark(saved, paper_id, word == READ, caller, lookup, feedback)
    which, page = (EVERY, word) if word.isdecimal() and not rest else (word or EVERY, rest)
    if which not in {EVERY, READ, UNREAD} or not (page.isdecimal() or not page):
        raise BadInput(f"I couldn't read “{shorten(command.what, 80)}”.", EXAMPLE, _LIST)
    shown = page_of(saved, which, int(page[:6] or 1))
    known = await _known([one.paper_id for one in shown.saved], lookup)
    return saved_card(shown, known, caller.direct, await gists(list(known.values())))


async def cite(command: Cite, caller: Caller, lookup: PaperLookup) -> Card:
    """Return a paper, or all whose ids are given, as BibTeX on a private card."""
    purpose = Purpose("/bibtex {id}", "BibTeX", caller.thread, panel=True)
    papers, left_out = await lookup.find_named(command.query, purpose)
    text = BIBTEX.write([Reference(paper) for paper in papers])
    return citation_card(papers, BIBTEX, text, left_out)


async def _export(saved: list[Feedback], wanted: Format, lookup: PaperLookup) -> Card:
    """Export in the order of saving: citation keys stay stable as the list grows."""
    if not saved:
        raise BadInput("Nothing saved yet, so there's nothing to export.", "Type /save 2605.05971 to start.")
    known = await _known([one.paper_id for one in saved], lookup)
    references = [Reference(known.get(one.paper_id) or _bare(one.paper_id), one.note) for one in saved]
    unknown = sum(one.paper_id not in known for one in saved)
    return export_card(wanted, wanted.write(references), len(saved), unknown)


async def _mark(
    saved: list[Feedback], paper_id: str, read: bool, caller: Caller, lookup: PaperLookup, feedback: FeedbackStore
) -> Card:
    kept = next((one for one in saved if one.paper_id == paper_id), None)
    if kept is None:
        raise BadInput(f"{paper_id} isn't on the reading list.", "", (Button("Save", f"/save {paper_id}"),))
    await feedback.keep(caller.place, [replace(kept, read=read)])
    known = await lookup.papers.get([paper_id])
    return marked_card(known.get(paper_id) or _bare(paper_id), read)


async def _known(ids: list[str], lookup: PaperLookup) -> dict[str, Paper]:
    """Return the papers found; papers saved long ago may need a request to arXiv."""
    try:
        return {paper.id: paper for paper in await lookup.find_papers(ids)}
    except SourceDown:
        return await lookup.papers.get(ids)


def _bare(paper_id: str) -> Paper:
    return Paper(paper_id, label(paper_id), "", (), ())


def parse_saved(text: str) -> Command:
    """Parse the text after `/saved`."""
    word, rest = first_word(text)
    return parse_zotero(rest) if word.lower() == "zotero" else ShowSaved(text)


def build_saved(show: str = "", format: str = "", zotero: str = "") -> Command:
    """Build the command from the platform's typed arguments."""
    return parse_zotero(zotero) if zotero else parse_saved(format or show)


SAVED = CommandSpec(
    "saved",
    parse=parse_saved,
    routes=(Route(ShowSaved, show_saved, Cost.NETWORK), *ZOTERO_ROUTES),
    description="What this channel has saved: unread first, as a list or as a file",
    arguments=(
        Argument("show", "a part of it", choices=("all", "unread", "read", "zotero")),
        Argument("format", "as a file for a reference manager", choices=("bibtex", "ris", "csl")),
        Argument("zotero", "a key (in a direct message only), group and its address, here, all or off"),
    ),
    build=build_saved,
    help=(
        HelpLine("/saved", "your saved papers; /saved bibtex (ris, csl) as a file; /save 2605.05971 note: why"),
        HelpLine("/saved zotero", "add saved papers to your Zotero library"),
    ),
)
CITE = CommandSpec(
    "bibtex",
    parse=Cite,
    routes=(Route(Cite, cite, Cost.NETWORK),),
    description="A paper as BibTeX, for your eyes only",
    arguments=(Argument("paper", "an arXiv id, a URL or a title; several ids", required=True, completes="paper"),),
)

"""`/more`, `/less`, `/save` and undoing them: a channel's feedback on papers, from which its digests learn."""

import re
from collections.abc import Sequence

from bot.authors.people_port import WorksByOrcid
from bot.domain.card import Button, Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import Argument, CommandSpec, Cost, HelpLine, Route
from bot.domain.errors import BadInput, ListFull, SourceDown
from bot.domain.feedback import Feedback, FeedbackKind, instant_key
from bot.domain.frozen import frozen
from bot.domain.orcid import find_orcid, looks_like_orcid
from bot.domain.paper import Paper
from bot.domain.paper_source import find_ids
from bot.domain.purpose import Purpose
from bot.domain.reading_list import saved_again, saved_of
from bot.domain.text.author_name import spellings
from bot.domain.text.clean import shorten
from bot.domain.wording import listed
from bot.infra.clock_port import Clock
from bot.library.feedback_cards import feedback_card, feedback_undone_card
from bot.library.zotero.service import ZoteroLibraries
from bot.papers.arxiv_port import Catalogue
from bot.papers.lookup import MOST_AT_ONCE, PaperLookup
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import MAX_SAVED, FeedbackStore

EXAMPLE = "Try /{verdict} 2605.05971, several of them, or /{verdict} author:Yam Eitan."
ORCID = "Such as /{verdict} orcid:0000-0002-1825-0097, or /{verdict} author:Yam Eitan."

_YOURS = (Button("Your feedback", "/following"),)

_AUTHOR = re.compile(r"author:\s*(.+)", re.IGNORECASE)
_AT = re.compile(r"at:-?\d{1,20}", re.ASCII)
_NOTE = re.compile(r"(.*?)\bnote:(.*)", re.IGNORECASE)
_KEY = re.compile(r"(?:(taste|more|less|saved|save):)?\s*(.+)", re.IGNORECASE)
_WORDS = {FeedbackKind.MORE: "more", FeedbackKind.LESS: "less", FeedbackKind.SAVED: "save"}
_LABELS = {FeedbackKind.MORE: "More like this", FeedbackKind.LESS: "Less like this", FeedbackKind.SAVED: "Save"}


@frozen
class GiveFeedback(Command):
    """`/more …`, `/less …` and `/save …`; `verdict` is a value of `FeedbackKind`.

    `note` is the text after `/save … note:`; None keeps an earlier note, an empty one deletes it.
    """

    verdict: str
    what: str
    note: str | None = None


@frozen
class SaveOne(Command):
    """Save the paper of a message that somebody chose; of several, ask which one."""

    query: str


@frozen
class UndoFeedback(Command):
    """Delete the feedback on papers; `key` holds their ids, or is the feedback's key, which buttons send."""

    key: str


def name_of(verdict: str) -> str:
    """Return the name of the command for a verdict: more, less or save."""
    return _WORDS[FeedbackKind(verdict)]


async def give_feedback(
    command: GiveFeedback,
    caller: Caller,
    feedback: FeedbackStore,
    clock: Clock,
    lookup: PaperLookup,
    catalogue: Catalogue,
    works_by_orcid: WorksByOrcid | None,
    zotero: ZoteroLibraries,
) -> Card:
    """Store feedback on one paper, several, or all by an author. Raises BadInput, SourceDown, StoreDown."""
    verdict = FeedbackKind(command.verdict)
    note = f" note: {command.note}" if command.note else ""
    purpose = Purpose(f"/{_WORDS[verdict]} {{id}}{note}", _LABELS[verdict], caller.thread)
    papers, left_out = await _resolve(command.what, verdict, purpose, lookup, catalogue, works_by_orcid)
    await lookup.papers.keep(papers)
    now = clock.now()
    given = [Feedback(paper.id, verdict, now, caller.user) for paper in papers]
    if verdict is FeedbackKind.SAVED:
        kept = {one.paper_id: one for one in saved_of(await feedback.feedback(caller.place))}
        if len(kept.keys() | {paper.id for paper in papers}) > MAX_SAVED:
            raise ListFull(f"save {MAX_SAVED:,} papers", "/saved")
        given = [saved_again(one, kept.get(one.paper_id), command.note) for one in given]
    await feedback.keep(caller.place, given)
    link = await zotero.saved(caller.place) if verdict is FeedbackKind.SAVED else None
    return feedback_card(papers, given, left_out, link.library.name if link else "")


async def save_one(
    command: SaveOne,
    caller: Caller,
    feedback: FeedbackStore,
    clock: Clock,
    lookup: PaperLookup,
    catalogue: Catalogue,
    works_by_orcid: WorksByOrcid | None,
    zotero: ZoteroLibraries,
) -> Card:
    """Save the one paper that the text names. Raises WhichPaper if there are several, else as `give_feedback`."""
    if len(find_ids(command.query)) > 1:
        await lookup.find_paper(command.query, Purpose("/save {id}", "Save", caller.thread))
    saving = GiveFeedback("saved", command.query)
    return await give_feedback(saving, caller, feedback, clock, lookup, catalogue, works_by_orcid, zotero)


async def undo_feedback(command: UndoFeedback, caller: Caller, papers: PaperStore, feedback: FeedbackStore) -> Card:
    """Delete the channel's feedback on papers, or the part that the key names. Raises BadInput if there is none.

    An `instant_key` deletes all feedback of one message.
    """
    if _AT.fullmatch(command.key):
        return await _undo_message(command.key, caller, papers, feedback)
    read = _KEY.fullmatch(command.key)
    ids = find_ids(read.group(2)) if read else []
    if not read or not ids:
        raise BadInput(f"“{shorten(command.key, 80)}” isn't a paper ID.", "", _YOURS)
    said = (read.group(1) or "").lower()
    kinds = ("taste", "saved") if not said else ("saved",) if said.startswith("save") else ("taste",)
    undone = [
        one for one in ids[:MOST_AT_ONCE] if await feedback.drop(caller.place, [f"{kind}:{one}" for kind in kinds])
    ]
    if not undone:
        raise BadInput(f"No feedback on {listed(ids[:MOST_AT_ONCE], 'or')} in this channel.", "", _YOURS)
    return feedback_undone_card(await _titles(undone, papers))


async def _undo_message(key: str, caller: Caller, papers: PaperStore, feedback: FeedbackStore) -> Card:
    said = [opinion for opinion in await feedback.feedback(caller.place) if instant_key(opinion.since) == key]
    if not said or not await feedback.drop(caller.place, [opinion.key for opinion in said]):
        raise BadInput("Already undone.", "", _YOURS)
    return feedback_undone_card(await _titles([opinion.paper_id for opinion in said], papers))


async def _titles(ids: Sequence[str], papers: PaperStore) -> list[str]:
    known = await papers.get(ids)
    return [known[paper_id].title if paper_id in known else paper_id for paper_id in ids]


async def _resolve(
    what: str,
    verdict: FeedbackKind,
    purpose: Purpose,
    lookup: PaperLookup,
    catalogue: Catalogue,
    works_by_orcid: WorksByOrcid | None,
) -> tuple[list[Paper], str]:
    """Return the papers that `what` surely names (ids, an author's, a title, the thread's), and which were left out.

    Raises BadInput if there are none.
    """
    example = EXAMPLE.format(verdict=_WORDS[verdict])
    if author := _AUTHOR.fullmatch(what):
        return await _by_author(author.group(1), catalogue, example), ""
    if looks_like_orcid(what):
        return await _by_orcid(what, lookup, works_by_orcid, ORCID.format(verdict=_WORDS[verdict])), ""
    return await lookup.find_named(what, purpose)


async def _by_author(name: str, catalogue: Catalogue, example: str) -> list[Paper]:
    try:
        found = await catalogue.written_by(name, MOST_AT_ONCE)
    except SourceDown as down:
        raise BadInput(f"{down.sentence} So I can't look up {shorten(name, 80)}'s papers.", down.hint) from down
    theirs = [one for one in found if any(spellings(name) & spellings(author) for author in one.authors)]
    if not theirs:
        raise BadInput(f"I couldn't find papers by “{shorten(name, 80)}” on arXiv.", example)
    return theirs


async def _by_orcid(text: str, lookup: PaperLookup, works_by_orcid: WorksByOrcid | None, example: str) -> list[Paper]:
    """Return the latest papers of an ORCID's owner, newest first."""
    orcid = find_orcid(text)
    if orcid is None:
        raise BadInput(
            f"“{shorten(text, 80)}” isn't a valid ORCID: 16 digits, and the last one checks the others.", example
        )
    if works_by_orcid is None:
        raise BadInput("I can't look up ORCIDs here.", example)
    try:
        ids = await works_by_orcid(orcid)
        found = await lookup.find_papers(ids[:MOST_AT_ONCE]) if ids else []
    except SourceDown as down:
        raise BadInput(f"{down.sentence} So I can't look up the papers of {orcid}.", example) from down
    if ids is None:
        raise BadInput(f"OpenAlex lists no papers for {orcid}.", example)
    if not found:
        raise BadInput(f"I couldn't find papers by {orcid} on arXiv.", example)
    return found


def parse_save(text: str) -> GiveFeedback:
    """Parse the text after `/save`: papers and an optional note."""
    found = _NOTE.fullmatch(text)
    return GiveFeedback("saved", found[1].strip(), found[2].strip()) if found else GiveFeedback("saved", text)


def build_save(paper: str, note: str | None = None) -> GiveFeedback:
    """Build the command from the platform's typed arguments."""
    return GiveFeedback("saved", paper, note)


_PAPERS = Argument(
    "paper", "an arXiv id, a URL or a title; several ids, or author:Name", required=True, completes="paper"
)
MORE = CommandSpec(
    "more",
    parse=lambda text: GiveFeedback("more", text),
    routes=(Route(GiveFeedback, give_feedback, Cost.NETWORK, creates_channel=True),),
    description="More papers like this one in this channel's digest",
    arguments=(_PAPERS,),
    help=(HelpLine("/more 2605.05971", "rank similar papers higher (/less: lower; /save: keep it too)"),),
)
LESS = CommandSpec(
    "less",
    parse=lambda text: GiveFeedback("less", text),
    description="Fewer papers like this one in this channel's digest",
    arguments=(_PAPERS,),
)
SAVE = CommandSpec(
    "save",
    parse=parse_save,
    description="Keep a paper, and get more like it in this channel's digest",
    arguments=(_PAPERS, Argument("note", "why, shown in the reading list")),
    build=build_save,
)
SAVE_ONE = CommandSpec("saveone", parse=SaveOne, routes=(Route(SaveOne, save_one, Cost.NETWORK, creates_channel=True),))
UNSAVE = CommandSpec("unsave", parse=lambda text: UndoFeedback(f"saved:{text}"))
TAKE_BACK = CommandSpec(
    "takeback", parse=UndoFeedback, routes=(Route(UndoFeedback, undo_feedback, Cost.STORE, stores=True),)
)

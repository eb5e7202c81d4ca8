"""`/more`, `/less` and `/save`: what the channel thinks of papers, from which its digests learn; and taking back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.arxiv_id import find_id
from bot.domain.card import Card
from bot.domain.command import Caller, GiveFeedback, UndoFeedback
from bot.domain.errors import BadInput, SourceDown
from bot.domain.feedback import Feedback, FeedbackKind, instant_key
from bot.domain.orcid import find_orcid, looks_like_orcid
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_again, saved_of
from bot.domain.text.clean import shorten
from bot.domain.text.normalize import spellings
from bot.infra.clock_port import Clock
from bot.library.feedback_cards import feedback_card, feedback_undone_card
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import FeedbackStore
from bot.search.paper import Shelves, find_paper, find_papers

MOST_AT_ONCE = 20
"""Papers in one message, or by one author: enough to tell a taste."""

EXAMPLE = "Try /{verdict} 2605.05971, several of them, or /{verdict} author:Yam Eitan."
ORCID = "Such as /{verdict} orcid:0000-0002-1825-0097, or /{verdict} author:Yam Eitan."

_AUTHOR = re.compile(r"author:\s*(.+)", re.IGNORECASE)
_AT = re.compile(r"at:-?\d{1,20}", re.ASCII)
_KEY = re.compile(r"(?:(taste|more|less|saved|save):)?\s*(.+)", re.IGNORECASE)
_WORDS = {FeedbackKind.MORE: "more", FeedbackKind.LESS: "less", FeedbackKind.SAVED: "save"}


@dataclass(frozen=True, slots=True)
class Diary:
    """Where opinions are kept, and when."""

    store: FeedbackStore
    clock: Clock


async def give_feedback(command: GiveFeedback, caller: Caller, shelves: Shelves, diary: Diary) -> Card:
    """Notes the verdict on one paper, on several, or on all by an author, and says what will change."""
    verdict = FeedbackKind(command.verdict)
    papers = await _meant(command.what, verdict, shelves)
    await shelves.papers.keep(papers)
    now = diary.clock.now()
    given = [Feedback(paper.id, verdict, now, caller.user) for paper in papers]
    if verdict is FeedbackKind.SAVED:
        kept = {one.paper_id: one for one in saved_of(await diary.store.feedback(caller.place))}
        given = [saved_again(one, kept.get(one.paper_id), command.note) for one in given]
    await diary.store.keep(caller.place, given)
    return feedback_card(papers, given)


async def undo_feedback(command: UndoFeedback, caller: Caller, papers: PaperStore, store: FeedbackStore) -> Card:
    """Forgets what the channel said of a paper, or the part that the key names. Raises BadInput where it said none.

    Also takes an `instant_key`: what was said in one message.
    """
    if _AT.fullmatch(command.key):
        return await _take_back_at(command.key, caller, papers, store)
    read = _KEY.fullmatch(command.key)
    paper_id = find_id(read.group(2)) if read else None
    if not read or not paper_id:
        raise BadInput(f"“{shorten(command.key, 80)}” names no paper.", "/following lists what was said of some.")
    said = (read.group(1) or "").lower()
    kinds = ("taste", "saved") if not said else ("saved",) if said.startswith("save") else ("taste",)
    if not await store.drop(caller.place, [f"{kind}:{paper_id}" for kind in kinds]):
        raise BadInput(f"This channel has said nothing of {paper_id}.", "/following lists what it said.")
    return feedback_undone_card(await _titles([paper_id], papers))


async def _take_back_at(key: str, caller: Caller, papers: PaperStore, store: FeedbackStore) -> Card:
    said = [opinion for opinion in await store.feedback(caller.place) if instant_key(opinion.since) == key]
    if not said or not await store.drop(caller.place, [opinion.key for opinion in said]):
        raise BadInput("That is forgotten already.", "/following lists what this channel said.")
    return feedback_undone_card(await _titles([opinion.paper_id for opinion in said], papers))


async def _titles(ids: Sequence[str], papers: PaperStore) -> list[str]:
    known = await papers.get(ids)
    return [known[paper_id].title if paper_id in known else paper_id for paper_id in ids]


async def _meant(what: str, verdict: FeedbackKind, shelves: Shelves) -> list[Paper]:
    """The papers that `what` names: identifiers, an author's, or one title."""
    example = EXAMPLE.format(verdict=_WORDS[verdict])
    if not what:
        raise BadInput("Which paper?", example)
    if author := _AUTHOR.fullmatch(what):
        return await _by(author.group(1), shelves, example)
    if looks_like_orcid(what):
        return await _under(what, shelves, ORCID.format(verdict=_WORDS[verdict]))
    named = [find_id(word) for word in what.replace(",", " ").split()]
    if len(named) > MOST_AT_ONCE:
        raise BadInput(f"That is more than {MOST_AT_ONCE} papers at once.", example)
    if len(named) > 1 and all(named):
        return await _all_of(list(dict.fromkeys(filter(None, named))), shelves, example)
    return [await find_paper(what, shelves)]


async def _all_of(ids: Sequence[str], shelves: Shelves, example: str) -> list[Paper]:
    """Every one of them: raises BadInput where arXiv has one not, before anything is noted."""
    found = await find_papers(ids, shelves)
    known = {paper.id for paper in found}
    missing = [paper_id for paper_id in ids if paper_id not in known]
    if missing:
        raise BadInput(f"arXiv has no paper {' and no paper '.join(missing[:3])}.", example)
    return found


async def _by(name: str, shelves: Shelves, example: str) -> list[Paper]:
    try:
        found = await shelves.catalogue.written_by(name, MOST_AT_ONCE)
    except SourceDown as down:
        raise BadInput(f"arXiv can't tell now what {shorten(name, 80)} wrote: {down.sentence}", example) from down
    theirs = [one for one in found if any(spellings(name) & spellings(author) for author in one.authors)]
    if not theirs:
        raise BadInput(f"arXiv knows no paper by “{shorten(name, 80)}”.", example)
    return theirs


async def _under(text: str, shelves: Shelves, example: str) -> list[Paper]:
    """The latest papers of an ORCID's owner, newest first."""
    orcid = find_orcid(text)
    if orcid is None:
        raise BadInput(
            f"“{shorten(text, 80)}” is no ORCID: 16 digits of which the last one checks the others.", example
        )
    if shelves.bibliography is None:
        raise BadInput("ORCIDs can't be looked up here.", example)
    try:
        ids = await shelves.bibliography.written_under(orcid)
        found = await find_papers(ids[:MOST_AT_ONCE], shelves) if ids else []
    except SourceDown as down:
        raise BadInput(f"What the owner of {orcid} wrote can't be looked up: {down.sentence}", example) from down
    if ids is None:
        raise BadInput(f"OpenAlex knows no works of the owner of {orcid}.", example)
    if not found:
        raise BadInput(f"None of the works of the owner of {orcid} is known to be on arXiv.", example)
    return found

"""`/more`, `/less` and `/save`: what the channel thinks of papers, from which its digests learn; and taking back."""

import re
from dataclasses import dataclass

from bot.card import Card
from bot.cards.taste import taken_back_card, verdict_card
from bot.command import Caller, GiveVerdict, TakeBack
from bot.commands.papers import Shelves, find_paper
from bot.errors import BadInput, SourceDown
from bot.folding import spellings
from bot.hygiene import shorten
from bot.identifiers import find_id
from bot.paper import Paper
from bot.ports import Clock, PaperStore, TasteStore
from bot.taste import Opinion, Verdict

MOST_AT_ONCE = 20
"""Papers in one message, or by one author: enough to tell a taste."""

EXAMPLE = "Try /{verdict} 2605.05971, several of them, or /{verdict} author:Yam Eitan."

_AUTHOR = re.compile(r"author:\s*(.+)", re.IGNORECASE)
_KEY = re.compile(r"(?:(taste|more|less|saved|save):)?\s*(.+)", re.IGNORECASE)
_WORDS = {Verdict.MORE: "more", Verdict.LESS: "less", Verdict.SAVED: "save"}


@dataclass(frozen=True, slots=True)
class Diary:
    """Where opinions are kept, and when."""

    store: TasteStore
    clock: Clock


async def give_verdict(command: GiveVerdict, caller: Caller, shelves: Shelves, diary: Diary) -> Card:
    """Notes the verdict on one paper, on several, or on all by an author, and says what will change."""
    verdict = Verdict(command.verdict)
    papers = await _meant(command.what, verdict, shelves)
    await shelves.papers.keep(papers)
    now = diary.clock.now()
    given = [Opinion(paper.id, verdict, now, caller.user) for paper in papers]
    await diary.store.keep(caller.place, given)
    return verdict_card(papers, given)


async def take_back(command: TakeBack, caller: Caller, papers: PaperStore, store: TasteStore) -> Card:
    """Forgets what the channel said of a paper, or the part that the key names. Raises BadInput where it said none."""
    read = _KEY.fullmatch(command.key)
    paper_id = find_id(read.group(2)) if read else None
    if not read or not paper_id:
        raise BadInput(f"“{shorten(command.key, 80)}” names no paper.", "/following lists what was said of some.")
    said = (read.group(1) or "").lower()
    kinds = ("taste", "saved") if not said else ("saved",) if said.startswith("save") else ("taste",)
    if not await store.drop(caller.place, [f"{kind}:{paper_id}" for kind in kinds]):
        raise BadInput(f"This channel has said nothing of {paper_id}.", "/following lists what it said.")
    known = (await papers.get([paper_id])).get(paper_id)
    return taken_back_card(known.title if known else paper_id)


async def _meant(what: str, verdict: Verdict, shelves: Shelves) -> list[Paper]:
    """The papers that `what` names: identifiers, an author's, or one title."""
    example = EXAMPLE.format(verdict=_WORDS[verdict])
    if not what:
        raise BadInput("Which paper?", example)
    if author := _AUTHOR.fullmatch(what):
        return await _by(author.group(1), shelves, example)
    named = [find_id(word) for word in what.replace(",", " ").split()]
    if len(named) > MOST_AT_ONCE:
        raise BadInput(f"That is more than {MOST_AT_ONCE} papers at once.", example)
    if len(named) > 1 and all(named):
        return [await find_paper(paper_id, shelves) for paper_id in dict.fromkeys(filter(None, named))]
    return [await find_paper(what, shelves)]


async def _by(name: str, shelves: Shelves, example: str) -> list[Paper]:
    try:
        found = await shelves.catalogue.written_by(name, MOST_AT_ONCE)
    except SourceDown as down:
        raise BadInput(f"arXiv can't tell now what {shorten(name, 80)} wrote: {down.sentence}", example) from down
    theirs = [one for one in found if any(spellings(name) & spellings(author) for author in one.authors)]
    if not theirs:
        raise BadInput(f"arXiv knows no paper by “{shorten(name, 80)}”.", example)
    return theirs

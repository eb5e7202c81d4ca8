"""Papers that may be by a followed author's namesake: a line in the digest, and the card behind its button."""

from collections.abc import Mapping, Sequence

from bot.domain.ask_json import paper_data
from bot.domain.card import Block, Button, Card, Fine, Heading, Item, Link, Row, Rule, line
from bot.domain.digest import Digest, Namesake
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_words, weekday
from bot.domain.wording import listed as joined
from bot.papers.cards import in_short, item_buttons, opener

MAX_NAMES = 3
MAX_NAME_LENGTH = 60


def namesakes_row(digest: Digest) -> list[Block]:
    """Return the row with their number and a button to show them; empty if there are none."""
    if not digest.namesakes:
        return []
    apart: list[Block] = [Rule()] if digest.items else []
    return [
        *apart,
        Row(line(in_words(digest.namesakes)), Button("Check", f"/digest {digest.day.isoformat()} perhaps", panel=True)),
    ]


def in_words(namesakes: Sequence[Namesake]) -> str:
    """Return a sentence: "3 papers may be by a different Wei Wang"."""
    return f"{count(len(namesakes), 'paper')} may be by {_another(namesakes)}"


def namesakes_card(digest: Digest, known: Mapping[str, Paper]) -> Card:
    """Return the private card of these papers, each with its reasons; `known` papers by id."""
    listed = [(namesake, known[namesake.paper_id]) for namesake in digest.namesakes if namesake.paper_id in known]
    head = f"Maybe by {_another(digest.namesakes)}" if listed else "No papers with an uncertain author"
    day = f"{weekday(digest.day)}, {date_in_words(digest.day)}"
    intro = (
        f"{count(len(listed), 'paper')} of {day}. The name matches; I can't tell whether it's the person you follow."
    )
    blocks: list[Block] = [Heading(line(head)), Fine(line(intro if listed else day)), Rule()]
    blocks += [_item(number, namesake, paper) for number, (namesake, paper) in enumerate(listed, start=1)]
    text = f"{head}: {count(len(listed), 'paper')} of {day}"
    return Card("papers", text, tuple(blocks), private=True, data=_data(listed))


def namesakes_data(namesakes: Sequence[Namesake]) -> list[dict[str, object]]:
    """Return the namesakes' papers for `ask --json`."""
    return [{"id": n.paper_id, "names": list(n.names), "reasons": list(n.reasons)} for n in namesakes]


def _another(namesakes: Sequence[Namesake]) -> str:
    """Return "a different Wei Wang", with at most `MAX_NAMES` names."""
    names = list(dict.fromkeys(shorten(name, MAX_NAME_LENGTH) for namesake in namesakes for name in namesake.names))
    if not names:
        return "someone with the same name"
    more = len(names) - MAX_NAMES
    shown = [*names[:MAX_NAMES], *([f"{more:,} more"] if more > 0 else [])]
    return f"a different {joined(shown, 'or')}"


def _item(number: int, namesake: Namesake, paper: Paper) -> Item:
    title, facts = Link(paper.title, paper.abs_url), line(in_short(paper))
    return Item(title, "", facts, " · ".join(namesake.reasons), item_buttons(paper), paper.id, opener(paper), number)


def _data(listed: Sequence[tuple[Namesake, Paper]]) -> dict[str, object]:
    return {"papers": [paper_data(paper, None, namesake.reasons) for namesake, paper in listed]}

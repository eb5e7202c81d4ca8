"""What is perhaps by a namesake of somebody followed: a line in the digest, and the list behind its button."""

from collections.abc import Mapping, Sequence

from bot.domain.ask_json import paper_data
from bot.domain.card import Block, Button, Card, Fine, Heading, Item, Link, Row, Rule, line
from bot.domain.digest import Digest, Namesake
from bot.domain.paper import Paper
from bot.domain.text.clean import shorten
from bot.domain.wording import count, date_in_words, weekday
from bot.papers.cards import in_short, item_buttons, opener

NAMES_NAMED = 3
NAME_LENGTH = 60


def namesakes_row(digest: Digest) -> list[Block]:
    """How many there are, and the button that shows them, apart from the papers; nothing where there are none."""
    if not digest.namesakes:
        return []
    apart: list[Block] = [Rule()] if digest.items else []
    return [
        *apart,
        Row(line(in_words(digest.namesakes)), Button("Show", f"/digest {digest.day.isoformat()} perhaps", panel=True)),
    ]


def in_words(namesakes: Sequence[Namesake]) -> str:
    """ "3 papers are perhaps by another Wei Wang than you follow"."""
    are = "paper is" if len(namesakes) == 1 else "papers are"
    return f"{len(namesakes):,} {are} perhaps by {_another(namesakes)}"


def namesakes_card(digest: Digest, known: Mapping[str, Paper]) -> Card:
    """The papers one by one, each with why it is perhaps somebody else's, for the one who asked; `known` by id."""
    told = [(one, known[one.paper_id]) for one in digest.namesakes if one.paper_id in known]
    head = f"Perhaps by {_another(digest.namesakes)}" if told else "No paper is perhaps by a namesake"
    day = f"{weekday(digest.day)}, {date_in_words(digest.day)}"
    said = f"{count(len(told), 'paper')} of {day}: the name is the same, whose they are is uncertain."
    blocks: list[Block] = [Heading(line(head)), Fine(line(said if told else day)), Rule()]
    blocks += [_item(number, one, paper) for number, (one, paper) in enumerate(told, start=1)]
    return Card(
        "papers", f"{head}: {count(len(told), 'paper')} of {day}", tuple(blocks), private=True, data=_data(told)
    )


def namesakes_data(namesakes: Sequence[Namesake]) -> list[dict[str, object]]:
    """Which papers are perhaps by whose namesakes, and why."""
    return [{"id": one.paper_id, "names": list(one.names), "reasons": list(one.reasons)} for one in namesakes]


def _another(namesakes: Sequence[Namesake]) -> str:
    """ "another Wei Wang than you follow"; of many names, the first."""
    names = list(dict.fromkeys(shorten(name, NAME_LENGTH) for one in namesakes for name in one.names))
    if not names:
        return "a namesake of somebody you follow"
    more = len(names) - NAMES_NAMED
    shown = [*names[:NAMES_NAMED], *([f"{more:,} more"] if more > 0 else [])]
    named = shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"
    return f"another {named} than you follow"


def _item(number: int, one: Namesake, paper: Paper) -> Item:
    title, facts = Link(paper.title, paper.abs_url), line(in_short(paper))
    return Item(title, "", facts, " · ".join(one.reasons), item_buttons(paper), paper.id, opener(paper), number)


def _data(told: Sequence[tuple[Namesake, Paper]]) -> dict[str, object]:
    return {"papers": [paper_data(paper, None, one.reasons) for one, paper in told]}

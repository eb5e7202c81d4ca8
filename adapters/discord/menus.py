"""Select menus in place of many buttons: to open one of a digest's papers, or for long lists of lines. Pure."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from adapters.discord.custom_ids import ROWS_ID, SELECT_ID, custom_id
from adapters.discord.markup import fitting, harmless
from adapters.discord.split import ACTION_ROW, SELECT, Part
from bot.domain.card import Block, Item, Row, words_of
from bot.domain.frozen import frozen

OPTIONS_LIMIT, OPTION_LABEL_LIMIT = 25, 100
"""https://discord.com/developers/docs/components/reference#string-select"""
MOST_ROWS = 5
"""Our limit of lines with the same button beside each: a row of buttons has as many. More have one menu."""


@frozen
class Menu:
    """Lines, and one menu in place of the button beside each; `id` tells it from the card's other menus."""

    id: str
    rows: tuple[Row, ...]


def with_menus(blocks: Sequence[Block]) -> list[Block | Menu]:
    """Return the blocks with a menu in place of each long run of lines whose buttons say the same."""
    drawn: list[Block | Menu] = []
    for label, run in groupby(blocks, key=lambda block: block.button.label if isinstance(block, Row) else ""):
        found = list(run)
        rows = tuple(one for one in found if isinstance(one, Row))
        if label and len(rows) > MOST_ROWS:
            drawn.append(Menu(f"{ROWS_ID}{len(drawn)}.", rows))
        else:
            drawn += found
    return drawn


def selects(menu: Menu) -> Iterator[Part]:
    """Yield the menu's component, or several if there are more options than one takes."""
    options = {custom_id(row.button): _label(words_of(row.line), row.button.label) for row in menu.rows}
    yield from _selects(menu.id, f"{menu.rows[0].button.label}…", options)


def paper_selects(items: Sequence[Item]) -> Iterator[Part]:
    """Yield menus that open any of the papers."""
    options = {
        custom_id(item.more): _label(f"{item.place}{item.title.text}", item.paper_id) for item in items if item.more
    }
    yield from _selects(SELECT_ID, "Open a paper", options)


def _selects(id: str, placeholder: str, labels: dict[str, str]) -> Iterator[Part]:
    """Yield menus of options, whose values are buttons' custom_ids; without one, people type the command."""
    options = [{"label": label, "value": carried} for carried, label in labels.items() if carried]
    for number, start in enumerate(range(0, len(options), OPTIONS_LIMIT), 1):
        some = options[start : start + OPTIONS_LIMIT]
        about = {"custom_id": f"{id}{number}#", "placeholder": placeholder, "options": some}
        yield Part(component={"type": ACTION_ROW, "components": [{"type": SELECT} | about]})


def _label(words: str, otherwise: str) -> str:
    return fitting(harmless(words).strip(), OPTION_LABEL_LIMIT) or otherwise

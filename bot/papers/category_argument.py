"""A category as somebody typed it, wherever a command takes one."""

from bot.domain.categories import is_category, nearest_categories
from bot.domain.errors import BadInput
from bot.domain.text.clean import shorten
from bot.domain.wording import listed


def read_category(text: str, example: str, command: str = "") -> str:
    """The category as arXiv writes it: pure. Raises BadInput with the nearest ones, offered behind `command` if any."""
    known = is_category(text)
    if known:
        return known
    near = nearest_categories(text)
    hint = f"Did you mean {listed(list(near))}?" if near else example
    offers = tuple(f"{command} {category}" for category in near) if command else ()
    raise BadInput(f"arXiv has no category “{shorten(text, 40)}”.", hint, offers)

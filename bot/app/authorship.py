"""Who made a change, said in the answer that everybody in the channel sees."""

from dataclasses import replace

from bot.domain.card import Actions, Card, Fine, line
from bot.domain.command import Caller
from bot.domain.text.clean import clean, shorten

MAX_NAME_LENGTH = 60


def with_author(card: Card, caller: Caller) -> Card:
    """Return the card with the person's name above its last buttons; unchanged if only they see it, or it is unknown.

    The name is plain text, which notifies nobody.
    """
    name = shorten(clean(caller.name, 4 * MAX_NAME_LENGTH), MAX_NAME_LENGTH)
    if card.private or caller.direct or not name:
        return card
    end = len(card.blocks) - 1 if card.blocks and isinstance(card.blocks[-1], Actions) else len(card.blocks)
    return replace(card, blocks=(*card.blocks[:end], Fine(line(f"Changed by {name}.")), *card.blocks[end:]))

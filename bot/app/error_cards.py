"""Error cards: what happened and what to do, without internals. Only the person who asked sees them."""

from bot.domain.card import Actions, Block, Button, Card, Fine, Paragraph, line
from bot.domain.errors import BadInput, BotError
from bot.domain.text.clean import shorten


def error_card(error: BotError) -> Card:
    """Return the error's own sentence and hint, with near matches of the input as buttons."""
    text = f"{error.sentence} {error.hint}".strip()
    blocks: list[Block] = [Paragraph((line(error.sentence),))]
    if error.hint:
        blocks.append(Paragraph((line(error.hint),)))
    if isinstance(error, BadInput) and error.nearest:
        blocks.append(Actions(tuple(Button(shorten(near, 70), near) for near in error.nearest[:5])))
    return Card("error", text, tuple(blocks), tone="bad", private=True, data={"error": text})


def fault_card(reference: str) -> Card:
    """Return a card for an internal fault: a reference to the log, and nothing of the log itself."""
    text = "Something went wrong on our side. Nothing you set is lost; try again in a minute."
    blocks = (Paragraph((line(text),)), Fine(line(f"Reference {reference}")))
    return Card("error", f"{text} Reference {reference}.", blocks, "bad", private=True, data={"error": text})

"""An error as a card: what happened and what to do, never how it looks inside. Only the asker sees it."""

from bot.domain.card import Actions, Block, Button, Card, Fine, Paragraph, line
from bot.domain.errors import BadInput, BotError
from bot.domain.text.clean import shorten


def error_card(error: BotError) -> Card:
    """The error's own sentence and hint; what comes near to what was typed as buttons."""
    text = f"{error.sentence} {error.hint}".strip()
    blocks: list[Block] = [Paragraph((line(error.sentence),))]
    if error.hint:
        blocks.append(Paragraph((line(error.hint),)))
    if isinstance(error, BadInput) and error.nearest:
        blocks.append(Actions(tuple(Button(shorten(near, 70), near) for near in error.nearest[:5])))
    return Card("error", text, tuple(blocks), tone="bad", private=True, data={"error": text})


def fault_card(reference: str) -> Card:
    """Our own fault: a reference that leads to the log, and nothing of the log itself."""
    text = "Something went wrong on our side. Nothing you set is lost; try again in a minute."
    blocks = (Paragraph((line(text),)), Fine(line(f"Reference {reference}")))
    return Card("error", f"{text} Reference {reference}.", blocks, "bad", private=True, data={"error": text})

"""The button that explains an author's figures."""

from bot.authors.cards import figures_card
from bot.domain.card import Card
from bot.domain.command import Command
from bot.domain.command_spec import CommandSpec, Cost, Route
from bot.domain.frozen import frozen


@frozen
class ExplainFigures(Command):
    """The button under an author's figures."""


async def explain_figures() -> Card:
    """Return the card that explains each figure and names its source."""
    return figures_card()


FIGURES = CommandSpec(
    "figures", parse=lambda _: ExplainFigures(), routes=(Route(ExplainFigures, explain_figures, Cost.FREE),)
)

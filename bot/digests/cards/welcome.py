"""The bot's first message in a place."""

from bot.domain.card import Actions, Button, Card, Fine, Paragraph, bold, line, typed

SET_UP = Button("Set up this channel", "/paperlark setup", primary=True, panel=True)
SET_UP_DIRECT = Button("Set up your digest", "/paperlark setup", primary=True, panel=True)
EXAMPLE = Button("Show an example digest", "/paperlark example")


def welcome_card(direct: bool) -> Card:
    """Return the welcome: what the bot does, and the first step."""
    hello = "👋 I bring the day's arXiv papers."
    whose = "what you work" if direct else "what the team works"
    rest = f"Tell me {whose} on and when you read, and I'll do the rest."
    examples = (typed("/follow cs.CL"), " · ", typed('/follow "LLM agents"'), " · ", typed("/follow Yam Eitan"))
    blocks = (
        Paragraph((line(bold(hello), f" {rest}"),)),
        Actions((SET_UP_DIRECT if direct else SET_UP, EXAMPLE)),
        Fine(line("Or type ", *examples, " · I'll post nothing until then.")),
    )
    return Card("welcome", f"{hello} {rest}", blocks)

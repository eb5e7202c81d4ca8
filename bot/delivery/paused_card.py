"""Card that tells the user who enabled a digest why it was paused."""

from bot.domain.card import Card, Fine, Heading, Link, Paragraph, code, line


def paused_card(url: str, channel: str, why: str, hint: str) -> Card:
    """Return the notice with the pause reason `why` and its fix `hint`; `url` opens the channel and may be empty."""
    where = Link("this channel", url) if url else code(channel)
    goes_on = "Then it goes on by itself, with what the last 7 days announced. "
    blocks = (
        Heading(line("A digest is paused")),
        Paragraph((line("The digest that you switched on in ", where, " can't be delivered. ", why),)),
        Paragraph((line(f"{hint} {goes_on}".lstrip(), code("/digest on"), " there brings it back, too."),)),
        Fine(line("You are told once.")),
    )
    text = f"A digest that you switched on is paused: {why} {hint} Then it goes on by itself, or with /digest on there."
    return Card("paused", " ".join(text.split()), blocks, tone="bad", private=True)

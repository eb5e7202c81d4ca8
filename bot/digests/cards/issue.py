"""Card of an issue, a digest or a recap, for delivery."""

from bot.digests.cards.digest import digest_card
from bot.digests.cards.recap import recap_card
from bot.domain.card import Card
from bot.domain.digest import Digest
from bot.domain.recap import Recap


def issue_card(issue: Digest | Recap) -> Card:
    """Return the card to deliver, with times relative to the issue's slot."""
    return recap_card(issue) if isinstance(issue, Recap) else digest_card(issue, issue.slot)

"""The card of an issue: a digest or a recap, as the outbox delivers it."""

from bot.digests.cards.digest import digest_card
from bot.digests.cards.recap import recap_card
from bot.domain.card import Card
from bot.domain.digest import Digest
from bot.domain.recap import Recap


def issue_card(issue: Digest | Recap) -> Card:
    """The card to deliver, as of the time the issue was due."""
    return recap_card(issue) if isinstance(issue, Recap) else digest_card(issue, issue.slot)

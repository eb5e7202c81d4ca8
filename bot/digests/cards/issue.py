"""Card of an issue for delivery: a digest, a recap, or a ballot or pick of the reading club."""

from bot.digests.cards.club import ballot_card, pick_card
from bot.digests.cards.digest import digest_card
from bot.digests.cards.recap import recap_card
from bot.domain.card import Card
from bot.domain.club import Ballot, Pick
from bot.domain.digest import Digest
from bot.domain.recap import Recap


def issue_card(issue: Digest | Recap | Ballot | Pick) -> Card:
    """Return the card to deliver, with times relative to the issue's slot."""
    match issue:
        case Recap():
            return recap_card(issue)
        case Ballot():
            return ballot_card(issue)
        case Pick():
            return pick_card(issue)
    return digest_card(issue, issue.slot)

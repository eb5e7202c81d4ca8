"""`/vote`: a vote of the reading club, which the ballot's buttons carry."""

from datetime import date

from bot.digests.cards.club import vote_card
from bot.digests.club import ReadingClub
from bot.domain.card import Card
from bot.domain.command import Caller, Command
from bot.domain.command_spec import CommandSpec, Cost, Route, first_word
from bot.domain.errors import BadInput
from bot.domain.frozen import frozen


@frozen
class Vote(Command):
    """`/vote 2026-09-04 2`: for the second paper of that day's ballot, as typed."""

    day: str
    number: str


async def vote(command: Vote, caller: Caller, club: ReadingClub) -> Card:
    """Record the vote. Raises BadInput, StoreDown."""
    try:
        day, number = date.fromisoformat(command.day[:10]), int(command.number[:3])
    except ValueError:
        raise BadInput("I couldn't read that vote.", "Press a button under the vote.") from None
    return vote_card(*await club.vote(caller, day, number))


def parse_vote(text: str) -> Vote:
    """Parse the text after `/vote`."""
    return Vote(*first_word(text))


VOTE = CommandSpec("vote", parse=parse_vote, routes=(Route(Vote, vote, Cost.STORE, stores=True),))

"""The reading club: which papers a ballot has, who voted for what, and which paper is picked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.delivery.store.ledger import Ledger
from bot.digests.store.votes import VoteStore
from bot.domain.channel import Channel, Place, Timetable
from bot.domain.club import FEWEST_PAPERS, MOST_PAPERS, Ballot, Pick
from bot.domain.command import Caller
from bot.domain.digest import Digest
from bot.domain.errors import BadInput
from bot.domain.feedback import Feedback
from bot.domain.issue_key import ClubDay
from bot.domain.paper import Paper
from bot.domain.reading_list import saved_of
from bot.domain.schedule import FRIDAY, local_day, slot_on
from bot.domain.summary import Gists
from bot.infra.clock_port import Clock
from bot.papers.store.papers import PaperStore
from bot.ranking.store.feedback import FeedbackStore

WEEK = timedelta(days=7)
TO_PICK = timedelta(days=3)
"""From Friday's ballot to Monday's pick."""


class ReadingClub:
    """Ballots, votes and picks. Methods raise StoreDown."""

    def __init__(
        self, votes: VoteStore, ledger: Ledger, feedback: FeedbackStore, papers: PaperStore, gists: Gists, clock: Clock
    ) -> None:
        self._votes = votes
        self._ledger = ledger
        self._feedback = feedback
        self._papers = papers
        self._gists = gists
        self._clock = clock

    async def issue(self, channel: Channel, table: Timetable, slot: datetime) -> Ballot | Pick | None:
        """Return Friday's ballot or Monday's pick, by the slot; None if there is nothing to pick from."""
        day = local_day(table, slot)
        if day.weekday() == FRIDAY:
            return await self._ballot(channel.place, table, slot, day)
        return await self._pick(channel.place, table, slot, day)

    async def vote(self, caller: Caller, day: date, number: int) -> tuple[Ballot, Paper]:
        """Record a person's vote for the paper of that number, from 1; return the ballot and the paper.

        Raises BadInput if there is no such ballot or paper, or the pick is made.
        """
        ballot = await self._open_ballot(caller.place, day)
        if ballot is None:
            raise BadInput("This vote has ended.", "The next one comes on Friday.")
        if not 1 <= number <= len(ballot.papers):
            raise BadInput(f"This vote has {len(ballot.papers)} papers.", f"Pick one of 1 to {len(ballot.papers)}.")
        paper = ballot.papers[number - 1]
        await self._votes.vote(caller.place, day, caller.user, paper.id)
        return ballot, paper

    async def reacted(self, place: Place, user: str, papers: Sequence[str], number: int, added: bool) -> bool:
        """Record a reaction as a vote, or take it back; return False if the message isn't the ballot that is open."""
        now = self._clock.now().date()
        days = [now - timedelta(days=back) for back in range(-1, 5)]
        for day in [one for one in days if one.weekday() == FRIDAY]:
            ballot = await self._open_ballot(place, day)
            if ballot and [paper.id for paper in ballot.papers] == list(papers) and 1 <= number <= len(papers):
                await self._votes.vote(place, day, user, papers[number - 1], added)
                return True
        return False

    async def _open_ballot(self, place: Place, day: date) -> Ballot | None:
        ballot = await self._ballot_of(place, day)
        return ballot if ballot and await self._ledger.find(place, ClubDay(day + TO_PICK)) is None else None

    async def _ballot_of(self, place: Place, day: date) -> Ballot | None:
        entry = await self._ledger.find(place, ClubDay(day))
        return entry.digest if entry and isinstance(entry.digest, Ballot) else None

    async def _ballot(self, place: Place, table: Timetable, slot: datetime, day: date) -> Ballot | None:
        since = slot - WEEK
        saved = [one for one in saved_of(await self._feedback.feedback(place)) if since < one.since <= slot]
        known = await self._papers.get([one.paper_id for one in saved])
        papers = on_ballot(saved, known, scores(await self._digests(place, day)))
        if len(papers) < FEWEST_PAPERS:
            return None
        closes = slot_on(table, day + TO_PICK)
        return Ballot(place, slot, day, tuple(papers), closes, table.zone, dict(await self._gists(papers)))

    async def _pick(self, place: Place, table: Timetable, slot: datetime, day: date) -> Pick | None:
        ballot = await self._ballot_of(place, day - TO_PICK)
        if ballot is None:
            return None
        votes = await self._votes.of(place, ballot.day)
        paper, number = winner(ballot.papers, votes.values())
        meets = slot_on(table, ballot.day + WEEK)
        gist = ballot.gists.get(paper.id, "")
        return Pick(place, slot, day, paper, number, len(votes), meets, table.zone, gist)

    async def _digests(self, place: Place, day: date) -> list[Digest]:
        found = [await self._ledger.find(place, day - timedelta(days=back)) for back in range(7)]
        return [entry.digest for entry in found if entry and isinstance(entry.digest, Digest)]


def scores(digests: Iterable[Digest]) -> dict[str, int]:
    """Return the scores of the digests' papers by id."""
    return {
        item.match.paper.id: item.match.score
        for digest in digests
        for item in digest.items
        if item.match.score is not None
    }


def on_ballot(saved: Sequence[Feedback], known: Mapping[str, Paper], scored: Mapping[str, int]) -> list[Paper]:
    """Return the papers to choose from: the best by score, of equals those saved first. Withdrawn ones are left out."""
    there = [one for one in saved if one.paper_id in known and not known[one.paper_id].withdrawn]
    ranked = sorted(there, key=lambda one: (-scored.get(one.paper_id, -1), one.since, one.paper_id))
    return [known[one.paper_id] for one in ranked[:MOST_PAPERS]]


def winner(papers: Sequence[Paper], votes: Iterable[str]) -> tuple[Paper, int]:
    """Return the paper with the most votes and their number; of equals, the one that stands first on the ballot."""
    counts = Counter(votes)
    best = max(papers, key=lambda paper: counts[paper.id])
    return best, counts[best.id]

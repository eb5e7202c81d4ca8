"""Cards of the reading club: the ballot, a person's vote, and the pick."""

from datetime import datetime, timedelta

from bot.domain.ask_json import paper_data
from bot.domain.card import Actions, Block, Button, Card, Fine, Heading, Item, Link, Paragraph, code, line
from bot.domain.club import Ballot, Pick
from bot.domain.event import Event
from bot.domain.paper import Paper
from bot.domain.schedule import zone
from bot.domain.text.clean import shorten
from bot.domain.wording import city, count, date_in_words, weekday
from bot.papers.cards import facts, opener

KEYCAPS = ("1️⃣", "2️⃣", "3️⃣")
MEETING = timedelta(hours=1)


def ballot_card(ballot: Ballot) -> Card:
    """Return Friday's ballot; its buttons vote, and so do reactions."""
    head = "Pick one to read together"
    number = len(ballot.papers)
    until = f"Saved here this week. Vote until {_when(ballot.closes, ballot.zone)}: press a button"
    reactions = f" or react with {' '.join(KEYCAPS[:number])}. Your last vote counts."
    items = [_item(paper, ballot.gists.get(paper.id, ""), n) for n, paper in enumerate(ballot.papers, start=1)]
    buttons = tuple(Button(f"Vote for {n}", f"/vote {ballot.day} {n}") for n in range(1, number + 1))
    footer = line("The reading club of this channel. ", code("/digest on club=off"), " turns it off")
    blocks: tuple[Block, ...] = (
        Heading(line(head)),
        Fine(line(until + reactions)),
        *items,
        Actions(buttons),
        Fine(footer),
    )
    titles = "; ".join(shorten(paper.title, 80) for paper in ballot.papers)
    data = {"papers": [paper_data(paper) for paper in ballot.papers], "closes": ballot.closes.isoformat()}
    return Card("ballot", f"{head}: {titles}", blocks, data=data)


def vote_card(ballot: Ballot, paper: Paper) -> Card:
    """Return the private confirmation of a vote."""
    text = f"You voted for “{shorten(paper.title, 90)}”. You can change it until {_when(ballot.closes, ballot.zone)}."
    return Card("vote", text, (Paragraph((line(text),)),), private=True, tone="good", data={"paper": paper_data(paper)})


def pick_card(pick: Pick) -> Card:
    """Return Monday's pick, with its appointment."""
    meets = f"{_when(pick.meets, pick.zone)}"
    text = f"We read “{shorten(pick.paper.title, 120)}” together. Let’s talk about it on {meets}."
    votes = f"{pick.votes} of {count(pick.voters, 'vote')}"
    why = votes if pick.voters else "Nobody voted: this one ranked first."
    blocks = (
        Heading(line("This week’s paper")),
        Paragraph((line(text),)),
        _item(pick.paper, pick.gist, 0),
        Fine(line(why)),
    )
    event = Event(f"Paper club: {pick.paper.title}", pick.meets, pick.meets + MEETING, pick.paper.abs_url)
    data = {"paper": paper_data(pick.paper), "votes": pick.votes, "voters": pick.voters}
    return Card("pick", text, blocks, data=data | {"meets": pick.meets.isoformat()}, event=event)


def _item(paper: Paper, gist: str, number: int) -> Item:
    buttons = (
        Button("Read more", f"/readmore {paper.id}", primary=True, panel=True),
        Button("Abstract", url=paper.abs_url),
        Button("PDF", url=paper.pdf_url),
    )
    return Item(Link(paper.title, paper.abs_url), gist, facts(paper), "", buttons, paper.id, opener(paper), number)


def _when(instant: datetime, zone_name: str) -> str:
    """Return "Monday, 7 September 2026 at 09:00 (Berlin)"."""
    local = instant.astimezone(zone(zone_name))
    return f"{weekday(local.date())}, {date_in_words(local.date())} at {local:%H:%M} ({city(zone_name)})"

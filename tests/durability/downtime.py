"""Nothing of Paperlark runs for some days while arXiv goes on: what it announced meanwhile comes with the next digest.

arXiv's feed shows only its current day, so that what was missed has to come from elsewhere. Papers that moderators
had held up are announced meanwhile too: for 5 days, and for 20, which is more than any search by submission reaches.
"""

import tempfile
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from durability.promise import Figure, Promise, Size
from durability.replay import Delivered, Reader, Story, Wish, authors_of, compare, named, recorded, summed
from support.loopback_world import World, a_world

MORNING = time(9, tzinfo=UTC)
WEEKEND_TOO = "09:00 UTC top=50 days=mon-sun"
A_DAY = 150


def readers(author: str) -> tuple[Reader, ...]:
    """Return channels of both platforms that follow little enough for one digest to name a week of it."""
    wishes = (Wish("author", author), Wish("category", "q-bio.NC"), Wish("category", "cs.IR"))
    return tuple(
        Reader(platform, f"C{number}", chosen, WEEKEND_TOO)
        for platform in ("slack", "discord")
        for number, chosen in enumerate(
            (wishes, wishes[:1], (Wish("topic", "graph neural networks"), Wish("topic", "time series"))), start=1
        )
    )


@dataclass
class Downtime:
    """Result after the downtime; `held` are delayed papers that should have come, by days of delay."""

    days: int
    outcomes: dict[str, Delivered] = field(default_factory=dict)
    codes: list[int] = field(default_factory=list)
    missing: set[date] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)
    digests: set[int] = field(default_factory=set)

    @property
    def figures(self) -> dict[str, object]:
        """Return the rows of the table."""
        lost_days = ", ".join(sorted(f"{day:%a %d %b}" for day in self.missing)) or "none"
        return {
            "days off": self.days,
            **summed(list(self.outcomes.values())),
            "days with losses": lost_days,
            **self.held,
        }


def held_up(story: Story, day: date, days: int, who: tuple[Reader, ...], taken: set[str]) -> str:
    """Delay one followed paper of that day by `days`; return its id."""
    for place, paper in enumerate(story.days[day]):
        if paper.id not in taken and any(reader.wants(paper) for reader in who):
            then = datetime.combine(day - timedelta(days=days), time(12), UTC)
            story.days[day][place] = replace(paper, published=then, updated=then)
            taken.add(paper.id)
            return paper.id
    raise AssertionError(f"nobody wants any paper of {day}")


async def downtime(days: int, beyond_the_overlap: bool = False, first: date = date(2026, 5, 11)) -> Downtime:
    """The bot delivers on the morning of `first`'s next weekday, and runs again on the morning after `days` whole days.

    The channels follow on `first` at noon, hence its announcement is theirs too.

    With `beyond_the_overlap` some papers were held up for 20 days, by a followed author and in a followed category.
    """
    story = recorded(12, A_DAY, first)
    dates = list(story.days)
    author = authors_of(story, 1)[0]
    who = readers(author)
    back = dates[1] + timedelta(days=days + 1)
    missed = [day for day in dates if dates[1] < day < back]
    held = _held(story, missed, who, author, beyond_the_overlap)
    found = Downtime(days)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        async with a_world(Path(home)) as world:
            world.settings["PAPERLARK_MODEL"] = world.home  # no model there: what is expected is told by words alone
            story.happens(world, dates[0])
            found.codes.append((await world.once(_at(dates[0], MORNING), 300)).code)
            for reader in who:
                await reader.settles(world, _at(dates[0], time(12, tzinfo=UTC)))
            await _runs(world, story, dates[1], found)
            for day in missed:
                story.happens(world, day)
            world.arxiv.feed_day = back
            await _runs(world, story, back, found)
            await _runs(world, story, back + timedelta(days=1), found)
            _count(found, world, story, who, [day for day in dates if day <= back + timedelta(days=1)], held)
    return found


def _held(story: Story, missed: list[date], who: tuple[Reader, ...], author: str, beyond: bool) -> dict[str, str]:
    """Return the ids of delayed papers by their label in the table."""
    taken: set[str] = set()
    found = {"held 5 days": held_up(story, missed[-1], 5, who[1:2] + who[:1], taken)}
    if beyond:
        signed = story.days[missed[0]]
        signed[0] = replace(signed[0], authors=(author, *signed[0].authors))
        found["held 20 days, by a followed author"] = held_up(story, missed[0], 20, who[1:2], taken)
        found["held 20 days, in a followed category"] = held_up(story, missed[0], 20, who[:1], taken)
    return found


async def _runs(world: World, story: Story, day: date, found: Downtime) -> None:
    if day in story.days:
        story.happens(world, day)
    world.arxiv.feed_day = day
    found.codes.append((await world.once(_at(day, MORNING), 300)).code)


def _count(
    found: Downtime, world: World, story: Story, who: tuple[Reader, ...], days: list[date], held: dict[str, str]
) -> None:
    where = {paper.id: day for day in days for paper in story.days[day]}
    for reader in who:
        outcome = compare(reader, world, story.expected(reader, days))
        found.outcomes[f"{reader.platform} {reader.channel}"] = outcome
        found.missing.update(where[paper_id] for paper_id in outcome.lost)
        found.digests.add(outcome.digests)
    told_of = {paper_id for reader in who for paper_id in named(reader.room(world))}
    found.held = {name: "came" if paper_id in told_of else "lost" for name, paper_id in held.items()}


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment)


async def measure(size: Size) -> list[Figure]:
    """Measure downtimes of one, three and seven days; the longest also beyond the reach of a search."""
    rows: list[Figure] = []
    for days in (1, 3, 7) if size is Size.LONG else (1,):
        found = await downtime(days, beyond_the_overlap=days > 1)
        rows += [(f"off for {days}: {what}", figure) for what, figure in found.figures.items() if what != "days off"]
        rows.append((f"off for {days}: exit codes", found.codes))
    return rows


MEASUREMENT = Promise("downtime", measure)

"""arXiv's days replayed from the recorded papers, what a channel should get of them, and what it got.

What should come is told here by the simplest reading of a follow, without the bot's own matching: an author's name is
equal once accents and case are gone, a category stands among the paper's, a phrase stands in title or abstract.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from bot.domain.paper import Paper
from support.loopback_world import Room, World
from support.recorded_corpus import corpus_days
from support.servers.arxiv_clients import a_paper

FIRST_DAY = date(2026, 5, 11)
"""Twenty weekdays from here on are recorded, each with hundreds of papers of all archives."""

_ID = re.compile(r"\d{4}\.\d{5}")
_SHOWN = re.compile(r"/abs/(\d{4}\.\d{5})$")
"""A title's link; an abstract may name other papers."""


def bare(text: str) -> str:
    """Return letters and digits in lower case with single spaces and without accents."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.lower()).split())


@dataclass(frozen=True)
class Wish:
    """A follow of any kind, as typed."""

    kind: str
    what: str

    @property
    def typed(self) -> str:
        return f'/follow "{self.what}"' if self.kind == "topic" else f"/follow {self.what}"

    def wants(self, paper: Paper) -> bool:
        if self.kind == "category":
            return self.what in paper.categories
        if self.kind == "author":
            return bare(self.what) in map(bare, paper.authors)
        said = r"\b" + " ".join(f"{word.rstrip('s')}s?" for word in bare(self.what).split()) + r"\b"
        return any(re.search(said, bare(text)) for text in (paper.title, paper.abstract))


@dataclass(frozen=True)
class Reader:
    """A channel of a platform, its follows, and the options of its `/digest on`."""

    platform: str
    channel: str
    wishes: tuple[Wish, ...]
    options: str = "09:00 UTC top=50 days=mon-fri"

    def room(self, world: World) -> Room:
        return world.room(self.platform, self.channel)

    def wants(self, paper: Paper) -> bool:
        return any(wish.wants(paper) for wish in self.wishes)

    async def settles(self, world: World, when: datetime) -> None:
        """Set it all up by typing; arXiv has known every followed author for long."""
        for wish in self.wishes:
            if wish.kind == "author":
                world.arxiv.papers.append(long_ago(len(world.arxiv.papers), wish.what))
        for text in (f"/digest on {self.options}", *(wish.typed for wish in self.wishes)):
            card = await self.room(world).says(text, when)
            assert card.kind not in {"error", "choices"}, f"{text}: {card.text}"


@dataclass
class Story:
    """Announcements by day, and which of them are new: the rest is cross-lists and replacements."""

    days: dict[date, list[Paper]]
    cross: defaultdict[date, list[Paper]] = field(default_factory=lambda: defaultdict(list))
    replaced: defaultdict[date, list[Paper]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: set[str] = field(default_factory=set)

    def happens(self, world: World, day: date) -> None:
        """Publish that day's announcement in the feed and the API."""
        world.announces(day, self.days.get(day, ()))
        world.announces(day, self.cross[day], "cross")
        world.announces(day, self.replaced[day], "replace")
        world.arxiv.papers = [taken_back(p) if p.id in self.withdrawn else p for p in world.arxiv.papers]

    def expected(self, reader: Reader, days: Iterable[date]) -> set[str]:
        """Return the papers that the channel must receive from these days."""
        papers = [paper for day in days for paper in self.days.get(day, ())]
        return {paper.id for paper in papers if reader.wants(paper) and paper.id not in self.withdrawn}


def long_ago(number: int, author: str) -> Paper:
    """Return a paper by that author from years before."""
    return a_paper(f"2001.{number:05}", authors=(author,), published=datetime(2020, 1, 2, tzinfo=UTC), updated=None)


def taken_back(paper: Paper) -> Paper:
    """Return its withdrawn second version without text: only the API's comment says so."""
    return replace(paper, version=2, comment="This paper has been withdrawn by the authors")


def recorded(days: int, a_day: int, first: date = FIRST_DAY) -> Story:
    """Return the corpus's weekdays from `first` on, at most `a_day` papers each, ordered by id."""
    found, listed, seen = {}, corpus_days(), set()
    day = first
    while len(found) < days:
        if day.weekday() < 5:
            papers = sorted((p for p in listed.get(day, ()) if _ID.fullmatch(p.id)), key=lambda p: p.id)
            fresh = [_as_new(p, day) for p in papers if p.id not in seen and p.categories]
            step = max(1, len(fresh) // a_day)
            found[day] = fresh[::step][:a_day]
            seen.update(paper.id for paper in papers)
        day += timedelta(days=1)
    return Story(found)


def _as_new(paper: Paper, day: date) -> Paper:
    """Return its first version, submitted in time for that day: the corpus knows some days only roughly."""
    deadline = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(days=3 if day.weekday() == 0 else 1)
    submitted = paper.published if paper.published and paper.published <= deadline else deadline
    return replace(paper, version=1, published=submitted, updated=submitted, comment="")


def authors_of(story: Story, count: int) -> list[str]:
    """Return authors with papers on several days and unambiguous names."""
    days: defaultdict[str, set[date]] = defaultdict(set)
    alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for day, papers in story.days.items():
        for name in {name for paper in papers for name in paper.authors}:
            parts = bare(name).split()
            if len(parts) > 1:
                days[name].add(day)
                alike[parts[0][0], parts[-1]].add(name)
    sole = [name for name in days if len(alike[bare(name)[0], bare(name).split()[-1]]) == 1]
    plain = [name for name in sole if re.fullmatch(r"[^\W\d_]{3,} [^\W\d_]{4,}", name)]
    return sorted(plain, key=lambda name: (-len(days[name]), name))[:count]


@dataclass(frozen=True)
class Delivered:
    """How a channel fared: papers it should have been told of and wasn't, was told of more than once, and should
    not have been told of; `digests` counts the root messages."""

    expected: int
    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    foreign: tuple[str, ...]
    digests: int


def named(room: Room) -> Counter[str]:
    """Count how often the channel shows each paper."""
    return Counter(found for message in room.digests for link in message.links for found in _SHOWN.findall(link))


def compare(reader: Reader, world: World, expected: set[str]) -> Delivered:
    """Compare the channel's content with the expected papers."""
    room = reader.room(world)
    assert not any("not shown" in message.text for message in room.digests), "a digest was too long to be counted"
    found = named(room)
    return Delivered(
        len(expected),
        tuple(sorted(expected - set(found))),
        tuple(sorted(paper_id for paper_id, times in found.items() if times > 1)),
        tuple(sorted(set(found) - expected)),
        len(room.digests),
    )


def summed(outcomes: Sequence[Delivered]) -> dict[str, int]:
    """Sum the figures of all channels."""
    return {
        "expected": sum(one.expected for one in outcomes),
        "lost": sum(len(one.lost) for one in outcomes),
        "doubled": sum(len(one.doubled) for one in outcomes),
        "foreign": sum(len(one.foreign) for one in outcomes),
    }

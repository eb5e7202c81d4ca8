"""Names shared by several people of the corpus, with who wrote which paper known.

Made: people whose own names are rare enough to be one person's, each with four papers or more before `SINCE` and one
or more after it, four at a time under one name. Found: names that are shared (Wei Wang), where co-authors tell apart.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold
from bot.papers.bag_of_authors import MAX_AUTHORS
from support.recorded_corpus import HISTORY, RECENT, corpus_days

SINCE = date(2026, 6, 16)
"""Papers from then on are the deliveries; what came before is known."""
FEWEST, MOST = 4, 40
OF_A_NAME = 4
MEASURED, TUNED = 50, 100
COMMONEST = 400
"""Names by their papers, of which those found are drawn."""
OTHERS_READ = 8
"""As many as the bot reads the papers of (bot/authors/directory.py)."""
RARE_SURNAME = 12
"""At most so many names of the corpus end in the surname of who counts as one person."""


@dataclass(frozen=True)
class Person:
    """One of the people of a name: `names` folded, as the papers bear them."""

    names: frozenset[str]
    known: Sequence[Paper]
    later: Sequence[Paper]

    def is_named(self, name: str) -> bool:
        return fold(name) in self.names


@dataclass(frozen=True)
class Shared:
    """A name and its people who are followed; `less_known` have it too, with fewer earlier papers."""

    name: str
    people: Sequence[Person]
    less_known: Sequence[Person] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(name for person in self.people for name in person.names)

    def others(self, person: Person) -> list[Person]:
        """The others of the name whose papers are read, those of most papers first."""
        return [one for one in (*self.people, *self.less_known) if one is not person][:OTHERS_READ]

    @property
    def more_unread(self) -> bool:
        return len(self.people) + len(self.less_known) > OTHERS_READ + 1

    def is_named(self, name: str) -> bool:
        """Whether it is the shared name: no co-author's of anybody."""
        return fold(name) in self.names


class Corpus:
    """Who wrote what, by folded names, in order of days."""

    def __init__(self) -> None:
        self.day: dict[str, date] = {}
        self.by_name: defaultdict[str, list[Paper]] = defaultdict(list)
        self.names: dict[str, frozenset[str]] = {}
        days = [(day, paper) for file in (HISTORY, RECENT) for day, some in corpus_days(file).items() for paper in some]
        for day, paper in sorted(days, key=lambda pair: (pair[0], pair[1].id)):
            if paper.id not in self.day:
                self._add(day, paper)

    def _add(self, day: date, paper: Paper) -> None:
        self.day[paper.id] = day
        self.names[paper.id] = frozenset(filter(None, map(fold, paper.authors)))
        if len(paper.authors) <= MAX_AUTHORS:
            for name in self.names[paper.id]:
                self.by_name[name].append(paper)

    @property
    def before(self) -> list[Paper]:
        """What was announced in the ten days before `SINCE`, as the product has the last days' papers to compare."""
        some = {paper.id: paper for papers in self.by_name.values() for paper in papers}
        return [paper for paper in some.values() if 0 < (SINCE - self.day[paper.id]).days <= 10]

    def person(self, name: str, papers: Iterable[Paper]) -> Person:
        mine = list(papers)
        known = [paper for paper in mine if self.day[paper.id] < SINCE]
        return Person(frozenset({name}), known, [paper for paper in mine if self.day[paper.id] >= SINCE])


def lot(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def made(corpus: Corpus, one_field: bool) -> tuple[list[Shared], list[Shared]]:
    """The names measured and those tuned on, four people each: all of one primary category, or two of each of two."""
    by_field: defaultdict[str, list[Person]] = defaultdict(list)
    for _name, person in sorted(_unmistakable(corpus).items(), key=lambda pair: lot(pair[0])):
        by_field[_primary(person)].append(person)
    size = OF_A_NAME if one_field else OF_A_NAME // 2
    parts = [tuple(some[at : at + size]) for some in by_field.values() for at in range(0, len(some) - size + 1, size)]
    parts.sort(key=lambda part: lot(min(part[0].names)))
    groups = parts if one_field else _paired(parts)
    names = [Shared(min(group[0].names), group) for group in groups]
    return names[:MEASURED], names[MEASURED : MEASURED + TUNED]


def _paired(parts: Sequence[tuple[Person, ...]]) -> list[tuple[Person, ...]]:
    """Two of a field with the next two of another."""
    waiting, paired = list(parts), []
    while waiting:
        first = waiting.pop(0)
        other = next((n for n, part in enumerate(waiting) if _primary(part[0]) != _primary(first[0])), None)
        if other is None:
            break
        paired.append(first + waiting.pop(other))
    return paired


def _unmistakable(corpus: Corpus) -> dict[str, Person]:
    """People whose first name nobody else of a rare surname has."""
    surnames: defaultdict[str, set[str]] = defaultdict(set)
    for name in corpus.by_name:
        surnames[name.split()[-1]].add(name)
    found = {}
    for name, papers in corpus.by_name.items():
        if _is_rare(name, surnames) and FEWEST < len(papers) <= MOST:
            person = corpus.person(name, papers)
            if len(person.known) >= FEWEST and person.later:
                found[name] = person
    return found


def _is_rare(name: str, surnames: Mapping[str, set[str]]) -> bool:
    parts = name.split()
    if len(parts) < 2 or min(len(parts[0]), len(parts[-1])) < 3:
        return False
    same = surnames[parts[-1]]
    return len(same) <= RARE_SURNAME and not any(one != name and one.split()[0] == parts[0] for one in same)


def _primary(person: Person) -> str:
    return Counter(paper.primary for paper in person.known).most_common(1)[0][0]


def found(corpus: Corpus) -> list[Shared]:
    """Of the names that most papers bear those of two people or more, seen apart by their co-authors."""
    common = sorted(corpus.by_name, key=lambda name: (-len(corpus.by_name[name]), name))[:COMMONEST]
    names = [_found(corpus, name) for name in sorted(common, key=lot) if not is_telling(name)]
    return [one for one in names if sum(bool(person.later) for person in one.people) > 1][:MEASURED]


def _found(corpus: Corpus, name: str) -> Shared:
    people = sorted(_apart(corpus, name), key=lambda person: -len(person.known))
    followed = [person for person in people if len(person.known) >= FEWEST]
    return Shared(name, followed, [person for person in people[len(followed) :] if person.known])


def strangers(corpus: Corpus, shared: Shared, person: Person) -> list[Paper]:
    """Later papers by the name that are clearly not by `person`: none of their authors ever wrote with one of hers."""
    mine = {paper.id for paper in (*person.known, *person.later)}
    company = {one for paper in (*person.known, *person.later) for one in corpus.names[paper.id]} - person.names
    circle = company | {one for name in company for paper in corpus.by_name[name] for one in corpus.names[paper.id]}
    later = [paper for paper in corpus.by_name[shared.name] if corpus.day[paper.id] >= SINCE]
    return [paper for paper in later if paper.id not in mine and not (corpus.names[paper.id] - shared.names) & circle]


def _apart(corpus: Corpus, name: str) -> list[Person]:
    """People, each the papers that a telling co-author, or two of any names, hold together."""
    groups: list[tuple[Counter[str], list[Paper]]] = []
    for paper in corpus.by_name[name]:
        company = Counter(corpus.names[paper.id] - {name})
        held = [group for group in groups if _holds(group[0], company)]
        groups = [group for group in groups if group not in held]
        papers = sorted((one for group in held for one in group[1]), key=lambda one: corpus.day[one.id])
        groups.append((sum((group[0] for group in held), company), [*papers, paper]))
    return [corpus.person(name, papers) for _, papers in groups]


def _holds(company: Counter[str], other: Counter[str]) -> bool:
    both = company.keys() & other.keys()
    return len(both) > 1 or any(is_telling(name) for name in both)


def is_telling(name: str) -> bool:
    """Whether a name is long enough to be hardly shared."""
    parts = name.split()
    return len(parts) > 2 or max(map(len, parts)) > 6

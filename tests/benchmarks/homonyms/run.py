"""`python -m benchmarks.homonyms.run`: how many papers of namesakes reach those who follow somebody else?

Each person of a name is followed in turn, known by her papers before `people.SINCE`; the later papers by the name are
judged one after the other, as the bot does it. `people.py` says how it is known who wrote what. Writes RESULTS.md.
"""

import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from benchmarks.homonyms.people import (
    MEASURED,
    OF_A_NAME,
    OTHERS_READ,
    SINCE,
    Corpus,
    Person,
    Shared,
    found,
    made,
    strangers,
)
from benchmarks.report import machine
from benchmarks.vectors import kept
from bot.authors.attribute import BACKGROUND
from bot.authors.profile import AuthorProfile, BackgroundStatistics, background_statistics, judge, profile_of
from bot.domain.attribution import Grade
from bot.domain.paper import Paper
from support.recorded_corpus import CORPUS_MISSING

TABLE = Path(__file__).with_name("RESULTS.md")
Wrong = Callable[[Shared, Person], Sequence[Paper]]
Tally = Counter[tuple[bool, Grade]]
"""Deliveries by whether they are right, and by what they were judged."""


def measured(names: Sequence[Shared], wrong: Wrong, by: BackgroundStatistics, others_known: bool = True) -> Tally:
    """Every person of every name followed in turn."""
    tally: Tally = Counter()
    for shared in names:
        for person in shared.people:
            read = [one.known if others_known else () for one in shared.others(person)]
            others = [profile_of(papers, shared.is_named) for papers in (*read, *([()] * shared.more_unread))]
            papers = {paper.id: (True, paper) for paper in person.later}
            papers |= {paper.id: (False, paper) for paper in wrong(shared, person) if paper.id not in papers}
            tally += _followed(profile_of(person.known, shared.is_named), others, list(papers.values()), shared, by)
    return tally


def _followed(
    profile: AuthorProfile,
    others: Sequence[AuthorProfile],
    papers: Sequence[tuple[bool, Paper]],
    shared: Shared,
    by: BackgroundStatistics,
) -> Tally:
    """One person's deliveries, the oldest first; what is surely hers becomes part of what is known of her."""
    tally: Tally = Counter()
    for right, paper in sorted(papers, key=lambda pair: pair[1].id):
        grade = judge(profile, others, paper, by).grade
        tally[right, grade] += 1
        if grade is Grade.SURE:
            profile = profile_of((*profile.papers, paper), shared.is_named)
    return tally


def of_the_others(shared: Shared, person: Person) -> list[Paper]:
    return [paper for other in shared.people if other is not person for paper in other.later]


def row(what: str, tally: Mapping[tuple[bool, Grade], int]) -> tuple[str, ...]:
    """Shares of the right and of the wrong that a name match makes, by what becomes of them."""
    right, wrong = (sum(times for (is_right, _), times in tally.items() if is_right is side) for side in (True, False))

    def share(*grades: Grade) -> str:
        mine = [sum(tally.get((side, grade), 0) for grade in grades) for side in (True, False)]
        return f"{mine[0] / right:.3f} / **{mine[1] / wrong:.3f}**"

    as_hers = share(Grade.SURE, Grade.PROBABLY)
    return (
        what,
        f"{right} / {wrong}",
        as_hers,
        share(Grade.SURE),
        share(Grade.PERHAPS_ANOTHER),
        share(Grade.SOMEBODY_ELSE),
    )


def table(corpus: Corpus, by: BackgroundStatistics, plain: BackgroundStatistics, part: int) -> list[tuple[str, ...]]:
    fields = {"made, one field": made(corpus, True)[part], "made, two fields": made(corpus, False)[part]}
    rows = []
    for what, names in fields.items():
        rows.append(row(what, measured(names, of_the_others, by)))
        rows.append(row(f"{what}, words alone (no model)", measured(names, of_the_others, plain)))
        unknown = measured(names, of_the_others, plain, others_known=False)
        rows.append(row(f"{what}, words alone, nothing known of the others", unknown))
    names = found(corpus)

    def others(shared: Shared, person: Person) -> list[Paper]:
        return strangers(corpus, shared, person)

    rows.append(row(f"found ({len(names)} names)", measured(names, others, by)))
    rows.append(row("found, words alone (no model)", measured(names, others, plain)))
    return rows


TRUTH = f"""\
Each person of a name is followed in turn, known by four papers or more from before {SINCE}; deliveries are the
later papers by the name, to 18 July 2026. A name match delivers all of them to everybody.

How it is known who wrote what, as the corpus has no identities:

- **Made**: {MEASURED} names of {OF_A_NAME} people each, pretended to be one name. Each is called so rarely (at most 12
  names of the corpus have the surname, none of them the first name too) that all papers by the full name are taken for
  hers, whoever wrote with her: no co-author was used to tell. The four are of one primary category, or two each of two.
- **Found**: names that hundreds of papers bear (Wei Wang). Papers that a co-author of a telling name holds together, or
  two of any name, are one person's; another paper is clearly a stranger's where none of its authors ever wrote with
  anybody whom she ever wrote with. What is neither is left out, so the right are easier here than in life. Of most
  strangers nothing is known: the earlier papers of {OTHERS_READ} others are.

  Ten were looked at by their titles: all thirty strangers seemed to be strangers, and three of the ten people (Chen
  Chen, Hao Wang, Xin Wang) to be two, chained by a co-author of both: some of the right are wrong.

Weights and bounds were fitted on 200 other made names, and on none of these: there at most .045 of the wrong ones are
named, also where nothing is known of the others, and no right one is taken for another's.

What becomes of a paper that bears the name:

- **Named**: it is an item of the digest, as hers, surely or probably. That is a delivery: of the wrong ones at most .05
  may be. Where nothing is known of the others and all are of one field it is .051, one paper in 905 too many.
- **One tap away**: it is perhaps another's. The digest doesn't name it, but says in a line how many there are ("3
  papers are perhaps by another Wei Wang than you follow"), with a button that lists them, each with why. If another
  follow wants the paper too, it is an item because of that one.
- **Not delivered**: one of the others, whose papers are known, fits far better.

No right one is lost: each is named or counted. But a right one that is counted has to be tapped for, and by words alone
.08 to .10 of those of made names have to be, .19 where nothing is known of the others, .015 of those found: titles,
abstracts, categories and co-authors of a few papers don't tell more.

Shares are of the right / of the wrong papers that a name match delivers. The bot judges by words alone, as it keeps no
embeddings of old papers."""


def main(arguments: Sequence[str]) -> None:
    if CORPUS_MISSING:
        sys.exit(f"This needs the recorded papers, and {CORPUS_MISSING}.")
    began = monotonic()
    corpus, vectors = Corpus(), kept()
    background = sorted(corpus.before, key=lambda paper: paper.id)
    random.Random(0).shuffle(background)
    background = background[:BACKGROUND]
    rows = table(
        corpus,
        background_statistics(background, vectors),
        background_statistics(background),
        part=int("tuned" in arguments),
    )
    heads = (
        "names",
        "right / wrong",
        "named in the digest",
        "of these surely",
        "counted, one tap away",
        "not delivered",
    )
    drawn = "\n".join(f"| {' | '.join(one)} |" for one in (heads, ("---",) * len(heads), *rows))
    text = f"# Homonyms\n\nWritten by `python -m benchmarks.homonyms.run`.\n\n{machine()}\n\n{TRUTH}\n\n{drawn}\n"
    print(text, f"{len(vectors):,} papers have an embedding; took {monotonic() - began:.0f} s.")
    if not arguments:
        TABLE.write_text(text)


if __name__ == "__main__":
    main(sys.argv[1:])

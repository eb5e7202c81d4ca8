"""How many channels follow what a paper is about or who wrote it: pure.

A followed category says nothing of a paper among hundreds of it, and isn't counted. A person who is followed as one
counts for the papers that are known to be hers alone: others of her name aren't followed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.domain.text.normalize import words
from bot.papers.candidate import Candidate, name_parts, same_name, speaks_of

SEVERAL = 2
"""So many channels must follow a paper's authors for it to be told of by that alone."""

By = set[int]
"""The numbers of the channels that follow a thing."""


def followers(papers: Iterable[Paper], anyway: Collection[str], follows: Sequence[Sequence[Follow]]) -> dict[str, int]:
    """How many channels follow an author or a topic of each paper, by id; `follows` are those of each channel.

    Of the papers named in `anyway` whoever follows them, of others those whose authors several channels follow.
    """
    named = _by_last_name(_followed(follows, Kind.AUTHOR))
    phrases = _by_first_word(_followed(follows, Kind.TOPIC))
    persons = _by_paper(follows)
    found: dict[str, int] = {}
    for paper in papers if named or phrases or persons else ():
        candidate = Candidate(paper)
        by = _of_authors(candidate, named) | persons.get(paper.id, set())
        if paper.id in anyway or len(by) >= SEVERAL:
            by |= _of_topics(candidate, phrases)
            if by:
                found[paper.id] = len(by)
    return found


def _followed(follows: Sequence[Sequence[Follow]], kind: Kind) -> Mapping[str, By]:
    """What is followed of that kind by name, each with the numbers of the channels that do."""
    found: defaultdict[str, By] = defaultdict(set)
    for number, theirs in enumerate(follows):
        for follow in theirs:
            if follow.kind is kind and not follow.person:
                found[follow.what].add(number)
    return found


def _by_paper(follows: Sequence[Sequence[Follow]]) -> Mapping[str, By]:
    """The channels that follow a person, by each paper known to be that person's."""
    found: defaultdict[str, By] = defaultdict(set)
    for number, theirs in enumerate(follows):
        for paper_id in (one for follow in theirs if follow.person for one in follow.person.papers):
            found[paper_id].add(number)
    return found


def _by_last_name(authors: Mapping[str, By]) -> Mapping[str, Sequence[tuple[tuple[str, ...], By]]]:
    """Their names in parts, each spelling, by the last part: most papers name nobody who is followed."""
    named: defaultdict[str, list[tuple[tuple[str, ...], By]]] = defaultdict(list)
    for name, by in authors.items():
        for parts in filter(None, name_parts(name)):
            named[parts[-1]].append((parts, by))
    return named


def _by_first_word(topics: Mapping[str, By]) -> Mapping[str, Sequence[tuple[str, By]]]:
    phrases: defaultdict[str, list[tuple[str, By]]] = defaultdict(list)
    for topic, by in topics.items():
        for first in words(topic)[:1]:
            phrases[first].append((topic, by))
    return phrases


def _of_authors(candidate: Candidate, named: Mapping[str, Sequence[tuple[tuple[str, ...], By]]]) -> By:
    found: By = set()
    for written in candidate.names if named else ():
        for wanted, by in named.get(written[-1], ()) if written else ():
            if same_name(wanted, written):
                found |= by
    return found


def _of_topics(candidate: Candidate, phrases: Mapping[str, Sequence[tuple[str, By]]]) -> By:
    found: By = set()
    for word in set(candidate.text.split()) if phrases else ():
        for topic, by in phrases.get(word, ()):
            if speaks_of(topic, candidate):
                found |= by
    return found

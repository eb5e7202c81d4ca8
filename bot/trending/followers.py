"""Counts the channels that follow a paper's topics or authors: pure.

A followed category isn't counted, since it matches hundreds of papers. A followed person counts only for papers known
to be theirs: namesakes aren't followed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.domain.text.author_name import AuthorName, read_author_names, same_name
from bot.domain.text.normalize import words
from bot.papers.candidate import Candidate, speaks_of

MIN_FOLLOWING_CHANNELS = 2
"""Channels that must follow a paper's authors for the paper to be listed for that alone."""

ChannelNumbers = set[int]
"""The numbers of the channels that follow an author or topic."""


def followers(
    papers: Iterable[Paper],
    always: Collection[str],
    follows: Sequence[Sequence[Follow]],
    count: Callable[[ChannelNumbers], int] = len,
) -> dict[str, int]:
    """Count the channels that follow an author or a topic of each paper, by id; `follows` has a list per channel.

    `count` says how many of some channels count. Papers in `always` count every follow; others only if
    `MIN_FOLLOWING_CHANNELS` channels follow their authors.
    """
    named = _by_last_name(_followed(follows, Kind.AUTHOR))
    phrases = _by_first_word(_followed(follows, Kind.TOPIC))
    persons = _by_paper(follows)
    found: dict[str, int] = {}
    for paper in papers if named or phrases or persons else ():
        candidate = Candidate(paper)
        channels = _of_authors(candidate, named) | persons.get(paper.id, set())
        if paper.id in always or count(channels) >= MIN_FOLLOWING_CHANNELS:
            found[paper.id] = count(channels | _of_topics(candidate, phrases))
    return {paper_id: number for paper_id, number in found.items() if number}


def _followed(follows: Sequence[Sequence[Follow]], kind: Kind) -> Mapping[str, ChannelNumbers]:
    """Return the followed names of that kind with their channels."""
    found: defaultdict[str, ChannelNumbers] = defaultdict(set)
    for number, theirs in enumerate(follows):
        for follow in theirs:
            if follow.kind is kind and not follow.person:
                found[follow.what].add(number)
    return found


def _by_paper(follows: Sequence[Sequence[Follow]]) -> Mapping[str, ChannelNumbers]:
    """Return the channels that follow a person, by each of the person's known papers."""
    found: defaultdict[str, ChannelNumbers] = defaultdict(set)
    for number, theirs in enumerate(follows):
        for paper_id in (one for follow in theirs if follow.person for one in follow.person.papers):
            found[paper_id].add(number)
    return found


def _by_last_name(
    authors: Mapping[str, ChannelNumbers],
) -> Mapping[str, Sequence[tuple[AuthorName, ChannelNumbers]]]:
    """Return each spelling of each name by its last word, since most papers have no followed author."""
    named: defaultdict[str, list[tuple[AuthorName, ChannelNumbers]]] = defaultdict(list)
    for name, channels in authors.items():
        for spelling in read_author_names(name):
            named[spelling.family].append((spelling, channels))
    return named


def _by_first_word(topics: Mapping[str, ChannelNumbers]) -> Mapping[str, Sequence[tuple[str, ChannelNumbers]]]:
    phrases: defaultdict[str, list[tuple[str, ChannelNumbers]]] = defaultdict(list)
    for topic, channels in topics.items():
        for first in words(topic)[:1]:
            phrases[first].append((topic, channels))
    return phrases


def _of_authors(
    candidate: Candidate, named: Mapping[str, Sequence[tuple[AuthorName, ChannelNumbers]]]
) -> ChannelNumbers:
    found: ChannelNumbers = set()
    for written in candidate.names if named else ():
        for wanted, channels in named.get(written.family, ()):
            if same_name(wanted, written):
                found |= channels
    return found


def _of_topics(candidate: Candidate, phrases: Mapping[str, Sequence[tuple[str, ChannelNumbers]]]) -> ChannelNumbers:
    found: ChannelNumbers = set()
    for word in set(candidate.text.split()) if phrases else ():
        for topic, channels in phrases.get(word, ()):
            if speaks_of(topic, candidate):
                found |= channels
    return found

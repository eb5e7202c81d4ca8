"""Authors that a paper shares with the papers a channel liked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold

MAX_AUTHORS = 60
"""With more authors, authorship means little: https://arxiv.org/abs/2507.06261 has 3,435."""


def count_authors(liked: Iterable[Paper]) -> Counter[str]:
    """Count the liked papers of each folded author name."""
    return Counter(name for paper in liked if len(paper.authors) <= MAX_AUTHORS for name in _names(paper))


def shared_authors(paper: Paper, known: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """Return the paper's known authors, as written there, with their counts, highest first."""
    if len(paper.authors) > MAX_AUTHORS:
        return ()
    found = {author: known[name] for author in paper.authors if (name := fold(author)) in known}
    return sorted(found.items(), key=lambda pair: -pair[1])


def _names(paper: Paper) -> set[str]:
    """Return the folded full names; a single word is too common to identify a person."""
    return {name for author in paper.authors if " " in (name := fold(author))}

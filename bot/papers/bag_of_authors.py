"""Who wrote with whom: the authors that a paper shares with those a channel liked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.paper import Paper
from bot.domain.text.normalize import fold

MOST_AUTHORS = 60
"""Beyond it, to be an author says little: https://arxiv.org/abs/2507.06261 has 3,435."""


def known_from(liked: Iterable[Paper]) -> Counter[str]:
    """The folded names on papers that were liked, and on how many of them each stands."""
    return Counter(name for paper in liked if len(paper.authors) <= MOST_AUTHORS for name in _names(paper))


def shared(paper: Paper, known: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    """The paper's authors that are known, as they are written there, with their numbers, the best known first."""
    if len(paper.authors) > MOST_AUTHORS:
        return ()
    found = {author: known[name] for author in paper.authors if (name := fold(author)) in known}
    return sorted(found.items(), key=lambda pair: -pair[1])


def _names(paper: Paper) -> set[str]:
    """A word alone is no person's name: too many share it."""
    return {name for author in paper.authors if " " in (name := fold(author))}

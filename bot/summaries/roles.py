"""Roles of an abstract's sentences, by their words and positions."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.domain.frozen import frozen
from bot.summaries.role_cues import ASIDE, CUES, LABELS, Role
from bot.summaries.sentences import sentences

_LABELLED = dict(zip("bcmri", Role, strict=True))
_SAYS_SO = 6.0
_BACKWARDS = 1.5


@frozen
class Part:
    """One sentence with its role, and how strongly its words indicate it."""

    sentence: str
    role: Role
    clarity: float


def parts(abstract: str) -> list[Part]:
    """Return the abstract's sentences with their roles, in order; links to code and the like are left out."""
    whole = sentences(abstract)
    said = [sentence for sentence in whole if not ASIDE.search(sentence)] or whole
    weights = _weights(said)
    roles = _likeliest(weights)
    return [Part(text, role, own[role]) for text, role, own in zip(said, roles, weights, strict=True)]


def _evidence(sentence: str) -> list[float]:
    weights = [0.0] * len(Role)
    lower = sentence.lower()
    for role, weight, words in CUES:
        if words.search(lower):
            weights[role] += weight
    return weights


def _weights(said: Sequence[str]) -> list[list[float]]:
    last = max(len(said) - 1, 1)
    labelled: Role | None = None
    weighed = []
    for place, sentence in enumerate(said):
        labelled = _label(sentence) or labelled
        weights = [own + prior for own, prior in zip(_evidence(sentence), _prior(place / last, place), strict=True)]
        if labelled is not None:
            weights[labelled] += _SAYS_SO
        weighed.append(weights)
    return weighed


def _label(sentence: str) -> Role | None:
    label = LABELS.match(sentence)
    return _LABELLED[label.lastgroup or "b"] if label else None


def _prior(share: float, place: int) -> list[float]:
    """Return weights by position: abstracts begin with the background and end with results or implications."""
    return [
        1.5 if place == 0 else 1.2 - 2.5 * share,
        0.2 - abs(share - 0.35),
        0.6 - abs(share - 0.5),
        1.8 * share - 0.6,
        -1.5 if share < 0.6 else 3.0 * (share - 0.75),
    ]


def _likeliest(weights: Sequence[Sequence[float]]) -> list[Role]:
    """Return the likeliest roles together; returning to an earlier role costs, as abstracts seldom do it (Viterbi)."""
    best = [_Path(0.0, ())] * len(Role)
    for own in weights:
        best = [max((path.on_to(role, own[role]) for path in best), key=lambda path: path.weight) for role in Role]
    return list(max(best, key=lambda path: path.weight).roles)


class _Path(NamedTuple):
    weight: float
    roles: tuple[Role, ...]

    def on_to(self, role: Role, weight: float) -> "_Path":
        back = max(self.roles[-1] - role, 0) if self.roles else 0
        return _Path(self.weight + weight - _BACKWARDS * back, (*self.roles, role))

"""The papers announced, as digests read them, and the sample that papers are compared with."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.channel import Follow
from bot.domain.frozen import frozen
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.centering import centered
from bot.ranking.match import MIN_COSINE, MIN_COSINE_UNCENTERED, NO_MEANINGS, Meanings
from bot.ranking.matched import Matched, MayMatch

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray


@frozen
class News:
    """Papers, their announcements (UTC) by id, and the `meanings` of the follows they were read for.

    `matched` has learned these follows; without it, each paper is compared with each follow. `instants` are the
    candidates' announcements, in their order: that of announcement.
    """

    candidates: tuple[Candidate, ...]
    when: Mapping[str, datetime]
    meanings: Meanings = NO_MEANINGS
    matched: Matched | None = None
    near: Mapping[str, Sequence[int]] = field(default_factory=dict)
    instants: Sequence[datetime] = ()

    def groups(
        self, follows: Sequence[Follow], after: datetime, until: datetime, without: Collection[str] = ()
    ) -> list[MayMatch]:
        """Return the papers announced in (after, until] that may match, grouped by the follows that may match them.

        `without`: ids of papers to leave out.
        """
        if self.matched is None:
            return [(follows, [one for one in self.between(after, until) if one.paper.id not in without])]
        return self.matched.groups(follows, self.near, self._rows(after, until), without)

    def number(self, after: datetime, until: datetime) -> int:
        """Return how many papers were announced in (after, until]."""
        if self.matched is None:
            return len(self.between(after, until))
        return len(self._rows(after, until))

    def between(self, after: datetime, until: datetime) -> list[Candidate]:
        """Return the papers announced in (after, until]."""
        return [c for c in self.candidates if after < self.when[c.paper.id] <= until]

    def _rows(self, after: datetime, until: datetime) -> range:
        """Return the rows of the candidates announced in (after, until]."""
        return range(bisect_right(self.instants, after), bisect_right(self.instants, until))


@frozen
class Comparison:
    """A sample of the last days' papers, with the mean of their embeddings.

    A few hundred papers represent thousands, hence a single paper is scored fast, and equally to its digest. `mean` is
    None if fewer than `MIN_COMPARED` papers have an embedding.
    """

    papers: tuple[Paper, ...] = ()
    mean: "NDArray[np.float32] | None" = None

    @property
    def min_cosine(self) -> float:
        """See `Meanings.min_cosine`."""
        return MIN_COSINE_UNCENTERED if self.mean is None else MIN_COSINE

    def mark(self, candidates: Iterable[Candidate], vectors: "Mapping[str, NDArray[np.float32]]") -> None:
        """Set the candidates' vectors, centered if there is a mean."""
        compared = centered(vectors, self.mean) if self.mean is not None and vectors else vectors
        for candidate in candidates:
            candidate.vector = compared.get(candidate.paper.id)

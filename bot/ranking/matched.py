"""Which of the papers announced match which follows, found once for the follows of all channels: pure."""

from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from bot.domain.channel import Follow, Kind
from bot.domain.paper import Paper
from bot.papers.candidate import Candidate
from bot.ranking.follow_index import FEW, FollowIndex, Wanted, wanted_of
from bot.ranking.paper_index import PaperIndex

if TYPE_CHECKING:  # numpy loads in 0.1 s; a bot without a model avoids it
    import numpy as np
    from numpy.typing import NDArray

MAX_WANTED = 500_000
"""Follows kept at a time, some 300 bytes each; beyond it, begin anew."""
_ROUNDING = 1e-3
"""A product of matrices differs from one of vectors by less."""
_TOPICS_AT_ONCE = 256
_MANY, _PARTS_KEPT = 100, 200
"""Rows that are worth keeping as a set, some 30 KB each; and how many such sets."""
_NONE: Sequence[int] = ()
NOTHING_NEAR: Mapping[str, Sequence[int]] = {}
MayMatch = tuple[Sequence[Follow], Sequence[Candidate]]
"""Papers, and the only follows that may match them."""


class Matched:
    """Rows of `candidates`, ascending, by follow. Follows are learned as channels ask; papers as they come.

    By words and names these are exactly the matches of `match.wants` with cross-lists; by meaning, a few more. Any
    thread may call; what is learned stays.
    """

    def __init__(self, candidates: Sequence[Candidate] = ()) -> None:
        self.candidates = candidates
        self._index = FollowIndex()
        self._rows: dict[int, array[int]] = {}
        self._parts: dict[tuple[int, range], frozenset[int]] = {}
        self._papers: PaperIndex | None = None
        self._near: dict[str, Sequence[int]] = {}
        self._vectors: tuple[Sequence[int], NDArray[np.float32]] | None = None
        self._marked = (0, 0.0)
        self._learning = Lock()

    @property
    def full(self) -> bool:
        """True if nothing more should be learned."""
        return len(self._index) > MAX_WANTED

    def knows(self, follows: Iterable[Follow]) -> bool:
        """Return True if these follows are learned."""
        return all(self._index.number(wanted_of(follow)) in self._rows for follow in follows)

    def learn(self, follows: Iterable[Follow]) -> None:
        """Match all papers with these follows. The first time with many of them takes seconds."""
        with self._learning:
            wanted = {wanted_of(follow) for follow in follows}
            for one, rows in self._found([one for one in wanted if self._index.number(one) not in self._rows]):
                self._rows[self._index.add(one)] = rows

    def with_papers(self, candidates: Sequence[Candidate]) -> "Matched":
        """Return the same for these papers, of which only those that weren't known are matched."""
        moved = Matched(candidates)
        with self._learning:
            known = {candidate.paper.id: row for row, candidate in enumerate(self.candidates)}
            earlier = {row: known.get(one.paper.id) for row, one in enumerate(candidates)}
            old = {
                before: row
                for row, before in earlier.items()
                if before is not None and self.candidates[before].paper == candidates[row].paper
            }
            new = sorted(set(earlier) - set(old.values()))
            rows = self._index.match([candidates[row] for row in new])
            moved._index, moved._learning = self._index, self._learning
            same_rows = len(candidates) == len(self.candidates) and all(before == row for before, row in old.items())
            if self._papers and same_rows and not new:
                moved._papers = self._papers.of_equal(candidates)
            for number, before in self._rows.items():
                kept = (old[row] for row in before if row in old)
                moved._rows[number] = array("I", sorted([*kept, *(new[at] for at in rows.get(number, _NONE))]))
        return moved

    def near(
        self, topics: "Mapping[str, NDArray[np.float32]]", min_cosine: float, marked: int
    ) -> Mapping[str, Sequence[int]]:
        """Return the rows of papers near to each topic: a product of matrices for many topics at once.

        `marked` counts how often the candidates' vectors were set: what was found before then is found anew.
        """
        with self._learning:
            if (marked, min_cosine) != self._marked:
                self._near, self._vectors, self._marked = {}, None, (marked, min_cosine)
            new = [topic for topic in topics if topic not in self._near]
            for start in range(0, len(new), _TOPICS_AT_ONCE):
                self._learn_near(new[start : start + _TOPICS_AT_ONCE], topics, min_cosine - _ROUNDING)
            return {topic: self._near[topic] for topic in topics}

    def papers_of(self, follow: Follow) -> list[Paper]:
        """Return the papers that a learned follow matches by words and names."""
        return [self.candidates[row].paper for row in self._of(follow)]

    def groups(
        self, follows: Iterable[Follow], near: Mapping[str, Sequence[int]], within: range, without: Collection[str] = ()
    ) -> list[MayMatch]:
        """Return the papers that learned follows may match, grouped by these follows.

        `near` as returned, `within`: rows of papers to look at, `without`: ids of papers to leave out.
        """
        left_out = set(map(self._row_of.get, without))
        rows_of: list[tuple[Follow, Set[int]]] = []
        seen: set[int] = set()
        by_several: set[int] = set()
        for follow in follows:
            by_meaning = near.get(follow.what, _NONE) if follow.kind is Kind.TOPIC else _NONE
            if rows := self._within(follow, within).union(_part(by_meaning, within)) - left_out:
                rows_of.append((follow, rows))
                by_several |= seen & rows
                seen |= rows
        candidates = self.candidates
        alone = [((follow,), [candidates[row] for row in rows - by_several]) for follow, rows in rows_of]
        shared = [(tuple(follow for follow, rows in rows_of if at in rows), [candidates[at]]) for at in by_several]
        return [group for group in (*alone, *shared) if group[1]]

    def _within(self, follow: Follow, within: range) -> frozenset[int]:
        """Return the rows of a follow in this range; those of hundreds, as of a category, are kept for all channels."""
        number = self._index.number(wanted_of(follow))
        rows = self._rows[number]
        if len(rows) < _MANY:
            return frozenset(_part(rows, within))
        kept = self._parts.get((number, within))
        if kept is None:
            if len(self._parts) >= _PARTS_KEPT:
                self._parts.clear()
            kept = self._parts[number, within] = frozenset(_part(rows, within))
        return kept

    @cached_property
    def _row_of(self) -> Mapping[str, int]:
        return {one.paper.id: row for row, one in enumerate(self.candidates)}

    def _found(self, new: Sequence[Wanted]) -> "Iterator[tuple[Wanted, array[int]]]":
        """Yield the rows of each; a few are sought in all papers, for many the papers are indexed."""
        if self._papers is None and len(self._rows) + len(new) <= FEW:
            rows = FollowIndex(new).match(self.candidates)
            yield from ((one, rows.get(number, array("I"))) for number, one in enumerate(new))
            return
        if not new:
            return
        papers = self._papers = self._papers or PaperIndex(self.candidates)
        yield from ((one, papers.match(one)) for one in new)

    def _of(self, follow: Follow) -> Sequence[int]:
        return self._rows[self._index.number(wanted_of(follow))]

    def _learn_near(
        self, topics: Sequence[str], vectors: "Mapping[str, NDArray[np.float32]]", min_cosine: float
    ) -> None:
        import numpy as np  # noqa: PLC0415

        if self._vectors is None:
            known = [(row, one.vector) for row, one in enumerate(self.candidates) if one.vector is not None]
            matrix = np.stack([vector for _, vector in known]) if known else np.empty((0, 1), np.float32)
            self._vectors = [row for row, _ in known], matrix
        rows, matrix = self._vectors
        wanted = np.stack([vectors[topic] for topic in topics])
        cosines = matrix @ wanted.T if rows else np.empty((0, len(topics)), np.float32)
        for column, topic in enumerate(topics):
            self._near[topic] = [rows[at] for at in np.flatnonzero(cosines[:, column] >= min_cosine).tolist()]


def _part(rows: Sequence[int], within: range) -> Sequence[int]:
    """Return those of the ascending rows that are in the range."""
    return rows[bisect_left(rows, within.start) : bisect_left(rows, within.stop)]

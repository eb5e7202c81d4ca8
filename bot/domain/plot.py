"""A plot as plain data: what is counted, week by week. Whoever draws it decides how it looks."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlotRow:
    """One thing that is counted, under a name that nobody vouches for; as many counts as the plot has columns."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Of all columns."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class Plot:
    """Rows of bars over the same columns, whose labels come oldest first; all rows have one scale."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[PlotRow, ...]

    @property
    def most(self) -> int:
        """The highest count, at least 1."""
        return max((number for row in self.rows for number in row.counts), default=0) or 1

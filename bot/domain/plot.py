"""A plot as plain data: counts by week."""

from bot.domain.frozen import frozen


@frozen
class PlotRow:
    """One row: a name, which may be third-party text, and one count for each column of the plot."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """The sum over all columns."""
        return sum(self.counts)


@frozen
class Plot:
    """Rows of bars over the same columns, oldest first, on one scale."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[PlotRow, ...]

    @property
    def most(self) -> int:
        """The highest count, at least 1."""
        return max((number for row in self.rows for number in row.counts), default=0) or 1

"""Draws plots with matplotlib: fulfils `ports.Plotter`. The library is loaded when the first plot is drawn."""

import asyncio
import io
import logging
import textwrap
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from bot.domain.plot import Plot, PlotRow

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)

WIDTH_INCHES, ROW_INCHES, MARGIN_INCHES, DPI = 8.0, 0.56, 1.2, 150
TITLE_POINTS, NAME_POINTS, NUMBER_POINTS = 17, 14, 13
"""Chats show a picture 360 to 550 pixels wide, less than half of this, so letters are large."""
NAME_SHARE, TOTAL_SHARE = 0.34, 0.1
"""Of the width, for the names on the left and the totals on the right."""
NAME_LETTERS = 22
"""On each of a name's two lines."""
DRAWN_KEPT = 8
"""A recap that waits for its turn isn't drawn again each time it is tried."""

_INK, _QUIET, _BAR, _NOW = "#1d1c1d", "#5e5d60", "#9cc5b1", "#2a7a5a"


class MatplotlibPlotter:
    """One plot at a time, in a thread: it takes about a second, and the first one another for the library."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def draw(self, plot: Plot) -> bytes:
        async with self._turn:
            try:
                return await asyncio.to_thread(draw, plot)
            except ImportError:
                log.warning("No picture can be drawn: matplotlib is not installed")
            except Exception:
                log.exception("A picture was not drawn: rows=%d columns=%d", len(plot.rows), len(plot.columns))
        return b""


@lru_cache(maxsize=DRAWN_KEPT)
def draw(plot: Plot) -> bytes:
    """The plot as PNG. Raises ImportError where matplotlib is missing."""
    from matplotlib import rc_context  # noqa: PLC0415 - slow to load, and only recaps need it
    from matplotlib.figure import Figure  # noqa: PLC0415

    # Without pyplot there is no state that threads would share. Names are nobody's markup: a "$" is a dollar.
    with rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a letter that the font lacks is drawn as a box
        figure = Figure(figsize=(WIDTH_INCHES, MARGIN_INCHES + ROW_INCHES * len(plot.rows)), dpi=DPI, facecolor="white")
        _fill(figure, plot)
        written = io.BytesIO()
        figure.savefig(written, format="png", metadata={"Software": None})
    return written.getvalue()


def _fill(figure: "Figure", plot: Plot) -> None:
    height = MARGIN_INCHES + ROW_INCHES * len(plot.rows)
    figure.text(0.02, 1 - 0.3 / height, plot.title, size=TITLE_POINTS, weight="bold", color=_INK, va="center")
    bottom, top = 0.4 / height, 1 - 0.8 / height
    box = (NAME_SHARE, bottom, 1 - NAME_SHARE - TOTAL_SHARE, top - bottom)
    axes: Any = figure.add_axes(box)
    axes.set_xlim(-0.5, len(plot.columns) - 0.5)
    axes.set_ylim(len(plot.rows), 0)
    axes.axis("off")
    last = len(plot.columns) - 1
    below, quiet = len(plot.rows) + 0.08, {"size": NUMBER_POINTS, "color": _QUIET}
    for column in range(last, -1, -2):  # there is room for every second one
        weight = "bold" if column == last else "normal"
        axes.text(column, below, plot.columns[column], ha="center", va="top", weight=weight, **quiet)
    axes.text(last + 0.62, -0.05, "total", va="bottom", **quiet)
    for place, row in enumerate(plot.rows):
        _draw_row(axes, row, place, plot.most)


def _draw_row(axes: Any, row: PlotRow, place: int, most: int) -> None:
    """A row of bars on one line, the last one darker and its number bold; the name before it, the total behind."""
    floor, room = place + 0.94, 0.5
    last = len(row.counts) - 1
    axes.plot([-0.5, last + 0.5], [floor, floor], color="#dddddd", linewidth=0.8, zorder=0)
    heights = [-room * number / most for number in row.counts]
    colors = [_NOW if column == last else _BAR for column in range(len(row.counts))]
    axes.bar(range(len(row.counts)), heights, width=0.72, bottom=floor, color=colors)
    for column, (number, height) in enumerate(zip(row.counts, heights, strict=True)):
        about = {"weight": "bold", "color": _INK} if column == last else {"color": _QUIET}
        said = f"{number:,}" if number else "·"
        axes.text(column, floor + height - 0.01, said, size=NUMBER_POINTS, ha="center", va="bottom", **about)
    name = "\n".join(textwrap.wrap(row.name, NAME_LETTERS)[:2])
    axes.text(-0.65, floor, name, size=NAME_POINTS, color=_INK, ha="right", va="bottom", linespacing=0.95)
    axes.text(last + 0.62, floor, f"{row.total:,}", size=NAME_POINTS, color=_INK, va="bottom")

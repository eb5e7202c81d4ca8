"""Draws plots with matplotlib, as `delivery.plotter.Plotter`. The first plot loads the library."""

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
"""Chats show a picture 360 to 550 pixels wide, less than half of this, hence the large letters."""
NAME_SHARE, TOTAL_SHARE = 0.34, 0.1
"""Shares of the width for the names on the left and the totals on the right."""
MAX_NAME_LINE_LENGTH = 22
"""Characters on each of a name's two lines."""
CACHE_SIZE = 8
"""Plots cached, since a retried delivery draws its recap again."""

_INK, _QUIET, _BAR, _NOW = "#1d1c1d", "#5e5d60", "#9cc5b1", "#2a7a5a"


class MatplotlibPlotter:
    """Plotter that draws one plot at a time in a thread: about a second each, and one more to load the library."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()

    async def draw(self, plot: Plot) -> bytes:
        async with self._lock:
            try:
                return await asyncio.to_thread(draw, plot)
            except ImportError:
                log.warning("No picture can be drawn: matplotlib is not installed")
            except Exception:
                log.exception("A picture was not drawn: rows=%d columns=%d", len(plot.rows), len(plot.columns))
        return b""


@lru_cache(maxsize=CACHE_SIZE)
def draw(plot: Plot) -> bytes:
    """Return the plot as PNG. Raises ImportError if matplotlib is missing."""
    from matplotlib import rc_context  # noqa: PLC0415 - slow to load, and only recaps need it
    from matplotlib.figure import Figure  # noqa: PLC0415

    # Without pyplot, threads share no state. Names have no markup: a "$" is a dollar.
    with rc_context({"font.family": "DejaVu Sans", "text.parse_math": False}), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the font draws a letter it lacks as a box
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
    for column in range(last, -1, -2):  # there is room for every second label
        weight = "bold" if column == last else "normal"
        axes.text(column, below, plot.columns[column], ha="center", va="top", weight=weight, **quiet)
    axes.text(last + 0.62, -0.05, "total", va="bottom", **quiet)
    for place, row in enumerate(plot.rows):
        _draw_row(axes, row, place, plot.most)


def _draw_row(axes: Any, row: PlotRow, place: int, most: int) -> None:
    """Draw a row of bars between its name and total; the last bar is darker, with a bold number."""
    floor, height_limit = place + 0.94, 0.5
    last = len(row.counts) - 1
    axes.plot([-0.5, last + 0.5], [floor, floor], color="#dddddd", linewidth=0.8, zorder=0)
    heights = [-height_limit * number / most for number in row.counts]
    colors = [_NOW if column == last else _BAR for column in range(len(row.counts))]
    axes.bar(range(len(row.counts)), heights, width=0.72, bottom=floor, color=colors)
    for column, (number, height) in enumerate(zip(row.counts, heights, strict=True)):
        style = {"weight": "bold", "color": _INK} if column == last else {"color": _QUIET}
        label = f"{number:,}" if number else "·"
        axes.text(column, floor + height - 0.01, label, size=NUMBER_POINTS, ha="center", va="bottom", **style)
    name = "\n".join(textwrap.wrap(row.name, MAX_NAME_LINE_LENGTH)[:2])
    axes.text(-0.65, floor, name, size=NAME_POINTS, color=_INK, ha="right", va="bottom", linespacing=0.95)
    axes.text(last + 0.62, floor, f"{row.total:,}", size=NAME_POINTS, color=_INK, va="bottom")

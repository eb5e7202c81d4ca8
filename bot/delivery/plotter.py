"""Draw plots; a port, since drawing is optional."""

from typing import Protocol

from bot.domain.plot import Plot


class Plotter(Protocol):
    """Makes pictures of plots."""

    async def draw(self, plot: Plot) -> bytes:
        """A PNG some 1,200 pixels wide, the same for the same plot; empty where none can be drawn here.

        Never raises: whoever shows it has words in its place.
        """
        ...


class NoPlotter:
    """Draws nothing."""

    async def draw(self, plot: Plot) -> bytes:  # noqa: ARG002 - whatever it is
        return b""


NO_PLOTTER = NoPlotter()

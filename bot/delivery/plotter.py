"""Port for drawing plots; drawing is optional."""

from typing import Protocol

from bot.domain.plot import Plot


class Plotter(Protocol):
    """Draws plots as pictures."""

    async def draw(self, plot: Plot) -> bytes:
        """Return a PNG about 1,200 pixels wide, identical for identical plots; empty if drawing isn't possible here.

        Never raises: the caller shows text instead.
        """
        ...


class NoPlotter:
    """Draws nothing."""

    async def draw(self, plot: Plot) -> bytes:  # noqa: ARG002 - part of the port
        return b""


NO_PLOTTER = NoPlotter()

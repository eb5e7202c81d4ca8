"""A plot becomes a picture, whatever its rows are called; and where none can be drawn, nothing else breaks."""

import asyncio
import struct
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.digests.clients.recap_plot import MatplotlibPlotter, draw
from bot.domain.plot import Plot, PlotRow

WEEKS = ("17 Jul", "24 Jul", "31 Jul", "7 Aug", "14 Aug", "21 Aug", "28 Aug", "4 Sep")


def plot(*names: str, counts: Sequence[int] = (1, 0, 3, 5, 2, 8, 13, 21)) -> Plot:
    return Plot("Papers per week, by topic", WEEKS, tuple(PlotRow(name, tuple(counts)) for name in names))


def size(png: bytes) -> tuple[int, int]:
    """Width and height in pixels."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


async def test_a_plot_is_a_light_png_of_twice_the_size_that_chats_show() -> None:
    png = await MatplotlibPlotter().draw(plot("Large Language Models", "Reinforcement Learning", "Robotics"))
    assert size(png) == (1200, 432)
    assert len(png) < 150_000


def test_the_same_plot_gives_the_same_picture() -> None:
    assert draw.__wrapped__(plot("Robotics")) == draw.__wrapped__(plot("Robotics"))


HOSTILE = ["$x^2$", "$\\frac{", "\\", "%s {0}", "大規模言語モデル", "x" * 40, "<!channel>\x1b[31m\u202e"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_is_only_letters_whatever_stands_in_it(name: str) -> None:
    assert size(draw(plot(name))) == (1200, 264)


@settings(max_examples=10)
@given(st.text(max_size=60), st.lists(st.integers(0, 10**6), min_size=8, max_size=8))
def test_any_name_and_any_counts_are_drawn(name: str, counts: list[int]) -> None:
    assert size(draw(plot(name, counts=counts)))


async def test_several_at_once_are_all_drawn() -> None:
    plotter = MatplotlibPlotter()
    drawn = await asyncio.gather(*(plotter.draw(plot(f"Topic {number}")) for number in range(3)))
    assert len({*drawn}) == 3


async def test_without_matplotlib_there_is_no_picture_and_no_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert await MatplotlibPlotter().draw(plot("Never drawn before")) == b""
    assert "matplotlib is not installed" in caplog.text

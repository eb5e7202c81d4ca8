"""Which paper a typed title surely means: one that is exact, or nearly so and clearly ahead of the next."""

from dataclasses import replace

import pytest

from bot.papers.titles import closest, meant
from support.builders.sample_cards import PAPER


def named(*titles: str) -> list:
    """Papers with these titles."""
    return [replace(PAPER, id=f"2605.{10_000 + n}", title=title) for n, title in enumerate(titles)]


ATTENTION, FOCUS, CALLED_HELP, ROOTS, GRIDS = named(
    "Attention Is All You Need",
    "Focus Is All You Need: Adaptive Goal-aware Attention",
    "Help!",
    "Computing √n in Õ(n²) Time: Gödel's Way",
    "A Survey of Power Grids in Northern Europe, Part I",
)
ALL = [ATTENTION, FOCUS, CALLED_HELP, ROOTS, GRIDS]


@pytest.mark.parametrize(
    ("typed", "paper"),
    [
        ("Attention Is All You Need", ATTENTION),
        ("attention is all you need!", ATTENTION),
        ("“ATTENTION: is all-you need”", ATTENTION),
        ("Attention Is All You Ned", ATTENTION),
        ("attention is all u need", ATTENTION),
        (r"Computing $\sqrt{n}$ in $\tilde{O}(n^2)$ time: G\"odel's way", ROOTS),
        ("computing √n in Õ(n²) time godels way", ROOTS),
        ("help", CALLED_HELP),
        ("A survey of power grids in northern Europe part 1", GRIDS),
    ],
)
def test_a_title_that_is_surely_meant_is_chosen(typed: str, paper: object) -> None:
    assert meant(typed, ALL) == paper


@pytest.mark.parametrize(
    "typed",
    ["attention", "is all you need", "this", "last", "hi", "need", "power grids", "attention you need", "", "?", "🙂"],
)
def test_anything_else_is_asked_about(typed: str) -> None:
    assert meant(typed, ALL) is None


def test_a_near_title_with_another_close_behind_is_asked_about() -> None:
    assert (
        meant("Scaling Laws for Transformer", named("Scaling Laws for Transformers I", "Scaling Laws for Transformers"))
        is None
    )
    assert meant("Scaling Laws for Transformer", named("Scaling Laws for Transformers")) is not None


def test_two_papers_of_exactly_one_title_are_asked_about() -> None:
    assert meant("deep learning", named("Deep Learning", "Deep learning.")) is None


def test_the_same_paper_from_two_sources_is_one() -> None:
    assert meant("attention is all you need", [ATTENTION, replace(ATTENTION, source="DataCite")]) is not None


def test_the_three_closest_are_offered_nearest_first() -> None:
    assert closest("focus is all you need", ALL)[:2] == (FOCUS, ATTENTION)
    assert len(closest("grids", ALL)) == 3

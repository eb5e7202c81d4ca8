"""Numbers are compared by value: what a summary may write otherwise, and what is not in the paper."""

import pytest

from bot.summaries.numbers import foreign_figures

SOURCE = (
    "GPT-4 and Qwen3.5-9B: two stages, 1,000 samples, 70% and 3.5× faster, 127M parameters, 10⁵ steps, k = 5,10;"
    " twenty-five tasks, three-dimensional, half of them, 1{,}234 cases, version 3.8.1, 0.50"
)


@pytest.mark.parametrize(
    ("said", "lang"),
    [
        ("2 stages on 1000 samples", "en"),
        ("70 percent, 3.50x", "en"),
        ("127 million parameters", "en"),
        ("10^5 steps with k of 5 and 10", "en"),
        ("25 tasks in 3D", "en"),
        ("twenty-five tasks", "en"),
        ("50% of them, 1,234 cases", "en"),
        ("GPT-4 beats Qwen3.5-9B, version 3.8.1", "en"),
        ("it has three parts and ten modules", "en"),
        ("a million reasons", "en"),
        ("1.000 Proben, 3,5-mal so schnell", "de"),
        ("1 000 échantillons, 70 %", "fr"),
        ("no figures at all", "en"),
    ],
)
def test_a_number_of_the_paper_may_be_written_otherwise(said: str, lang: str) -> None:
    assert foreign_figures(said, SOURCE, lang) == []


@pytest.mark.parametrize(
    ("said", "foreign"),
    [
        ("71% faster", ["71"]),
        ("127 billion parameters", ["127"]),
        ("127k parameters", ["127"]),
        ("3.6x", ["3.6"]),
        ("35 stages", ["35"]),
        ("10,000 samples", ["10,000"]),
        ("1.000 samples", ["1.000"]),
        ("in 2024 and 2025, again 2024", ["2024", "2025"]),
        ("ninety percent", ["ninety"]),
        ("9" * 5000, ["9" * 40]),
        ("٣٧", ["٣٧"]),
    ],
)
def test_any_other_number_is_foreign(said: str, foreign: list[str]) -> None:
    assert foreign_figures(said, SOURCE) == foreign

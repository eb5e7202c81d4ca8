"""What `make bench`, `make durability` and the benchmarks run still fits the code: tests run none of it whole."""

from importlib import import_module
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[2]
MODULES = sorted(
    ".".join(file.relative_to(TESTS).with_suffix("").parts)
    for folder in ("benchmarks", "durability")
    for file in (TESTS / folder).rglob("*.py")
)


@pytest.mark.parametrize("name", MODULES)
def test_each_module_can_be_imported(name: str) -> None:
    import_module(name)


def test_the_durability_measurements_are_found() -> None:
    assert {"crash", "storm", "zones"} <= set(import_module("durability.__main__").found())

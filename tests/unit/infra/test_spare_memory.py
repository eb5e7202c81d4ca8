"""Available memory as Linux reports it."""

from pathlib import Path

import pytest

from bot.infra import spare_memory
from bot.infra.spare_memory import spare_bytes


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(spare_memory, "_MACHINE", tmp_path / "meminfo")
    monkeypatch.setattr(spare_memory, "_CONTAINER", tmp_path)
    return tmp_path


def test_the_machine_says_what_is_available(told: Path):
    (told / "meminfo").write_text("MemTotal: 8000 kB\nMemAvailable:    2048 kB\n")
    assert spare_bytes() == 2048 * 1024


@pytest.mark.parametrize(("most", "spare"), [("1500000", 500_000), ("900000", 0), ("max", 2048 * 1024)])
def test_a_containers_limit_counts_where_it_is_less(told: Path, most: str, spare: int):
    (told / "meminfo").write_text("MemAvailable: 2048 kB\n")
    (told / "memory.max").write_text(f"{most}\n")
    (told / "memory.current").write_text("1000000\n")
    assert spare_bytes() == spare


def test_elsewhere_nobody_knows(told: Path):
    assert spare_bytes() is None

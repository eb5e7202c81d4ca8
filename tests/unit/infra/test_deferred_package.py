"""A deferred package runs its `__init__` when something of it is first used, and not for its modules."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from bot.infra.deferred_package import defer_packages

NAME = "package_to_defer"


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    folder = tmp_path / NAME
    (folder / "inner").mkdir(parents=True)
    (folder / "__init__.py").write_text("from . import part\nfrom .inner import answer\nwhole = True\n")
    (folder / "part.py").write_text("from .other import name\n")
    (folder / "other.py").write_text("name = 'other'\n")
    (folder / "inner" / "__init__.py").write_text("answer = 42\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] == NAME]:
        del sys.modules[name]


def test_a_module_of_it_is_loaded_alone() -> None:
    defer_packages(NAME)
    assert import_module(f"{NAME}.part").name == "other"
    assert "whole" not in vars(sys.modules[NAME])
    assert f"{NAME}.inner" not in sys.modules


def test_a_name_that_no_module_has_runs_it() -> None:
    defer_packages(NAME)
    part = import_module(f"{NAME}.part")
    package = import_module(NAME)
    assert package.answer == 42
    assert package.whole
    assert package.part is part
    with pytest.raises(AttributeError, match="nothing"):
        package.nothing  # noqa: B018


def test_what_python_asks_of_every_module_does_not() -> None:
    defer_packages(NAME)
    assert not hasattr(import_module(NAME), "__wrapped__")
    assert import_module(NAME).other.name == "other"
    assert "whole" not in vars(sys.modules[NAME])


def test_a_package_within_can_be_deferred_too() -> None:
    defer_packages(NAME, f"{NAME}.inner")
    assert "answer" not in vars(sys.modules[f"{NAME}.inner"])
    assert import_module(NAME).answer == 42


def test_what_is_loaded_or_missing_stays_as_it_is() -> None:
    package = import_module(NAME)
    defer_packages(NAME, "no_package_has_this_name")
    assert sys.modules[NAME] is package
    assert "no_package_has_this_name" not in sys.modules

"""Packages whose `__init__` runs when something of it is first used: their parts can be loaded without it."""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType


def defer_packages(*names: str) -> None:
    """Let these packages, outer ones first, run their `__init__` only when a name is used that no module of theirs has.

    Packages that are loaded already, or that can't be found, stay as they are.
    """
    for name in names:
        spec = None if name in sys.modules else find_spec(name)
        if spec and spec.loader:
            module = module_from_spec(spec)
            module.__dict__["__getattr__"] = _attribute_of(module, spec)
            sys.modules[name] = module


def _attribute_of(module: ModuleType, spec: ModuleSpec) -> Callable[[str], object]:
    """Return what Python calls for a name that the module lacks (PEP 562)."""

    def attribute(name: str) -> object:
        if name.startswith("__"):  # asked by Python itself, which does without
            raise AttributeError(name)
        if find_spec(f"{spec.name}.{name}"):
            return import_module(f"{spec.name}.{name}")
        module.__dict__.pop("__getattr__", None)
        assert spec.loader  # noqa: S101 - deferred only where there is one
        spec.loader.exec_module(module)
        return getattr(module, name)

    return attribute

"""Loading a library without another one that it imports and that nothing here needs."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def standing_in(*modules: ModuleType) -> Iterator[None]:
    """Let these modules be imported by their names meanwhile, unless one of those is loaded already."""
    if any(module.__name__ in sys.modules for module in modules):
        yield
        return
    sys.modules.update({module.__name__: module for module in modules})
    try:
        yield
    finally:
        for module in modules:
            del sys.modules[module.__name__]

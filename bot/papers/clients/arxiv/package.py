"""The `arxiv` package without what it fetches with: requests and urllib3 take 5 MB and 0.1 s, and nothing uses them."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

from bot.infra.stand_in import standing_in


def arxiv_package() -> Any:
    """Return the package, loaded with the first question. Its `Client` can't be used."""
    if "arxiv" in sys.modules:
        return import_module("arxiv")  # not from sys.modules, where another thread may be loading it
    with standing_in(ModuleType("requests")):
        return import_module("arxiv")

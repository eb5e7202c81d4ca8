"""The `arxiv` package without what it fetches with: requests and urllib3 take 5 MB and 0.1 s, and nothing uses them."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any

_FETCHES_WITH = "requests"


def arxiv_package() -> Any:
    """Return the package, loaded with the first question. Its `Client` can't be used."""
    if "arxiv" in sys.modules or _FETCHES_WITH in sys.modules:
        return import_module("arxiv")
    sys.modules[_FETCHES_WITH] = ModuleType(_FETCHES_WITH)
    try:
        return import_module("arxiv")
    finally:
        del sys.modules[_FETCHES_WITH]

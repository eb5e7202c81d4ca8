"""Fuzzy matching by rapidfuzz, loaded at the first look for something misspelt: 4 MB that most days nobody needs."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rapidfuzz.distance.OSA import distance
    from rapidfuzz.fuzz import partial_ratio, ratio, token_set_ratio, token_sort_ratio
    from rapidfuzz.process import extract, extractOne

__all__ = ["distance", "extract", "extractOne", "partial_ratio", "ratio", "token_set_ratio", "token_sort_ratio"]


def __getattr__(name: str) -> Any:
    """Return one of the functions above, and keep it here (PEP 562); `distance` counts typing errors."""
    if name not in __all__:
        raise AttributeError(name)
    module = {"distance": "distance.OSA", "extract": "process", "extractOne": "process"}.get(name, "fuzz")
    found = globals()[name] = getattr(import_module(f"rapidfuzz.{module}"), name)
    return found

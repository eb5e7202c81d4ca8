"""Paperlark's core: fetches, remembers, matches and says papers; knows no chat platform."""

import sys

# Without this, httpx loads a command line of its own with rich, pygments and click: 5 MB and 0.1 s for nothing.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: the import fails, and httpx does without
